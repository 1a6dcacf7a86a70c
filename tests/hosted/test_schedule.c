/* Tests of the scheduler: who runs after what.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

static void
yield(struct thread *thread)
{
    system_call(thread, L4_SYS_YIELD, 0, 0, NULL);
    assert_int_equal(error_of(thread), L4_OK);
}

/* Exact where the queue holds only threads that wait to run, else an upper bound. */
static void
assert_floor(uint32_t priority)
{
    const struct core *core = core_at(0);
    bool exact = variant_has("queue=benno");
    assert_true(exact ? core->floor == priority : core->floor >= priority);
}

static void
test_nobody_runs_at_first(void **state)
{
    (void)state;
    assert_idle(0);
    assert_int_equal(core_at(0)->floor, 0);
}

static void
test_higher_priority_preempts(void **state)
{
    (void)state;
    struct thread *low = world_thread(0, 10);
    struct thread *high = world_thread(0, 20);
    struct host_outcome outcome = start(low);
    assert_int_equal(outcome.how, HOST_FRAME);
    assert_ptr_equal(outcome.thread, low);
    outcome = start(high);
    assert_ptr_equal(outcome.thread, high);
    assert_floor(10);
}

static void
test_lower_and_equal_priority_wait(void **state)
{
    (void)state;
    struct thread *current = world_thread(0, 10);
    struct thread *equal = world_thread(0, 10);
    struct thread *low = world_thread(0, 5);
    start(current);
    start(equal);
    assert_runs(current);
    start(low);
    assert_runs(current);
    assert_floor(10);
}

static void
test_yield_gives_way_to_equals_only(void **state)
{
    (void)state;
    struct thread *a = world_thread(0, 10);
    struct thread *b = world_thread(0, 10);
    struct thread *low = world_thread(0, 9);
    start(a);
    start(low);
    yield(a);
    assert_runs(a);
    start(b);
    yield(a);
    assert_runs(b);
    yield(b);
    assert_runs(a);
}

static void
test_preempted_goes_on_before_its_equals(void **state)
{
    (void)state;
    struct thread *a = world_thread(0, 10);
    struct thread *b = world_thread(0, 10);
    struct thread *high = world_thread(0, 20);
    l4_cap wait = world_cap(L4_TYPE_NOTIFICATION, world_notification(0), L4_RIGHT_ALL, 1);
    start(a);
    start(b);
    start(high);
    system_call(high, L4_SYS_WAIT, wait, 0, NULL);
    assert_runs(a);
}

static void
test_handoff_needs_higher_priority_than_a_current_that_goes_on(void **state)
{
    (void)state;
    struct thread *signaller = world_thread(0, 10);
    struct thread *equal = world_thread(0, 10);
    struct thread *high = world_thread(0, 11);
    struct notification *first = world_notification(0);
    struct notification *second = world_notification(0);
    l4_cap to_equal = world_cap(L4_TYPE_NOTIFICATION, first, L4_RIGHT_ALL, 1);
    l4_cap to_high = world_cap(L4_TYPE_NOTIFICATION, second, L4_RIGHT_ALL, 1);
    start(equal);
    system_call(equal, L4_SYS_WAIT, to_equal, 0, NULL);
    start(high);
    system_call(high, L4_SYS_WAIT, to_high, 0, NULL);
    start(signaller);
    system_call(signaller, L4_SYS_SIGNAL, to_equal, 0, NULL);
    assert_runs(signaller);
    system_call(signaller, L4_SYS_SIGNAL, to_high, 0, NULL);
    assert_runs(high);
}

/* A partner below the floor must wait although its waker blocks. */
static void
test_handoff_respects_the_floor(void **state)
{
    (void)state;
    struct thread *client = world_thread(0, 20);
    struct thread *middle = world_thread(0, 15);
    struct thread *server = world_thread(0, 10);
    l4_cap endpoint = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_ALL, 1);
    start(server);
    system_call(server, L4_SYS_RECV, endpoint, 0, NULL);
    start(client);
    start(middle);
    system_call(client, L4_SYS_CALL, endpoint, 0, NULL);
    assert_runs(middle);
    assert_int_equal(server->state, THREAD_READY);
    assert_floor(10);
}

