/* Endpoints: who meets whom, in which order, and the forms that do not wait.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static l4_cap endpoint;
static volatile l4_word order[8];
static volatile uint32_t order_count;

static void
begin(void)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    order_count = 0;
}

static void
note(l4_word what)
{
    order[order_count] = what;
    order_count++;
}

static void
send_note(l4_word word)
{
    struct l4_message m = message(0, 1, word);

    CHECK_OK(l4_send(endpoint, &m));
    note(word);
    park();
}

static void
receive_note(l4_word word)
{
    struct l4_message m = {0};

    CHECK_OK(l4_recv(endpoint, &m));
    note(word * 100 + m.words[0]);
    park();
}

TEST(send_waits_for_a_receiver)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = send_note, .argument = 1, .priority = HIGH);
    CHECK_EQ(order_count, 0);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_EQ(m.words[0], 1);
    CHECK_SOON(order_count == 1);
}

TEST(recv_waits_for_a_sender)
{
    struct l4_message m = message(0, 1, 5);

    begin();
    spawn(.entry = receive_note, .argument = 2, .priority = HIGH);
    CHECK_EQ(order_count, 0);
    CHECK_OK(l4_send(endpoint, &m));
    CHECK_SOON(order_count == 1);
    CHECK_EQ(order[0], 205);
}

TEST(senders_are_served_in_order)
{
    struct l4_message m = {0};

    begin();
    /* The order of arrival, whatever the priority. */
    spawn(.entry = send_note, .argument = 1, .priority = HIGH);
    spawn(.entry = send_note, .argument = 2, .priority = HIGHER);
    spawn(.entry = send_note, .argument = 3, .priority = HIGH);
    for (l4_word i = 1; i <= 3; i++) {
        CHECK_OK(l4_recv(endpoint, &m));
        CHECK_EQ(m.words[0], i);
    }
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    CHECK_SOON(order_count == 3);
}

TEST(receivers_are_served_in_order)
{
    begin();
    spawn(.entry = receive_note, .argument = 1, .priority = HIGH);
    spawn(.entry = receive_note, .argument = 2, .priority = HIGHER);
    spawn(.entry = receive_note, .argument = 3, .priority = HIGH);
    for (l4_word i = 1; i <= 3; i++) {
        struct l4_message m = message(0, 1, i);
        CHECK_OK(l4_send(endpoint, &m));
        CHECK_SOON(order_count == i);
        CHECK_EQ(order[i - 1], i * 101);
    }
}

TEST(polls_do_not_wait)
{
    struct l4_message m = message(0, 2, 30);

    begin();
    CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN);
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    spawn(.entry = receive_note, .argument = 1, .priority = HIGH);
    m = message(0, 2, 30);
    CHECK_OK(l4_send_poll(endpoint, &m));
    CHECK_SOON(order_count == 1);
    CHECK_EQ(order[0], 130);
    CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN);
    spawn(.entry = send_note, .argument = 7, .priority = HIGH);
    CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN); /* a sender waits, no receiver */
    CHECK_OK(l4_recv_poll(endpoint, &m));
    CHECK_EQ(m.words[0], 7);
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
}

TEST(send_leaves_nobody_to_reply_to)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = send_note, .argument = 1, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
}

static void
send_on(l4_word cap)
{
    struct l4_message m = message(0, 1, 11);

    CHECK_OK(l4_send(cap, &m));
    park();
}

TEST(badges_tell_senders_apart)
{
    static const l4_word badges[] = {1, 0, 0x123456789abcdef0ull, ~0ull};
    struct l4_message m = {0};

    begin();
    for (size_t i = 0; i < COUNT_OF(badges); i++) {
        l4_cap cap = badges[i] != 0 ? make_badged(endpoint, badges[i]) : endpoint;
        spawn(.entry = send_on, .argument = make_copy(cap, L4_RIGHT_WRITE),
              .priority = i % 2 == 0 ? HIGH : LOW);
        CHECK_OK(l4_recv(endpoint, &m));
        CHECK_EQ(m.badge, badges[i]);
    }
}

TEST(message_calls_check_their_capability)
{
    static const l4_cap missing[] = {0, 1u << L4_ROOT_TABLE_BITS, 1ull << 32, 1ull << 63, ~0ull};
    l4_cap notification = make(L4_TYPE_NOTIFICATION, 0);
    struct l4_message m = {0};
    l4_word bits;

    begin();
    for (size_t i = 0; i < COUNT_OF(missing); i++) {
        CHECK_ERROR(l4_call(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_send(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_recv(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_send_poll(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_recv_poll(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_reply_recv(missing[i], &m), L4_ECAP);
        CHECK_ERROR(l4_signal(missing[i]), L4_ECAP);
        CHECK_ERROR(l4_wait(missing[i], &bits), L4_ECAP);
        CHECK_ERROR(l4_poll(missing[i], &bits), L4_ECAP);
    }
    CHECK_ERROR(l4_send(notification, &m), L4_ETYPE);
    CHECK_ERROR(l4_recv(notification, &m), L4_ETYPE);
    CHECK_ERROR(l4_reply_recv(notification, &m), L4_ETYPE);
    CHECK_ERROR(l4_call(notification, &m), L4_EOP); /* as an invocation, of which it knows none */
    CHECK_ERROR(l4_signal(endpoint), L4_ETYPE);
    CHECK_ERROR(l4_wait(endpoint, &bits), L4_ETYPE);
    CHECK_ERROR(l4_poll(L4_ROOT_TABLE, &bits), L4_ETYPE);
}

TEST(system_calls_that_do_not_exist_are_refused)
{
    static const l4_word numbers[] = {L4_SYSCALL_COUNT, 13,         255,  256,
                                      1ull << 32,       1ull << 63, ~0ull};

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct l4_message m = message(1, 1, 1);
        l4_word result = numbers[i];
        l4_word cap = L4_ROOT_TABLE;
        /* The whole word counts; the library's stubs take an enumeration. */
        __asm__ volatile("syscall"
                         : "+a"(result), "+D"(cap), "+S"(m.tag)
                         :
                         : "rbx", "rcx", "rdx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13",
                           "r14", "r15", "memory");
        CHECK_EQ(result << 8 | i, L4_EOP << 8 | i);
    }
}
