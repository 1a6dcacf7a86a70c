/* Tests of notifications: signal, wait, poll, bound ones, and signals from other cores.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

static struct notification *notification;
static struct thread *waiter;
static struct thread *signaller;

static l4_cap
notification_cap(l4_word badge)
{
    return world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_ALL, badge);
}

/* What a waiter by a capability without badge is told after signals of these bits. */
static l4_word
told(l4_word bits)
{
    return variant_has("async=word") ? bits : 0;
}

static bool
is_empty(void)
{
    return !async_pending(&notification->async);
}

/* How many waits these many signals of one badge are good for. */
static unsigned
worth(unsigned signals)
{
    return variant_has("async=semaphore") ? signals : 1;
}

static l4_cap
make(uint32_t core)
{
    notification = world_notification(core);
    waiter = world_thread(core, 20);
    signaller = world_thread(0, 10);
    return notification_cap(0);
}

static void
signal_bits(l4_word bits)
{
    system_call(signaller, L4_SYS_SIGNAL, notification_cap(bits), 0, NULL);
    assert_int_equal(error_of(signaller), L4_OK);
}

static void
test_signals_gather_until_taken(void **state)
{
    (void)state;
    l4_cap cap = make(0);
    start(signaller);
    signal_bits(1);
    signal_bits(4);
    signal_bits(4);
    start(waiter);
    for (unsigned i = 0; i < worth(3); i++) {
        assert_false(is_empty());
        system_call(waiter, L4_SYS_WAIT, cap, 0, NULL);
        assert_runs(waiter);
        assert_int_equal(error_of(waiter), L4_OK);
        assert_int_equal(badge_of(waiter), told(5));
    }
    assert_true(is_empty());
}

static void
test_poll_does_not_wait(void **state)
{
    (void)state;
    l4_cap cap = make(0);
    start(signaller);
    system_call(signaller, L4_SYS_POLL, cap, 0, NULL);
    assert_int_equal(error_of(signaller), L4_EAGAIN);
    signal_bits(8);
    system_call(signaller, L4_SYS_POLL, cap, 0, NULL);
    assert_int_equal(error_of(signaller), L4_OK);
    assert_int_equal(badge_of(signaller), told(8));
}

static void
test_signal_wakes_one_waiter_in_order(void **state)
{
    (void)state;
    l4_cap cap = make(0);
    struct thread *second = world_thread(0, 20);
    start(waiter);
    system_call(waiter, L4_SYS_WAIT, cap, 0, NULL);
    start(second);
    system_call(second, L4_SYS_WAIT, cap, 0, NULL);
    start(signaller);
    signal_bits(2);
    assert_runs(waiter);
    assert_int_equal(error_of(waiter), L4_OK);
    assert_int_equal(badge_of(waiter), told(2));
    assert_int_equal(second->state, THREAD_WAITING);
    assert_ptr_equal(notification->head, second);
    assert_ptr_equal(notification->tail, second);
}

static void
test_rights_are_needed(void **state)
{
    (void)state;
    make(0);
    l4_cap wait_only = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_READ, 1);
    l4_cap signal_only = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_WRITE, 1);
    start(signaller);
    system_call(signaller, L4_SYS_SIGNAL, wait_only, 0, NULL);
    assert_int_equal(error_of(signaller), L4_ERIGHT);
    system_call(signaller, L4_SYS_WAIT, signal_only, 0, NULL);
    assert_int_equal(error_of(signaller), L4_ERIGHT);
    assert_true(is_empty());
}

/* The waiter waits for messages, with the notification bound to it. */
static l4_cap
bind(void)
{
    l4_cap endpoint = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_ALL, 0);
    l4_cap cap = notification_cap(0);
    l4_cap thread = world_cap(L4_TYPE_THREAD, waiter, L4_RIGHT_ALL, 0);
    start(waiter);
    assert_int_equal(invocation(waiter, thread, L4_THREAD_BIND_NOTIFICATION, WORDS(cap)), L4_OK);
    assert_int_equal(invocation(waiter, thread, L4_THREAD_BIND_NOTIFICATION, WORDS(cap)),
                     L4_ESTATE);
    return endpoint;
}

