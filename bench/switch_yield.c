/* switch/yield: from one thread to another of the same priority, by yield.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before one thread's SYSCALL (yield) to after the other's (yield) returns. Each has a
 * scheduling context of its own. Amortised: both yield in turn, two switches an iteration. */

#include <l4user/ipc.h>

#include "bench.h"
#include "worker.h"

static l4_cap both_run; /* signalled by the one that yields first */

static void
from(l4_word argument)
{
    (void)argument;
    (void)l4_signal(both_run);
    (void)l4_yield(); /* returns when the other has come to its first yield */
    for (uint32_t i = 0; i < measure_total(); i++) {
        (void)region_shared_from(L4_SYS_YIELD, 0);
    }
    measure_amortised(region_loop(L4_SYS_YIELD, 0, 0, MEASURE_LOOP), 2 * MEASURE_LOOP);
    worker_done();
}

static void
to(l4_word argument)
{
    l4_word bits;

    (void)argument;
    (void)l4_wait(both_run, &bits);
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_shared_to(L4_SYS_YIELD, 0, 0);
        measure_add(&region);
    }
    (void)region_loop(L4_SYS_YIELD, 0, 0, MEASURE_LOOP);
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    both_run = worker_notification(0);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){
        .priority = WORKER_MIDDLE,
        .apart = worker_apart(parameters->space),
        .entry = to,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = from});
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "one-way", .space = "same"},
    {.direction = "one-way", .space = "different"},
};

BENCH("switch/yield", cases, COUNT_OF(cases), false, run);
