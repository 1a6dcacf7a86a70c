/* Calls and replies: who answers whom, nested calls, and servers that run on their callers' time.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static l4_cap endpoint;
static l4_cap inner;
static volatile enum l4_error outcome;
static volatile uint32_t step;

static void
begin(void)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    inner = make(L4_TYPE_ENDPOINT, 0);
    outcome = L4_ERROR_COUNT;
    step = 0;
}

static void
call_once(l4_word word)
{
    struct l4_message m = message(0, 1, word);

    outcome = l4_call(endpoint, &m);
    if (outcome == L4_OK) {
        CHECK_EQ(m.words[0], word + 1);
    }
    step++;
    park();
}

static void
add_one(l4_word cap)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(cap, &m);

    for (;;) {
        CHECK_OK(error);
        m.words[0]++;
        m.tag = 1;
        error = l4_reply_recv(cap, &m);
    }
}

/* Passes what it is asked on to the inner endpoint, and adds one. */
static void
pass_on(l4_word argument)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(endpoint, &m);

    (void)argument;
    for (;;) {
        CHECK_OK(error);
        m.tag = 1;
        CHECK_OK(l4_call(inner, &m));
        m.words[0]++;
        m.tag = 1;
        error = l4_reply_recv(endpoint, &m);
    }
}

TEST(reply_needs_a_caller)
{
    struct l4_message m = {0};

    begin();
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
    spawn(.entry = call_once, .argument = 3, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    m = message(0, 1, 4);
    CHECK_OK(l4_reply(&m));
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
    CHECK_EQ(outcome, L4_OK);
}

TEST(reply_runs_the_caller_if_it_is_higher)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = call_once, .argument = 3, .priority = LOW);
    CHECK_OK(l4_recv(endpoint, &m));
    m = message(0, 1, 4);
    CHECK_OK(l4_reply(&m));
    CHECK_EQ(outcome, L4_ERROR_COUNT);
    CHECK_SOON(outcome == L4_OK);
}

TEST(reply_recv_without_a_caller_receives)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = call_once, .argument = 9, .priority = HIGH);
    CHECK_OK(l4_reply_recv(endpoint, &m));
    CHECK_EQ(m.words[0], 9);
}

TEST(reply_recv_serves_those_who_queue)
{
    struct l4_message m = {0};

    begin();
    for (l4_word i = 0; i < 4; i++) {
        spawn(.entry = call_once, .argument = i * 10, .priority = HIGH);
    }
    for (l4_word i = 0; i < 4; i++) {
        CHECK_OK(l4_reply_recv(endpoint, &m));
        CHECK_EQ(m.words[0], i * 10);
        m = message(0, 1, i * 10 + 1);
    }
    CHECK_OK(l4_reply(&m));
    CHECK_EQ(step, 4);
}

TEST(caller_that_is_dropped_is_told)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = call_once, .argument = 1, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_ERROR(l4_recv_poll(inner, &m), L4_EAGAIN);
    CHECK_SOON(outcome == L4_ECANCEL);
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
}

TEST(reply_that_cannot_be_sent_keeps_the_caller)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = call_once, .argument = 1, .priority = HIGH);
    CHECK_OK(l4_recv(endpoint, &m));
    m = message(0, L4_MESSAGE_WORDS + 1, 2);
    CHECK_ERROR(l4_reply(&m), L4_EARG);
    m = message(0, 1, 2);
    CHECK_OK(l4_reply(&m));
    CHECK_EQ(outcome, L4_OK);
}

TEST(calls_nest)
{
    struct l4_message m = message(0, 1, 40);

    begin();
    spawn(.entry = add_one, .argument = inner, .priority = HIGH);
    spawn(.entry = pass_on, .priority = HIGHER);
    for (unsigned i = 0; i < 50; i++) {
        m = message(0, 1, 40);
        CHECK_OK(l4_call(endpoint, &m));
        CHECK_EQ(m.words[0], 42);
    }
}

