/* cross/signal: wake a thread on another core.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the SYSCALL (signal) of a thread on core 0 to after the SYSCALL (wait) returns of a
 * thread on core `core`, which was idle; the notification is that core's. On hardware the two
 * cores' time-stamp counters are taken to be in step, as invariant counters are. Under counting
 * mode the sample sums what all cores executed: not a latency. */

#include "bench.h"
#include "settle.h"
#include "worker.h"

static l4_cap notification;

static void
signaller(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        settle();
        (void)region_shared_from(L4_SYS_SIGNAL, notification);
        while (measure_count() <= i) {
            __builtin_ia32_pause();
        }
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
    notification = worker_notification(parameters->core);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){
        .core = parameters->core,
        .priority = WORKER_MIDDLE,
        .entry = waiter,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = signaller});
    workers_finish();
}

static const struct parameters cases[] = {{.direction = "one-way"}};

BENCH("cross/signal", cases, COUNT_OF(cases), true, run);
