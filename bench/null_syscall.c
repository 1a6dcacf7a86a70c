/* null/syscall: into the kernel and back, nothing else.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before SYSCALL to after it returns, in one thread, with the call that does nothing. */

#include "bench.h"

static void
run(const struct parameters *parameters)
{
    (void)parameters;
    measure_begin(REGION_SHARED);
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_shared_around(L4_SYS_NULL, 0);
        measure_add(&region);
    }
    measure_amortised(region_loop(L4_SYS_NULL, 0, 0, MEASURE_LOOP), MEASURE_LOOP);
}

static const struct parameters cases[] = {{.direction = "round-trip"}};

BENCH("null/syscall", cases, COUNT_OF(cases), false, run);
