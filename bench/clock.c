/* What the time-stamp counter counts here.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The host says by clock= what it started. It is not believed: counting mode is recognised by
 * counting, so that a number never gets a clock that it was not taken with. */

#include "clock.h"

#include <stddef.h>
#include <stdint.h>

#include <l4user/argument.h>
#include <l4user/runtime.h>
#include <l4user/string.h>

#define TRIES 16u

/* Ticks of exactly 100 instructions between two readings: the difference between a region with
 * them and one without. */
static uint64_t
hundred_nops(void)
{
    uint32_t start, middle, end;

    __asm__ volatile("rdtsc\n\t"
                     "mov %%eax, %0\n\t"
                     "rdtsc\n\t"
                     "mov %%eax, %1\n\t"
                     ".rept 100\n\t"
                     "nop\n\t"
                     ".endr\n\t"
                     "rdtsc\n\t"
                     : "=&r"(start), "=&r"(middle), "=&a"(end)
                     :
                     : "rdx");
    return (uint32_t)(end - middle) - (uint32_t)(middle - start);
}

static bool
counts_instructions(void)
{
    for (unsigned i = 0; i < TRIES; i++) {
        if (hundred_nops() != 100) {
            return false;
        }
    }
    return true;
}

/* Is this QEMU's own emulation? It says so in the hypervisor leaf of CPUID. */
static bool
is_emulated(void)
{
    uint32_t eax = 0x40000000u, ebx, ecx = 0, edx;

    if ((bootinfo()->features & L4_FEATURE_HYPERVISOR) == 0) {
        return false;
    }
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return ebx == 0x54474354u && ecx == 0x43544743u && edx == 0x47435447u; /* "TCGTCGTCGTCG" */
}

const char *
clock_choose(enum clock *clock)
{
    char said[ARGUMENT_MAX];

    if (counts_instructions()) {
        *clock = CLOCK_INSTRUCTIONS;
    } else {
        *clock = is_emulated() ? CLOCK_EMULATED_TIME : CLOCK_CYCLES;
    }
    if (!argument_value("clock", said) || strcmp(said, clock_name(*clock, false)) == 0) {
        return NULL;
    }
    if (strcmp(said, "instructions") != 0 && strcmp(said, "emulated-time") != 0 &&
        strcmp(said, "cycles") != 0) {
        return "clock= must be instructions, emulated-time or cycles";
    }
    return "clock= is not what this machine's time-stamp counter counts";
}

const char *
clock_name(enum clock clock, bool cross)
{
    static const char *const names[] = {
        [CLOCK_INSTRUCTIONS] = "instructions",
        [CLOCK_EMULATED_TIME] = "emulated-time",
        [CLOCK_CYCLES] = "cycles",
    };

    return clock == CLOCK_INSTRUCTIONS && cross ? "instructions-all-cores" : names[clock];
}

const char *
clock_unit(enum clock clock)
{
    static const char *const units[] = {
        [CLOCK_INSTRUCTIONS] = "instructions",
        [CLOCK_EMULATED_TIME] = "ticks",
        [CLOCK_CYCLES] = "cycles",
    };

    return units[clock];
}
