/* Tests of invocations: dispatch and its errors, threads, interrupts, ports; unknown system calls.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

#include <internal/interrupt.h>

static struct thread *invoker;

static l4_cap
cap_of(enum l4_type type, const void *object)
{
    return world_cap(type, object, L4_RIGHT_ALL, 0);
}

static void
make(void)
{
    invoker = world_thread(0, 50);
    start(invoker);
}

static void
test_what_is_not_there_cannot_be_invoked(void **state)
{
    (void)state;
    make();
    assert_int_equal(invocation(invoker, 0, 1, NULL), L4_ECAP);
    assert_int_equal(invocation(invoker, world_slot(), 1, NULL), L4_ECAP);
    assert_int_equal(invocation(invoker, ~0ull, 1, NULL), L4_ECAP);
    assert_int_equal(invocation(invoker, cap_of(L4_TYPE_CORE, NULL), 1, NULL), L4_EOP);
    assert_int_equal(
        invocation(invoker, cap_of(L4_TYPE_NOTIFICATION, world_notification(0)), 1, NULL), L4_EOP);
}

/* Every type refuses operations that it does not know, and those without the write right. */
static void
test_unknown_operations_and_missing_rights(void **state)
{
    (void)state;
    make();
    const enum l4_type types[] = {L4_TYPE_UNTYPED, L4_TYPE_TABLE,      L4_TYPE_THREAD,
                                  L4_TYPE_CONTEXT, L4_TYPE_PAGE_TABLE, L4_TYPE_INTERRUPTS};
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        void *object =
            types[i] == L4_TYPE_THREAD ? (void *)world_thread(0, 1) : host_allocate(4096, 4096);
        l4_cap all = cap_of(types[i], object);
        l4_cap read_only = world_cap(types[i], object, L4_RIGHT_READ, 0);
        assert_int_equal(invocation(invoker, all, 0, NULL), L4_EOP);
        assert_int_equal(invocation(invoker, all, 1000, NULL), L4_EOP);
        assert_int_equal(invocation(invoker, all, ~0ull >> L4_TAG_LABEL_SHIFT, NULL), L4_EOP);
        assert_int_equal(invocation(invoker, read_only, 1, NULL), L4_ERIGHT);
    }
}

static void
test_unknown_system_calls(void **state)
{
    (void)state;
    make();
    const l4_word numbers[] = {L4_SYSCALL_COUNT, 255, 1ull << 32, ~0ull};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        system_call(invoker, numbers[i], 0, 0, NULL);
        assert_int_equal(error_of(invoker), L4_EOP);
        assert_runs(invoker);
    }
    system_call(invoker, L4_SYS_NULL, 0, 0, NULL);
    assert_int_equal(error_of(invoker), L4_OK);
}

/* An answer carries nothing that the kernel was not asked for. */
static void
test_answers_leave_nothing_behind(void **state)
{
    (void)state;
    make();
    invocation(invoker, cap_of(L4_TYPE_CORE, NULL), 1, WORDS(1, 2, 3, 4, 5));
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        assert_int_equal(invoker->registers.words[i], 0);
    assert_int_equal(badge_of(invoker), 0);
    assert_int_equal(invoker->registers.tag, 0);
}

/* A thread from nothing to its first instruction, by invocations only. */
static void
test_a_thread_is_made_and_started(void **state)
{
    (void)state;
    make();
    struct thread *thread = host_allocate(1u << L4_THREAD_BITS, 1u << L4_THREAD_BITS);
    thread_init(thread, 0);
    struct context *context = world_context(0, 0, 0);
    l4_cap cap = cap_of(L4_TYPE_THREAD, thread);
    l4_cap space = cap_of(L4_TYPE_SPACE, world.space);
    l4_cap table = world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
    char *page = host_allocate(4096, 4096);
    l4_cap frame = world_cap(L4_TYPE_FRAME, page, L4_RIGHT_ALL, L4_FRAME_BITS);
    l4_cap time = cap_of(L4_TYPE_CONTEXT, context);

    assert_int_equal(invocation(invoker, cap, L4_THREAD_START, WORDS(1, 2)), L4_ESTATE);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_RESUME, NULL), L4_ESTATE);
    assert_int_equal(
        invocation(invoker, cap, L4_THREAD_CONFIGURE, WORDS(space, table, frame, 2048, 0x7000)),
        L4_OK);
    assert_ptr_equal(thread->frame, page + 2048);
    assert_ptr_equal(thread->table, world.table);
    assert_int_equal(thread->table_size, 1u << TABLE_BITS);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_SCHEDULE, WORDS(77, 0)), L4_OK);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_BIND_CONTEXT, WORDS(time)), L4_OK);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_BIND_CONTEXT, WORDS(time)), L4_ESTATE);
    struct host_outcome outcome =
        system_call(invoker, L4_SYS_CALL, cap, l4_tag_make(L4_THREAD_START, 4),
                    WORDS(0x400000, 0x500000, 11, 22));
    assert_ptr_equal(outcome.thread, thread);
    assert_int_equal(outcome.how, HOST_FRAME);
    assert_int_equal(thread->to.ip, 0x400000);
    assert_int_equal(thread->to.sp, 0x500000);
    assert_int_equal(thread->registers.arguments[0], 11);
    assert_int_equal(thread->registers.arguments[1], 22);
    assert_int_equal(thread->registers.tls, 0x7000);
}

