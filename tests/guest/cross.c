/* Between cores: messages, signals, and operations on what another core owns.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "variant.h"

#include <l4user/space.h>

#define ROUNDS  200u
#define CLIENTS 6u

static l4_cap endpoint;
static l4_cap inner;
static l4_cap notification;
static volatile uint64_t count;
static volatile enum l4_error outcome;
static volatile uint64_t done;

/* Everything on the last core; the root is on core 0. */
static uint32_t
begin(void)
{
    uint32_t other;

    test_needs_cores(2);
    other = bootinfo()->cores - 1;
    endpoint = make_on(other, L4_TYPE_ENDPOINT);
    inner = make_on(0, L4_TYPE_ENDPOINT);
    notification = make_notification(other, 1);
    count = 0;
    done = 0;
    outcome = L4_ERROR_COUNT;
    return other;
}

static l4_word
mix(l4_word x)
{
    return (x ^ x >> 31) * 0x9e3779b97f4a7c15ull + 1;
}

/* Answers each word w and its frame words with what mix() makes of them. */
static void
serve_mixed(l4_word cap)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(cap, &m);

    for (;;) {
        CHECK_OK(error);
        l4_word words = l4_tag_words(m.tag);
        for (l4_word i = L4_MESSAGE_REGISTERS; i < words; i++) {
            CHECK_EQ(*l4_message_word(i), mix(m.words[0] + i));
            *l4_message_word(i) = mix(m.words[1] + i);
        }
        for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++) {
            m.words[i] = mix(m.words[i]);
        }
        count++;
        error = l4_reply_recv(cap, &m);
    }
}

static void
call_mixed(l4_cap cap, l4_word seed)
{
    l4_word words = seed % (L4_MESSAGE_WORDS + 1);
    struct l4_message m = message(seed & 0xffff, words, seed);

    for (l4_word i = L4_MESSAGE_REGISTERS; i < words; i++) {
        *l4_message_word(i) = mix(m.words[0] + i);
    }
    CHECK_OK(l4_call(cap, &m));
    CHECK_EQ(m.tag, l4_tag_make(seed & 0xffff, words));
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++) {
        CHECK_EQ(m.words[i], mix(seed + i));
    }
    for (l4_word i = L4_MESSAGE_REGISTERS; i < words; i++) {
        CHECK_EQ(*l4_message_word(i), mix(seed + 1 + i));
    }
}

static void
client(l4_word seed)
{
    for (l4_word i = 0; i < ROUNDS; i++) {
        call_mixed(endpoint, mix(seed * ROUNDS + i) >> 8);
    }
    __atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
    park();
}

TEST(cross_call_is_answered)
{
    uint32_t other = begin();

    spawn(.entry = serve_mixed, .argument = endpoint, .core = other);
    for (l4_word i = 0; i < ROUNDS; i++) {
        call_mixed(endpoint, i * 77);
    }
}

TEST(cross_call_to_an_endpoint_here_is_answered_from_there)
{
    uint32_t other = begin();

    spawn(.entry = serve_mixed, .argument = inner, .core = other);
    for (l4_word i = 0; i < ROUNDS; i++) {
        call_mixed(inner, i * 77);
    }
}

TEST(cross_call_by_way_of_a_third_core)
{
    uint32_t other = begin();

    test_needs_cores(3);
    endpoint = make_on(1, L4_TYPE_ENDPOINT);
    spawn(.entry = serve_mixed, .argument = endpoint, .core = other);
    for (l4_word i = 0; i < CLIENTS; i++) {
        spawn(.entry = client, .argument = i, .core = i % bootinfo()->cores);
    }
    CHECK_SOON(done == CLIENTS);
    CHECK_EQ(count, CLIENTS * ROUNDS);
}

TEST(cross_call_of_a_passive_server)
{
    uint32_t other = begin();

    /* Its endpoint lives there; each call brings it to its caller's core. */
    spawn(.entry = serve_mixed, .argument = endpoint, .core = other, .passive = true);
    for (l4_word i = 0; i < ROUNDS; i++) {
        call_mixed(endpoint, i * 77);
    }
    spawn(.entry = client, .argument = 5, .core = other);
    spawn(.entry = client, .argument = 6, .core = 0);
    CHECK_SOON(done == 2);
}

