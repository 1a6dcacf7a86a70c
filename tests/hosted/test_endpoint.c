/* Tests of the rendezvous on one core: send, receive, call, reply, and time that is lent.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

static struct endpoint *endpoint;
static l4_cap receive_cap; /* to it, without a badge */
static l4_cap send_cap;    /* badge 42 */
static struct thread *client;
static struct thread *server;

static l4_cap
endpoint_cap(struct endpoint *object, l4_word badge)
{
    return world_cap(L4_TYPE_ENDPOINT, object, L4_RIGHT_ALL, badge);
}

/* A client above a server, both with time of their own unless `passive`. */
static void
pair(bool passive)
{
    endpoint = world_endpoint(0);
    receive_cap = endpoint_cap(endpoint, 0);
    send_cap = endpoint_cap(endpoint, 42);
    client = world_thread(0, 20);
    server = passive ? world_passive(0, 20) : world_thread(0, 10);
}

/* The server waits for messages. */
static void
serve(void)
{
    struct context *own = server->context;
    struct context *lent = own ? own : world_context(0, 0, 0);
    server->context = lent;
    start(server);
    system_call(server, L4_SYS_RECV, receive_cap, 0, NULL);
    assert_int_equal(server->state, THREAD_RECEIVING);
    server->context = own;
}

static void
test_send_finds_a_receiver(void **state)
{
    (void)state;
    pair(false);
    serve();
    start(client);
    system_call(client, L4_SYS_SEND, send_cap, l4_tag_make(7, 5), WORDS(1, 2, 3, 4, 5));
    assert_int_equal(error_of(client), L4_OK);
    assert_runs(client); /* it has the higher priority and goes on */
    assert_int_equal(server->state, THREAD_READY);
    assert_int_equal(error_of(server), L4_OK);
    assert_int_equal(badge_of(server), 42);
    assert_int_equal(server->registers.tag, l4_tag_make(7, 5));
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(server->registers.words[i], i + 1);
    assert_null(server->caller);
    assert_int_equal(endpoint->state, ENDPOINT_IDLE);
}

static void
test_senders_wait_in_order(void **state)
{
    (void)state;
    pair(false);
    struct thread *senders[5];
    for (int i = 0; i < 5; i++) {
        senders[i] = world_thread(0, (uint8_t)(100 - i));
        start(senders[i]);
        system_call(senders[i], L4_SYS_SEND, endpoint_cap(endpoint, (l4_word)i + 1),
                    l4_tag_make(0, 1), WORDS((l4_word)i + 10));
        assert_int_equal(senders[i]->state, THREAD_SENDING);
    }
    assert_idle(0);
    server->priority = 200;
    start(server);
    for (l4_word i = 0; i < 5; i++) {
        system_call(server, L4_SYS_RECV, receive_cap, 0, NULL);
        assert_runs(server);
        assert_int_equal(badge_of(server), i + 1);
        assert_int_equal(server->registers.words[0], i + 10);
        assert_int_equal(senders[i]->state, THREAD_READY);
        assert_int_equal(error_of(senders[i]), L4_OK);
    }
    assert_int_equal(endpoint->state, ENDPOINT_IDLE);
}

static void
test_polling_does_not_wait(void **state)
{
    (void)state;
    pair(false);
    start(client);
    system_call(client, L4_SYS_SEND_POLL, send_cap, 0, NULL);
    assert_int_equal(error_of(client), L4_EAGAIN);
    system_call(client, L4_SYS_RECV_POLL, receive_cap, 0, NULL);
    assert_int_equal(error_of(client), L4_EAGAIN);
    assert_runs(client);
    assert_int_equal(endpoint->state, ENDPOINT_IDLE);
}

