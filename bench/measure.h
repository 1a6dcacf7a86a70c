/* What the harness sees of the measurements.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4user/report.h>

#include "clock.h"

/* Before all: measure the overhead of the empty regions. NULL, or what is wrong with it. */
const char *measure_overheads(enum clock clock);

/* Before each case: forget the last one's samples. */
void measure_reset(uint32_t samples);

/* After each case: fill in what is known of it. `cross`: several cores took part. */
void measure_finish(enum clock clock, bool cross, struct report_record *record);
