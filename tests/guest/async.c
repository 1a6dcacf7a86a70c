/* The async axis: what is left of signals, and a driver's event loop, the same on every choice.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "variant.h"

#define BURST 64u
#define LABEL 32u

static l4_cap plain;  /* no badge */
static l4_cap events; /* badge LABEL */
static l4_cap endpoint;

/* The ring between a device and its driver: how many events were put in, and taken. */
static uint32_t produced, consumed; /* atomic */
static volatile uint32_t wakeups;

static void
begin_on(uint32_t core)
{
    plain = make_on(core, L4_TYPE_NOTIFICATION);
    events = make_badged(plain, LABEL);
    endpoint = make_on(core, L4_TYPE_ENDPOINT);
    produced = 0;
    consumed = 0;
    wakeups = 0;
}

/* The event loop: wait, then take whatever is there. */
static void
driver(l4_word argument)
{
    l4_word word;

    (void)argument;
    for (;;) {
        CHECK_OK(l4_wait(events, &word));
        CHECK_EQ(word, LABEL);
        wakeups++;
        while (__atomic_load_n(&consumed, __ATOMIC_RELAXED) !=
               __atomic_load_n(&produced, __ATOMIC_ACQUIRE)) {
            __atomic_add_fetch(&consumed, 1, __ATOMIC_RELEASE);
        }
    }
}

static void
device(l4_word signals)
{
    for (l4_word i = 0; i < signals; i++) {
        __atomic_add_fetch(&produced, 1, __ATOMIC_RELEASE);
        CHECK_OK(l4_signal(events));
    }
    park();
}

static uint32_t
handled(void)
{
    return __atomic_load_n(&consumed, __ATOMIC_ACQUIRE);
}

TEST(async_signals_are_kept)
{
    begin_on(0);
    l4_cap one = make_badged(plain, 1);
    l4_cap two = make_badged(plain, 2);
    CHECK_OK(l4_signal(one));
    CHECK_OK(l4_signal(two));
    CHECK_OK(l4_signal(one));
    check_taken(events, LABEL, 3, 3);
    CHECK_OK(l4_signal(two));
    check_taken(events, LABEL, 2, 1);
}

TEST(async_waiting_driver_takes_each_signal)
{
    begin_on(0);
    spawn(.entry = driver, .priority = HIGH);
    spawn(.entry = device, .argument = BURST, .priority = LOW);
    CHECK_SOON(handled() == BURST);
    CHECK_EQ(wakeups, BURST);
}

TEST(async_busy_driver_loses_no_event)
{
    begin_on(0);
    spawn(.entry = driver, .priority = LOWER);
    let_run();
    spawn(.entry = device, .argument = BURST, .priority = LOW);
    CHECK_SOON(handled() == BURST);
    let_run();
    CHECK_EQ(wakeups, has_choice("async=semaphore") ? BURST : 2);
}

TEST(async_driver_of_another_core_loses_no_event)
{
    test_needs_cores(2);
    begin_on(1);
    spawn(.entry = driver, .core = 1);
    spawn(.entry = device, .argument = BURST);
    CHECK_SOON(handled() == BURST);
    if (has_choice("async=semaphore")) {
        CHECK_SOON(wakeups == BURST);
    }
    CHECK(wakeups >= 1 && wakeups <= BURST);
}

TEST(async_signals_of_two_cores_add_up)
{
    test_needs_cores(3);
    begin_on(0);
    spawn(.entry = device, .argument = BURST, .core = 1);
    spawn(.entry = device, .argument = BURST, .core = 2);
    spawn(.entry = driver);
    CHECK_SOON(handled() == 2 * BURST);
    if (has_choice("async=semaphore")) {
        CHECK_SOON(wakeups == 2 * BURST);
    }
}

static uint32_t woken; /* atomic */

static void
wait_once(l4_word argument)
{
    l4_word word;

    (void)argument;
    CHECK_OK(l4_wait(events, &word));
    CHECK_EQ(word, LABEL);
    __atomic_add_fetch(&woken, 1, __ATOMIC_RELEASE);
    park();
}

/* Signals that came together from another core wake as many waiters as they count for. */
TEST(async_signals_of_another_core_wake_waiters)
{
    test_needs_cores(2);
    begin_on(0);
    woken = 0;
    for (unsigned i = 0; i < 3; i++) {
        spawn(.entry = wait_once, .priority = HIGH);
    }
    spawn(.entry = device, .argument = 2, .core = 1);
    CHECK_SOON(__atomic_load_n(&woken, __ATOMIC_ACQUIRE) >=
               (has_choice("async=semaphore") ? 2u : 1u));
    CHECK(__atomic_load_n(&woken, __ATOMIC_ACQUIRE) <= 2);
}

TEST(async_bound_is_told_the_label)
{
    struct l4_message m = {0};

    begin_on(0);
    CHECK_OK(l4_thread_bind_notification(L4_ROOT_THREAD, events));
    CHECK_OK(l4_signal(make_badged(plain, 5)));
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_EQ(m.tag, L4_TAG_NOTIFICATION);
    CHECK_EQ(m.badge, told(LABEL, 5));
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
}