static void
test_lowered_thread_gives_way(void **state)
{
    (void)state;
    struct thread *current = world_thread(0, 20);
    struct thread *other = world_thread(0, 10);
    l4_cap self = world_cap(L4_TYPE_THREAD, current, L4_RIGHT_ALL, 0);
    start(current);
    start(other);
    invocation(current, self, L4_THREAD_SCHEDULE, WORDS(5, 0));
    assert_runs(other);
    assert_floor(5);
}

static void
test_raised_thread_preempts(void **state)
{
    (void)state;
    struct thread *current = world_thread(0, 20);
    struct thread *other = world_thread(0, 10);
    l4_cap cap = world_cap(L4_TYPE_THREAD, other, L4_RIGHT_ALL, 0);
    start(current);
    start(other);
    assert_int_equal(invocation(current, cap, L4_THREAD_SCHEDULE, WORDS(30, 0)), L4_OK);
    assert_runs(other);
}

static void
test_stopped_thread_does_not_run(void **state)
{
    (void)state;
    struct thread *current = world_thread(0, 20);
    struct thread *other = world_thread(0, 10);
    l4_cap self = world_cap(L4_TYPE_THREAD, current, L4_RIGHT_ALL, 0);
    l4_cap cap = world_cap(L4_TYPE_THREAD, other, L4_RIGHT_ALL, 0);
    start(current);
    start(other);
    assert_int_equal(invocation(current, cap, L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(other->state, THREAD_STOPPED);
    system_call(current, L4_SYS_CALL, self, l4_tag_make(L4_THREAD_STOP, 0), NULL);
    assert_idle(0);
}

static void
test_a_thread_without_time_does_not_run(void **state)
{
    (void)state;
    struct thread *passive = world_passive(0, 20);
    assert_int_equal(start(passive).how, HOST_IDLE);
    assert_int_equal(core_at(0)->floor, 0);
}

#define CROWD 12

/* Random yields, blocks and wakes: whoever runs is of the highest priority that is ready. The
 * kernel checks its own invariants at every exit besides. */
static void
test_random_life(void **state)
{
    (void)state;
    struct thread *threads[CROWD];
    struct notification *notifications[CROWD];
    l4_cap caps[CROWD];
    random_seed(4);
    for (int i = 0; i < CROWD; i++) {
        threads[i] = world_thread(0, (uint8_t)(1 + random_below(4)));
        notifications[i] = world_notification(0);
        caps[i] = world_cap(L4_TYPE_NOTIFICATION, notifications[i], L4_RIGHT_ALL, 1);
        start(threads[i]);
    }
    struct thread *keeper = world_thread(0, 0); /* so that somebody always runs */
    start(keeper);
    for (int step = 0; step < 20000; step++) {
        struct thread *current = core_at(0)->current;
        unsigned target = (unsigned)random_below(CROWD);
        unsigned what = (unsigned)random_below(3);
        if (what == 0)
            yield(current);
        else if (what == 1 || current == keeper || notifications[target]->head)
            system_call(current, L4_SYS_SIGNAL, caps[target], 0, NULL);
        else
            system_call(current, L4_SYS_WAIT, caps[target], 0, NULL);
        current = core_at(0)->current;
        assert_int_equal(current->state, THREAD_READY);
        for (int i = 0; i < CROWD; i++)
            if (threads[i]->state == THREAD_READY)
                assert_true(threads[i]->priority <= current->priority);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_runs_at_first, 1),
        TEST(test_higher_priority_preempts, 1),
        TEST(test_lower_and_equal_priority_wait, 1),
        TEST(test_yield_gives_way_to_equals_only, 1),
        TEST(test_preempted_goes_on_before_its_equals, 1),
        TEST(test_handoff_needs_higher_priority_than_a_current_that_goes_on, 1),
        TEST(test_handoff_respects_the_floor, 1),
        TEST(test_lowered_thread_gives_way, 1),
        TEST(test_raised_thread_preempts, 1),
        TEST(test_stopped_thread_does_not_run, 1),
        TEST(test_a_thread_without_time_does_not_run, 1),
        TEST(test_random_life, 1),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
