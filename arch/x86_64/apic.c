/* The local APIC: end of interrupt, interrupts to other cores, the timer of each core.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel SDM vol. 3A, chapter 10; register offsets from table 10-1, x2APIC from 10.12. The mode is
 * the same on all cores and is chosen once. */
#include "machine.h"

#include <arch/cpu.h>
#include <arch_impl/instructions.h>
#include <internal/core.h>
#include <internal/panic.h>

#define BASE_X2APIC  (1ull << 10) /* IA32_APIC_BASE: 10.4.4, 10.12.1 */
#define BASE_ENABLE  (1ull << 11)
#define BASE_ADDRESS 0x000ffffffffff000ull

enum apic_register {
    APIC_VERSION = 0x30,
    APIC_TASK_PRIORITY = 0x80,
    APIC_EOI = 0xb0,
    APIC_SPURIOUS = 0xf0,
    APIC_REQUESTED = 0x200, /* eight registers of 32 vectors: IRR */
    APIC_ERROR = 0x280,
    APIC_LVT_CMCI = 0x2f0,
    APIC_COMMAND = 0x300,
    APIC_COMMAND_TARGET = 0x310, /* xAPIC only */
    APIC_LVT_TIMER = 0x320,
    APIC_LVT_THERMAL = 0x330,
    APIC_LVT_COUNTERS = 0x340,
    APIC_LVT_LINT0 = 0x350,
    APIC_LVT_LINT1 = 0x360,
    APIC_LVT_ERROR = 0x370,
    APIC_TIMER_INITIAL = 0x380,
    APIC_TIMER_CURRENT = 0x390,
    APIC_TIMER_DIVIDE = 0x3e0,
};

#define SPURIOUS_ENABLE    (1u << 8)  /* 10.9 */
#define LVT_MASKED         (1u << 16) /* 10.5.1 */
#define TIMER_TSC_DEADLINE (2u << 17) /* 10.5.1; one-shot is 0 */
#define TIMER_DIVIDE_BY_1  0xbu       /* figure 10-10 */
#define COMMAND_INIT       (5u << 8)  /* 10.6.1, likewise the next ones */
#define COMMAND_STARTUP    (6u << 8)
#define COMMAND_PENDING    (1u << 12)
#define COMMAND_ASSERT     (1u << 14)
#define COMMAND_ALL_OTHERS (3u << 18)
#define SEND_POLLS         1000000u /* far longer than any interrupt is under way */

#define PIC1         0x20 /* 8259A data sheet: command port, then data port */
#define PIC2         0xa0
#define PIC_REMAPPED 0x20 /* vectors 0x20 to 0x2f, which no one else uses */

static bool x2apic;
static volatile uint32_t *registers; /* xAPIC */
static uint64_t ticks_per_tsc;       /* timer ticks a TSC tick, times 2^32 */
static uint64_t longest;             /* in TSC ticks; what the 32-bit counter can hold */

static uint32_t
apic_read(uint32_t offset)
{
    if (x2apic) {
        return (uint32_t)msr_read(MSR_X2APIC + (offset >> 4));
    }
    /* volatile: a device register, here and below. */
    return registers[offset / sizeof(*registers)];
}

static void
apic_write(uint32_t offset, uint32_t value)
{
    if (x2apic) {
        msr_write(MSR_X2APIC + (offset >> 4), value);
    } else {
        registers[offset / sizeof(*registers)] = value;
    }
}

/* The old interrupt controllers: away from the exceptions' vectors, and all off. */
static void
disable_pics(void)
{
    for (uint32_t i = 0; i < 2; i++) {
        uint16_t port = i == 0 ? PIC1 : PIC2;
        port_write8(port, 0x11); /* ICW1: edge, cascade, ICW4 follows */
        port_write8((uint16_t)(port + 1), (uint8_t)(PIC_REMAPPED + 8 * i)); /* ICW2 */
        port_write8((uint16_t)(port + 1), i == 0 ? 0x04 : 0x02);            /* ICW3: cascade on 2 */
        port_write8((uint16_t)(port + 1), 0x01);                            /* ICW4: 8086 mode */
        port_write8((uint16_t)(port + 1), 0xff);                            /* OCW1: all masked */
    }
}

/* x2APIC when the firmware left it on: it may not be possible to leave it (10.12.5.1). */
void
apic_setup(void)
{
    uint64_t base = msr_read(MSR_APIC_BASE);
    x2apic = (base & BASE_X2APIC) != 0 || (platform.features & L4_FEATURE_X2APIC) != 0;
    if (x2apic) {
        platform.features |= L4_FEATURE_X2APIC;
    } else {
        registers = kernel_space_map_device(base & BASE_ADDRESS);
    }
    memory_exclude_device(base & BASE_ADDRESS, (base & BASE_ADDRESS) + PAGE_SIZE);
    disable_pics();
}

static void
mask_local_vectors(void)
{
    uint32_t highest = apic_read(APIC_VERSION) >> 16 & 0xff;
    apic_write(APIC_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);
    apic_write(APIC_LVT_LINT1, LVT_MASKED);
    apic_write(APIC_LVT_ERROR, LVT_MASKED);
    if (highest >= 4) {
        apic_write(APIC_LVT_COUNTERS, LVT_MASKED);
    }
    if (highest >= 5) {
        apic_write(APIC_LVT_THERMAL, LVT_MASKED);
    }
    if (highest >= 6) {
        apic_write(APIC_LVT_CMCI, LVT_MASKED);
    }
}