TEST(cross_calls_of_many_clients_meet_one_server)
{
    uint32_t other = begin();

    spawn(.entry = serve_mixed, .argument = endpoint, .core = other);
    for (l4_word i = 0; i < CLIENTS; i++) {
        spawn(.entry = client, .argument = i, .core = i % bootinfo()->cores,
              .space = i % 2 == 0 ? 0 : other_space());
    }
    CHECK_SOON(done == CLIENTS);
    CHECK_EQ(count, CLIENTS * ROUNDS);
}

static void
relay(l4_word argument)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(endpoint, &m);

    (void)argument;
    for (;;) {
        CHECK_OK(error);
        call_mixed(inner, m.words[0]);
        m.words[0]++;
        error = l4_reply_recv(endpoint, &m);
    }
}

TEST(cross_calls_nest)
{
    uint32_t other = begin();

    spawn(.entry = serve_mixed, .argument = inner, .priority = HIGH);
    spawn(.entry = relay, .core = other);
    for (l4_word i = 0; i < ROUNDS; i++) {
        struct l4_message m = message(0, 1, i);
        CHECK_OK(l4_call(endpoint, &m));
        CHECK_EQ(m.words[0], i + 1);
    }
}

static void
send_many(l4_word seed)
{
    for (l4_word i = 0; i < ROUNDS; i++) {
        struct l4_message m = message(seed, 2, seed << 32 | i);
        CHECK_OK(l4_send(endpoint, &m));
    }
    park();
}

TEST(cross_sends_arrive_in_each_senders_order)
{
    uint64_t next[CLIENTS] = {0};

    (void)begin();
    endpoint = inner;
    for (l4_word i = 0; i < CLIENTS; i++) {
        spawn(.entry = send_many, .argument = i, .core = i % bootinfo()->cores);
    }
    for (l4_word i = 0; i < CLIENTS * ROUNDS; i++) {
        struct l4_message m = {0};
        CHECK_OK(l4_recv(endpoint, &m));
        l4_word seed = l4_tag_label(m.tag);
        CHECK(seed < CLIENTS);
        CHECK_EQ(m.words[0], seed << 32 | next[seed]);
        CHECK_EQ(m.words[4], (seed << 32 | next[seed]) + 4);
        next[seed]++;
    }
}

TEST(cross_polls)
{
    uint32_t other = begin();
    struct l4_message m = {0};
    l4_word bits;

    CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN);
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    CHECK_ERROR(l4_poll(notification, &bits), L4_EAGAIN);
    CHECK_OK(l4_signal(notification));
    CHECK_SOON(l4_poll(notification, &bits) == L4_OK);
    CHECK_EQ(bits, 1);
    spawn(.entry = send_many, .argument = 1, .core = other);
    CHECK_SOON(l4_recv_poll(endpoint, &m) == L4_OK);
    CHECK_EQ(m.words[0], 1ull << 32);
}

static void
wait_many(l4_word argument)
{
    l4_word bits;

    (void)argument;
    for (;;) {
        CHECK_OK(l4_wait(notification, &bits));
        count |= bits;
        done++;
    }
}

TEST(cross_signals_wake_and_add_up)
{
    uint32_t other = begin();
    l4_cap plain = make_on(other, L4_TYPE_NOTIFICATION);

    notification = plain;
    spawn(.entry = wait_many, .core = other);
    for (l4_word i = 0; i < 62; i++) {
        CHECK_OK(l4_signal(make_badged(plain, 1ull << i)));
    }
    if (has_choice("async=word")) {
        CHECK_SOON(count == (1ull << 62) - 1);
    } else {
        CHECK_SOON(done >= (has_choice("async=semaphore") ? 62 : 1));
    }
    CHECK(done <= 62);
}

static void
ping(l4_word partner)
{
    l4_word bits;

    for (uint64_t i = 0; i < ROUNDS; i++) {
        CHECK_OK(l4_signal(partner));
        CHECK_OK(l4_wait(notification, &bits));
        CHECK_EQ(bits, 1);
    }
    done = 1;
    park();
}

static void
pong(l4_word own)
{
    l4_word bits;

    for (;;) {
        CHECK_OK(l4_wait(own, &bits));
        CHECK_EQ(bits, 2);
        count++;
        CHECK_OK(l4_signal(notification));
    }
}

