/* The root task that tests: runs every test that the filter takes, one after the other.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Boot arguments: filter=PATTERN on names, with * and ?; clock=NAME, only repeated in the header.
 *
 * Ending a test: whoever first finds an outcome, be it that the test returned, writes it down. If
 * that is another thread, it starts the root thread anew, at recover(), whatever that was doing. */
#include "harness.h"

#include <stdarg.h>

#include <l4user/argument.h>
#include <l4user/format.h>
#include <l4user/report.h>
#include <l4user/string.h>

/* What CHECK_SOON() waits for comes in that time; a test that takes HANGS times as long hangs.
 * Counted time does not depend on how busy the host is. */
#define PATIENCE_COUNTED_US 1000000u
#define PATIENCE_US         15000000u
#define HANGS               2u

#define WATCH_BUDGET_US 100u
#define WATCH_PERIOD_US 500000u
#define WATCH_PRIORITY  255u

/* user.ld: one pointer for each TEST(). */
extern const struct test *const table_begin[];
extern const struct test *const table_end[];

static const char *const known_arguments[] = {"clock", "filter", NULL};

static struct {
    struct report_test test;
    uint32_t open; /* atomic: number of the test that has no outcome yet, or 0 */
    uint64_t began;
} now;

static char reason[1024];
static size_t reason_length;
static bool failed_any;
static uint64_t patience; /* in ticks */

static void *jump[5]; /* where the root thread goes on when a test is ended */

static void
put(char c)
{
    if (reason_length < sizeof(reason) - 1) {
        reason[reason_length++] = c;
    }
}

static _Noreturn void
recover(l4_word argument)
{
    (void)argument;
    __builtin_longjmp(jump, 1);
}

/* Write down the outcome of test number `open`; false when it has one. */
static bool
decide(uint32_t open, enum report_outcome outcome, const char *file, uint32_t line,
       const char *format, va_list arguments)
{
    if (open == 0 || !__atomic_compare_exchange_n(&now.open, &open, 0, false, __ATOMIC_ACQ_REL,
                                                  __ATOMIC_RELAXED)) {
        return false;
    }
    reason_length = 0;
    format_text(put, format, arguments);
    reason[reason_length] = '\0';
    now.test.outcome = outcome;
    now.test.reason = reason;
    now.test.file = file;
    now.test.line = line;
    return true;
}

static bool __attribute__((format(printf, 3, 4)))
decide_here(uint32_t open, enum report_outcome outcome, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    bool first = decide(open, outcome, now.test.file, now.test.line, format, arguments);
    va_end(arguments);
    return first;
}

static uint32_t
open_test(void)
{
    return __atomic_load_n(&now.open, __ATOMIC_ACQUIRE);
}

static void
start_root(void)
{
    static _Alignas(16) uint8_t stack[1024];

    (void)l4_thread_start(L4_ROOT_THREAD, (l4_word)recover, (l4_word)(stack + sizeof(stack) - 8), 0,
                          0);
}

static bool
is_root(void)
{
    return l4_thread_block()->message_frame == (struct l4_message_frame *)L4_ROOT_MESSAGE_ADDRESS;
}

_Noreturn void
test_fail(const char *file, uint32_t line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    bool first = decide(open_test(), REPORT_FAIL, file, line, format, arguments);
    va_end(arguments);
    if (first && is_root()) {
        recover(0);
    } else if (first) {
        start_root();
    }
    park();
}

_Noreturn void
test_skip(const char *why)
{
    if (decide_here(open_test(), REPORT_TEST_SKIP, "%s", why)) {
        recover(0);
    }
    park();
}

void
test_needs_cores(uint32_t count)
{
    if (bootinfo()->cores >= count) {
        return;
    }
    if (decide_here(open_test(), REPORT_TEST_SKIP, "needs %u cores; this machine has %u", count,
                    bootinfo()->cores)) {
        recover(0);
    }
    park();
}

