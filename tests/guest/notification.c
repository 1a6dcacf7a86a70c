/* Notifications: bits, waiters, and the one bound to a thread.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "variant.h"

static l4_cap plain;
static l4_cap endpoint;
static volatile l4_word seen[4];
static volatile uint32_t seen_count;

static void
begin(void)
{
    plain = make(L4_TYPE_NOTIFICATION, 0);
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    seen_count = 0;
}

static void
wait_once(l4_word argument)
{
    l4_word bits;

    CHECK_OK(l4_wait(plain, &bits));
    seen[seen_count] = argument << 32 | bits;
    seen_count++;
    park();
}

TEST(signals_add_up_until_they_are_taken)
{
    l4_word bits;

    begin();
    CHECK_ERROR(l4_poll(plain, &bits), L4_EAGAIN);
    CHECK_OK(l4_signal(make_badged(plain, 1)));
    CHECK_OK(l4_signal(make_badged(plain, 4)));
    CHECK_OK(l4_signal(make_badged(plain, 5)));
    CHECK_OK(l4_signal(make_badged(plain, 1ull << 62)));
    check_taken(plain, 0, 5 | 1ull << 62, 4);
    CHECK_OK(l4_signal(make_badged(plain, 8)));
    CHECK_OK(l4_wait(plain, &bits));
    CHECK_EQ(bits, told(0, 8));
    CHECK_ERROR(l4_poll(plain, &bits), L4_EAGAIN);
}

TEST(signal_wakes_one_waiter_in_order)
{
    begin();
    spawn(.entry = wait_once, .argument = 1, .priority = HIGH);
    spawn(.entry = wait_once, .argument = 2, .priority = HIGHER);
    spawn(.entry = wait_once, .argument = 3, .priority = HIGH);
    for (l4_word i = 1; i <= 3; i++) {
        CHECK_EQ(seen_count, i - 1);
        CHECK_OK(l4_signal(make_badged(plain, i)));
        CHECK_EQ(seen_count, i);
        CHECK_EQ(seen[i - 1], i << 32 | told(0, i));
    }
}

TEST(signal_lets_a_lower_waiter_wait)
{
    begin();
    spawn(.entry = wait_once, .argument = 1, .priority = LOW);
    let_run();
    CHECK_OK(l4_signal(make_badged(plain, 2)));
    CHECK_EQ(seen_count, 0);
    CHECK_SOON(seen_count == 1);
    CHECK_EQ(seen[0], 1ull << 32 | told(0, 2));
}

TEST(notification_rights_are_checked)
{
    l4_word bits;

    begin();
    l4_cap badged = make_badged(plain, 1);
    l4_cap wait = make_copy(badged, L4_RIGHT_READ);
    l4_cap signal = make_copy(badged, L4_RIGHT_WRITE);
    CHECK_ERROR(l4_signal(wait), L4_ERIGHT);
    CHECK_ERROR(l4_poll(signal, &bits), L4_ERIGHT);
    CHECK_ERROR(l4_wait(signal, &bits), L4_ERIGHT);
    CHECK_OK(l4_signal(signal));
    CHECK_OK(l4_wait(wait, &bits));
    CHECK_EQ(bits, 1);
}

/* Receives twice: notes the tag's flags and the badge or bits. */
static void
receive_twice(l4_word argument)
{
    (void)argument;
    for (unsigned i = 0; i < 2; i++) {
        struct l4_message m = {0};
        CHECK_OK(l4_recv(endpoint, &m));
        seen[seen_count] = m.badge | (m.tag & L4_TAG_FLAGS_MASK) << 32;
        seen_count++;
    }
    park();
}

#define SEEN_BITS(bits) ((l4_word)L4_TAG_NOTIFICATION << 32 | (bits))

TEST(bound_notification_ends_a_recv)
{
    struct l4_message m = {0};

    begin();
    struct thread *thread = spawn(.entry = receive_twice, .priority = HIGH);
    CHECK_OK(l4_thread_bind_notification(thread->cap, plain));
    CHECK_OK(l4_signal(make_badged(plain, 6)));
    CHECK_EQ(seen_count, 1);
    CHECK_EQ(seen[0], SEEN_BITS(told(0, 6)));
    CHECK_OK(l4_send(make_badged(endpoint, 9), &m));
    CHECK_EQ(seen_count, 2);
    CHECK_EQ(seen[1], 9);
    CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN);
}

TEST(bound_notification_with_bits_comes_before_messages)
{
    struct l4_message m = {0};

    begin();
    CHECK_OK(l4_thread_bind_notification(L4_ROOT_THREAD, plain));
    CHECK_OK(l4_signal(make_badged(plain, 1)));
    CHECK_OK(l4_signal(make_badged(plain, 2)));
    for (unsigned i = 0; i < (has_choice("async=semaphore") ? 2 : 1); i++) {
        CHECK_OK(l4_recv(endpoint, &m));
        CHECK_EQ(m.tag, L4_TAG_NOTIFICATION);
        CHECK_EQ(m.badge, told(0, 3));
    }
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    CHECK_OK(l4_signal(make_badged(plain, 4)));
    CHECK_OK(l4_recv_poll(endpoint, &m));
    CHECK_EQ(m.badge, told(0, 4));
    CHECK_OK(l4_thread_bind_notification(L4_ROOT_THREAD, 0));
    CHECK_OK(l4_signal(make_badged(plain, 4)));
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
}

TEST(notification_is_bound_once)
{
    begin();
    l4_cap thread = make(L4_TYPE_THREAD, 0);
    CHECK_OK(l4_thread_bind_notification(thread, plain));
    CHECK_ERROR(l4_thread_bind_notification(L4_ROOT_THREAD, plain), L4_ESTATE);
    CHECK_ERROR(l4_thread_bind_notification(thread, make(L4_TYPE_NOTIFICATION, 0)), L4_ESTATE);
    CHECK_ERROR(l4_thread_bind_notification(thread, endpoint), L4_ETYPE);
    CHECK_ERROR(l4_thread_bind_notification(thread, make_copy(plain, L4_RIGHT_WRITE)), L4_ERIGHT);
    CHECK_OK(l4_thread_bind_notification(thread, 0));
    CHECK_OK(l4_thread_bind_notification(thread, 0));
    CHECK_OK(l4_thread_bind_notification(L4_ROOT_THREAD, plain));
}
