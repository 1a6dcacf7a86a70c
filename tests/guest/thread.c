/* Threads: their life, and the invocations on them and on scheduling contexts.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static l4_cap endpoint;
static l4_cap notification;
static volatile enum l4_error outcome;
static volatile uint64_t count;

static void
begin(void)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    notification = make_notification(0, 1);
    outcome = L4_ERROR_COUNT;
    count = 0;
}

static void
block_in(l4_word number)
{
    struct l4_message m = message(0, 1, 3);
    l4_cap cap = number == L4_SYS_WAIT ? notification : endpoint;

    outcome = l4_syscall_message((enum l4_syscall)number, cap, &m);
    park();
}

static void
count_up(l4_word argument)
{
    (void)argument;
    for (;;) {
        count++;
    }
}

TEST(thread_stopped_while_it_waits_gets_cancelled)
{
    static const enum l4_syscall numbers[] = {L4_SYS_CALL, L4_SYS_SEND, L4_SYS_RECV,
                                              L4_SYS_REPLY_RECV, L4_SYS_WAIT};
    struct l4_message m = {0};

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        begin();
        struct thread *thread = spawn(.entry = block_in, .argument = numbers[i], .priority = HIGH);
        CHECK_OK(l4_thread_stop(thread->cap));
        CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
        CHECK_ERROR(l4_send_poll(endpoint, &m), L4_EAGAIN);
        CHECK_OK(l4_signal(notification));
        CHECK_EQ(outcome, L4_ERROR_COUNT);
        CHECK_OK(l4_thread_resume(thread->cap));
        CHECK_EQ(outcome, L4_ECANCEL);
        CHECK_OK(l4_thread_stop(thread->cap));
    }
}

TEST(thread_stopped_while_it_awaits_a_reply_gets_cancelled)
{
    struct l4_message m = {0};

    begin();
    struct thread *thread = spawn(.entry = block_in, .argument = L4_SYS_CALL, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_OK(l4_thread_stop(thread->cap));
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
    CHECK_OK(l4_thread_resume(thread->cap));
    CHECK_EQ(outcome, L4_ECANCEL);
}

TEST(thread_taken_out_of_a_queue_leaves_the_others)
{
    struct thread *threads[3];
    struct l4_message m = {0};

    for (size_t gone = 0; gone < COUNT_OF(threads); gone++) {
        begin();
        for (size_t i = 0; i < COUNT_OF(threads); i++) {
            threads[i] = spawn(.entry = block_in, .argument = L4_SYS_SEND, .priority = HIGH);
        }
        CHECK_OK(l4_thread_stop(threads[gone]->cap));
        CHECK_OK(l4_recv_poll(endpoint, &m));
        CHECK_OK(l4_recv_poll(endpoint, &m));
        CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    }
}

TEST(waiter_taken_out_of_a_queue_leaves_the_others)
{
    struct thread *threads[3];

    for (size_t gone = 0; gone < COUNT_OF(threads); gone++) {
        begin();
        for (size_t i = 0; i < COUNT_OF(threads); i++) {
            threads[i] = spawn(.entry = block_in, .argument = L4_SYS_WAIT, .priority = HIGH);
        }
        CHECK_OK(l4_thread_stop(threads[gone]->cap));
        CHECK_OK(l4_signal(notification));
        CHECK_OK(l4_signal(notification));
        l4_word bits;
        CHECK_ERROR(l4_poll(notification, &bits), L4_EAGAIN);
        CHECK_OK(l4_signal(notification));
        CHECK_OK(l4_poll(notification, &bits));
    }
}

TEST(thread_stopped_while_it_runs_goes_on_where_it_was)
{
    begin();
    struct thread *thread = spawn(.entry = count_up, .budget_us = 50, .period_us = 200);
    CHECK_SOON(count > 1000); /* the root runs when the other's budget is used up */
    CHECK_OK(l4_thread_stop(thread->cap));
    uint64_t before = count;
    let_run();
    CHECK_EQ(count, before);
    CHECK_OK(l4_thread_resume(thread->cap));
    CHECK_SOON(count > before);
}

static void
mark(l4_word argument)
{
    count = argument;
    park();
}

