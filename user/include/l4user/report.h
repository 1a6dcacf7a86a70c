/* The report: the one writer of the protocol of docs/records.md.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: one thread writes. Order: report_begin(), then records, tests and progress,
 * then report_end(). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum report_status {
    REPORT_OK,
    REPORT_SKIP, /* has no meaning here, or needs what is not there */
    REPORT_ERROR,
};

/* A parameter of a benchmark, or something it counted: a string, or a number where text is NULL. */
struct report_parameter {
    const char *name;
    const char *text;
    uint64_t number;
};

/* The fields of a benchmark record, as docs/records.md has them. */
struct report_record {
    const char *bench;
    const struct report_parameter *params;
    uint32_t params_count;
    const char *direction;
    const char *clock;
    const char *unit;
    enum report_status status;
    const char *reason;
    uint64_t overhead;
    uint32_t warmup;
    uint64_t mark;
    uint32_t marks;
    uint64_t amortised;
    uint64_t iterations;
    const struct report_parameter *counts;
    uint32_t counts_count;
    const uint64_t *samples;
    uint32_t samples_count;
};

enum report_outcome {
    REPORT_PASS,
    REPORT_TEST_SKIP,
    REPORT_FAIL,
};

struct report_test {
    const char *name;
    enum report_outcome outcome;
    const char *reason;
    const char *file;
    uint32_t line;
};

/* The header. root: "bench" or "test"; clock: the default clock's name. */
void report_begin(const char *root, const char *clock);

/* What begins now, `done` of `total` being behind. */
void report_progress(uint32_t done, uint32_t total, const char *name);

void report_record(const struct report_record *record);
void report_test(const struct report_test *test);

/* The trailer. */
void report_end(void);