static void
init_timer(void)
{
    if ((platform.features & L4_FEATURE_TSC_DEADLINE) != 0) {
        apic_write(APIC_LVT_TIMER, TIMER_TSC_DEADLINE | VECTOR_TIMER);
        /* The switch of mode comes before the first deadline (10.5.4.1). */
        __asm__ volatile("mfence" : : : "memory");
    } else {
        apic_write(APIC_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
        apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
    }
}

void
apic_init_core(void)
{
    /* From off to xAPIC to x2APIC: the only way there (figure 10-27). */
    uint64_t base = msr_read(MSR_APIC_BASE) | BASE_ENABLE;
    msr_write(MSR_APIC_BASE, base);
    if (x2apic) {
        msr_write(MSR_APIC_BASE, base | BASE_X2APIC);
    }
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(APIC_TASK_PRIORITY, 0);
    apic_write(APIC_ERROR, 0);
    mask_local_vectors();
    init_timer();
}

void
interrupt_complete(void)
{
    apic_write(APIC_EOI, 0);
}

/* Vectors below 0x20 are exceptions and never requested. */
bool
interrupt_pending(void)
{
    uint32_t requested = 0;
    for (uint32_t i = 1; i < 8; i++) {
        requested |= apic_read(APIC_REQUESTED + 16 * i);
    }
    return requested != 0;
}

void
interrupt_message(uint32_t core, uint8_t vector, uint64_t *address, uint32_t *data)
{
    /* 10.11.1 and 10.11.2: physical destination, edge, fixed. */
    *address = 0xfee00000 | (uint64_t)core_table[core]->arch.apic_id << 12;
    *data = vector;
}

static void
send(uint32_t target, uint32_t command)
{
    if (x2apic) {
        /* WRMSR to the x2APIC is not ordered after earlier stores; a receiver must see them
         * (10.12.3). */
        __asm__ volatile("mfence\n\tlfence" : : : "memory");
        msr_write(MSR_X2APIC + (APIC_COMMAND >> 4), (uint64_t)target << 32 | command);
        return;
    }
    for (uint32_t i = 0; i < SEND_POLLS && (apic_read(APIC_COMMAND) & COMMAND_PENDING) != 0; i++) {
        cpu_pause();
    }
    /* Earlier stores are ordered before a store to uncached memory; the compiler must keep so. */
    __asm__ volatile("" : : : "memory");
    apic_write(APIC_COMMAND_TARGET, target << 24);
    apic_write(APIC_COMMAND, command);
}

void
core_interrupt(uint32_t core, uint8_t vector)
{
    send(core_table[core]->arch.apic_id, COMMAND_ASSERT | vector);
}

void
core_halt_others(void)
{
    bool on = x2apic || registers != NULL; /* else this is a panic before others were started */
    if (on) {
        send(0, COMMAND_ALL_OTHERS | COMMAND_ASSERT | VECTOR_HALT);
    }
}

void
apic_send_init(uint32_t target)
{
    send(target, COMMAND_INIT | COMMAND_ASSERT);
}

void
apic_send_init_all_others(void)
{
    send(0, COMMAND_ALL_OTHERS | COMMAND_INIT | COMMAND_ASSERT);
}

void
apic_send_startup(uint32_t target, uint32_t page)
{
    send(target, COMMAND_STARTUP | COMMAND_ASSERT | page);
}

void
apic_timer_set_frequency(uint64_t apic_hz, uint64_t tsc_hz)
{
    ticks_per_tsc = multiply_divide(apic_hz, 1ull << 32, tsc_hz);
    if (ticks_per_tsc == 0) {
        panic("boot: the APIC timer does not run: %lu Hz", apic_hz);
    }
    longest = multiply_divide(0xffffffff, 1ull << 32, ticks_per_tsc);
}

void
apic_timer_start_count(uint32_t count)
{
    apic_write(APIC_TIMER_INITIAL, count);
}

uint32_t
apic_timer_read_count(void)
{
    return apic_read(APIC_TIMER_CURRENT);
}

/* Counter ticks that last at least `ticks` of the TSC, as far as the counter goes. At least 1: 0
 * would stop it. */
static uint32_t
counter_ticks(uint64_t ticks)
{
    if (ticks >= longest) {
        return 0xffffffff;
    }
    return (uint32_t)((unsigned __int128)ticks * ticks_per_tsc >> 32) + 1;
}

void
timer_arm(uint64_t deadline)
{
    if ((platform.features & L4_FEATURE_TSC_DEADLINE) != 0) {
        msr_write(MSR_TSC_DEADLINE, deadline != 0 ? deadline : 1); /* 0 disarms */
        return;
    }
    uint64_t now = cpu_now();
    apic_write(APIC_TIMER_INITIAL, counter_ticks(deadline > now ? deadline - now : 0));
}

void
timer_stop(void)
{
    if ((platform.features & L4_FEATURE_TSC_DEADLINE) != 0) {
        msr_write(MSR_TSC_DEADLINE, 0);
    } else {
        apic_write(APIC_TIMER_INITIAL, 0);
    }
}