TEST(thread_started_while_it_waits_begins_anew)
{
    struct l4_message m = {0};

    begin();
    struct thread *thread = spawn(.entry = block_in, .argument = L4_SYS_SEND, .priority = HIGH);
    l4_word stack = (l4_word)thread_message_frame(thread) - 8;
    CHECK_OK(l4_thread_start(thread->cap, (l4_word)mark, stack, 77, 0));
    CHECK_EQ(count, 77);
    CHECK_EQ(outcome, L4_ERROR_COUNT);
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
}

static void
rest(l4_word argument)
{
    (void)argument;
    park();
}

static void
stop_myself(l4_word cap)
{
    outcome = l4_thread_stop(cap);
    count++;
    park();
}

TEST(thread_can_stop_itself)
{
    begin();
    struct thread *thread = spawn(.entry = rest);
    l4_word stack = (l4_word)thread_message_frame(thread) - 8;
    CHECK_OK(l4_thread_start(thread->cap, (l4_word)stop_myself, stack, thread->cap, 0));
    let_run();
    CHECK_EQ(count, 0);
    CHECK_OK(l4_thread_resume(thread->cap));
    let_run();
    CHECK_EQ(count, 1);
    CHECK_EQ(outcome, L4_OK);
}

TEST(thread_stop_and_resume_may_be_repeated)
{
    begin();
    struct thread *thread = spawn(.entry = mark, .argument = 5);
    CHECK_OK(l4_thread_stop(thread->cap));
    CHECK_OK(l4_thread_stop(thread->cap));
    let_run();
    CHECK_EQ(count, 0);
    CHECK_OK(l4_thread_resume(thread->cap));
    CHECK_OK(l4_thread_resume(thread->cap));
    let_run();
    CHECK_EQ(count, 5);
}

TEST(thread_without_configuration_does_not_start)
{
    l4_cap thread = make(L4_TYPE_THREAD, 0);

    CHECK_ERROR(l4_thread_start(thread, (l4_word)park, 0x1000, 0, 0), L4_ESTATE);
    CHECK_ERROR(l4_thread_resume(thread), L4_ESTATE);
    CHECK_OK(l4_thread_stop(thread));
}

TEST(thread_start_checks_its_arguments)
{
    begin();
    struct thread *thread = spawn(.entry = rest, .priority = HIGH);
    CHECK_ERROR(l4_thread_start(thread->cap, 0xffff800000000000ull, 0x1000, 0, 0), L4_EARG);
    CHECK_ERROR(l4_thread_start(thread->cap, 0x800000000000ull, 0x1000, 0, 0), L4_EARG);
    CHECK_ERROR(l4_thread_start(thread->cap, 0x1000, 0xffffffff80000000ull, 0, 0), L4_EARG);
    CHECK_ERROR(l4_thread_start(thread->cap, 0x1000, ~0ull, 0, 0), L4_EARG);
    CHECK_ERROR(l4_thread_start(L4_ROOT_THREAD, 0x1000, 0x1000, 0, 0), L4_ESTATE);
}

TEST(thread_configure_checks_its_arguments)
{
    l4_cap thread = make(L4_TYPE_THREAD, 0);
    l4_cap frame = make(L4_TYPE_FRAME, 12);
    l4_cap readable = make_copy(frame, L4_RIGHT_READ);

    CHECK_ERROR(l4_thread_configure(thread, 0, L4_ROOT_TABLE, 0, 0, 0), L4_ECAP);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_TABLE, L4_ROOT_TABLE, 0, 0, 0), L4_ETYPE);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, 0, 0, 0, 0), L4_ECAP);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_SPACE, 0, 0, 0), L4_ETYPE);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, L4_ROOT_TABLE, 0, 0),
                L4_ETYPE);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, readable, 0, 0),
                L4_ERIGHT);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, 512, 0), L4_EARG);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, 4096, 0), L4_EARG);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, ~0ull << 10, 0),
                L4_EARG);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, 0, ~0ull),
                L4_EARG);
    CHECK_ERROR(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, 0, 1ull << 47),
                L4_EARG);
    CHECK_OK(l4_thread_configure(thread, L4_ROOT_SPACE, L4_ROOT_TABLE, frame, 3072, 0));
    CHECK_ERROR(l4_thread_configure(L4_ROOT_THREAD, L4_ROOT_SPACE, L4_ROOT_TABLE, 0, 0, 0),
                L4_ESTATE);
}

