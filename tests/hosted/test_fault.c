/* Tests of faults: the message to the handler, the ways on from there, and the lack of a handler.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

#include <internal/fault.h>

static struct endpoint *endpoint;
static l4_cap receive_cap;
static struct thread *handler;
static struct thread *thread;

static void
fault_entry(void *argument)
{
    struct thread *faulting = argument;
    faulting->resume = RESUME_FRAME;
    fault_raise(faulting, L4_FAULT_PAGE, 14, 0xdead000, 6);
    kernel_exit();
}

static struct host_outcome
fault(void)
{
    assert_runs(thread);
    host_core = core_at(thread->core);
    thread->to.ip = 0x400123;
    thread->to.sp = 0x7f0000;
    thread->registers.words[3] = 77;
    thread->registers.status = 33;
    return host_run(fault_entry, thread);
}

/* A thread on core 0 whose handler waits on an endpoint of this core. */
static void
make(uint32_t handler_core)
{
    endpoint = world_endpoint(handler_core);
    receive_cap = world_cap(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_ALL, 0);
    handler = world_thread(handler_core, 20);
    thread = world_thread(0, 10);
    slot_fill(&thread->slots[THREAD_SLOT_HANDLER],
              capability_make(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_ALL, 99), NULL);
    start(handler);
    system_call(handler, L4_SYS_RECV, receive_cap, 0, NULL);
    start(thread);
}

static void
test_the_handler_gets_a_message(void **state)
{
    (void)state;
    make(0);
    fault();
    assert_runs(handler);
    assert_int_equal(thread->state, THREAD_REPLYING);
    assert_true(thread->unusual & UNUSUAL_FAULT);
    assert_int_equal(badge_of(handler), 99);
    assert_int_equal(handler->registers.tag,
                     l4_tag_make(L4_FAULT_PAGE, L4_FAULT_WORDS) | L4_TAG_FAULT);
    const l4_word words[] = {0x400123, 0x7f0000, 0xdead000, 6, 14};
    assert_memory_equal(handler->registers.words, words, sizeof(words));
}

static void
test_an_empty_reply_repeats_the_instruction(void **state)
{
    (void)state;
    make(0);
    fault();
    struct host_outcome outcome = system_call(handler, L4_SYS_REPLY_RECV, receive_cap, 0, NULL);
    assert_runs(thread);
    assert_int_equal(outcome.how, HOST_FRAME);
    assert_int_equal(thread->to.ip, 0x400123);
    assert_int_equal(thread->to.sp, 0x7f0000);
    assert_int_equal(thread->registers.words[3], 77);
    assert_int_equal(thread->registers.status, 33);
    assert_int_equal(thread->unusual, 0);
}

static void
test_a_reply_moves_the_thread(void **state)
{
    (void)state;
    make(0);
    fault();
    system_call(handler, L4_SYS_REPLY_RECV, receive_cap, l4_tag_make(0, 2),
                WORDS(0x500000, 0x600000));
    assert_int_equal(thread->to.ip, 0x500000);
    assert_int_equal(thread->to.sp, 0x600000);
}

static void
test_a_reply_cannot_name_a_bad_address(void **state)
{
    (void)state;
    make(0);
    fault();
    system_call(handler, L4_SYS_REPLY_RECV, receive_cap, l4_tag_make(0, 2),
                WORDS(0x800000000000, ~0ull));
    assert_int_equal(thread->to.ip, 0x400123);
    assert_int_equal(thread->to.sp, 0x7f0000);
}

static void
test_without_a_handler_the_thread_stops(void **state)
{
    (void)state;
    thread = world_thread(0, 10);
    strcpy(thread->name, "victim");
    start(thread);
    assert_int_equal(fault().how, HOST_IDLE);
    assert_int_equal(thread->state, THREAD_STOPPED);
    assert_int_equal(thread->fault.kind, 0);
    assert_non_null(strstr(host_console(), "(victim) stopped: page fault"));
    assert_non_null(strstr(host_console(), "ip 400123"));
    assert_non_null(strstr(host_console(), "no fault handler"));
}

static void
test_a_handler_that_does_not_reply(void **state)
{
    (void)state;
    make(0);
    fault();
    system_call(handler, L4_SYS_RECV, receive_cap, 0, NULL);
    assert_int_equal(thread->state, THREAD_STOPPED);
    assert_non_null(strstr(host_console(), "its fault handler gave no reply"));
    assert_idle(0);
}

/* A stopped thread's fault happens again when it is resumed: with all registers as they were. */
static void
test_stopping_a_faulted_thread_keeps_its_registers(void **state)
{
    (void)state;
    make(0);
    l4_cap cap = world_cap(L4_TYPE_THREAD, thread, L4_RIGHT_ALL, 0);
    fault();
    assert_int_equal(invocation(handler, cap, L4_THREAD_STOP, NULL), L4_OK);
    assert_int_equal(thread->state, THREAD_STOPPED);
    assert_null(handler->caller);
    assert_int_equal(thread->registers.status, 33);
    assert_int_equal(thread->resume, RESUME_FRAME);
    assert_int_equal(thread->unusual, 0);
    assert_int_equal(invocation(handler, cap, L4_THREAD_RESUME, NULL), L4_OK);
    system_call(handler, L4_SYS_RECV, receive_cap, 0, NULL);
    assert_runs(thread);
}

static void
test_a_handler_on_another_core(void **state)
{
    (void)state;
    make(1);
    assert_int_equal(fault().how, HOST_IDLE);
    host_settle();
    assert_runs(handler);
    assert_int_equal(handler->registers.words[2], 0xdead000);
    system_call(handler, L4_SYS_REPLY_RECV, receive_cap, 0, NULL);
    host_settle();
    assert_runs(thread);
    assert_int_equal(thread->core, 0);
    assert_int_equal(thread->registers.status, 33);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_handler_gets_a_message, 1),
        TEST(test_an_empty_reply_repeats_the_instruction, 1),
        TEST(test_a_reply_moves_the_thread, 1),
        TEST(test_a_reply_cannot_name_a_bad_address, 1),
        TEST(test_without_a_handler_the_thread_stops, 1),
        TEST(test_a_handler_that_does_not_reply, 1),
        TEST(test_stopping_a_faulted_thread_keeps_its_registers, 1),
        TEST(test_a_handler_on_another_core, 2),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