TEST(passive_servers_run_on_their_callers_time)
{
    struct l4_message m;

    begin();
    spawn(.entry = add_one, .argument = inner, .passive = true);
    spawn(.entry = pass_on, .passive = true);
    for (unsigned i = 0; i < 50; i++) {
        m = message(0, 1, 40);
        CHECK_OK(l4_call(endpoint, &m));
        CHECK_EQ(m.words[0], 42);
    }
}

TEST(passive_server_takes_queued_callers_in_turn)
{
    begin();
    spawn(.entry = add_one, .argument = endpoint, .passive = true);
    for (l4_word i = 0; i < 4; i++) {
        spawn(.entry = call_once, .argument = i, .priority = LOWER);
    }
    CHECK_SOON(step == 4);
    CHECK_EQ(outcome, L4_OK);
}

/* Tells that it runs, then does for ever. */
static void
serve_for_ever(l4_word cap)
{
    struct l4_message m = {0};

    (void)l4_recv(cap, &m);
    for (;;) {
        step++;
        pause_core();
    }
}

/* A server's borrowed time goes back to a caller that is stopped, and the server rests. */
TEST(passive_server_stops_with_its_caller)
{
    begin();
    struct thread *server = spawn(.entry = serve_for_ever, .argument = endpoint, .passive = true);
    struct thread *client =
        spawn(.entry = call_once, .argument = 1, .budget_us = 50, .period_us = 500);
    CHECK_SOON(step > 2);
    CHECK_OK(l4_thread_stop(client->cap));
    uint32_t before = step;
    let_run(); /* would not come back if the server ran on */
    CHECK_EQ(step, before);
    CHECK_OK(l4_thread_resume(client->cap));
    CHECK_SOON(outcome == L4_ECANCEL);
    CHECK_OK(l4_thread_stop(server->cap));
}

/* Tells the root, which is of higher priority, in the middle of its work. */
static void
serve_and_signal(l4_word notification)
{
    struct l4_message m = {0};

    (void)l4_recv(endpoint, &m);
    (void)l4_signal(notification);
    step++;
    park();
}

TEST(passive_server_that_is_preempted_stops_with_its_caller)
{
    l4_cap notification = make_notification(0, 1);
    l4_word bits;

    begin();
    spawn(.entry = serve_and_signal, .argument = notification, .passive = true);
    struct thread *client = spawn(.entry = call_once, .argument = 1);
    CHECK_OK(l4_wait(notification, &bits));
    CHECK_OK(l4_thread_stop(client->cap));
    let_run();
    CHECK_EQ(step, 0);
    CHECK_OK(l4_thread_resume(client->cap));
    CHECK_SOON(outcome == L4_ECANCEL);
}

/* The same with a server between: the time is with the last of them. */
TEST(passive_servers_in_a_row_stop_with_their_caller)
{
    begin();
    spawn(.entry = serve_for_ever, .argument = inner, .passive = true);
    spawn(.entry = pass_on, .passive = true);
    struct thread *client =
        spawn(.entry = call_once, .argument = 1, .budget_us = 50, .period_us = 500);
    CHECK_SOON(step > 2);
    CHECK_OK(l4_thread_stop(client->cap));
    uint32_t before = step;
    let_run();
    CHECK_EQ(step, before);
    CHECK_OK(l4_thread_resume(client->cap));
    CHECK_SOON(outcome == L4_ECANCEL);
}

TEST(passive_server_that_is_stopped_gives_nothing_away)
{
    begin();
    struct thread *server = spawn(.entry = serve_for_ever, .argument = endpoint, .passive = true);
    spawn(.entry = call_once, .argument = 1, .budget_us = 50, .period_us = 500);
    CHECK_SOON(step > 2);
    CHECK_OK(l4_thread_stop(server->cap));
    uint32_t before = step;
    let_run();
    CHECK_EQ(step, before);
    CHECK_EQ(outcome, L4_ERROR_COUNT);
    l4_word stack = (l4_word)thread_message_frame(server) - 8;
    CHECK_OK(l4_thread_start(server->cap, (l4_word)park, stack, 0, 0));
    CHECK_SOON(outcome == L4_ECANCEL); /* starting it anew dropped its caller */
}
