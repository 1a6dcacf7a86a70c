/* How fast the time-stamp counter and the APIC timer run.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Told by the processor or the hypervisor where they say it, else measured against the HPET, else
 * against the PIT. A result within a thousandth of a whole number of MHz is taken to be that, so
 * that two boots of one machine agree. */
#include "machine.h"

#include <arch/cpu.h>
#include <arch_impl/instructions.h>
#include <internal/panic.h>

#define MHZ                1000000ull
#define FEMTOSECONDS       1000000000000000ull /* a second */
#define MEASURE_PER_SECOND 250u                /* measure for 4 ms */

/* Intel SDM vol. 2A, CPUID: time-stamp counter and core crystal clock, processor frequency. */
#define LEAF_CRYSTAL   0x15u
#define LEAF_FREQUENCY 0x16u
/* Timing leaf: kHz of TSC and of the APIC bus. Proposed by VMware, given by KVM and QEMU. */
#define LEAF_HYPERVISOR        0x40000000u
#define LEAF_HYPERVISOR_TIMING 0x40000010u

/* IA-PC HPET specification 1.0a, 2.3. */
#define HPET_PERIOD         0x4 /* femtoseconds a tick */
#define HPET_CONFIGURATION  0x10
#define HPET_ENABLE         1u
#define HPET_COUNTER        0xf0 /* low half: enough for 4 ms */
#define HPET_LONGEST_PERIOD 100000000u

/* Intel 8254 data sheet; port 0x61 as in the IBM PC/AT technical reference. */
#define PIT_HZ                 1193182u
#define PIT_COUNT              (PIT_HZ / MEASURE_PER_SECOND)
#define PIT_CHANNEL_2          0x42
#define PIT_COMMAND            0x43
#define PIT_CHANNEL_2_ONE_SHOT 0xb0 /* both bytes, mode 0, binary */
#define PIT_GATE_PORT          0x61
#define PIT_GATE               0x01
#define PIT_SPEAKER            0x02
#define PIT_OUTPUT             0x20

/* Device registers are slow, above all emulated ones: between two reads spin without looking.
 * No pause: no other core runs yet, and counting emulators switch cores at each one. */
#define SPIN_BETWEEN_LOOKS 2000u
#define LOOKS_MAX          10000000u

static void
spin(void)
{
    uint32_t left = SPIN_BETWEEN_LOOKS;
    __asm__ volatile("1: decl %0\n\tjnz 1b" : "+r"(left) : : "cc");
}

static uint64_t
round_frequency(uint64_t hz)
{
    uint64_t whole = (hz + MHZ / 2) / MHZ * MHZ;
    uint64_t off = hz > whole ? hz - whole : whole - hz;
    return off <= hz / 1000 ? whole : hz;
}

static uint64_t
told_by_processor(void)
{
    uint32_t highest = cpuid(0, 0).eax;
    if (highest < LEAF_CRYSTAL) {
        return 0;
    }
    struct cpuid crystal = cpuid(LEAF_CRYSTAL, 0); /* TSC = ECX * EBX / EAX */
    if (crystal.eax == 0 || crystal.ebx == 0) {
        return 0;
    }
    if (crystal.ecx != 0) {
        return multiply_divide(crystal.ecx, crystal.ebx, crystal.eax);
    }
    return highest >= LEAF_FREQUENCY ? (cpuid(LEAF_FREQUENCY, 0).eax & 0xffff) * MHZ : 0;
}

static uint64_t
told_by_hypervisor(void)
{
    bool has = (platform.features & L4_FEATURE_HYPERVISOR) != 0 &&
               cpuid(LEAF_HYPERVISOR, 0).eax >= LEAF_HYPERVISOR_TIMING;
    return has ? cpuid(LEAF_HYPERVISOR_TIMING, 0).eax * 1000ull : 0;
}

static volatile uint8_t *hpet;

static uint32_t
hpet_read(uint32_t offset)
{
    /* volatile: a device register. */
    return *(volatile uint32_t *)(hpet + offset);
}

struct moment {
    uint64_t tsc;
    uint32_t hpet;
};

