/* Tests of several cores, played one after the other: inboxes, shipped calls, TLB shootdown.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <smp/flush.h>
#include <smp/inbox.h>

static l4_cap
waiting_cap(uint32_t core)
{
    return world_cap(L4_TYPE_NOTIFICATION, world_notification(core), L4_RIGHT_ALL, 1);
}

static void
test_inbox_is_first_in_first_out(void **state)
{
    (void)state;
    struct thread *threads[6];
    for (int i = 0; i < 6; i++) {
        threads[i] = world_thread(1, 10);
        threads[i]->state = THREAD_SHIPPED;
        threads[i]->resume = RESUME_FRAME;
        inbox_post(1, &threads[i]->inbox);
    }
    assert_int_equal(host_event_count(HOST_EVENT_INTERRUPT), 1); /* for the first only */
    host_settle();
    l4_cap cap = waiting_cap(1);
    for (int i = 0; i < 6; i++) {
        assert_runs(threads[i]);
        system_call(threads[i], L4_SYS_WAIT, cap, 0, NULL);
    }
    assert_idle(1);
}

static void
test_an_emptied_inbox_interrupts_again(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++) {
        struct thread *thread = world_thread(1, 10);
        thread->state = THREAD_SHIPPED;
        inbox_post(1, &thread->inbox);
        assert_int_equal(host_event_count(HOST_EVENT_INTERRUPT), i);
        host_settle();
    }
}

static struct endpoint *endpoint;
static l4_cap cap;
static struct thread *client;
static struct thread *server;

/* A server that waits at an endpoint of core 1, and a client that runs on core 0. */
static void
pair(bool passive)
{
    endpoint = world_endpoint(1);
    cap = world_cap(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_ALL, 8);
    client = world_thread(0, 10);
    server = passive ? world_passive(1, 20) : world_thread(1, 20);
    struct context *own = server->context;
    server->context = own ? own : world_context(1, 0, 0);
    start(server);
    system_call(server, L4_SYS_RECV, cap, 0, NULL);
    server->context = own;
    start(client);
}

static void
test_a_call_is_shipped_and_comes_home(void **state)
{
    (void)state;
    pair(false);
    for (l4_word i = 0; i < 3; i++) {
        assert_int_equal(system_call(client, L4_SYS_CALL, cap, l4_tag_make(0, 1), WORDS(i)).how,
                         HOST_IDLE);
        assert_int_equal(client->state, THREAD_SHIPPED);
        assert_int_equal(client->core, 1);
        host_settle();
        assert_int_equal(client->state, THREAD_REPLYING);
        assert_runs(server);
        assert_int_equal(server->core, 1);
        assert_int_equal(server->registers.words[0], i);
        assert_int_equal(badge_of(server), 8);
        system_call(server, L4_SYS_REPLY_RECV, cap, l4_tag_make(0, 1), WORDS(i + 5));
        assert_int_equal(server->state, THREAD_RECEIVING);
        host_settle();
        assert_runs(client);
        assert_int_equal(client->core, 0);
        assert_int_equal(client->registers.words[0], i + 5);
    }
}

/* A lent context never changes its core: the passive server comes to it, and goes back to wait. */
static void
test_a_passive_server_comes_to_its_callers_time(void **state)
{
    (void)state;
    pair(true);
    struct context *context = client->context;
    for (int i = 0; i < 3; i++) {
        system_call(client, L4_SYS_CALL, cap, 0, NULL);
        host_settle();
        assert_int_equal(server->core, 0);
        assert_runs(server);
        assert_ptr_equal(core_at(0)->context, context);
        assert_idle(1);
        system_call(server, L4_SYS_REPLY_RECV, cap, 0, NULL);
        host_settle();
        assert_runs(client);
        assert_ptr_equal(client->context, context);
        assert_int_equal(server->state, THREAD_RECEIVING);
        assert_int_equal(server->core, 1);
    }
}

/* An active server lives on core 0, its endpoint on core 1: the caller is owned, and answered,
 * where the server is. */
