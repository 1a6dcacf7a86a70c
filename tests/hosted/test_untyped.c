/* Tests of untyped memory: what retype hands out never overlaps, never leaves it, and is clear.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

#define REGION_BITS 22u
#define REGION_SIZE (1ull << REGION_BITS)
#define STALE       0xa5

static char *region;
static struct slot *untyped;
static l4_cap untyped_cap;
static l4_cap table_cap;
static struct thread *thread;

/* Memory that something used before. */
static void
make(void)
{
    region = host_allocate(REGION_SIZE, REGION_SIZE);
    memset(region, STALE, REGION_SIZE);
    thread = world_thread(0, 10);
    untyped_cap = world_cap(L4_TYPE_UNTYPED, region, L4_RIGHT_ALL, REGION_BITS);
    table_cap = world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
    untyped = &world.table[untyped_cap];
    start(thread);
}

static enum l4_error
retype(enum l4_type type, l4_word bits, l4_cap first, l4_word count)
{
    return invocation(thread, untyped_cap, L4_UNTYPED_RETYPE,
                      WORDS(type, bits, table_cap, first, count));
}

static bool
is_clear(const char *bytes, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

static const struct {
    enum l4_type type;
    l4_word size_bits;
    unsigned bits; /* log2 of its bytes */
} kinds[] = {
    {L4_TYPE_TABLE, 1, 7},    {L4_TYPE_TABLE, 5, 11},       {L4_TYPE_THREAD, 0, 10},
    {L4_TYPE_ENDPOINT, 0, 6}, {L4_TYPE_NOTIFICATION, 0, 7}, {L4_TYPE_CONTEXT, 0, 7},
    {L4_TYPE_SPACE, 0, 13},   {L4_TYPE_PAGE_TABLE, 0, 12},  {L4_TYPE_FRAME, 12, 12},
    {L4_TYPE_UNTYPED, 9, 9},  {L4_TYPE_UNTYPED, 6, 6},      {L4_TYPE_UNTYPED, 15, 15},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* Which bytes were handed out. */
static unsigned char taken[REGION_SIZE];

/* New objects of kind `k` in these slots: aligned, inside, of nobody else, clear. */
static void
check_objects(unsigned k, l4_cap first, l4_word count)
{
    for (l4_cap i = first; i < first + count; i++) {
        struct capability cap = world.table[i].cap;
        char *object = capability_object(cap);
        uint64_t size = 1ull << kinds[k].bits;
        assert_int_equal(capability_type(cap), kinds[k].type);
        assert_int_equal(cap.data, kinds[k].size_bits);
        assert_true(object >= region && object + size <= region + REGION_SIZE);
        assert_int_equal((uintptr_t)object % size, 0);
        assert_null(memchr(taken + (object - region), 1, size));
        memset(taken + (object - region), 1, size);
        bool plain = kinds[k].type == L4_TYPE_TABLE || kinds[k].type == L4_TYPE_CONTEXT ||
                     kinds[k].type == L4_TYPE_PAGE_TABLE || kinds[k].type == L4_TYPE_FRAME;
        if (plain)
            assert_true(is_clear(object, size));
    }
}

static void
test_random_objects_never_overlap(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        world_start(1);
        make();
        memset(taken, 0, sizeof(taken));
        random_seed(seed);
        unsigned refused = 0;
        while (refused < 3 && world.next + L4_RETYPE_MAX < 1u << TABLE_BITS) {
            unsigned k = (unsigned)random_below(KINDS);
            l4_word count = 1 + random_below(12);
            l4_cap first = world.next;
            if (random_below(2))
                host_raise_after(random_below(20));
            enum l4_error error = retype(kinds[k].type, kinds[k].size_bits, first, count);
            if (error == L4_EMEMORY) {
                refused++;
                continue;
            }
            assert_int_equal(error, L4_OK);
            world.next += count;
            check_objects(k, first, count);
        }
    }
}

static void
test_restart_goes_on_where_it_was(void **state)
{
    (void)state;
    make();
    host_event_clear();
    host_raise_after(3);
    l4_cap first = world.next;
    assert_int_equal(retype(L4_TYPE_FRAME, L4_FRAME_LARGE_BITS, first, 1), L4_OK);
    assert_int_equal(host_event_count(HOST_EVENT_COMPLETE), 1);
    assert_ptr_equal(capability_object(world.table[first].cap), region);
    assert_true(is_clear(region, 1u << L4_FRAME_LARGE_BITS));
    assert_int_equal((unsigned char)region[1u << L4_FRAME_LARGE_BITS], STALE);
    assert_int_equal(untyped->memory.used, 1u << L4_FRAME_LARGE_BITS);
}

/* A retype that was interrupted leaves nothing that another takes for clear. */
static void
test_another_retype_during_a_restart(void **state)
{
    (void)state;
    make();
    struct thread *other = world_thread(0, 20);
    struct notification *notification = world_notification(0);
    l4_cap wait = world_cap(L4_TYPE_NOTIFICATION, notification, L4_RIGHT_ALL, 1);
    start(other);
    system_call(other, L4_SYS_WAIT, wait, 0, NULL);
    assert_runs(thread);
    assert_int_equal(retype(L4_TYPE_FRAME, L4_FRAME_BITS, world_slot(), 1), L4_OK);

    /* The timer wakes the other thread in the middle of a large frame, which is aligned beyond a
     * gap. */
    other->context->budget = 100;
    other->context->period = 1000000000;
    other->context->remaining = 0;
    other->context->replenish = cpu_now();
    other->state = THREAD_READY;
    notification_remove(notification, other);
    other->context->holder = other;
    other->context->released = 1;
    core_at(0)->released = other->context;
    host_raise_after(5);
    l4_cap large = world_slot();
    retype(L4_TYPE_FRAME, L4_FRAME_LARGE_BITS, large, 1);
    assert_runs(other);
    assert_true(slot_empty(&world.table[large]));
    struct thread *first = thread;
    thread = other;
    l4_cap small = world_slot();
    assert_int_equal(retype(L4_TYPE_FRAME, L4_FRAME_BITS, small, 1), L4_OK);
    assert_true(is_clear(capability_object(world.table[small].cap), L4_PAGE_SIZE));

    system_call(other, L4_SYS_WAIT, wait, 0, NULL);
    assert_runs(first);
    assert_int_equal(error_of(first), L4_OK);
    assert_true(is_clear(capability_object(world.table[large].cap), 1u << L4_FRAME_LARGE_BITS));
}

static void
test_bad_arguments(void **state)
{
    (void)state;
    make();
    l4_cap to = world_slot();
    const l4_word size = 1u << TABLE_BITS;
    const struct {
        l4_word type, bits, slot, count;
        enum l4_error error;
    } cases[] = {
        {L4_TYPE_NULL, 0, to, 1, L4_EARG},
        {L4_TYPE_COUNT, 0, to, 1, L4_EARG},
        {~0ull, 0, to, 1, L4_EARG},
        {L4_TYPE_REPLY, 0, to, 1, L4_EARG},
        {L4_TYPE_CORE, 0, to, 1, L4_EARG},
        {L4_TYPE_PORTS, 0, to, 1, L4_EARG},
        {L4_TYPE_THREAD, 10, to, 1, L4_EARG},
        {L4_TYPE_TABLE, 0, to, 1, L4_EARG},
        {L4_TYPE_TABLE, 21, to, 1, L4_EARG},
        {L4_TYPE_TABLE, ~0ull, to, 1, L4_EARG},
        {L4_TYPE_FRAME, 13, to, 1, L4_EARG},
        {L4_TYPE_FRAME, 30, to, 1, L4_EARG},
        {L4_TYPE_UNTYPED, 5, to, 1, L4_EARG},
        {L4_TYPE_UNTYPED, 64, to, 1, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, to, 0, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, to, 65, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, 0, 1, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, size, 1, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, size - 1, 2, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, ~0ull, 2, L4_EARG},
        {L4_TYPE_ENDPOINT, 0, table_cap, 1, L4_ESLOT},
        {L4_TYPE_ENDPOINT, 0, to, 1 | 2ull << 32, L4_ECORE},
        {L4_TYPE_UNTYPED, REGION_BITS + 1, to, 1, L4_EMEMORY},
        {L4_TYPE_UNTYPED, 47, to, 64, L4_EMEMORY},
        {L4_TYPE_FRAME, L4_FRAME_LARGE_BITS, to, 3, L4_EMEMORY},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        enum l4_error error =
            retype((enum l4_type)cases[i].type, cases[i].bits, cases[i].slot, cases[i].count);
        if (error != cases[i].error)
            fail_msg("case %zu: error %d, not %d", i, error, cases[i].error);
    }
    assert_int_equal(untyped->memory.used, 0);
    assert_true(slot_empty(&world.table[to]));
}

static void
test_all_or_nothing(void **state)
{
    (void)state;
    make();
    l4_cap first = world.next;
    world.next += 3;
    slot_fill(&world.table[first + 2], world.table[table_cap].cap, NULL);
    assert_int_equal(retype(L4_TYPE_ENDPOINT, 0, first, 3), L4_ESLOT);
    assert_true(slot_empty(&world.table[first]));
    assert_true(slot_empty(&world.table[first + 1]));
    assert_int_equal(untyped->memory.used, 0);
}

static void
test_objects_get_the_named_core(void **state)
{
    (void)state;
    make();
    l4_cap here = world_slot();
    l4_cap there = world_slot();
    assert_int_equal(retype(L4_TYPE_ENDPOINT, 0, here, 1), L4_OK);
    assert_int_equal(retype(L4_TYPE_ENDPOINT, 0, there, 1 | 2ull << 32), L4_OK);
    assert_int_equal(((struct endpoint *)capability_object(world.table[here].cap))->core, 0);
    assert_int_equal(((struct endpoint *)capability_object(world.table[there].cap))->core, 1);
}

static void
test_device_memory_is_for_frames_and_never_touched(void **state)
{
    (void)state;
    make();
    untyped->cap.data |= CAP_DEVICE;
    l4_cap to = world_slot();
    assert_int_equal(retype(L4_TYPE_ENDPOINT, 0, to, 1), L4_EARG);
    assert_int_equal(retype(L4_TYPE_FRAME, L4_FRAME_BITS, to, 1), L4_OK);
    assert_int_equal(world.table[to].cap.data, L4_FRAME_BITS | CAP_DEVICE);
    assert_int_equal((unsigned char)region[0], STALE);
}

static void
test_children_of_the_untyped(void **state)
{
    (void)state;
    make();
    l4_cap first = world.next;
    world.next += 2;
    assert_int_equal(retype(L4_TYPE_THREAD, 0, first, 2), L4_OK);
    assert_ptr_equal(untyped->first_child, &world.table[first + 1]);
    assert_ptr_equal(untyped->last_child, &world.table[first]);
    struct thread *made = capability_object(world.table[first].cap);
    assert_int_equal(made->state, THREAD_STOPPED);
    assert_int_equal(made->unusual, UNUSUAL_CONFIGURE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_random_objects_never_overlap, 1),
        TEST(test_restart_goes_on_where_it_was, 1),
        TEST(test_another_retype_during_a_restart, 1),
        TEST(test_bad_arguments, 1),
        TEST(test_all_or_nothing, 1),
        TEST(test_objects_get_the_named_core, 2),
        TEST(test_device_memory_is_for_frames_and_never_touched, 1),
        TEST(test_children_of_the_untyped, 1),
    };
    return cmocka_run_group_tests_name("untyped", tests, NULL, NULL);
}