/* TSC and HPET at one moment: of three tries, the one that took the least time. */
static struct moment
read_both(void)
{
    struct moment best = {0, 0};
    uint64_t shortest = ~0ull;
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t before = cpu_now();
        uint32_t counter = hpet_read(HPET_COUNTER);
        uint64_t took = cpu_now() - before;
        if (took < shortest) {
            shortest = took;
            best = (struct moment){before + took / 2, counter};
        }
    }
    return best;
}

static uint64_t
measured_by_hpet(void)
{
    if (platform.hpet_address == 0) {
        return 0;
    }
    hpet = kernel_space_map_device(platform.hpet_address);
    uint32_t period = hpet_read(HPET_PERIOD);
    if (period == 0 || period > HPET_LONGEST_PERIOD) {
        return 0;
    }
    uint32_t configuration = hpet_read(HPET_CONFIGURATION);
    *(volatile uint32_t *)(hpet + HPET_CONFIGURATION) = configuration | HPET_ENABLE;

    uint32_t wanted = (uint32_t)(FEMTOSECONDS / MEASURE_PER_SECOND / period);
    struct moment start = read_both();
    for (uint32_t i = 0; i < LOOKS_MAX && hpet_read(HPET_COUNTER) - start.hpet < wanted; i++) {
        spin();
    }
    struct moment end = read_both();
    uint64_t passed = (uint64_t)(end.hpet - start.hpet) * period; /* femtoseconds */
    return passed != 0 ? multiply_divide(end.tsc - start.tsc, FEMTOSECONDS, passed) : 0;
}

/* One-shot on channel 2, whose output can be read; its gate starts it. */
static uint64_t
measured_by_pit(void)
{
    uint8_t gate = (uint8_t)(port_read8(PIT_GATE_PORT) & ~(PIT_SPEAKER | PIT_GATE));
    port_write8(PIT_GATE_PORT, gate | PIT_GATE);
    port_write8(PIT_COMMAND, PIT_CHANNEL_2_ONE_SHOT);
    port_write8(PIT_CHANNEL_2, PIT_COUNT & 0xff);
    port_write8(PIT_CHANNEL_2, PIT_COUNT >> 8);
    uint64_t start = cpu_now();
    uint32_t looks = 0;
    while ((port_read8(PIT_GATE_PORT) & PIT_OUTPUT) == 0) {
        if (++looks == LOOKS_MAX) {
            return 0;
        }
    }
    uint64_t ticks = cpu_now() - start;
    port_write8(PIT_GATE_PORT, gate);
    return multiply_divide(ticks, PIT_HZ, PIT_COUNT);
}

static void
calibrate_timer(void)
{
    uint64_t wanted = platform.tsc_hz / MEASURE_PER_SECOND;
    uint64_t start = cpu_now();
    apic_timer_start_count(0xffffffff);
    while (cpu_now() - start < wanted) {
        spin();
    }
    uint64_t counted = 0xffffffff - apic_timer_read_count();
    uint64_t ticks = cpu_now() - start;
    apic_timer_start_count(0);
    uint64_t apic_hz = multiply_divide(counted, platform.tsc_hz, ticks);
    apic_timer_set_frequency(round_frequency(apic_hz), platform.tsc_hz);
}

void
clock_calibrate(void)
{
    uint64_t (*const sources[])(void) = {told_by_processor, told_by_hypervisor, measured_by_hpet,
                                         measured_by_pit};
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && platform.tsc_hz == 0; i++) {
        platform.tsc_hz = round_frequency(sources[i]());
    }
    if (platform.tsc_hz < MHZ) {
        panic("boot: cannot find the clock's frequency: no CPUID leaf, no HPET, no PIT");
    }
    if ((platform.features & L4_FEATURE_TSC_DEADLINE) == 0) {
        calibrate_timer();
    }
}

void
clock_wait_microseconds(uint64_t microseconds)
{
    uint64_t ticks = multiply_divide(microseconds, platform.tsc_hz, MHZ);
    uint64_t start = cpu_now();
    while (cpu_now() - start < ticks) {
        cpu_pause();
    }
}