static void
test_call_and_reply(void **state)
{
    (void)state;
    pair(false);
    serve();
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, l4_tag_make(1, 2), WORDS(5, 6));
    assert_int_equal(client->state, THREAD_REPLYING);
    assert_runs(server);
    assert_ptr_equal(server->caller, client);
    assert_int_equal(badge_of(server), 42);
    system_call(server, L4_SYS_REPLY, 0, l4_tag_make(2, 1), WORDS(7));
    assert_runs(client);
    assert_int_equal(error_of(client), L4_OK);
    assert_int_equal(badge_of(client), 0);
    assert_int_equal(client->registers.tag, l4_tag_make(2, 1));
    assert_int_equal(client->registers.words[0], 7);
    assert_null(server->caller);
    assert_int_equal(error_of(server), L4_OK);
}

static void
test_reply_to_nobody(void **state)
{
    (void)state;
    pair(false);
    start(client);
    system_call(client, L4_SYS_REPLY, 0, 0, NULL);
    assert_int_equal(error_of(client), L4_EREPLY);
}

static void
test_reply_recv_answers_and_waits_again(void **state)
{
    (void)state;
    pair(true);
    serve();
    start(client);
    for (l4_word i = 0; i < 5; i++) {
        system_call(client, L4_SYS_CALL, send_cap, l4_tag_make(0, 1), WORDS(i));
        assert_runs(server);
        assert_int_equal(server->registers.words[0], i);
        system_call(server, L4_SYS_REPLY_RECV, receive_cap, l4_tag_make(0, 1), WORDS(i * i));
        assert_runs(client);
        assert_int_equal(client->registers.words[0], i * i);
        assert_int_equal(server->state, THREAD_RECEIVING);
    }
}

static void
test_a_passive_server_runs_on_its_callers_time(void **state)
{
    (void)state;
    pair(true);
    serve();
    struct context *context = client->context;
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    assert_ptr_equal(server->context, context);
    assert_null(client->context);
    assert_int_equal(server->borrowed, 1);
    assert_ptr_equal(core_at(0)->context, context);
    host_advance(50);
    system_call(server, L4_SYS_REPLY_RECV, receive_cap, 0, NULL);
    assert_ptr_equal(client->context, context);
    assert_null(server->context);
    assert_int_equal(server->borrowed, 0);
    assert_ptr_equal(core_at(0)->context, context);
}

/* A server that answers one caller and takes the next at once changes who pays. */
static void
test_the_caller_that_is_served_pays(void **state)
{
    (void)state;
    pair(true);
    client->priority = 10;
    server->priority = 18;
    serve();
    struct thread *second = world_thread(0, 19);
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    start(second);
    system_call(second, L4_SYS_CALL, send_cap, 0, NULL);
    assert_int_equal(second->state, THREAD_SENDING);
    system_call(server, L4_SYS_REPLY_RECV, receive_cap, 0, NULL);
    assert_runs(server);
    assert_ptr_equal(server->caller, second);
    uint64_t before = client->context->consumed;
    host_advance(30);
    system_call(server, L4_SYS_REPLY_RECV, receive_cap, 0, NULL);
    assert_runs(second);
    host_advance(1);
    system_call(second, L4_SYS_RECV, endpoint_cap(world_endpoint(0), 0), 0, NULL);
    assert_int_equal(client->context->consumed, before);
    assert_int_equal(second->context->consumed, 31);
}

static void
test_time_is_lent_on_and_on(void **state)
{
    (void)state;
    pair(true);
    serve();
    struct endpoint *second = world_endpoint(0);
    l4_cap second_cap = endpoint_cap(second, 1);
    struct thread *first_server = server;
    server = world_passive(0, 20);
    receive_cap = second_cap;
    serve();
    struct context *context = client->context;
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    system_call(first_server, L4_SYS_CALL, second_cap, 0, NULL);
    assert_runs(server);
    assert_ptr_equal(server->context, context);
    system_call(server, L4_SYS_REPLY_RECV, second_cap, 0, NULL);
    assert_runs(first_server);
    assert_ptr_equal(first_server->context, context);
}

/* What a lent context pays for ends with the answer: the server must not go on for nothing. */
static void
test_a_passive_server_stops_at_its_reply(void **state)
{
    (void)state;
    pair(true);
    server->priority = 50;
    serve();
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    system_call(server, L4_SYS_REPLY, 0, 0, NULL);
    assert_runs(client);
    system_call(client, L4_SYS_RECV, endpoint_cap(world_endpoint(0), 0), 0, NULL);
    assert_idle(0);
}

