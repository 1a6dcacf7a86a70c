/* A root task of someone else's: measures one thing and reports it in the common format.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What it times is a loop as its user sees it, stubs and loop included, which is another figure
 * than that of switch/yield in bench/. */

#include <stdint.h>

#include <l4user/argument.h>
#include <l4user/ipc.h>
#include <l4user/report.h>
#include <l4user/runtime.h>
#include <l4user/string.h>

#define SAMPLES 32u
#define WARMUP  16u
#define YIELDS  100u

/* The clock's name comes with the boot arguments; each has its unit. */
static const char *
unit_of(const char *clock)
{
    if (strcmp(clock, "instructions") == 0)
        return "instructions";
    return strcmp(clock, "cycles") == 0 ? "cycles" : "ticks";
}

static uint64_t
time_yields(void)
{
    uint64_t begin = __builtin_ia32_rdtsc();

    for (uint32_t i = 0; i < YIELDS; i++)
        (void)l4_yield();
    return __builtin_ia32_rdtsc() - begin;
}

static void
report_yields(const char *clock, const uint64_t *samples)
{
    static const struct report_parameter yields = {.name = "yields", .number = YIELDS};
    const struct report_record record = {
        .bench = "example/yield",
        .params = &yields,
        .params_count = 1,
        .direction = "event",
        .clock = clock,
        .unit = unit_of(clock),
        .status = REPORT_OK,
        .reason = "",
        .warmup = WARMUP,
        .samples = samples,
        .samples_count = SAMPLES,
    };

    report_record(&record);
}

enum runtime_exit
root_main(void)
{
    static uint64_t samples[SAMPLES];
    char clock[ARGUMENT_MAX];

    if (!argument_value("clock", clock))
        runtime_fatal("the boot arguments name no clock; for example clock=instructions");
    report_begin("bench", clock);
    report_progress(0, 1, "example/yield");
    for (uint32_t i = 0; i < WARMUP; i++)
        (void)time_yields();
    for (uint32_t i = 0; i < SAMPLES; i++)
        samples[i] = time_yields();
    report_yields(clock, samples);
    report_end();
    return RUNTIME_DONE;
}
