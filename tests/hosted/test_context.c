/* Tests of scheduling contexts, on a clock that stands still until it is told.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

/* Time passes, and the core takes the timer's interrupts. */
static void
pass(uint64_t microseconds)
{
    host_advance(microseconds * MICROSECOND);
    host_settle();
}

static void
test_no_limit_needs_no_timer(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 10);
    start(thread);
    pass(1000000);
    assert_runs(thread);
    assert_int_equal(host_event_count(HOST_EVENT_TIMER), 0);
}

static void
test_timer_is_armed_for_the_end_of_the_budget(void **state)
{
    (void)state;
    struct thread *thread = world_thread_on(world_context(0, 10, 100), 10);
    start(thread);
    assert_int_equal(host_event_last(HOST_EVENT_TIMER), cpu_now() + 10 * MICROSECOND);
}

static void
test_budget_ends_and_returns_with_the_period(void **state)
{
    (void)state;
    struct context *context = world_context(0, 10, 100);
    struct thread *thread = world_thread_on(context, 10);
    start(thread);
    pass(9);
    assert_runs(thread);
    pass(1);
    assert_idle(0);
    assert_int_equal(context->released, 1);
    assert_int_equal(context->consumed, 10 * MICROSECOND);
    pass(89);
    assert_idle(0);
    pass(1);
    assert_runs(thread);
    assert_int_equal(context->remaining, 10 * MICROSECOND);
}

static void
test_used_up_budget_lets_lower_priorities_run(void **state)
{
    (void)state;
    struct thread *limited = world_thread_on(world_context(0, 10, 100), 20);
    struct thread *low = world_thread(0, 5);
    start(limited);
    start(low);
    pass(10);
    assert_runs(low);
    pass(90);
    assert_runs(limited);
}

/* Budget equal to period: full again at once, but behind the others. */
static void
test_round_robin(void **state)
{
    (void)state;
    struct thread *a = world_thread_on(world_context(0, 10, 10), 10);
    struct thread *b = world_thread_on(world_context(0, 10, 10), 10);
    start(a);
    start(b);
    for (int i = 0; i < 6; i++) {
        assert_runs(i % 2 ? b : a);
        pass(10);
    }
}

static void
test_time_is_charged_to_who_ran(void **state)
{
    (void)state;
    struct thread *low = world_thread(0, 10);
    struct thread *high = world_thread(0, 20);
    struct notification *notification = world_notification(0);
    l4_cap cap = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_ALL, 1);
    start(high);
    pass(3);
    system_call(high, L4_SYS_WAIT, cap, 0, NULL);
    pass(100); /* idle */
    start(low);
    pass(5);
    system_call(low, L4_SYS_SIGNAL, cap, 0, NULL);
    pass(2);
    system_call(high, L4_SYS_WAIT, cap, 0, NULL);
    pass(1);
    system_call(low, L4_SYS_SIGNAL, cap, 0, NULL);
    assert_int_equal(high->context->consumed, 5 * MICROSECOND);
    assert_int_equal(low->context->consumed, 6 * MICROSECOND);
}

static void
test_released_contexts_return_in_order_of_time(void **state)
{
    (void)state;
    const uint64_t periods[] = {300, 100, 200};
    struct thread *threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = world_thread_on(world_context(0, 10, periods[i]), 10);
        start(threads[i]);
    }
    pass(10);
    pass(10);
    pass(10);
    assert_idle(0);
    pass(70);
    assert_runs(threads[1]);
    pass(10);
    assert_idle(0);
    pass(90);
    assert_true(threads[2]->context->released == 0);
    pass(100);
    assert_true(threads[0]->context->released == 0);
}

static void
test_a_timer_that_comes_early_is_armed_again(void **state)
{
    (void)state;
    struct thread *thread = world_thread_on(world_context(0, 10, 100), 10);
    start(thread);
    host_advance(4 * MICROSECOND);
    host_raise(0, VECTOR_TIMER);
    host_settle();
    assert_runs(thread);
    assert_int_equal(host_event_last(HOST_EVENT_TIMER), cpu_now() + 6 * MICROSECOND);
}

static void
test_missed_periods_are_lost(void **state)
{
    (void)state;
    struct context *context = world_context(0, 10, 100);
    struct thread *thread = world_thread_on(context, 10);
    host_advance(1050 * MICROSECOND);
    start(thread);
    pass(10);
    assert_idle(0);
    assert_int_equal(context->replenish % (100 * MICROSECOND), 1000);
    pass(40);
    assert_runs(thread);
    assert_int_equal(context->remaining, 10 * MICROSECOND);
    pass(10);
    assert_idle(0);
}

/* What is left over does not matter: each period has the whole budget. */
static void
test_a_period_begins_with_the_whole_budget(void **state)
{
    (void)state;
    struct thread *thread = world_thread_on(world_context(0, 10, 100), 20);
    struct notification *notification = world_notification(0);
    l4_cap cap = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_ALL, 1);
    struct thread *other = world_thread(0, 10);
    start(thread);
    start(other);
    for (int period = 0; period < 5; period++) {
        pass(6);
        assert_runs(thread);
        system_call(thread, L4_SYS_WAIT, cap, 0, NULL);
        pass(94);
        system_call(other, L4_SYS_SIGNAL, cap, 0, NULL);
    }
}

