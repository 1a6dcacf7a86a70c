/* The high precision event timer: its main counter, and one one-shot comparator.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Section numbers are those of the IA-PC HPET Specification 1.0a. */
#pragma once

#include <stdint.h>

#include <l4/types.h>
#include <l4user/device.h>

#define HPET_COUNTER    0xf0u  /* section 2.3.7 */
#define HPET_COMPARATOR 0x108u /* of timer 0; section 2.3.9 */

struct hpet {
    volatile void *registers;
    uint64_t period_fs; /* femtoseconds a tick */
    l4_cap interrupt;   /* edge-triggered line of timer 0 */
};

/* Start the main counter and have timer 0's interrupt taken by `core` and signalled to
 * `notification`. Gives NULL, or the reason why not. */
const char *hpet_start(struct hpet *hpet, uint32_t core, l4_cap notification);

static inline uint64_t
hpet_now(const struct hpet *hpet)
{
    return device_read64(hpet->registers, HPET_COUNTER);
}

/* Raise the interrupt once, when the counter comes to `deadline`. */
static inline void
hpet_arm(const struct hpet *hpet, uint64_t deadline)
{
    device_write64(hpet->registers, HPET_COMPARATOR, deadline);
}