static void
test_a_server_away_from_its_endpoint(void **state)
{
    (void)state;
    pair(false);
    struct thread *near = world_thread(0, 30);
    slot_clear(&world.table[cap]);
    endpoint = world_endpoint(1);
    slot_fill(&world.table[cap], capability_make(L4_TYPE_ENDPOINT, endpoint, 7, 0), NULL);
    start(near);
    system_call(near, L4_SYS_RECV, cap, 0, NULL);
    host_settle();
    assert_int_equal(near->core, 1);
    assert_runs(client);
    for (int i = 0; i < 3; i++) {
        system_call(client, L4_SYS_CALL, cap, 0, NULL);
        host_settle();
        assert_int_equal(near->core, 0);
        assert_int_equal(client->core, 0);
        assert_runs(near);
        system_call(near, L4_SYS_REPLY_RECV, cap, 0, NULL);
        host_settle();
        assert_runs(client);
    }
}

/* A shipped call runs at its caller's priority. */
static void
test_a_shipped_call_waits_its_turn(void **state)
{
    (void)state;
    pair(false);
    struct thread *busy = world_thread(1, 15);
    start(busy);
    system_call(client, L4_SYS_CALL, cap, 0, NULL);
    host_settle();
    assert_runs(busy);
    assert_int_equal(client->state, THREAD_READY);
    system_call(busy, L4_SYS_WAIT, waiting_cap(1), 0, NULL);
    assert_runs(server);
    assert_int_equal(client->state, THREAD_REPLYING);
}

/* What travels is the index: the capability is looked up where the call is executed. */
static void
test_a_shipped_call_looks_its_capability_up_again(void **state)
{
    (void)state;
    pair(false);
    system_call(client, L4_SYS_CALL, cap, 0, NULL);
    slot_clear(&world.table[cap]);
    host_settle();
    assert_runs(client);
    assert_int_equal(client->core, 0);
    assert_int_equal(error_of(client), L4_ECAP);
    assert_int_equal(server->state, THREAD_RECEIVING);
}

static void
test_stopping_a_thread_of_another_core(void **state)
{
    (void)state;
    struct thread *manager = world_thread(0, 20);
    struct thread *thread = world_thread(1, 10);
    l4_cap thread_cap = world_cap(L4_TYPE_THREAD, thread, L4_RIGHT_ALL, 0);
    start(thread);
    start(manager);
    system_call(manager, L4_SYS_CALL, thread_cap, l4_tag_make(L4_THREAD_STOP, 0), NULL);
    assert_runs(thread);
    host_settle();
    assert_int_equal(thread->state, THREAD_STOPPED);
    assert_idle(1);
    assert_runs(manager);
    assert_int_equal(manager->core, 0);
    assert_int_equal(error_of(manager), L4_OK);
}

/* A caller whose home is elsewhere is stopped, and stays so. */
static void
test_stopping_a_caller_away_from_home(void **state)
{
    (void)state;
    pair(false);
    struct thread *manager = world_thread(1, 50);
    l4_cap thread_cap = world_cap(L4_TYPE_THREAD, client, L4_RIGHT_ALL, 0);
    system_call(client, L4_SYS_CALL, cap, 0, NULL);
    host_settle();
    assert_int_equal(client->state, THREAD_REPLYING);
    start(manager);
    assert_int_equal(invocation(manager, thread_cap, L4_THREAD_STOP, NULL), L4_OK);
    host_settle();
    assert_int_equal(client->state, THREAD_STOPPED);
    assert_null(server->caller);
    assert_idle(0);
    assert_int_equal(invocation(manager, thread_cap, L4_THREAD_RESUME, NULL), L4_OK);
    host_settle();
    assert_runs(client);
    assert_int_equal(client->core, 0);
    assert_int_equal(error_of(client), L4_ECANCEL);
}

static struct thread *shooter;

static void
flush_entry(void *argument)
{
    *(bool *)argument = flush_space(world.space, shooter);
}

static bool
shoot(void)
{
    bool waits = false;
    host_core = core_at(shooter->core);
    assert_int_equal(host_run(flush_entry, &waits).how, HOST_RETURNED);
    return waits;
}

static void
test_shootdown_needs_nobody_else(void **state)
{
    (void)state;
    shooter = world_thread(0, 10);
    start(shooter);
    uint64_t flushes = core_at(0)->arch.flushes;
    assert_false(shoot());
    assert_int_equal(core_at(0)->arch.flushes, flushes + 1);
    assert_int_equal(host_event_count(HOST_EVENT_INTERRUPT), 0);
}

