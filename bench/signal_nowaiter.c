/* signal/nowaiter: signal a notification that nobody waits for.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before SYSCALL (signal) to after it returns, in one thread. The bits are taken back outside
 * the region; in the amortised loop they stay. */

#include <l4user/ipc.h>

#include "bench.h"
#include "worker.h"

static void
run(const struct parameters *parameters)
{
    l4_cap notification = worker_notification(0);
    l4_word bits;

    (void)parameters;
    measure_begin(REGION_SHARED);
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_shared_around(L4_SYS_SIGNAL, notification);
        measure_add(&region);
        if (l4_poll(notification, &bits) != L4_OK) {
            measure_fail("the signal did not arrive");
        }
    }
    measure_amortised(region_loop(L4_SYS_SIGNAL, notification, 0, MEASURE_LOOP), MEASURE_LOOP);
}

static const struct parameters cases[] = {{.direction = "round-trip"}};

BENCH("signal/nowaiter", cases, COUNT_OF(cases), false, run);
