/* Messages: what arrives of what was sent.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

#include <l4user/space.h>

#define PATTERN 0x5a00000000000000ull

static l4_cap endpoint;

static void
fill_frame(l4_word seed)
{
    for (l4_word i = L4_MESSAGE_REGISTERS; i < L4_MESSAGE_WORDS; i++) {
        *l4_message_word(i) = PATTERN + seed + i;
    }
}

/* Words from registers on: the first `count` of the message are the sender's, all others ours. */
static void
check_frame(l4_word sent, l4_word own, l4_word count)
{
    for (l4_word i = L4_MESSAGE_REGISTERS; i < L4_MESSAGE_WORDS; i++) {
        CHECK_EQ(*l4_message_word(i), PATTERN + (i < count ? sent : own) + i);
    }
}

static void
check_registers(const struct l4_message *m, l4_word first)
{
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++) {
        CHECK_EQ(m->words[i], first + i);
    }
}

/* Answers a message of n words with one of n words. */
static void
echo_lengths(l4_word argument)
{
    struct l4_message m = {0};
    enum l4_syscall number = L4_SYS_RECV;

    l4_word own = 2000;

    (void)argument;
    fill_frame(own);
    for (;;) {
        CHECK_OK(l4_syscall_message(number, endpoint, &m));
        l4_word words = l4_tag_words(m.tag);
        CHECK_EQ(l4_tag_label(m.tag), 77 + words);
        check_registers(&m, words);
        check_frame(1000, own, words);
        own = 3000;
        fill_frame(own);
        m = message(88 + words, words, 500 + words);
        number = L4_SYS_REPLY_RECV;
    }
}

static void
call_all_lengths(void)
{
    for (l4_word words = 0; words <= L4_MESSAGE_WORDS; words++) {
        struct l4_message m = message(77 + words, words, words);
        fill_frame(1000);
        CHECK_OK(l4_call(endpoint, &m));
        CHECK_EQ(m.tag, l4_tag_make(88 + words, words));
        CHECK_EQ(m.badge, 0);
        check_registers(&m, 500 + words);
        check_frame(3000, 1000, words);
    }
}

TEST(message_of_each_length_arrives_both_ways)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = echo_lengths, .priority = HIGH);
    call_all_lengths();
}

TEST(message_of_each_length_arrives_from_a_queue)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = echo_lengths, .priority = LOW);
    call_all_lengths();
}

TEST(message_of_each_length_arrives_in_another_space)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = echo_lengths, .priority = HIGH, .passive = true, .space = other_space());
    call_all_lengths();
}

/* Answers with the word at `address`, as its own space has it. */
static void
tell_word(l4_word address)
{
    struct l4_message m = {0};
    enum l4_syscall number = L4_SYS_RECV;

    for (;;) {
        CHECK_OK(l4_syscall_message(number, endpoint, &m));
        m = (struct l4_message){.tag = 1, .words = {*(volatile uint64_t *)address}};
        number = L4_SYS_REPLY_RECV;
    }
}

TEST(message_to_another_space_arrives_among_its_memory)
{
    const l4_word rights = L4_RIGHT_READ | L4_RIGHT_WRITE;
    volatile uint64_t *here;
    volatile uint64_t *there;

    make_page(&here, 0);
    l4_cap frame = make_copy(make_page(&there, 0), rights);
    CHECK_OK(space_map(other_space(), frame, (l4_word)here, rights, 0));
    *here = 1;
    *there = 2;
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = tell_word, .argument = (l4_word)here, .priority = HIGH, .passive = true,
          .space = other_space());
    for (int i = 0; i < 3; i++) {
        struct l4_message m = {0};
        CHECK_OK(l4_call(endpoint, &m));
        CHECK_EQ(m.words[0], 2);
        CHECK_EQ(*here, 1);
    }
}

static void
refuse_bad_tags(void)
{
    static const l4_tag bad[] = {L4_MESSAGE_WORDS + 1, 0xff, 1u << L4_TAG_CAPS_SHIFT,
                                 15u << L4_TAG_CAPS_SHIFT};
    struct l4_message m;

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        m = (struct l4_message){.tag = bad[i]};
        CHECK_ERROR(l4_call(endpoint, &m), L4_EARG);
        m = (struct l4_message){.tag = bad[i]};
        CHECK_ERROR(l4_send(endpoint, &m), L4_EARG);
        m = (struct l4_message){.tag = bad[i]};
        CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EARG);
        m = (struct l4_message){.tag = bad[i]};
        CHECK_ERROR(l4_reply(&m), L4_EARG);
        m = (struct l4_message){.tag = bad[i]};
        CHECK_ERROR(l4_reply_recv(endpoint, &m), L4_EARG);
    }
}

TEST(message_with_a_tag_that_cannot_be_is_refused)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    refuse_bad_tags();
}

/* All but the tag is ready for the fast path. */
TEST(message_with_a_tag_that_cannot_be_is_refused_before_a_passive_receiver)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = echo_lengths, .priority = HIGH, .passive = true);
    refuse_bad_tags();
    call_all_lengths();
}

static void
send_tag(l4_word tag)
{
    struct l4_message m = {.tag = tag};

    CHECK_OK(l4_send(endpoint, &m));
    park();
}

TEST(message_flags_are_the_kernels)
{
    struct l4_message m = {0};

    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = send_tag, .argument = 0xabcdef012345f002ull);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_EQ(m.tag, 0xabcdef0123450002ull);
}

static void
send_ten(l4_word argument)
{
    struct l4_message m = message(1, 10, 40);

    (void)argument;
    CHECK_ERROR(l4_send(endpoint, &m), L4_EARG);
    m = message(1, L4_MESSAGE_REGISTERS, 40);
    CHECK_OK(l4_send(endpoint, &m));
    park();
}

TEST(message_from_a_thread_without_frame_ends_with_the_registers)
{
    struct l4_message m = {0};

    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = send_ten, .no_frame = true);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_EQ(m.tag, l4_tag_make(1, L4_MESSAGE_REGISTERS));
    check_registers(&m, 40);
}

static void
receive_cut(l4_word argument)
{
    struct l4_message m = {0};

    (void)argument;
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_EQ(m.tag, l4_tag_make(9, L4_MESSAGE_REGISTERS));
    check_registers(&m, 60);
    m = message(10, 2, 70);
    CHECK_OK(l4_reply(&m));
    park();
}

TEST(message_to_a_thread_without_frame_is_cut)
{
    struct l4_message m = message(9, 10, 60);

    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = receive_cut, .no_frame = true);
    CHECK_OK(l4_call(endpoint, &m));
    CHECK_EQ(m.tag, l4_tag_make(10, 2));
}

static volatile bool cut_seen;

static void
call_without_frame(l4_word argument)
{
    struct l4_message m = message(3, 1, 80);

    (void)argument;
    CHECK_OK(l4_call(endpoint, &m));
    CHECK_EQ(m.tag, l4_tag_make(4, L4_MESSAGE_REGISTERS));
    check_registers(&m, 90);
    cut_seen = true;
    park();
}

TEST(message_answer_to_a_thread_without_frame_is_cut)
{
    struct l4_message m = {0};

    cut_seen = false;
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    spawn(.entry = call_without_frame, .no_frame = true);
    CHECK_OK(l4_recv(endpoint, &m));
    m = message(4, 64, 90);
    CHECK_OK(l4_reply(&m));
    CHECK_SOON(cut_seen);
}
