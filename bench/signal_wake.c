/* signal/wake: signal a thread of higher priority that waits.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before one thread's SYSCALL (signal) to after the waiting thread's (wait) returns. */

#include "bench.h"
#include "worker.h"

static l4_cap notification;

static void
signaller(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        (void)region_shared_from(L4_SYS_SIGNAL, notification);
    }
    worker_done();
}

static void
waiter(l4_word argument)
{
    struct region region;

    (void)argument;
    do {
        region = region_shared_to(L4_SYS_WAIT, notification, 0);
        measure_add(&region);
    } while (region.error == 0);
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
        .entry = waiter,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = signaller});
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "one-way", .space = "same"},
    {.direction = "one-way", .space = "different"},
};

BENCH("signal/wake", cases, COUNT_OF(cases), false, run);
