/* Registers: what a system call leaves in them, and that interruptions leave them alone.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"
#include "test.h"

#define GARBAGE 0x6b6b000000000000ull

static l4_cap endpoint;
static l4_cap notification;
static volatile uint64_t flag;
static volatile uint32_t done_count;

static void
fill(struct probe_registers *registers)
{
    uint64_t *word = (uint64_t *)registers;

    for (size_t i = 0; i < sizeof(*registers) / sizeof(*word); i++) {
        word[i] = GARBAGE + i;
    }
}

/* A system call with garbage in all registers that it does not read. */
static struct probe
probed(enum l4_syscall number, l4_cap cap, l4_tag tag)
{
    struct probe probe;

    fill(&probe.in);
    probe.in.rax = number;
    probe.in.rdi = cap;
    probe.in.rsi = tag;
    probe_syscall(&probe);
    return probe;
}

/* What carries nothing is zero, what comes back is where it should be, and the bases are ours. */
static void
check_clean(const struct probe *probe, l4_word error, l4_word badge, l4_tag tag)
{
    l4_word gs = 1;

    CHECK_EQ(probe->out.rax, error);
    CHECK_EQ(probe->out.rdi, badge);
    CHECK_EQ(probe->out.rsi, tag);
    CHECK_EQ(probe->out.rcx, probe->next);
    CHECK_EQ(probe->out.r11 & ~0x8d5ull, 0x202); /* the arithmetic flags are free */
    CHECK_EQ(probe->out.rdx, 0);
    CHECK_EQ(probe->out.rbp, 0);
    CHECK_EQ(probe->out.r8, 0);
    CHECK_EQ(probe->out.r9, 0);
    CHECK_EQ(probe->out.r10, 0);
    CHECK_EQ((l4_word)l4_thread_block(), (l4_word)(l4_thread_block()->message_frame + 1));
    if (bootinfo()->features & L4_FEATURE_FSGSBASE) {
        __asm__ volatile("rdgsbase %0" : "=r"(gs));
        CHECK_EQ(gs, 0);
    }
}

/* The message registers hold these, in order. */
static void
check_words(const struct probe *probe, l4_word first)
{
    CHECK_EQ(probe->out.rbx, first);
    CHECK_EQ(probe->out.r12, first + 1);
    CHECK_EQ(probe->out.r13, first + 2);
    CHECK_EQ(probe->out.r14, first + 3);
    CHECK_EQ(probe->out.r15, first + 4);
}

/* After an error, or where no message came: what the caller put there, or zero. */
static void
check_own_words(const struct probe *probe)
{
    CHECK(probe->out.rbx == probe->in.rbx || probe->out.rbx == 0);
    CHECK(probe->out.r12 == probe->in.r12 || probe->out.r12 == 0);
    CHECK(probe->out.r13 == probe->in.r13 || probe->out.r13 == 0);
    CHECK(probe->out.r14 == probe->in.r14 || probe->out.r14 == 0);
    CHECK(probe->out.r15 == probe->in.r15 || probe->out.r15 == 0);
}

static void
check_plain(enum l4_syscall number, l4_cap cap, l4_tag tag, l4_word error, l4_word badge)
{
    struct probe probe = probed(number, cap, tag);

    check_clean(&probe, error, badge, 0);
    check_own_words(&probe);
}

static void
begin(void)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    notification = make_notification(0, 5);
    flag = 0;
}

TEST(registers_are_clean_after_calls_that_do_not_wait)
{
    begin();
    check_plain(L4_SYS_NULL, 1, 2, L4_OK, 0);
    check_plain(L4_SYS_YIELD, 1, 2, L4_OK, 0);
    check_plain((enum l4_syscall)99, 1, 2, L4_EOP, 0);
    check_plain(L4_SYS_POLL, notification, 9, L4_EAGAIN, 0);
    check_plain(L4_SYS_SIGNAL, notification, 9, L4_OK, 0);
    check_plain(L4_SYS_POLL, notification, 9, L4_OK, 5);
    check_plain(L4_SYS_SIGNAL, notification, 9, L4_OK, 0);
    check_plain(L4_SYS_WAIT, notification, 9, L4_OK, 5);
    check_plain(L4_SYS_SEND_POLL, endpoint, 1, L4_EAGAIN, 0);
    check_plain(L4_SYS_RECV_POLL, endpoint, 1, L4_EAGAIN, 0);
    check_plain(L4_SYS_REPLY, endpoint, 1, L4_EREPLY, 0);
    check_plain(L4_SYS_CALL, ~0ull, 1, L4_ECAP, 0);
    check_plain(L4_SYS_SEND, notification, 1, L4_ETYPE, 0);
    check_plain(L4_SYS_CALL, endpoint, 65, L4_EARG, 0);
    check_plain(L4_SYS_REPLY_RECV, notification, 1, L4_ETYPE, 0);
}

