/* What a benchmark is, and what it says to the harness.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A benchmark is one file that ends with BENCH(…); nothing else lists it. docs/benchmarks.md shows
 * how to write one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "region.h"

/* One case of a benchmark; a field that is zero is no parameter of it. */
struct parameters {
    const char *direction; /* "one-way", "round-trip" or "event" */
    const char *space;     /* "same" or "different": of the two threads */
    const char *server;    /* "active"; passive, the ordinary case, is not said */
    const char *pending;   /* "yes" or "no": has the notification bits? */
    const char *kind;      /* of fault: "page" or "exception" */
    const char *source;    /* of interrupt: "timer" or "device" */
    const char *phase;     /* of interrupt: "entry" or "return" */
    const char *driver;    /* "waiting" or "busy" when the signals come */
    uint32_t signals;      /* in a burst */
    bool has_threads;
    uint32_t threads; /* that blocked since the last choice */
    bool varies;      /* no parameter: the samples differ, even where they are counted */
    bool has_words;
    uint32_t words; /* of the message */
    uint32_t core;  /* the other core; the harness fills it in, see each_core */
};

struct bench {
    const char *name; /* "group/case" */
    const struct parameters *cases;
    uint32_t cases_count;
    bool each_core; /* every case is run once for each other core; skipped when there is none */
    /* Runs in the root thread; takes measure_total() samples or says why not. */
    void (*run)(const struct parameters *parameters);
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define BENCH(...)                                                                                 \
    static const struct bench bench = {__VA_ARGS__};                                               \
    static const struct bench *const bench_entry __attribute__((used, section(".table"))) = &bench

/* The eight cases of the IPC benchmarks: space and words. */
#define BENCH_IPC_CASES(direction_)                                                                \
    BENCH_IPC_CASE(direction_, "same", 0), BENCH_IPC_CASE(direction_, "same", 4),                  \
        BENCH_IPC_CASE(direction_, "same", 10), BENCH_IPC_CASE(direction_, "same", 60),            \
        BENCH_IPC_CASE(direction_, "different", 0), BENCH_IPC_CASE(direction_, "different", 4),    \
        BENCH_IPC_CASE(direction_, "different", 10), BENCH_IPC_CASE(direction_, "different", 60)
#define BENCH_IPC_CASE(direction_, space_, words_)                                                 \
    {                                                                                              \
        .direction = direction_, .space = space_, .has_words = true, .words = words_               \
    }

/* --- samples (measure.c) --- */

#define MEASURE_MAX    3000u /* so that a record fits in its line */
#define MEASURE_WARMUP 16u
#define MEASURE_LOOP   1000u /* iterations of an amortised loop */

/* What kind of region this case times. Before the first sample. */
void measure_begin(enum region_kind kind);

/* Regions to run, warm-up included. */
uint32_t measure_total(void);

/* How many there are already; other cores' threads may be adding. */
uint32_t measure_count(void);

/* The next sample. `error`: of the system calls that made it; not zero: the case has failed. */
void measure_add(const struct region *region);
void measure_amortised(uint64_t ticks, uint64_t iterations);

/* Something that the measured code counted, the same in every sample. Up to MEASURE_COUNTS a case.
 */
#define MEASURE_COUNTS 4u
void measure_counted(const char *name, uint64_t value);

/* The case has no meaning here, or has failed. The text is kept by reference. */
void measure_skip(const char *reason);
void measure_fail(const char *reason);
bool measure_failed(void);
