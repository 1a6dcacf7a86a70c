/* The samples of the case that runs, and the overhead that is subtracted from them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: while a case runs its threads add samples, one at a time; before and after, the root
 * thread has everything. */

#include "measure.h"

#include <stddef.h>

#include "bench.h"

#define OVERHEAD_RUNS 64u

volatile uint64_t region_start;
volatile uint32_t region_flag;

static uint64_t overheads[REGION_KINDS];
static uint64_t marks_behind; /* begin markers executed before this case */

static struct {
    enum region_kind kind;
    uint32_t wanted;
    volatile uint32_t count; /* warm-up included */
    enum report_status status;
    const char *reason;
    uint64_t amortised;
    uint64_t iterations;
    struct report_parameter counts[MEASURE_COUNTS];
    uint32_t counts_count;
} now;

/* Touched by every case's warm-up and reset, so no sample is the first to write its page. */
static uint64_t samples[MEASURE_MAX];

/* Sorting few numbers. */
static void
sort(uint64_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        uint32_t at = i;
        for (; at > 0 && values[at - 1] > value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
}

/* Is this overhead one number? Under counting mode all runs must agree; on hardware the middle one
 * must be near the least. Emulated time is the host's: there is nothing to ask. */
static bool
is_stable(enum clock clock, const uint64_t *sorted)
{
    uint64_t least = sorted[0];

    if (clock == CLOCK_INSTRUCTIONS) {
        return sorted[OVERHEAD_RUNS - 1] == least;
    }
    return clock == CLOCK_EMULATED_TIME || sorted[OVERHEAD_RUNS / 2] - least <= least / 4 + 8;
}

static bool
measure_overhead(enum clock clock, enum region_kind kind)
{
    for (uint32_t i = 0; i < MEASURE_WARMUP; i++) {
        (void)region_empty(kind);
    }
    for (uint32_t i = 0; i < OVERHEAD_RUNS; i++) {
        samples[i] = region_empty(kind);
    }
    marks_behind += MEASURE_WARMUP + OVERHEAD_RUNS;
    sort(samples, OVERHEAD_RUNS);
    overheads[kind] = samples[0];
    return is_stable(clock, samples);
}

const char *
measure_overheads(enum clock clock)
{
    bool stable = true;

    region_flag = 1;
    stable &= measure_overhead(clock, REGION_MESSAGE);
    stable &= measure_overhead(clock, REGION_SHARED);
    stable &= measure_overhead(clock, REGION_SEEN);
    return stable ? NULL : "the overhead of an empty region is not stable on this machine";
}

void
measure_reset(uint32_t wanted)
{
    now.kind = REGION_UNMARKED;
    now.wanted = wanted;
    now.count = 0;
    now.status = REPORT_OK;
    now.reason = "";
    now.amortised = 0;
    now.iterations = 0;
    now.counts_count = 0;
    for (uint32_t i = 0; i < MEASURE_MAX; i++) {
        samples[i] = 0;
    }
}

void
measure_begin(enum region_kind kind)
{
    now.kind = kind;
}

uint32_t
measure_total(void)
{
    return MEASURE_WARMUP + now.wanted;
}

uint32_t
measure_count(void)
{
    return now.count;
}

void
measure_add(const struct region *region)
{
    uint64_t ticks = region->end - region->start;
    uint64_t overhead = overheads[now.kind];

    if (region->error != 0) {
        measure_fail("a system call of the measured path gave an error");
    }
    if (now.count >= MEASURE_WARMUP && now.count < measure_total()) {
        samples[now.count - MEASURE_WARMUP] = ticks > overhead ? ticks - overhead : 0;
    }
    now.count++;
}

void
measure_amortised(uint64_t ticks, uint64_t iterations)
{
    now.amortised = ticks;
    now.iterations = iterations;
}

void
measure_counted(const char *name, uint64_t value)
{
    now.counts[now.counts_count++] = (struct report_parameter){name, NULL, value};
}

void
measure_skip(const char *reason)
{
    now.status = REPORT_SKIP;
    now.reason = reason;
}

void
measure_fail(const char *reason)
{
    now.status = REPORT_ERROR;
    now.reason = reason;
}

bool
measure_failed(void)
{
    return now.status != REPORT_OK;
}

void
measure_finish(enum clock clock, bool cross, struct report_record *record)
{
    bool marked = now.kind != REGION_UNMARKED && now.count > 0;

    if (now.status == REPORT_OK && now.count < measure_total()) {
        measure_fail("the case ended before all its samples were taken");
    }
    record->clock = clock_name(clock, cross);
    record->unit = clock_unit(clock);
    record->status = now.status;
    record->reason = now.reason;
    if (now.status == REPORT_OK) {
        record->overhead = overheads[now.kind];
        record->warmup = MEASURE_WARMUP;
        record->mark = marked ? marks_behind + MEASURE_WARMUP : 0;
        record->marks = marked ? now.wanted : 0;
        record->amortised = now.amortised;
        record->iterations = now.iterations;
        record->counts = now.counts;
        record->counts_count = now.counts_count;
        record->samples = samples;
        record->samples_count = now.wanted;
    }
    if (marked) {
        marks_behind += now.count;
    }
}