TEST(registers_are_clean_after_invocations)
{
    struct probe probe;

    begin();
    probe = probed(L4_SYS_CALL, make(L4_TYPE_SPACE, 0), l4_tag_make(1, 5));
    check_clean(&probe, L4_EOP, 0, 0);
    check_own_words(&probe);
    probe = probed(L4_SYS_CALL, make(L4_TYPE_FRAME, 12), l4_tag_make(L4_FRAME_ADDRESS, 5));
    check_clean(&probe, L4_OK, 0, 0);
    CHECK_EQ(probe.out.rbx % L4_PAGE_SIZE, 0);
    CHECK_EQ(probe.out.r12 | probe.out.r13 | probe.out.r14 | probe.out.r15, 0);
}

static void
answer(l4_word argument)
{
    struct probe probe = probed(L4_SYS_RECV, endpoint, 0);

    (void)argument;
    for (;;) {
        check_clean(&probe, L4_OK, 0, l4_tag_make(3, 2));
        CHECK_EQ(probe.out.rbx, GARBAGE + 1); /* all message registers travel */
        CHECK_EQ(probe.out.r12, GARBAGE + 11);
        CHECK_EQ(probe.out.r15, GARBAGE + 14);
        fill(&probe.in);
        probe.in.rax = L4_SYS_REPLY_RECV;
        probe.in.rdi = endpoint;
        probe.in.rsi = l4_tag_make(4, 3);
        probe.in.rbx = 70;
        probe.in.r12 = 71;
        probe.in.r13 = 72;
        probe.in.r14 = 73;
        probe.in.r15 = 74;
        probe_syscall(&probe);
    }
}

static void
check_calls(void)
{
    for (unsigned i = 0; i < 3; i++) {
        struct probe probe = probed(L4_SYS_CALL, endpoint, l4_tag_make(3, 2));
        check_clean(&probe, L4_OK, 0, l4_tag_make(4, 3));
        check_words(&probe, 70);
    }
}

TEST(registers_are_clean_after_calls_and_replies)
{
    begin();
    spawn(.entry = answer, .priority = HIGH);
    check_calls();
}

TEST(registers_are_clean_after_calls_to_passive_servers)
{
    begin();
    spawn(.entry = answer, .passive = true);
    check_calls();
}

TEST(registers_are_clean_after_calls_to_another_space)
{
    begin();
    spawn(.entry = answer, .passive = true, .space = other_space());
    check_calls();
}

TEST(registers_are_clean_after_calls_to_another_core)
{
    test_needs_cores(2);
    begin();
    endpoint = make_on(1, L4_TYPE_ENDPOINT);
    spawn(.entry = answer, .core = 1);
    check_calls();
}

static void
wait_clean(l4_word argument)
{
    (void)argument;
    for (unsigned i = 0; i < 3; i++) {
        check_plain(L4_SYS_WAIT, notification, 9, L4_OK, 5);
        flag++;
    }
    park();
}

TEST(registers_are_clean_after_waiting)
{
    begin();
    spawn(.entry = wait_clean, .priority = HIGH);
    for (uint64_t i = 1; i <= 3; i++) {
        CHECK_OK(l4_signal(notification));
        CHECK_EQ(flag, i);
    }
}

static void
receive_clean(l4_word argument)
{
    struct probe probe = probed(L4_SYS_RECV, endpoint, 9);

    (void)argument;
    check_clean(&probe, L4_OK, 5, L4_TAG_NOTIFICATION);
    check_own_words(&probe);
    flag++;
    park();
}

TEST(registers_are_clean_after_a_bound_notification)
{
    begin();
    struct thread *thread = spawn(.entry = receive_clean, .priority = HIGH);
    CHECK_OK(l4_thread_bind_notification(thread->cap, notification));
    CHECK_OK(l4_signal(notification));
    CHECK_EQ(flag, 1);
}

