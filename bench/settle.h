/* Waiting until another core is idle again.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "region.h"

#define SETTLE_TICKS 20000u

/* Let the other core come to rest: no message could tell, since telling would wake it. `pause`
 * lets it run where an emulator runs one core at a time. */
static inline void
settle(void)
{
    uint64_t start = region_ticks();

    while (region_ticks() - start < SETTLE_TICKS) {
        __builtin_ia32_pause();
    }
}
