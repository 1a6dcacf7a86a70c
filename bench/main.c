/* The root task that measures: runs every benchmark that the filter takes, case by case.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Boot arguments: clock=instructions|emulated-time|cycles (checked), filter=PATTERN[,PATTERN…] on
 * names, with * and ?, samples=N. */

#include <stddef.h>

#include <l4user/argument.h>
#include <l4user/report.h>
#include <l4user/runtime.h>
#include <l4user/string.h>

#include "bench.h"
#include "clock.h"
#include "measure.h"
#include "worker.h"

#define SAMPLES_COUNTING 32u  /* identical anyway */
#define SAMPLES_VARYING  208u /* under counting mode, of what is swept */
#define SAMPLES          1000u
#define PARAMS_MAX       8u

/* user.ld: one pointer for each BENCH(). */
extern const struct bench *const table_begin[];
extern const struct bench *const table_end[];

static const char *const known_arguments[] = {"clock", "filter", "samples", NULL};

static struct {
    enum clock clock;
    char filter[ARGUMENT_MAX];
    uint32_t samples; /* 0: not said */
} settings;

/* Says which argument is unknown, and which are known. */
static const char *
describe_unknown(const char *key)
{
    static char text[512];
    static const char *const *const lists[] = {known_arguments, argument_of_kernel};

    text[0] = '\0';
    string_append(text, sizeof(text), "unknown boot argument ");
    string_append(text, sizeof(text), key);
    string_append(text, sizeof(text), "; known:");
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (const char *const *name = lists[i]; *name != NULL; name++) {
            string_append(text, sizeof(text), " ");
            string_append(text, sizeof(text), *name);
        }
    }
    return text;
}

/* Returns NULL, or what is wrong with the boot arguments and what would be right. */
static const char *
read_settings(void)
{
    char text[ARGUMENT_MAX];
    unsigned long number;

    if (argument_unknown(known_arguments, text)) {
        return describe_unknown(text);
    }
    if (!argument_value("filter", settings.filter)) {
        settings.filter[0] = '*';
    }
    if (strlen(settings.filter) == ARGUMENT_MAX - 1) {
        return "filter= must be shorter than 127 characters";
    }
    if (argument_value("samples", text)) {
        if (!string_number(text, MEASURE_MAX, &number) || number == 0) {
            return "samples= must be a number from 1 to 3000";
        }
        settings.samples = (uint32_t)number;
    }
    return NULL;
}

/* Does one of the filter's patterns take this name? */
static bool
is_wanted(const char *name)
{
    char pattern[ARGUMENT_MAX];
    const char *from = settings.filter;

    for (;;) {
        size_t length = 0;
        while (from[length] != '\0' && from[length] != ',') {
            length++;
        }
        memcpy(pattern, from, length);
        pattern[length] = '\0';
        if (string_match(pattern, name)) {
            return true;
        }
        if (from[length] == '\0') {
            return false;
        }
        from += length + 1;
    }
}

/* How often each case is run: once for each other core, or once. */
static uint32_t
repetitions(const struct bench *bench)
{
    return bench->each_core && bootinfo()->cores > 1 ? bootinfo()->cores - 1 : 1;
}

static uint32_t
count_cases(void)
{
    uint32_t total = 0;

    for (const struct bench *const *b = table_begin; b < table_end; b++) {
        total += is_wanted((*b)->name) ? (*b)->cases_count * repetitions(*b) : 0;
    }
    return total;
}

/* The parameters that this case has, in the order of the schema. */
static uint32_t
list_params(const struct parameters *p, struct report_parameter params[PARAMS_MAX])
{
    const struct report_parameter texts[] = {
        {"space", p->space, 0},   {"server", p->server, 0}, {"pending", p->pending, 0},
        {"kind", p->kind, 0},     {"source", p->source, 0}, {"phase", p->phase, 0},
        {"driver", p->driver, 0},
    };
    uint32_t count = 0;

    if (p->has_words) {
        params[count++] = (struct report_parameter){"words", NULL, p->words};
    }
    for (uint32_t i = 0; i < COUNT_OF(texts); i++) {
        if (texts[i].text != NULL) {
            params[count++] = texts[i];
        }
    }
    if (p->signals != 0) {
        params[count++] = (struct report_parameter){"signals", NULL, p->signals};
    }
    if (p->has_threads) {
        params[count++] = (struct report_parameter){"threads", NULL, p->threads};
    }
    if (p->core != 0) {
        params[count++] = (struct report_parameter){"core", NULL, p->core};
    }
    return count;
}

/* How many samples this case is to have. */
static uint32_t
samples_of(const struct parameters *parameters)
{
    if (settings.samples != 0) {
        return settings.samples;
    }
    if (settings.clock != CLOCK_INSTRUCTIONS) {
        return SAMPLES;
    }
    return parameters->varies ? SAMPLES_VARYING : SAMPLES_COUNTING;
}

static void
run_case(const struct bench *bench, const struct parameters *parameters)
{
    struct report_parameter params[PARAMS_MAX];
    struct report_record record = {
        .bench = bench->name,
        .direction = parameters->direction,
        .params = params,
        .params_count = list_params(parameters, params),
    };

    measure_reset(samples_of(parameters));
    if (bench->each_core && parameters->core == 0) {
        measure_skip("needs a second core; this machine has one");
    } else {
        bench->run(parameters);
    }
    measure_finish(settings.clock, bench->each_core, &record);
    report_record(&record);
}

static void
run_bench(const struct bench *bench, uint32_t *done, uint32_t total)
{
    uint32_t times = repetitions(bench);

    for (uint32_t i = 0; i < bench->cases_count; i++) {
        for (uint32_t core = 1; core <= times; core++) {
            struct parameters parameters = bench->cases[i];
            if (bench->each_core && core < bootinfo()->cores) {
                parameters.core = core;
            }
            report_progress((*done)++, total, bench->name);
            run_case(bench, &parameters);
        }
    }
}

/* A record that says that nothing could be measured, and why. */
static void
report_problem(const char *reason)
{
    struct report_record record = {
        .bench = "bench/start",
        .direction = "event",
        .clock = clock_name(settings.clock, false),
        .unit = clock_unit(settings.clock),
        .status = REPORT_ERROR,
        .reason = reason,
    };

    report_record(&record);
}

static void
run_all(void)
{
    uint32_t total = count_cases();
    uint32_t done = 0;

    if (total == 0) {
        report_problem("filter= takes no benchmark; a pattern is like ipc/* or *");
        return;
    }
    for (const struct bench *const *b = table_begin; b < table_end; b++) {
        if (is_wanted((*b)->name)) {
            run_bench(*b, &done, total);
        }
    }
}

enum runtime_exit
root_main(void)
{
    const char *problem = clock_choose(&settings.clock);

    report_begin("bench", clock_name(settings.clock, false));
    if (problem == NULL) {
        problem = read_settings();
    }
    if (problem == NULL) {
        problem = measure_overheads(settings.clock);
    }
    if (problem == NULL) {
        workers_prepare();
        run_all();
    } else {
        report_problem(problem);
    }
    report_end();
    return RUNTIME_DONE;
}