static void
test_bound_notification_ends_a_receive(void **state)
{
    (void)state;
    make(0);
    l4_cap endpoint = bind();
    system_call(waiter, L4_SYS_RECV, endpoint, 0, NULL);
    start(signaller);
    signal_bits(16);
    assert_runs(waiter);
    assert_int_equal(badge_of(waiter), told(16));
    assert_int_equal(waiter->registers.tag, L4_TAG_NOTIFICATION);
    assert_true(is_empty());
}

static void
test_bound_bits_come_before_messages(void **state)
{
    (void)state;
    make(0);
    l4_cap endpoint = bind();
    struct thread *sender = world_thread(0, 30);
    start(sender);
    system_call(sender, L4_SYS_SEND, endpoint, 0, NULL);
    assert_runs(waiter);
    system_call(waiter, L4_SYS_SIGNAL, notification_cap(32), 0, NULL);
    system_call(waiter, L4_SYS_RECV, endpoint, 0, NULL);
    assert_int_equal(badge_of(waiter), told(32));
    assert_int_equal(sender->state, THREAD_SENDING);
    system_call(waiter, L4_SYS_RECV, endpoint, 0, NULL);
    assert_int_equal(waiter->registers.tag, 0);
    assert_int_equal(sender->state, THREAD_READY);
}

static void
test_remote_signals_coalesce(void **state)
{
    (void)state;
    l4_cap cap = make(1);
    start(waiter);
    system_call(waiter, L4_SYS_WAIT, cap, 0, NULL);
    start(signaller);
    host_event_clear();
    for (unsigned i = 0; i < 20; i++)
        signal_bits(1ull << i);
    assert_int_equal(host_event_count(HOST_EVENT_INTERRUPT), 1);
    assert_int_equal(waiter->state, THREAD_WAITING);
    host_settle();
    assert_runs(waiter);
    assert_int_equal(badge_of(waiter), told((1u << 20) - 1));
    assert_int_equal(notification->remote, 0);
    for (unsigned i = 1; i < worth(20); i++) {
        system_call(waiter, L4_SYS_POLL, cap, 0, NULL);
        assert_int_equal(error_of(waiter), L4_OK);
    }
    assert_true(is_empty());
    signal_bits(64);
    assert_int_equal(host_event_count(HOST_EVENT_INTERRUPT), 2);
    host_settle();
    assert_false(is_empty());
}

/* Signals of another core that come together wake no more waiters than they are worth. */
static void
test_remote_signals_wake_their_worth(void **state)
{
    (void)state;
    l4_cap cap = make(1);
    struct thread *waiters[4];
    for (int i = 0; i < 4; i++) {
        waiters[i] = world_thread(1, 20);
        start(waiters[i]);
        system_call(waiters[i], L4_SYS_WAIT, cap, 0, NULL);
    }
    start(signaller);
    for (int i = 0; i < 3; i++)
        signal_bits(1);
    host_settle();
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(waiters[i]->state, i < worth(3) ? THREAD_READY : THREAD_WAITING);
}

static void
test_waiting_goes_to_the_owner(void **state)
{
    (void)state;
    make(1);
    l4_cap cap = notification_cap(0);
    start(signaller); /* on core 0 */
    system_call(signaller, L4_SYS_WAIT, cap, 0, NULL);
    assert_idle(0);
    host_settle();
    assert_int_equal(signaller->state, THREAD_WAITING);
    assert_int_equal(signaller->core, 1);
    start(waiter);
    system_call(waiter, L4_SYS_SIGNAL, notification_cap(3), 0, NULL);
    host_settle();
    assert_int_equal(signaller->core, 0);
    assert_runs(signaller);
    assert_int_equal(badge_of(signaller), told(3));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_signals_gather_until_taken, 1),
        TEST(test_poll_does_not_wait, 1),
        TEST(test_signal_wakes_one_waiter_in_order, 1),
        TEST(test_rights_are_needed, 1),
        TEST(test_bound_notification_ends_a_receive, 1),
        TEST(test_bound_bits_come_before_messages, 1),
        TEST(test_remote_signals_coalesce, 2),
        TEST(test_remote_signals_wake_their_worth, 2),
        TEST(test_waiting_goes_to_the_owner, 2),
    };
    return cmocka_run_group_tests_name("notification", tests, NULL, NULL);
}