TEST(thread_schedule_checks_its_arguments)
{
    l4_cap thread = make(L4_TYPE_THREAD, 0);

    begin();
    CHECK_ERROR(l4_thread_schedule(thread, L4_PRIORITIES, 0), L4_EARG);
    CHECK_ERROR(l4_thread_schedule(thread, ~0ull, 0), L4_EARG);
    CHECK_ERROR(l4_thread_schedule(thread, 1, notification), L4_ETYPE);
    CHECK_ERROR(l4_thread_schedule(thread, 1, make_slot()), L4_ECAP);
    CHECK_ERROR(l4_thread_schedule(thread, 1, make_copy(endpoint, L4_RIGHT_READ)), L4_ERIGHT);
    CHECK_OK(l4_thread_schedule(thread, L4_PRIORITIES - 1, endpoint));
}

TEST(thread_name_takes_a_name)
{
    CHECK_OK(l4_thread_name(make(L4_TYPE_THREAD, 0), "fifteen letters"));
}

TEST(context_is_bound_once)
{
    l4_cap thread = make(L4_TYPE_THREAD, 0);
    l4_cap other = make(L4_TYPE_THREAD, 0);
    l4_cap context = make(L4_TYPE_CONTEXT, 0);
    l4_cap second = make(L4_TYPE_CONTEXT, 0);

    CHECK_ERROR(l4_thread_bind_context(thread, context), L4_ESTATE); /* not configured */
    CHECK_OK(l4_context_configure(context, core_cap(0), 10, 10));
    CHECK_OK(l4_context_configure(second, core_cap(0), 10, 10));
    CHECK_OK(l4_thread_bind_context(thread, context));
    CHECK_ERROR(l4_thread_bind_context(other, context), L4_ESTATE);
    CHECK_ERROR(l4_thread_bind_context(thread, second), L4_ESTATE);
    CHECK_ERROR(l4_context_configure(context, core_cap(0), 10, 10), L4_ESTATE);
    CHECK_OK(l4_thread_bind_context(thread, 0));
    CHECK_OK(l4_thread_bind_context(other, context));
    CHECK_ERROR(l4_thread_bind_context(thread, L4_ROOT_SPACE), L4_ETYPE);
    CHECK_ERROR(l4_thread_bind_context(L4_ROOT_THREAD, 0), L4_ESTATE);
    CHECK_ERROR(l4_context_configure(L4_ROOT_CONTEXT, core_cap(0), 10, 10), L4_ESTATE);
}

TEST(context_configure_checks_its_arguments)
{
    l4_cap context = make(L4_TYPE_CONTEXT, 0);

    CHECK_ERROR(l4_context_configure(context, core_cap(0), 10, 9), L4_EARG);
    CHECK_ERROR(l4_context_configure(context, core_cap(0), ~0ull, ~0ull), L4_EARG);
    CHECK_ERROR(l4_context_configure(context, core_cap(0), 1, ~0ull), L4_EARG);
    CHECK_ERROR(l4_context_configure(context, L4_ROOT_SPACE, 1, 1), L4_ETYPE);
    CHECK_ERROR(l4_context_configure(context, 0, 1, 1), L4_ECAP);
    CHECK_ERROR(l4_context_configure(context, make_copy(core_cap(0), L4_RIGHT_READ), 1, 1),
                L4_ERIGHT);
    CHECK_OK(l4_context_configure(context, core_cap(bootinfo()->cores - 1), 1, 1));
}

static void
count_down(l4_word argument)
{
    (void)argument;
    count = 1;
    while (count < 100000) {
        count++;
    }
    outcome = L4_OK;
    park();
}

TEST(thread_that_never_ran_can_be_stopped_and_resumed)
{
    begin();
    struct thread *thread = spawn(.entry = count_down);
    CHECK_OK(l4_thread_stop(thread->cap));
    CHECK_OK(l4_thread_resume(thread->cap));
    let_run();
    CHECK_EQ(count, 100000);
    CHECK_EQ(outcome, L4_OK);
}
