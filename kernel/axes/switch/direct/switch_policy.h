/* Axis switch, choice direct: an IPC runs its partner at once, where the priorities allow.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The partner of a rendezvous is who should run next, unless somebody of higher priority waits: no
 * queue is touched and nothing is searched. The price: those of the same priority who waited longer
 * are passed over as long as the rendezvous goes on. */
#pragma once

#include <stdbool.h>

/* May whom current wakes run at once, without the scheduler? */
static inline bool
switch_directly(void)
{
    return true;
}