/* Who runs across the beginning of a period pays from it only for what ran in it. */
static void
test_running_into_the_next_period(void **state)
{
    (void)state;
    struct context *context = world_context(0, 10, 100);
    struct thread *thread = world_thread_on(context, 20);
    host_advance(94 * MICROSECOND);
    start(thread);
    pass(10);
    assert_runs(thread);
    assert_int_equal(context->remaining, 6 * MICROSECOND);
    pass(6);
    assert_idle(0);
}

/* In no period does a context get more than its budget, whatever its thread does. */
static void
test_never_more_than_the_budget_in_a_period(void **state)
{
    (void)state;
    struct context *context = world_context(0, 10, 100);
    struct thread *thread = world_thread_on(context, 20);
    struct thread *other = world_thread(0, 10);
    struct notification *notification = world_notification(0);
    l4_cap cap = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_ALL, 1);
    uint64_t period = 0;
    uint64_t before = 0;
    random_seed(5);
    start(thread);
    start(other);
    for (int step = 0; step < 20000; step++) {
        if (random_below(4) == 0 && core_at(0)->current == thread)
            system_call(thread, L4_SYS_WAIT, cap, 0, NULL);
        else if (random_below(4) == 0 && core_at(0)->current == other)
            system_call(other, L4_SYS_SIGNAL, cap, 0, NULL);
        pass(1);
        uint64_t now = (cpu_now() - 1000) / (100 * MICROSECOND);
        uint64_t consumed = context->consumed;
        if (core_at(0)->context == context)
            consumed += cpu_now() - core_at(0)->charged_at;
        if (now != period) {
            period = now;
            before = consumed;
        }
        assert_true(consumed - before <= 10 * MICROSECOND);
    }
    assert_true(context->consumed > 0);
}

static void
test_stopping_a_thread_without_budget(void **state)
{
    (void)state;
    struct thread *stopper = world_thread(0, 5);
    struct thread *thread = world_thread_on(world_context(0, 10, 100), 10);
    l4_cap cap = world_cap(L4_TYPE_THREAD, thread, L4_RIGHT_ALL, 0);
    start(stopper);
    start(thread);
    pass(10);
    assert_runs(stopper);
    assert_int_equal(invocation(stopper, cap, L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(thread->context->released, 0);
    pass(200);
    assert_runs(stopper);
    assert_int_equal(thread->state, THREAD_STOPPED);
}

static void
test_configure_checks_its_arguments(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 10);
    struct context *context = world_context(0, 0, 0);
    l4_cap cap = world_cap(L4_TYPE_CONTEXT, context, L4_RIGHT_ALL, 0);
    l4_cap core = world_cap(L4_TYPE_CORE, NULL, L4_RIGHT_ALL, 1);
    start(thread);
    assert_int_equal(invocation(thread, cap, 9, WORDS(core, 1, 1)), L4_EOP);
    assert_int_equal(invocation(thread, cap, L4_CONTEXT_CONFIGURE, WORDS(cap, 1, 1)), L4_ETYPE);
    assert_int_equal(invocation(thread, cap, L4_CONTEXT_CONFIGURE, WORDS(core, 2, 1)), L4_EARG);
    assert_int_equal(invocation(thread, cap, L4_CONTEXT_CONFIGURE, WORDS(core, 1, ~0ull)), L4_EARG);
    assert_int_equal(invocation(thread, cap, L4_CONTEXT_CONFIGURE, WORDS(core, 7, 70)), L4_OK);
    assert_int_equal(context->budget, 7 * MICROSECOND);
    assert_int_equal(context->period, 70 * MICROSECOND);
    assert_int_equal(context->core, 1);
    context->bound = 1;
    assert_int_equal(invocation(thread, cap, L4_CONTEXT_CONFIGURE, WORDS(core, 7, 70)), L4_ESTATE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_limit_needs_no_timer, 1),
        TEST(test_timer_is_armed_for_the_end_of_the_budget, 1),
        TEST(test_budget_ends_and_returns_with_the_period, 1),
        TEST(test_used_up_budget_lets_lower_priorities_run, 1),
        TEST(test_round_robin, 1),
        TEST(test_time_is_charged_to_who_ran, 1),
        TEST(test_released_contexts_return_in_order_of_time, 1),
        TEST(test_a_timer_that_comes_early_is_armed_again, 1),
        TEST(test_missed_periods_are_lost, 1),
        TEST(test_a_period_begins_with_the_whole_budget, 1),
        TEST(test_running_into_the_next_period, 1),
        TEST(test_never_more_than_the_budget_in_a_period, 1),
        TEST(test_stopping_a_thread_without_budget, 1),
        TEST(test_configure_checks_its_arguments, 2),
    };
    return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
