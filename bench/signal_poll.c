/* signal/poll: poll a notification.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before SYSCALL (poll) to after it returns, in one thread. `pending`: `yes` when the
 * notification has bits, which the poll takes; `no` when it has none, which is L4_EAGAIN. */

#include <l4user/ipc.h>
#include <l4user/string.h>

#include "bench.h"
#include "worker.h"

static void
run(const struct parameters *parameters)
{
    l4_cap notification = worker_notification(0);
    bool pending = strcmp(parameters->pending, "yes") == 0;
    l4_word expected = pending ? L4_OK : L4_EAGAIN;

    measure_begin(REGION_SHARED);
    for (uint32_t i = 0; i < measure_total(); i++) {
        if (pending) {
            (void)l4_signal(notification);
        }
        struct region region = region_shared_around(L4_SYS_POLL, notification);
        region.error = region.error == expected ? L4_OK : L4_ESTATE;
        measure_add(&region);
    }
    if (!pending) {
        measure_amortised(region_loop(L4_SYS_POLL, notification, 0, MEASURE_LOOP), MEASURE_LOOP);
    }
}

static const struct parameters cases[] = {
    {.direction = "round-trip", .pending = "yes"},
    {.direction = "round-trip", .pending = "no"},
};

BENCH("signal/poll", cases, COUNT_OF(cases), false, run);