uint64_t
ticks_of_us(uint64_t us)
{
    return bootinfo()->tsc_hz / 1000000 * us;
}

uint64_t
patience_begin(void)
{
    if (is_root()) {
        (void)l4_thread_schedule(L4_ROOT_THREAD, 1, 0);
    }
    return ticks();
}

bool
patience_over(uint64_t start)
{
    pause_core();
    return ticks() - start > patience;
}

void
patience_end(void)
{
    if (is_root()) {
        (void)l4_thread_schedule(L4_ROOT_THREAD, ROOT, 0);
    }
}

/* Runs for its budget once a period, and may be put aside between any two of its steps: the test
 * that it found to hang is the one that it ends, or none. */
static void
watch(l4_word argument)
{
    (void)argument;
    for (;;) {
        uint32_t open = open_test();
        uint64_t began = __atomic_load_n(&now.began, __ATOMIC_ACQUIRE);
        if (ticks() - began > HANGS * patience && decide_here(open, REPORT_FAIL, "hangs")) {
            start_root();
        }
    }
}

static void
watch_start(void)
{
    static struct thread watchdog;
    struct thread_options options = {
        .space = L4_ROOT_SPACE,
        .priority = WATCH_PRIORITY,
        .entry = watch,
    };

    runtime_require(thread_create(&watchdog, 0), "make the watchdog");
    runtime_require(
        l4_context_configure(watchdog.context, core_cap(0), WATCH_BUDGET_US, WATCH_PERIOD_US),
        "give the watchdog its period");
    runtime_require(thread_start(&watchdog, &options), "start the watchdog");
}

static void
run_test(const struct test *test)
{
    static uint32_t number;

    now.test = (struct report_test){.name = test->name, .file = test->file, .line = test->line};
    __atomic_store_n(&now.began, ticks(), __ATOMIC_RELEASE);
    __atomic_store_n(&now.open, ++number, __ATOMIC_RELEASE);
    /* Comes here a second time when the test is ended otherwise than by returning. */
    if (__builtin_setjmp(jump) == 0) {
        test->run();
        if (!decide_here(number, REPORT_PASS, "%s", "")) {
            park(); /* who decided is about to start this thread anew */
        }
    }
    threads_clean_up();
    failed_any = failed_any || now.test.outcome == REPORT_FAIL;
    report_test(&now.test);
}

static void
report_problem(const char *why)
{
    failed_any = true;
    report_test(&(struct report_test){"start", REPORT_FAIL, why, "", 0});
}

static void
run_all(const char *filter)
{
    uint32_t total = 0;
    uint32_t done = 0;

    for (const struct test *const *t = table_begin; t < table_end; t++) {
        total += string_match(filter, (*t)->name);
    }
    if (total == 0) {
        report_problem("filter= takes no test; a pattern is like message_* or *");
    }
    for (const struct test *const *t = table_begin; t < table_end; t++) {
        if (string_match(filter, (*t)->name)) {
            report_progress(done++, total, (*t)->name);
            run_test(*t);
        }
    }
}

enum runtime_exit
root_main(void)
{
    char unknown[ARGUMENT_MAX];
    char clock[ARGUMENT_MAX];
    char filter[ARGUMENT_MAX];

    if (!argument_value("clock", clock)) {
        string_append(clock, sizeof(clock), "instructions");
    }
    if (!argument_value("filter", filter)) {
        string_append(filter, sizeof(filter), "*");
    }
    patience = ticks_of_us(strcmp(clock, "instructions") == 0 ? PATIENCE_COUNTED_US : PATIENCE_US);
    report_begin("test", clock);
    if (argument_unknown(known_arguments, unknown)) {
        report_problem("unknown boot argument; known are clock=, filter= and the kernel's");
    } else {
        watch_start();
        run_all(filter);
    }
    report_end();
    return failed_any ? RUNTIME_TEST_FAILED : RUNTIME_DONE;
}