static void
test_configure_refuses_bad_message_frames(void **state)
{
    (void)state;
    make();
    struct thread *thread = world_thread(0, 1);
    l4_cap cap = cap_of(L4_TYPE_THREAD, thread);
    l4_cap space = cap_of(L4_TYPE_SPACE, world.space);
    l4_cap table = world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
    void *page = host_allocate(4096, 4096);
    l4_cap frame = world_cap(L4_TYPE_FRAME, page, L4_RIGHT_ALL, L4_FRAME_BITS);
    l4_cap read_only = world_cap(L4_TYPE_FRAME, page, L4_RIGHT_READ, L4_FRAME_BITS);
    l4_cap device = world_cap(L4_TYPE_FRAME, page, L4_RIGHT_ALL, L4_FRAME_BITS | CAP_DEVICE);
    const struct {
        l4_word frame, offset, tls;
        enum l4_error error;
    } cases[] = {
        {frame, 512, 0, L4_EARG},   {frame, 4096, 0, L4_EARG},    {frame, ~0x3ffull, 0, L4_EARG},
        {device, 0, 0, L4_EARG},    {read_only, 0, 0, L4_ERIGHT}, {table, 0, 0, L4_ETYPE},
        {frame, 0, ~0ull, L4_EARG}, {frame, 3072, 0, L4_OK},      {0, 77, 0, L4_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(
            invocation(invoker, cap, L4_THREAD_CONFIGURE,
                       WORDS(space, table, cases[i].frame, cases[i].offset, cases[i].tls)),
            cases[i].error);
    assert_null(thread->frame);
}

static void
test_start_refuses_bad_addresses(void **state)
{
    (void)state;
    make();
    l4_cap cap = cap_of(L4_TYPE_THREAD, world_thread(0, 1));
    l4_cap self = cap_of(L4_TYPE_THREAD, invoker);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_START, WORDS(USER_END, 0)), L4_EARG);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_START, WORDS(0, ~0ull)), L4_EARG);
    assert_int_equal(invocation(invoker, self, L4_THREAD_START, WORDS(1, 1)), L4_ESTATE);
    assert_int_equal(invocation(invoker, cap, L4_THREAD_SCHEDULE, WORDS(256, 0)), L4_EARG);
    assert_int_equal(invocation(invoker, self, L4_THREAD_BIND_CONTEXT, WORDS(0)), L4_ESTATE);
}

static l4_cap interrupts;
static l4_cap table;

static enum l4_error
line(l4_word number, l4_word flags, l4_cap slot, l4_word core)
{
    return invocation(invoker, interrupts, L4_INTERRUPTS_LINE,
                      WORDS(number, flags, table, slot, core));
}

static void
make_interrupts(void)
{
    make();
    interrupts = cap_of(L4_TYPE_INTERRUPTS, NULL);
    table = world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
}

static void
test_an_interrupt_wakes_its_driver(void **state)
{
    (void)state;
    make_interrupts();
    struct thread *driver = world_thread(0, 60);
    l4_cap badged = world_cap(L4_TYPE_NOTIFICATION, world_notification(0), L4_RIGHT_ALL, 4);
    l4_cap slot = world_slot();
    assert_int_equal(line(5, L4_IRQ_LEVEL, slot, 0), L4_OK);
    uint64_t route = host_event_last(HOST_EVENT_ROUTE);
    assert_int_equal(route >> 32, 5);
    assert_int_equal(invocation(invoker, slot, L4_INTERRUPT_BIND, WORDS(badged)), L4_OK);
    start(driver);
    system_call(driver, L4_SYS_WAIT, badged, 0, NULL);
    assert_runs(invoker);
    host_raise(0, (uint8_t)route);
    host_settle();
    assert_runs(driver);
    assert_int_equal(badge_of(driver), 4);
    assert_int_equal(invoker->resume, RESUME_FRAME);
    assert_int_equal(host_event_last(HOST_EVENT_MASK), 5);
    assert_int_equal(host_event_count(HOST_EVENT_UNMASK), 0);
    assert_int_equal(invocation(driver, slot, L4_INTERRUPT_ACK, NULL), L4_OK);
    assert_int_equal(host_event_count(HOST_EVENT_UNMASK), 1);
}

static void
test_interrupt_errors(void **state)
{
    (void)state;
    make_interrupts();
    l4_cap slot = world_slot();
    assert_int_equal(line(interrupt_line_count(), 0, slot, 0), L4_EARG);
    assert_int_equal(line(1, 8, slot, 0), L4_EARG);
    assert_int_equal(line(1, 0, slot, 9), L4_ECORE);
    assert_int_equal(line(1, 0, 0, 0), L4_EARG);
    assert_int_equal(line(1, 0, table, 0), L4_ESLOT);
    assert_int_equal(line(interrupt_line_count() - 1, 0, slot, 0), L4_EARG);
    assert_true(slot_empty(&world.table[slot]));
    assert_int_equal(line(1, 0, slot, 0), L4_OK);
    assert_int_equal(line(1, 0, world_slot(), 0), L4_ESTATE);
    assert_int_equal(invocation(invoker, slot, 9, NULL), L4_EOP);
    assert_int_equal(invocation(invoker, slot, L4_INTERRUPT_BIND, WORDS(table)), L4_ETYPE);
}

