/* One core: what is its own and nobody else's.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: all of it belongs to the core, but the fields under "others write". */
#pragma once

#include <stddef.h>

#include <arch/arch_core.h>
#include <l4/types.h>
#include <queue_policy.h>

struct thread;
struct context;

struct core {
    /* First cache line: what entry and the fast path read. Entry finds it through the core's own
     * base register; arch_impl/offsets.h and this_core() know the first three offsets. */
    struct thread *current;  /* runs, or ran last; never NULL after boot (the idle thread) */
    uint64_t stack_top;      /* of the kernel stack */
    struct core *self;       /* this_core() reads it */
    struct context *context; /* pays for current; NULL: nobody does (idle, shipped calls) */
    uint64_t charged_at;     /* arch_now() when context began to pay */
    uint32_t number;
    uint32_t floor;          /* highest priority in the queue, 0 when it is empty */
    uint64_t idle_here;      /* situation of an idle endpoint of this core, and of one with */
    uint64_t receivers_here; /* receivers: what the fast path compares with */
    struct space *space;     /* whose page tables are loaded */
    uint64_t timer_deadline; /* what the timer is armed for, TIME_NEVER when it is not */

    struct run_queue queue;    /* ready threads; see queue_policy.h for who is in it */
    struct context *released;  /* contexts without budget, by time of next replenishment */
    struct thread *flush_wait; /* threads of this core that wait for other cores' flushes */

    struct thread idle; /* current while nobody else is; never in a queue, never resumed */

    /* Others write: each on a cache line of its own. */
    _Alignas(64) struct inbox_node *inbox; /* atomic push list, newest first; see smp/inbox.h */
    _Alignas(64) uint64_t flush_done;      /* atomic: flush epoch up to which the TLB is clean */
    uint64_t flush_askers;                 /* atomic: cores that wait for flush_done, by bit */

    struct arch_core arch;
};

_Static_assert(offsetof(struct core, current) == 0, "entry.S");
_Static_assert(offsetof(struct core, stack_top) == 8, "entry.S");
_Static_assert(offsetof(struct core, self) == 16, "this_core()");
