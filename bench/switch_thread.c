/* switch/thread: from a thread that blocks to the next that is ready.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the SYSCALL (wait) of a thread that must block, to after the SYSCALL (signal) returns
 * in which the next ready thread had been preempted: the scheduler chooses. */

#include <l4user/ipc.h>

#include "bench.h"
#include "worker.h"

static l4_cap notification;

static void
next(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_shared_to(L4_SYS_SIGNAL, notification, 0);
        measure_add(&region);
    }
    worker_done();
}

static void
blocker(l4_word argument)
{
    l4_word bits;
    l4_word error = l4_wait(notification, &bits); /* until the other is in its first region */

    (void)argument;
    while (error == 0) {
        error = region_shared_from(L4_SYS_WAIT, notification).error;
    }
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    notification = worker_notification(0);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){
        .priority = WORKER_HIGH,
        .apart = worker_apart(parameters->space),
        .entry = blocker,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = next});
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "one-way", .space = "same"},
    {.direction = "one-way", .space = "different"},
};

BENCH("switch/thread", cases, COUNT_OF(cases), false, run);