TEST(cross_signals_lose_no_wake_up)
{
    uint32_t other = begin();
    l4_cap here = make_notification(0, 2);

    spawn(.entry = pong, .argument = here);
    spawn(.entry = ping, .argument = here, .core = other);
    CHECK_SOON(done == 1);
    CHECK_EQ(count, ROUNDS);
}

static void
spin(l4_word argument)
{
    (void)argument;
    for (;;) {
        count++;
        pause_core();
    }
}

TEST(cross_thread_is_stopped_resumed_and_started)
{
    uint32_t other = begin();
    struct thread *thread = spawn(.entry = spin, .core = other);
    l4_word stack = (l4_word)thread_message_frame(thread) - 8;

    for (unsigned i = 0; i < 20; i++) {
        uint64_t before = count;
        CHECK_SOON(count > before);
        CHECK_OK(l4_thread_stop(thread->cap));
        before = count;
        for (unsigned j = 0; j < 1000; j++) {
            pause_core();
        }
        CHECK_EQ(count, before);
        CHECK_OK(l4_thread_schedule(thread->cap, i % 2 == 0 ? LOWER : LOW, 0));
        CHECK_OK(i % 3 == 0 ? l4_thread_start(thread->cap, (l4_word)spin, stack, 0, 0)
                            : l4_thread_resume(thread->cap));
    }
}

static void
block_in(l4_word number)
{
    struct l4_message m = message(0, 1, 3);
    l4_cap cap = number == L4_SYS_WAIT ? notification : endpoint;

    outcome = l4_syscall_message((enum l4_syscall)number, cap, &m);
    park();
}

TEST(cross_thread_that_waits_elsewhere_is_cancelled)
{
    static const enum l4_syscall numbers[] = {L4_SYS_CALL, L4_SYS_SEND, L4_SYS_RECV, L4_SYS_WAIT};
    uint32_t other = begin();

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        /* A thread of this core, queued on the other, and the reverse. */
        for (unsigned core = 0; core < 2; core++) {
            outcome = L4_ERROR_COUNT;
            endpoint = make_on(core == 0 ? other : 0, L4_TYPE_ENDPOINT);
            notification = make_notification(core == 0 ? other : 0, 1);
            struct thread *thread =
                spawn(.entry = block_in, .argument = numbers[i], .core = core == 0 ? 0 : other);
            /* Stopped before it waits, it begins to wait when it is resumed. */
            uint64_t begun = ticks();
            while (outcome != L4_ECANCEL && ticks() - begun < ticks_of_us(5000000)) {
                let_run();
                for (unsigned j = 0; j < 2000; j++) {
                    pause_core();
                }
                CHECK_OK(l4_thread_stop(thread->cap));
                CHECK_OK(l4_thread_resume(thread->cap));
            }
            CHECK_SOON(outcome == L4_ECANCEL);
            CHECK_OK(l4_thread_stop(thread->cap));
        }
    }
}

static void
load_for_ever(l4_word address)
{
    for (;;) {
        (void)*(volatile uint64_t *)address;
        count++;
        pause_core();
    }
}

/* After the unmap returned nobody may read there: the other core has let go of it. */
TEST(cross_unmap_reaches_a_running_thread)
{
    uint32_t other = begin();
    l4_word address = make_addresses(L4_PAGE_SIZE);
    l4_cap frame = make(L4_TYPE_FRAME, 12);
    l4_cap handler = make(L4_TYPE_ENDPOINT, 0);

    for (unsigned i = 0; i < 10; i++) {
        struct l4_message fault = {0};
        CHECK_OK(space_map(L4_ROOT_SPACE, frame, address, L4_RIGHT_READ, 0));
        spawn(.entry = load_for_ever, .argument = address, .core = other,
              .fault_endpoint = handler);
        uint64_t before = count;
        CHECK_SOON(count > before + 10);
        CHECK_OK(l4_frame_unmap(frame));
        before = count;
        for (unsigned j = 0; j < 1000; j++) {
            CHECK(count - before <= 1); /* it may have read, and not yet counted */
            pause_core();
        }
        CHECK_OK(l4_recv(handler, &fault));
        CHECK(count - before <= 1);
        CHECK_EQ(fault.words[2], address);
        CHECK_OK(l4_reply(&(struct l4_message){.tag = 1, .words = {(l4_word)park}}));
    }
}