static void
send_clean(l4_word number)
{
    struct probe probe = probed((enum l4_syscall)number, endpoint, 1);

    check_clean(&probe, flag, 0, 0);
    check_own_words(&probe);
    flag = 100;
    park();
}

TEST(registers_are_clean_after_sending_and_cancelling)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = send_clean, .argument = L4_SYS_SEND, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_SOON(flag == 100);
    for (l4_word number = L4_SYS_CALL; number <= L4_SYS_RECV; number++) {
        flag = L4_ECANCEL;
        struct thread *thread = spawn(.entry = send_clean, .argument = number, .priority = HIGH);
        CHECK_OK(l4_thread_stop(thread->cap));
        CHECK_OK(l4_thread_resume(thread->cap));
        CHECK_EQ(flag, 100);
    }
}

TEST(registers_are_clean_when_a_thread_starts)
{
    begin();
    probe_start_done = 0;
    struct thread *thread = spawn(.entry = receive_clean, .priority = HIGH);
    l4_word stack = (l4_word)thread_message_frame(thread) - 8;
    CHECK_OK(l4_thread_start(thread->cap, (l4_word)probe_start, stack, 11, 12));
    CHECK_EQ(probe_start_done, 1);
    const struct probe_registers *r = &probe_started;
    CHECK_EQ(r->rdi, 11);
    CHECK_EQ(r->rsi, 12);
    CHECK_EQ(r->rax | r->rbx | r->rcx | r->rdx | r->rbp, 0);
    CHECK_EQ(r->r8 | r->r9 | r->r10 | r->r11, 0);
    CHECK_EQ(r->r12 | r->r13 | r->r14 | r->r15, 0);
}

static void
spin_known(l4_word seed)
{
    struct probe probe = {0};
    const uint64_t *in = (const uint64_t *)&probe.in;
    const uint64_t *out = (const uint64_t *)&probe.out;

    fill(&probe.in);
    for (size_t i = 1; i < sizeof(probe.in) / sizeof(*in); i++) {
        ((uint64_t *)&probe.in)[i] += seed << 32;
    }
    probe_spin(&probe, &flag);
    for (size_t i = 1; i < sizeof(probe.in) / sizeof(*in); i++) {
        CHECK_EQ(out[i], in[i]);
    }
    CHECK_EQ((l4_word)l4_thread_block(), (l4_word)(l4_thread_block()->message_frame + 1));
    done_count++;
    park();
}

/* Runs now and then above the others, and ends their spinning after a millisecond. */
static void
end_spinning(l4_word argument)
{
    uint64_t start = ticks();

    (void)argument;
    while (ticks() - start < ticks_of_us(1000)) {
    }
    flag = 1;
    park();
}

TEST(registers_survive_the_end_of_a_budget)
{
    flag = 0;
    done_count = 0;
    spawn(.entry = spin_known, .argument = 1, .budget_us = 30);
    spawn(.entry = spin_known, .argument = 2, .budget_us = 40, .space = other_space());
    spawn(.entry = spin_known, .argument = 3, .priority = HIGH, .budget_us = 20, .period_us = 100);
    spawn(.entry = end_spinning, .priority = HIGHER, .budget_us = 5, .period_us = 50);
    CHECK_SOON(done_count == 3);
}

static void
set_bases(l4_word argument)
{
    l4_word fs = 0, gs = 0;

    (void)argument;
    __asm__ volatile("wrgsbase %0" ::"r"(0x1234560000ull));
    while (flag == 0) {
    }
    __asm__ volatile("rdgsbase %0; rdfsbase %1" : "=r"(gs), "=r"(fs));
    CHECK_EQ(gs, 0x1234560000ull);
    CHECK_EQ(fs, (l4_word)(l4_thread_block()->message_frame + 1));
    (void)l4_yield();
    __asm__ volatile("rdgsbase %0" : "=r"(gs));
    CHECK_EQ(gs, 0);
    done_count++;
    park();
}

TEST(segment_bases_survive_interruptions_and_not_system_calls)
{
    if ((bootinfo()->features & L4_FEATURE_FSGSBASE) == 0) {
        test_skip("user level cannot change segment bases on this machine");
    }
    flag = 0;
    done_count = 0;
    spawn(.entry = set_bases, .budget_us = 30);
    spawn(.entry = spin_known, .budget_us = 30);
    spawn(.entry = end_spinning, .priority = HIGHER, .budget_us = 5, .period_us = 50);
    CHECK_SOON(done_count == 2);
}