static void
test_vectors_run_out(void **state)
{
    (void)state;
    make_interrupts();
    unsigned made = 0;
    l4_cap slot = world_slot();
    while (invocation(invoker, interrupts, L4_INTERRUPTS_MESSAGE, WORDS(0, 0, table, slot, 0)) ==
           L4_OK) {
        assert_int_equal(invoker->registers.words[1], VECTOR_DEVICE_FIRST + made);
        made++;
        slot = world_slot();
    }
    assert_int_equal(error_of(invoker), L4_EMEMORY);
    assert_int_equal(made, VECTOR_DEVICE_LAST - VECTOR_DEVICE_FIRST + 1);
}

static void
test_ports_stay_in_their_range(void **state)
{
    (void)state;
    make();
    l4_cap ports = world_cap(L4_TYPE_PORTS, NULL, L4_RIGHT_ALL, 0x3f8 | 0x3ffull << 16);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_IN, WORDS(0x3f8, 1)), L4_OK);
    assert_int_equal(invoker->registers.words[0], 0x3f8);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_OUT, WORDS(0x3fc, 4, 1)), L4_OK);
    host_event_clear();
    assert_int_equal(invocation(invoker, ports, L4_PORTS_IN, WORDS(0x3f7, 1)), L4_EARG);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_IN, WORDS(0x400, 1)), L4_EARG);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_OUT, WORDS(0x3fd, 4, 1)), L4_EARG);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_IN, WORDS(0x3f8, 3)), L4_EARG);
    assert_int_equal(invocation(invoker, ports, L4_PORTS_IN, WORDS(~0ull, 1)), L4_EARG);
    assert_int_equal(invocation(invoker, ports, 5, WORDS(0x3f8, 1)), L4_EOP);
    assert_int_equal(host_event_count(HOST_EVENT_PORT_IN), 0);
    assert_int_equal(host_event_count(HOST_EVENT_PORT_OUT), 0);
}

/* User level can get an error, never a panic: any registers whatever. */
static void
test_random_registers(void **state)
{
    (void)state;
    random_seed(6);
    for (int round = 0; round < 400; round++) {
        world_start(2);
        make();
        l4_cap caps[16] = {0, 1000, ~0ull};
        unsigned n = 3;
        caps[n++] = world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
        caps[n++] = cap_of(L4_TYPE_ENDPOINT, world_endpoint(0));
        caps[n++] = cap_of(L4_TYPE_NOTIFICATION, world_notification(1));
        caps[n++] = cap_of(L4_TYPE_THREAD, world_thread(0, 5));
        caps[n++] = cap_of(L4_TYPE_THREAD, world_thread(1, 5));
        caps[n++] = cap_of(L4_TYPE_CONTEXT, world_context(0, 0, 0));
        caps[n++] = cap_of(L4_TYPE_SPACE, world.space);
        caps[n++] = cap_of(L4_TYPE_PAGE_TABLE, host_allocate(4096, 4096));
        caps[n++] = world_cap(L4_TYPE_FRAME, host_allocate(4096, 4096), 7, 12);
        caps[n++] = world_cap(L4_TYPE_UNTYPED, host_allocate(65536, 65536), 7, 16);
        caps[n++] = cap_of(L4_TYPE_INTERRUPTS, NULL);
        for (int step = 0; step < 300 && core_at(0)->current != &core_at(0)->idle; step++) {
            l4_word words[L4_MESSAGE_REGISTERS];
            for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
                words[i] = random_below(3) ? caps[random_below(n)] : random_below(1ull << 48);
            l4_word number = random_below(6) ? L4_SYS_CALL : random_below(L4_SYSCALL_COUNT + 1);
            system_call(core_at(0)->current, number, caps[random_below(n)],
                        l4_tag_make(random_below(10), random_below(80)), words);
            host_settle();
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_not_there_cannot_be_invoked, 1),
        TEST(test_unknown_operations_and_missing_rights, 1),
        TEST(test_unknown_system_calls, 1),
        TEST(test_answers_leave_nothing_behind, 1),
        TEST(test_a_thread_is_made_and_started, 1),
        TEST(test_configure_refuses_bad_message_frames, 1),
        TEST(test_start_refuses_bad_addresses, 1),
        TEST(test_an_interrupt_wakes_its_driver, 1),
        TEST(test_interrupt_errors, 1),
        TEST(test_vectors_run_out, 1),
        TEST(test_ports_stay_in_their_range, 1),
        TEST(test_random_registers, 2),
    };
    return cmocka_run_group_tests_name("invoke", tests, NULL, NULL);
}