/* The same when the server waits in the run queue while its caller is taken away. */
static void
test_a_passive_server_stops_with_its_caller(void **state)
{
    (void)state;
    pair(true);
    serve();
    struct thread *manager = world_thread(0, 100);
    l4_cap cap = world_cap(L4_TYPE_THREAD, client, L4_RIGHT_ALL, 0);
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    start(manager);
    assert_runs(manager);
    assert_int_equal(invocation(manager, cap, L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(client->state, THREAD_STOPPED);
    assert_non_null(client->context);
    assert_null(server->caller);
    system_call(manager, L4_SYS_RECV, endpoint_cap(world_endpoint(0), 0), 0, NULL);
    assert_idle(0);
}

/* A caller that is stopped gets its time back from wherever it was lent on to. */
static void
test_a_stopped_caller_gets_its_time_back(void **state)
{
    (void)state;
    pair(true);
    serve();
    struct thread *first_server = server;
    l4_cap first_cap = send_cap;
    server = world_passive(0, 20);
    receive_cap = endpoint_cap(world_endpoint(0), 0);
    serve();
    struct thread *manager = world_thread(0, 100);
    l4_cap cap = world_cap(L4_TYPE_THREAD, client, L4_RIGHT_ALL, 0);
    struct context *context = client->context;
    start(client);
    system_call(client, L4_SYS_CALL, first_cap, 0, NULL);
    system_call(first_server, L4_SYS_CALL, receive_cap, 0, NULL);
    start(manager);
    assert_int_equal(invocation(manager, cap, L4_THREAD_STOP, NULL), L4_OK);
    assert_ptr_equal(client->context, context);
    assert_null(server->context);
    assert_null(first_server->context);
    assert_int_equal(invocation(manager, cap, L4_THREAD_RESUME, NULL), L4_OK);
    system_call(manager, L4_SYS_RECV, endpoint_cap(world_endpoint(0), 0), 0, NULL);
    assert_runs(client);
    assert_int_equal(error_of(client), L4_ECANCEL);
}

static void
test_receiving_drops_the_caller(void **state)
{
    (void)state;
    pair(false);
    serve();
    start(client);
    system_call(client, L4_SYS_CALL, send_cap, 0, NULL);
    system_call(server, L4_SYS_RECV, receive_cap, 0, NULL);
    assert_runs(client);
    assert_int_equal(error_of(client), L4_ECANCEL);
    assert_null(server->caller);
}

static void
test_long_messages_travel_in_frames(void **state)
{
    (void)state;
    pair(false);
    client->frame = host_allocate(sizeof(struct l4_message_frame), L4_MESSAGE_FRAME_SIZE);
    server->frame = host_allocate(sizeof(struct l4_message_frame), L4_MESSAGE_FRAME_SIZE);
    for (l4_word i = 0; i < L4_MESSAGE_WORDS; i++)
        client->frame->words[i] = 100 + i;
    serve();
    start(client);
    system_call(client, L4_SYS_SEND, send_cap, l4_tag_make(0, 60), WORDS(0, 1, 2, 3, 4));
    assert_int_equal(l4_tag_words(server->registers.tag), 60);
    for (l4_word i = 0; i < L4_MESSAGE_REGISTERS; i++)
        assert_int_equal(server->registers.words[i], i);
    for (l4_word i = 0; i < L4_MESSAGE_WORDS; i++) {
        bool sent = i >= L4_MESSAGE_REGISTERS && i < 60;
        assert_int_equal(server->frame->words[i], sent ? 100 + i : 0);
    }
}

static void
test_a_receiver_without_frame_gets_what_fits(void **state)
{
    (void)state;
    pair(false);
    client->frame = host_allocate(sizeof(struct l4_message_frame), L4_MESSAGE_FRAME_SIZE);
    serve();
    start(client);
    system_call(client, L4_SYS_SEND, send_cap, l4_tag_make(3, 60), WORDS(9));
    assert_int_equal(server->registers.tag, l4_tag_make(3, L4_MESSAGE_REGISTERS));
    assert_int_equal(server->registers.words[0], 9);
}

static void
test_bad_tags_are_refused(void **state)
{
    (void)state;
    pair(false);
    serve();
    start(client);
    const l4_tag tags[] = {L4_MESSAGE_WORDS + 1, 0xff, L4_MESSAGE_REGISTERS + 1,
                           1u << L4_TAG_CAPS_SHIFT};
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
        system_call(client, L4_SYS_CALL, send_cap, tags[i], NULL);
        assert_runs(client);
        assert_int_equal(error_of(client), L4_EARG);
    }
    assert_int_equal(server->state, THREAD_RECEIVING);
}

static void
test_a_sender_cannot_forge_flags(void **state)
{
    (void)state;
    pair(false);
    serve();
    start(client);
    system_call(client, L4_SYS_SEND, send_cap, L4_TAG_FLAGS_MASK | 1, WORDS(1));
    assert_int_equal(server->registers.tag, 1);
}

static void
test_rights_are_needed(void **state)
{
    (void)state;
    pair(false);
    l4_cap receive_only = world_cap(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_READ, 0);
    l4_cap send_only = world_cap(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_WRITE, 0);
    start(client);
    system_call(client, L4_SYS_CALL, receive_only, 0, NULL);
    assert_int_equal(error_of(client), L4_ERIGHT);
    system_call(client, L4_SYS_SEND, receive_only, 0, NULL);
    assert_int_equal(error_of(client), L4_ERIGHT);
    system_call(client, L4_SYS_RECV, send_only, 0, NULL);
    assert_int_equal(error_of(client), L4_ERIGHT);
    assert_runs(client);
}

static void
test_stopping_takes_out_of_the_queue(void **state)
{
    (void)state;
    pair(false);
    struct thread *manager = world_thread(0, 5);
    l4_cap caps[3];
    struct thread *senders[3];
    for (int i = 0; i < 3; i++) {
        senders[i] = world_thread(0, 50);
        caps[i] = world_cap(L4_TYPE_THREAD, senders[i], L4_RIGHT_ALL, 0);
        start(senders[i]);
        system_call(senders[i], L4_SYS_SEND, send_cap, 0, NULL);
    }
    start(manager);
    assert_int_equal(invocation(manager, caps[1], L4_THREAD_STOP, NULL), L4_OK);
    assert_ptr_equal(endpoint->head, senders[0]);
    assert_ptr_equal(senders[0]->next, senders[2]);
    assert_ptr_equal(endpoint->tail, senders[2]);
    assert_int_equal(invocation(manager, caps[0], L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(invocation(manager, caps[2], L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(endpoint->state, ENDPOINT_IDLE);
    assert_null(endpoint->tail);
    assert_int_equal(invocation(manager, caps[1], L4_THREAD_RESUME, NULL), L4_OK);
    assert_runs(senders[1]);
    assert_int_equal(error_of(senders[1]), L4_ECANCEL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_send_finds_a_receiver, 1),
        TEST(test_senders_wait_in_order, 1),
        TEST(test_polling_does_not_wait, 1),
        TEST(test_call_and_reply, 1),
        TEST(test_reply_to_nobody, 1),
        TEST(test_reply_recv_answers_and_waits_again, 1),
        TEST(test_a_passive_server_runs_on_its_callers_time, 1),
        TEST(test_the_caller_that_is_served_pays, 1),
        TEST(test_time_is_lent_on_and_on, 1),
        TEST(test_a_passive_server_stops_at_its_reply, 1),
        TEST(test_a_passive_server_stops_with_its_caller, 1),
        TEST(test_a_stopped_caller_gets_its_time_back, 1),
        TEST(test_receiving_drops_the_caller, 1),
        TEST(test_long_messages_travel_in_frames, 1),
        TEST(test_a_receiver_without_frame_gets_what_fits, 1),
        TEST(test_bad_tags_are_refused, 1),
        TEST(test_a_sender_cannot_forge_flags, 1),
        TEST(test_rights_are_needed, 1),
        TEST(test_stopping_takes_out_of_the_queue, 1),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
