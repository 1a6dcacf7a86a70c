/* The root task that tests: runs every test that the filter takes, one after the other.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Boot arguments: filter=PATTERN on names, with * and ?; clock=NAME, only repeated in the header.
 *
 * Ending a test from outside of it: whoever finds a failure writes it down and starts the root
 * thread anew, at recover(), whatever it was doing. */
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
    bool decided;    /* atomic: it has failed or was skipped */
    uint32_t serial; /* counts tests; 0: none runs */
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

/* Write the outcome down, if it is the first; false when there was one already. */
static bool
decide(enum report_outcome outcome, const char *file, uint32_t line, const char *format,
       va_list arguments)
{
    if (__atomic_exchange_n(&now.decided, true, __ATOMIC_ACQ_REL)) {
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

static bool
is_root(void)
{
    return l4_thread_block()->message_frame == (struct l4_message_frame *)L4_ROOT_MESSAGE_ADDRESS;
}

_Noreturn void
test_fail(const char *file, uint32_t line, const char *format, ...)
{
    static _Alignas(16) uint8_t stack[1024];
    va_list arguments;

    va_start(arguments, format);
    bool first = decide(REPORT_FAIL, file, line, format, arguments);
    va_end(arguments);
    if (is_root()) {
        recover(0);
    }
    if (first) {
        (void)l4_thread_start(L4_ROOT_THREAD, (l4_word)recover,
                              (l4_word)(stack + sizeof(stack) - 8), 0, 0);
    }
    park();
}

static void __attribute__((format(printf, 1, 2))) skip_because(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)decide(REPORT_TEST_SKIP, now.test.file, now.test.line, format, arguments);
    va_end(arguments);
}

_Noreturn void
test_skip(const char *why)
{
    skip_because("%s", why);
    recover(0);
}

void
test_needs_cores(uint32_t count)
{
    if (bootinfo()->cores < count) {
        skip_because("needs %u cores; this machine has %u", count, bootinfo()->cores);
        recover(0);
    }
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

/* Wakes up once a period, when it gets its budget again. */
static void
watch(l4_word argument)
{
    uint64_t before = ticks();

    (void)argument;
    for (;;) {
        uint64_t time = ticks();
        uint32_t serial = __atomic_load_n(&now.serial, __ATOMIC_ACQUIRE);
        if (time - before > ticks_of_us(WATCH_PERIOD_US / 2) && serial != 0 &&
            time - now.began > HANGS * patience) {
            watchdog_bite();
        }
        before = time;
    }
}

void
watchdog_bite(void)
{
    static _Alignas(16) uint8_t stack[1024];

    skip_because("hangs");
    now.test.outcome = REPORT_FAIL;
    now.began = ticks();
    (void)l4_thread_start(L4_ROOT_THREAD, (l4_word)recover, (l4_word)(stack + sizeof(stack) - 8), 0,
                          0);
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
    now.test = (struct report_test){test->name, REPORT_PASS, "", test->file, test->line};
    now.decided = false;
    now.began = ticks();
    __atomic_store_n(&now.serial, now.serial + 1, __ATOMIC_RELEASE);
    /* Comes here a second time when the test is ended from outside. */
    if (__builtin_setjmp(jump) == 0) {
        test->run();
    }
    threads_clean_up();
    now.serial = 0;
    if (now.test.outcome != REPORT_FAIL) {
        now.test.file = test->file;
    }
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