static void
fault_and_count(l4_word argument)
{
    (void)argument;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        __asm__ volatile("ud2");
        count++;
    }
    done = 1;
    park();
}

static void
handle(l4_word cap)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(cap, &m);

    for (;;) {
        CHECK_OK(error);
        CHECK_EQ(m.tag, l4_tag_make(L4_FAULT_EXCEPTION, L4_FAULT_WORDS) | L4_TAG_FAULT);
        m = (struct l4_message){.tag = 1, .words = {m.words[0] + 2}};
        error = l4_reply_recv(cap, &m);
    }
}

TEST(cross_fault_is_handled)
{
    uint32_t other = begin();

    spawn(.entry = handle, .argument = endpoint, .core = other);
    spawn(.entry = fault_and_count, .fault_endpoint = endpoint);
    CHECK_SOON(done == 1);
    CHECK_EQ(count, ROUNDS);
}

TEST(cross_fault_is_handled_passively)
{
    uint32_t other = begin();

    spawn(.entry = handle, .argument = endpoint, .core = other, .passive = true);
    spawn(.entry = fault_and_count, .fault_endpoint = endpoint);
    CHECK_SOON(done == 1);
    CHECK_EQ(count, ROUNDS);
}

TEST(cross_bound_notification_is_refused)
{
    uint32_t other = begin();
    struct l4_message m = {0};

    CHECK_ERROR(l4_thread_bind_notification(L4_ROOT_THREAD, make_on(other, L4_TYPE_NOTIFICATION)),
                L4_ECORE);
    CHECK_OK(l4_thread_bind_notification(L4_ROOT_THREAD, make(L4_TYPE_NOTIFICATION, 0)));
    CHECK_ERROR(l4_recv(endpoint, &m), L4_ECORE);
}

static volatile l4_word bits_seen;

static void
receive_bits(l4_word argument)
{
    (void)argument;
    for (;;) {
        struct l4_message m = {0};
        CHECK_OK(l4_recv(endpoint, &m));
        CHECK_EQ(m.tag, L4_TAG_NOTIFICATION);
        bits_seen |= m.badge;
        count++;
    }
}

TEST(cross_signal_reaches_a_bound_thread)
{
    uint32_t other = begin();
    l4_cap plain = make_on(other, L4_TYPE_NOTIFICATION);

    bits_seen = 0;
    struct thread *thread = spawn(.entry = receive_bits, .core = other);
    CHECK_OK(l4_thread_bind_notification(thread->cap, plain));
    for (l4_word i = 0; i < 40; i++) {
        CHECK_OK(l4_signal(make_badged(plain, 1ull << i)));
    }
    if (has_choice("async=word")) {
        CHECK_SOON(bits_seen == (1ull << 40) - 1);
    } else {
        CHECK_SOON(count >= (has_choice("async=semaphore") ? 40 : 1));
    }
}

/* A ring over all cores: each member takes a number, checks it, and passes it on. */
static struct {
    l4_cap endpoints[CLIENTS];
    volatile uint64_t laps;
} ring;

static void
pass(l4_word place)
{
    for (uint64_t lap = 0;; lap++) {
        struct l4_message m = {0};
        CHECK_OK(l4_recv(ring.endpoints[place], &m));
        CHECK_EQ(m.words[0], lap * CLIENTS + place);
        CHECK_EQ(m.words[3], mix(m.words[0]));
        if (place == CLIENTS - 1) {
            ring.laps = lap + 1;
        }
        l4_word number = m.words[0] + 1;
        m = (struct l4_message){.tag = 4, .words = {number, 0, 0, mix(number)}};
        CHECK_OK(l4_send(ring.endpoints[(place + 1) % CLIENTS], &m));
    }
}

TEST(cross_ring_passes_on)
{
    struct l4_message m = {.tag = 4, .words = {0, 0, 0, mix(0)}};

    (void)begin();
    ring.laps = 0;
    for (uint32_t i = 0; i < CLIENTS; i++) {
        ring.endpoints[i] = make_on((i * 5 + 1) % bootinfo()->cores, L4_TYPE_ENDPOINT);
    }
    for (uint32_t i = 0; i < CLIENTS; i++) {
        spawn(.entry = pass, .argument = i, .core = i % bootinfo()->cores);
    }
    CHECK_OK(l4_send(ring.endpoints[0], &m));
    CHECK_SOON(ring.laps >= 50);
}
