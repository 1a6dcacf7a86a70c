/* Axis switch, choice scheduler: an IPC makes its partner ready, and the scheduler says who runs.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Whom current wakes goes behind those of its priority who waited longer, and every rendezvous pays
 * for the run queue and the choice; the fast path, which does neither, is never taken. */
#pragma once

#include <stdbool.h>

/* May whom current wakes run at once, without the scheduler? */
static inline bool
switch_directly(void)
{
    return false;
}
