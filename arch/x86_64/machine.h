/* What the x86_64 platform's own files share; nobody else includes it.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/platform.h>
#include <arch_impl/address_map.h>
#include <l4/types.h>

struct core;

#define PAGE_SIZE    4096ull
#define MAX_IO_APICS 16u

static inline uint64_t
round_down(uint64_t value, uint64_t power)
{
    return value & ~(power - 1);
}

static inline uint64_t
round_up(uint64_t value, uint64_t power)
{
    return round_down(value + power - 1, power);
}

/* RAM seen through the direct map; and back, for memory from platform_allocate(). */
static inline void *
direct_map(uint64_t physical)
{
    return (void *)(DIRECT_MAP_BASE + physical);
}

static inline uint64_t
direct_map_physical(const void *pointer)
{
    return (uint64_t)pointer - DIRECT_MAP_BASE;
}

/* The physical address of something in the kernel image. */
static inline uint64_t
image_physical(const void *pointer)
{
    return (uint64_t)pointer - KERNEL_BASE;
}

/* --- boot_pvh.c, boot_multiboot2.c: fill memory, arguments, module and RSDP --- */
void boot_pvh_parse(uint32_t info_physical);
void boot_multiboot2_parse(uint32_t info_physical);

/* Boot loader data lies below 4 GiB, which the boot tables map. Panics when [address, address +
 * size) does not; `what` names it. */
const void *boot_data(uint64_t address, uint64_t size, const char *what);
/* Note the one module and the boot arguments; panics when they cannot be right. */
void boot_set_module(uint64_t start, uint64_t size);
void boot_set_arguments(const char *arguments, size_t room);

/* --- arguments.c --- */
/* True when `word` is one of the boot arguments, which spaces separate. */
bool boot_argument(const char *word);

/* --- memory.c --- */
/* One entry of the boot loader's memory map, in any order, overlapping or not; what is not
 * available wins. Then memory_finish() once. */
void memory_note(uint64_t start, uint64_t size, bool available);
void memory_finish(void);
/* Take [start, end) out of the address ranges that user level may map as devices. */
void memory_exclude_device(uint64_t start, uint64_t end);
/* All of RAM, the kernel's part included: for the direct map. */
extern struct memory_region memory_all[PLATFORM_MAX_REGIONS];
extern uint32_t memory_all_count;

/* --- acpi.c --- */
struct io_apic_entry {
    uint32_t address;
    uint32_t first_line; /* global interrupt number of its line 0 */
};

struct acpi_machine {
    uint32_t core_count;
    uint32_t apic_id[L4_MAX_CORES];
    uint32_t cores_ignored; /* enabled, but more than L4_MAX_CORES */
    uint32_t io_apic_count;
    struct io_apic_entry io_apic[MAX_IO_APICS];
};

extern struct acpi_machine acpi_machine;

/* Reads the tables under the boot loader's RSDP, or the one found in the BIOS area. Fills
 * acpi_machine, platform.hpet_address and platform.pci_ecam. */
void acpi_parse(void);
/* The boot loader gave a copy of the RSDP, of `size` bytes. */
void acpi_set_rsdp_copy(const void *rsdp, size_t size);

/* --- cpu_features.c, cpu_init.c, descriptors.c --- */
void cpu_features_detect(void);
/* Bring the running core to its final state: control registers, system call registers, tables. */
void cpu_init(struct core *core);
void descriptors_build_interrupt_table(void);
void descriptors_load(struct core *core);
extern struct core *core_table[L4_MAX_CORES];
extern uint64_t nmi_count[L4_MAX_CORES];

/* --- kernel_space.c --- */
extern uint64_t kernel_pml4[512];
/* Build the final kernel half and switch to it. */
void kernel_space_build(void);
/* The registers of a device: an uncached page of the device window. */
volatile void *kernel_space_map_device(uint64_t physical);
/* Map the stacks of a core in its slot of the stack window. */
void kernel_space_map_stacks(uint32_t core);
static inline uint64_t
stack_slot(uint32_t core)
{
    return STACK_WINDOW_BASE + (uint64_t)core * STACK_SLOT_SIZE;
}

/* --- apic.c, ioapic.c, clock.c --- */
/* Find the mode of the interrupt controllers; on the booting core, first. */
void apic_setup(void);
/* Switch the running core's on, everything masked. */
void apic_init_core(void);
/* Ticks of the APIC timer a second; when the TSC deadline is not used. */
void apic_timer_set_frequency(uint64_t apic_hz, uint64_t tsc_hz);
void apic_timer_start_count(uint32_t count);
uint32_t apic_timer_read_count(void);
/* Delivery modes of an interrupt to another core: Intel SDM vol. 3A, 10.6.1. */
void apic_send_init(uint32_t target);
void apic_send_init_all_others(void);
void apic_send_startup(uint32_t target, uint32_t page);
void io_apic_setup(void);
/* Find the frequency of TSC and timer. Needs acpi_parse() and apic_init_core(). */
void clock_calibrate(void);
/* Wait, with interrupts off. */
void clock_wait_microseconds(uint64_t microseconds);

/* --- smp_start.c --- */
/* Make struct core objects for all cores; the first becomes current on this one. */
void cores_allocate(void);

/* --- boot.S --- */
_Noreturn void stack_switch(uint64_t stack_top, void (*function)(void));
