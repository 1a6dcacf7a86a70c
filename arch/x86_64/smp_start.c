/* Bringing up the other cores, one at a time.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel SDM vol. 3A, 8.4 "Multiple-Processor (MP) Initialization", and MultiProcessor
 * Specification 1.4, B.4: INIT, 10 ms, then the startup interrupt, which carries the page of the
 * trampoline, and once more if nothing happens. */
#include "machine.h"

#include <arch/cpu.h>
#include <arch_impl/instructions.h>
#include <internal/core.h>
#include <internal/print.h>
#include <internal/string.h>

#define INIT_MICROSECONDS       10000u
#define FIRST_TRY_MICROSECONDS  1000u
#define SECOND_TRY_MICROSECONDS 200000u

/* QEMU's counting mode moves the clock to the next deadline when a core takes INIT, so time alone
 * does not tell that a core had its chance. */
#define TURNS_MIN 100u

extern const char trampoline_start[], trampoline_end[]; /* boot.S */

struct core *core_table[L4_MAX_CORES];
static uint32_t cores_running = 1;

/* For the one core that is being started: boot.S reads the first two. */
uint64_t secondary_stack;
struct core *secondary_core;
static uint32_t secondary_arrived; /* atomic; its number, 0: not yet */

_Noreturn void secondary_main(struct core *core);

static void
allocate_core(uint32_t number, uint32_t apic)
{
    struct core *core = platform_allocate(sizeof(*core), _Alignof(struct core));
    core->self = core;
    core->number = number;
    core->arch.apic_id = apic;
    core->stack_top = stack_slot(number) + STACK_KERNEL_TOP;
    kernel_space_map_stacks(number);
    core_table[number] = core;
}

/* Initial APIC ID of this core, before its APIC is mapped: leaf 0xb where there is one, as it has
 * all 32 bits, else leaf 1 (Intel SDM vol. 2A, CPUID). */
static uint32_t
booting_apic_id(void)
{
    struct cpuid topology = cpuid(0, 0).eax >= 0xb ? cpuid(0xb, 0) : (struct cpuid){0};
    return topology.ebx != 0 ? topology.edx : cpuid(1, 0).ebx >> 24;
}

void
cores_allocate(void)
{
    uint32_t booting = booting_apic_id();
    uint32_t number = 0;
    allocate_core(number++, booting);
    for (uint32_t i = 0; i < acpi_machine.core_count && number < L4_MAX_CORES; i++) {
        if (acpi_machine.apic_id[i] != booting) {
            allocate_core(number++, acpi_machine.apic_id[i]);
        }
    }
    platform.core_count = number;
}

struct core *
core_at(uint32_t number)
{
    /* Pairs with the release in start_core(). */
    return number < __atomic_load_n(&cores_running, __ATOMIC_ACQUIRE) ? core_table[number] : NULL;
}

/* The first C function of every core but the first; boot.S, on its own stack. */
_Noreturn void
secondary_main(struct core *core)
{
    cpu_init(core);
    apic_init_core();
    /* Release: all of the above is done; pairs with the acquire in arrives(). */
    __atomic_store_n(&secondary_arrived, core->number, __ATOMIC_RELEASE);
    kernel_core_main();
}

static bool
arrives(uint32_t number, uint64_t microseconds)
{
    uint64_t ticks = multiply_divide(microseconds, platform.tsc_hz, 1000000);
    uint64_t start = cpu_now();
    uint32_t turns = 0;
    while (__atomic_load_n(&secondary_arrived, __ATOMIC_ACQUIRE) != number) {
        if (++turns >= TURNS_MIN && cpu_now() - start >= ticks) {
            return false;
        }
        cpu_pause(); /* also lets the other core run where an emulator takes turns */
    }
    return true;
}

static bool
start_core(struct core *core)
{
    uint32_t apic = core->arch.apic_id;
    secondary_stack = core->stack_top;
    secondary_core = core;
    secondary_arrived = 0;
    apic_send_startup(apic, TRAMPOLINE_ADDRESS / PAGE_SIZE);
    if (!arrives(core->number, FIRST_TRY_MICROSECONDS)) {
        apic_send_startup(apic, TRAMPOLINE_ADDRESS / PAGE_SIZE);
        if (!arrives(core->number, SECOND_TRY_MICROSECONDS)) {
            apic_send_init(apic); /* should it still come: not now, with another's stack */
            print("[rdv] the core with APIC ID %u does not start: not used\n", apic);
            return false;
        }
    }
    return true;
}

/* Start the cores that are listed after the first, densely; their number afterwards. */
static uint32_t
start_listed(void)
{
    uint32_t running = 1;
    for (uint32_t i = 1; i < platform.core_count; i++) {
        /* A core that does not come leaves its place, stack included, to the next. */
        struct core *core = core_table[running];
        core->arch.apic_id = core_table[i]->arch.apic_id;
        __atomic_store_n(&cores_running, running + 1, __ATOMIC_RELEASE);
        running += start_core(core) ? 1 : 0;
        __atomic_store_n(&cores_running, running, __ATOMIC_RELEASE);
    }
    return running;
}

void
platform_start_cores(void)
{
    if (platform.core_count == 1) {
        return;
    }
    /* The page may hold part of the module (GRUB on UEFI loads it below 1 MiB): put it back. */
    uint8_t saved[PAGE_SIZE];
    uint8_t *page = direct_map(TRAMPOLINE_ADDRESS);
    memcpy(saved, page, PAGE_SIZE);
    memcpy(page, trampoline_start, (size_t)(trampoline_end - trampoline_start));
    apic_send_init_all_others();
    if ((platform.features & L4_FEATURE_HYPERVISOR) == 0) {
        clock_wait_microseconds(INIT_MICROSECONDS); /* a virtual core takes INIT at once */
    }
    platform.core_count = start_listed();
    memcpy(page, saved, PAGE_SIZE);
}
