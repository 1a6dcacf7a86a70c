/* Scheduling by priority, and time by budgets.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static l4_cap notification;
static volatile char trace[64];
static volatile uint32_t length;
static volatile uint64_t counts[3];
static volatile uint32_t switches;
static volatile l4_word last;

static void
begin(void)
{
    notification = make_notification(0, 1);
    length = 0;
    for (size_t i = 0; i < COUNT_OF(trace); i++) {
        trace[i] = 0;
    }
    switches = 0;
    last = 0;
    counts[0] = counts[1] = counts[2] = 0;
}

static void
note(char c)
{
    trace[length] = c;
    length++;
}

static void
check_trace(const char *expected)
{
    for (size_t i = 0; i <= length; i++) {
        CHECK_EQ(trace[i], expected[i]);
    }
}

static void
note_and_wait(l4_word name)
{
    l4_word bits;

    note((char)name);
    CHECK_OK(l4_wait(notification, &bits));
    note((char)(name + 1));
    park();
}

TEST(higher_priority_runs_at_once)
{
    begin();
    note('1');
    spawn(.entry = note_and_wait, .argument = 'a', .priority = HIGH);
    note('2');
    CHECK_OK(l4_signal(notification));
    note('3');
    check_trace("1a2b3");
}

TEST(lower_priority_waits)
{
    begin();
    spawn(.entry = note_and_wait, .argument = 'a', .priority = LOWER);
    spawn(.entry = note_and_wait, .argument = 'p', .priority = LOW);
    note('1');
    let_run();
    check_trace("1pa");
}

static void
signal_and_note(l4_word name)
{
    note((char)name);
    CHECK_OK(l4_signal(notification));
    note((char)(name + 1));
    park();
}

TEST(equal_priority_does_not_preempt)
{
    begin();
    spawn(.entry = note_and_wait, .argument = 'a');
    let_run();
    spawn(.entry = signal_and_note, .argument = 'p');
    let_run();
    check_trace("apqb");
}

static void
yield_thrice(l4_word name)
{
    for (unsigned i = 0; i < 3; i++) {
        note((char)name);
        CHECK_OK(l4_yield());
    }
    park();
}

TEST(yield_goes_round_robin)
{
    begin();
    spawn(.entry = yield_thrice, .argument = 'a');
    spawn(.entry = yield_thrice, .argument = 'b');
    spawn(.entry = yield_thrice, .argument = 'c');
    spawn(.entry = yield_thrice, .argument = 'z', .priority = LOWER);
    let_run();
    check_trace("abcabcabczzz");
}

TEST(yield_alone_returns)
{
    CHECK_OK(l4_yield());
    CHECK_OK(l4_null());
}

TEST(priority_of_a_ready_thread_can_be_raised)
{
    begin();
    struct thread *thread = spawn(.entry = note_and_wait, .argument = 'a');
    note('1');
    CHECK_OK(l4_thread_schedule(thread->cap, HIGH, 0));
    note('2');
    CHECK_OK(l4_thread_schedule(thread->cap, LOWER, 0));
    CHECK_OK(l4_signal(notification));
    note('3');
    let_run();
    check_trace("1a23b");
}

TEST(priority_lowered_by_oneself_gives_way)
{
    begin();
    spawn(.entry = note_and_wait, .argument = 'a');
    note('1');
    CHECK_OK(l4_thread_schedule(L4_ROOT_THREAD, LOWER, 0));
    note('2');
    CHECK_OK(l4_thread_schedule(L4_ROOT_THREAD, ROOT, 0));
    check_trace("1a2");
}

TEST(server_runs_at_its_own_priority)
{
    begin();
    /* Both of equal priority below the root's: a woken one waits for its turn. */
    spawn(.entry = note_and_wait, .argument = 'a', .priority = LOWER);
    spawn(.entry = note_and_wait, .argument = 'p', .priority = HIGH);
    check_trace("p");
    CHECK_OK(l4_signal(notification));
    check_trace("pq");
    let_run();
    check_trace("pqa");
}

/* Runs until they took turns ten times, or for a second. */
static void
take_turns(l4_word name)
{
    uint64_t start = ticks();

    while (switches < 10 && ticks() - start < ticks_of_us(1000000)) {
        counts[name]++;
        if (last != name) {
            last = name;
            switches++;
        }
    }
    park();
}

TEST(budgets_go_round_robin)
{
    begin();
    spawn(.entry = take_turns, .argument = 1, .budget_us = 500);
    spawn(.entry = take_turns, .argument = 2, .budget_us = 500);
    CHECK_SOON(switches >= 10);
    CHECK(counts[1] > 0 && counts[2] > 0);
}

static void
spin(l4_word name)
{
    for (;;) {
        counts[name]++;
    }
}

TEST(budget_used_up_leaves_time_to_lower_priorities)
{
    begin();
    spawn(.entry = spin, .argument = 1, .priority = HIGH, .budget_us = 300, .period_us = 1000);
    spawn(.entry = spin, .argument = 2, .priority = LOW, .budget_us = 300, .period_us = 1000);
    /* The root itself runs below both of them. */
    CHECK_SOON(counts[1] > 20000 && counts[2] > 20000);
}

static void
serve_long(l4_word cap)
{
    struct l4_message m = {0};

    CHECK_OK(l4_recv(cap, &m));
    for (;;) {
        counts[1]++;
    }
}

static void
call_once(l4_word cap)
{
    struct l4_message m = {0};

    (void)l4_call(cap, &m);
    park();
}

/* A passive server spends its caller's budget, so the root below it runs in between. */
TEST(passive_server_spends_its_callers_budget)
{
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);

    begin();
    spawn(.entry = serve_long, .argument = endpoint, .priority = HIGH, .passive = true);
    struct thread *client = spawn(.entry = call_once, .argument = endpoint, .priority = LOW,
                                  .budget_us = 300, .period_us = 1000);
    CHECK_SOON(counts[1] > 1000);
    uint64_t before = counts[1];
    CHECK_SOON(counts[1] > before + 100000); /* over several periods */
    CHECK_OK(l4_thread_stop(client->cap));
    before = counts[1];
    let_run();
    CHECK_EQ(counts[1], before);
}
