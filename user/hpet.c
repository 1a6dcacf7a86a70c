/* The high precision event timer: its main counter, and one one-shot comparator.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/hpet.h>

#include <stddef.h>

#include <l4/object.h>
#include <l4user/error.h>
#include <l4user/invoke.h>
#include <l4user/memory.h>
#include <l4user/runtime.h>

#define CAPABILITIES      0x00u /* section 2.3.4; bits 63-32: the period in fs */
#define PERIOD_MAX_FS     0x05f5e100u
#define CONFIGURATION     0x10u /* section 2.3.5 */
#define ENABLE            0x1u
#define TIMER             0x100u /* timer 0's configuration, section 2.3.8 */
#define TIMER_LEVEL       (1u << 1)
#define TIMER_ENABLE      (1u << 2)
#define TIMER_PERIODIC    (1u << 3)
#define TIMER_32_BITS     (1u << 8)
#define TIMER_MESSAGE     (1u << 14)
#define TIMER_ROUTE_SHIFT 9u
#define TIMER_ROUTE       (0x1fu << TIMER_ROUTE_SHIFT)

/* Makes the handler right of the highest line that the timer can be routed to and that is free: the
 * low ones are those of the old PC devices. */
static enum l4_error
make_interrupt(struct hpet *hpet, uint32_t routes, uint32_t core, uint32_t *line)
{
    enum l4_error error = memory_slots(1, &hpet->interrupt);
    enum l4_error last = L4_EARG;

    for (uint32_t i = 32; error == L4_OK && i > 0; i--) {
        *line = i - 1;
        if ((routes >> *line & 1) != 0) {
            last = l4_interrupts_line(L4_ROOT_INTERRUPTS, *line, 0, L4_ROOT_TABLE, hpet->interrupt,
                                      core);
            if (last == L4_OK) {
                return L4_OK;
            }
        }
    }
    return error != L4_OK ? error : last;
}

/* Timer 0: one shot, edge-triggered, on that line. */
static void
program(const struct hpet *hpet, uint32_t line)
{
    uint32_t timer = device_read32(hpet->registers, TIMER);

    timer &= ~(TIMER_LEVEL | TIMER_PERIODIC | TIMER_32_BITS | TIMER_MESSAGE | TIMER_ROUTE);
    device_write64(hpet->registers, HPET_COMPARATOR, UINT64_MAX); /* far away */
    device_write32(hpet->registers, TIMER, timer | TIMER_ENABLE | line << TIMER_ROUTE_SHIFT);
    device_write32(hpet->registers, CONFIGURATION, ENABLE); /* legacy routing off */
}

const char *
hpet_start(struct hpet *hpet, uint32_t core, l4_cap notification)
{
    uint64_t physical = bootinfo()->hpet_address;
    uint32_t line;
    enum l4_error error;

    if (physical == 0) {
        return "the firmware lists no HPET";
    }
    error = device_map(physical, &hpet->registers);
    if (error != L4_OK) {
        return error_name(error);
    }
    hpet->period_fs = device_read64(hpet->registers, CAPABILITIES) >> 32;
    if (hpet->period_fs == 0 || hpet->period_fs > PERIOD_MAX_FS) {
        return "the HPET's period is not one that the specification allows";
    }
    error = make_interrupt(hpet, device_read32(hpet->registers, TIMER + 4), core, &line);
    if (error == L4_OK) {
        error = l4_interrupt_bind(hpet->interrupt, notification);
    }
    if (error != L4_OK) {
        return error_name(error);
    }
    program(hpet, line);
    return NULL;
}