static void
test_shootdown_waits_for_all_that_have_the_space(void **state)
{
    (void)state;
    struct thread *others[3] = {NULL};
    for (uint32_t i = 1; i <= 2; i++) { /* core 3 idles */
        others[i] = world_thread(i, 10);
        start(others[i]);
    }
    shooter = world_thread(0, 10);
    start(shooter);
    assert_true(shoot());
    assert_int_equal(shooter->state, THREAD_FLUSHING);
    assert_true(host_is_raised(1, VECTOR_FLUSH) && host_is_raised(2, VECTOR_FLUSH));
    assert_false(host_is_raised(3, VECTOR_FLUSH));
    uint64_t flushes = core_at(1)->arch.flushes;
    struct host_outcome outcome;
    host_core = core_at(1);
    assert_true(host_interrupt(&outcome));
    assert_int_equal(core_at(1)->arch.flushes, flushes + 1);
    host_core = core_at(0);
    assert_true(host_interrupt(&outcome));
    assert_int_equal(shooter->state, THREAD_FLUSHING); /* core 2 has not */
    host_settle();
    assert_runs(shooter);
    assert_int_equal(error_of(shooter), L4_OK);
    assert_runs(others[1]);
    assert_runs(others[2]);
}

/* A core that had another space loaded flushes when it loads this one again. */
static void
test_a_later_load_sees_the_raised_generation(void **state)
{
    (void)state;
    struct thread *thread = world_thread(1, 10);
    struct thread *elsewhere = world_thread(1, 20);
    elsewhere->space = host_allocate(1u << L4_SPACE_BITS, 1u << L4_SPACE_BITS);
    paging_space_init(elsewhere->space);
    start(thread);
    start(elsewhere);
    shooter = world_thread(0, 10);
    start(shooter);
    uint64_t flushes = core_at(1)->arch.flushes;
    assert_false(shoot());
    system_call(elsewhere, L4_SYS_WAIT, waiting_cap(1), 0, NULL);
    assert_runs(thread);
    assert_int_equal(core_at(1)->arch.flushes, flushes + 1);
}

static void
test_unmapping_waits_for_other_cores(void **state)
{
    (void)state;
    struct thread *other = world_thread(1, 10);
    l4_cap space = world_cap(L4_TYPE_SPACE, world.space, L4_RIGHT_ALL, 0);
    l4_cap frame = world_cap(L4_TYPE_FRAME, host_allocate(4096, 4096), L4_RIGHT_ALL, 12);
    start(other);
    shooter = world_thread(0, 10);
    start(shooter);
    for (int i = 0; i < 3; i++) {
        l4_cap table = world_cap(L4_TYPE_PAGE_TABLE, host_allocate(4096, 4096), 7, 0);
        invocation(shooter, table, L4_PAGE_TABLE_MAP, WORDS(space, 0x1000));
    }
    assert_int_equal(invocation(shooter, frame, L4_FRAME_MAP, WORDS(space, 0x1000, 1, 0)), L4_OK);
    system_call(shooter, L4_SYS_CALL, frame, l4_tag_make(L4_FRAME_UNMAP, 0), NULL);
    assert_int_equal(shooter->state, THREAD_FLUSHING);
    assert_idle(0);
    host_settle();
    assert_runs(shooter);
    assert_int_equal(error_of(shooter), L4_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_inbox_is_first_in_first_out, 2),
        TEST(test_an_emptied_inbox_interrupts_again, 2),
        TEST(test_a_call_is_shipped_and_comes_home, 2),
        TEST(test_a_passive_server_comes_to_its_callers_time, 2),
        TEST(test_a_server_away_from_its_endpoint, 2),
        TEST(test_a_shipped_call_waits_its_turn, 2),
        TEST(test_a_shipped_call_looks_its_capability_up_again, 2),
        TEST(test_stopping_a_thread_of_another_core, 2),
        TEST(test_stopping_a_caller_away_from_home, 2),
        TEST(test_shootdown_needs_nobody_else, 2),
        TEST(test_shootdown_waits_for_all_that_have_the_space, 4),
        TEST(test_a_later_load_sees_the_raised_generation, 2),
        TEST(test_unmapping_waits_for_other_cores, 2),
    };
    return cmocka_run_group_tests_name("cores", tests, NULL, NULL);
}
