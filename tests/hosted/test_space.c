/* Tests of address spaces: page tables and frames, by invocation.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#define ADDRESS 0x40200000ull

static struct thread *thread;
static l4_cap space_cap;

static l4_cap
page_table(void)
{
    return world_cap(L4_TYPE_PAGE_TABLE, host_allocate(4096, 4096), L4_RIGHT_ALL, 0);
}

static l4_cap
frame(unsigned bits, l4_word rights)
{
    return world_cap(L4_TYPE_FRAME, host_allocate(1ull << bits, 1ull << bits), rights, bits);
}

static enum l4_error
map(l4_cap cap, l4_word address, l4_word rights, l4_word attributes)
{
    return invocation(thread, cap, L4_FRAME_MAP, WORDS(space_cap, address, rights, attributes));
}

static enum l4_error
add_table(l4_cap cap, l4_word address)
{
    return invocation(thread, cap, L4_PAGE_TABLE_MAP, WORDS(space_cap, address));
}

static void
make(bool tables)
{
    thread = world_thread(0, 10);
    space_cap = world_cap(L4_TYPE_SPACE, world.space, L4_RIGHT_ALL, 0);
    start(thread);
    for (int i = 0; tables && i < 3; i++)
        assert_int_equal(add_table(page_table(), ADDRESS), L4_OK);
}

static void
test_mapping_says_which_table_is_missing(void **state)
{
    (void)state;
    make(false);
    l4_cap cap = frame(12, L4_RIGHT_ALL);
    for (unsigned bits = 39; bits >= 21; bits -= 9) {
        assert_int_equal(map(cap, ADDRESS, L4_RIGHT_READ, 0), L4_ETABLE);
        assert_int_equal(thread->registers.words[0], bits);
        assert_int_equal(add_table(page_table(), ADDRESS), L4_OK);
    }
    assert_int_equal(add_table(page_table(), ADDRESS), L4_EMAPPED);
    assert_int_equal(map(cap, ADDRESS, L4_RIGHT_READ, 0), L4_OK);
}

static void
test_map_and_unmap(void **state)
{
    (void)state;
    make(true);
    struct host_mapping mapping;
    l4_cap cap = frame(12, L4_RIGHT_ALL);
    assert_false(host_translate(world.space, ADDRESS, &mapping));
    assert_int_equal(map(cap, ADDRESS, L4_RIGHT_ALL, L4_MAP_EXECUTE), L4_OK);
    assert_true(host_translate(world.space, ADDRESS + 123, &mapping));
    void *object = capability_object(world.table[cap].cap);
    assert_int_equal(mapping.physical.raw, pointer_physical(object).raw);
    assert_int_equal(mapping.attributes, L4_MAP_EXECUTE);
    assert_int_equal(map(cap, ADDRESS + 4096, L4_RIGHT_ALL, 0), L4_EMAPPED);
    assert_int_equal(map(frame(12, 7), ADDRESS, L4_RIGHT_ALL, 0), L4_EMAPPED);
    assert_int_equal(invocation(thread, cap, L4_FRAME_UNMAP, NULL), L4_OK);
    assert_false(host_translate(world.space, ADDRESS, &mapping));
    assert_int_equal(invocation(thread, cap, L4_FRAME_UNMAP, NULL), L4_ESTATE);
    assert_int_equal(map(cap, ADDRESS + 4096, L4_RIGHT_READ, 0), L4_OK);
}

static void
test_rights_come_from_the_capability(void **state)
{
    (void)state;
    make(true);
    struct host_mapping mapping;
    assert_int_equal(map(frame(12, L4_RIGHT_READ), ADDRESS, L4_RIGHT_READ | L4_RIGHT_WRITE, 0),
                     L4_OK);
    assert_true(host_translate(world.space, ADDRESS, &mapping));
    assert_int_equal(mapping.rights, L4_RIGHT_READ);
    assert_int_equal(map(frame(12, L4_RIGHT_WRITE), ADDRESS + 4096, 7, 0), L4_ERIGHT);
    assert_int_equal(map(frame(12, L4_RIGHT_ALL), ADDRESS + 4096, L4_RIGHT_WRITE, 0), L4_ERIGHT);
}

static void
test_device_memory_is_never_cached(void **state)
{
    (void)state;
    make(true);
    struct host_mapping mapping;
    l4_cap cap = frame(12, L4_RIGHT_ALL);
    world.table[cap].cap.data |= CAP_DEVICE;
    assert_int_equal(map(cap, ADDRESS, L4_RIGHT_READ, 0), L4_OK);
    assert_true(host_translate(world.space, ADDRESS, &mapping));
    assert_int_equal(mapping.attributes, L4_MAP_UNCACHED);
}

static void
test_bad_arguments(void **state)
{
    (void)state;
    make(true);
    l4_cap cap = frame(12, L4_RIGHT_ALL);
    assert_int_equal(map(cap, ADDRESS + 1, 1, 0), L4_EARG);
    assert_int_equal(map(cap, USER_END, 1, 0), L4_EARG);
    assert_int_equal(map(cap, ~0xfffull, 1, 0), L4_EARG);
    assert_int_equal(map(cap, ADDRESS, 1, 4), L4_EARG);
    assert_int_equal(map(frame(21, 7), ADDRESS + 4096, 1, 0), L4_EARG);
    assert_int_equal(invocation(thread, cap, L4_FRAME_MAP, WORDS(cap, ADDRESS, 1, 0)), L4_ETYPE);
    assert_int_equal(invocation(thread, cap, 50, NULL), L4_EOP);
    assert_int_equal(add_table(page_table(), USER_END), L4_EARG);
    assert_int_equal(invocation(thread, page_table(), 50, NULL), L4_EOP);
}

static void
test_a_table_is_entered_once(void **state)
{
    (void)state;
    make(false);
    l4_cap table = page_table();
    assert_int_equal(add_table(table, ADDRESS), L4_OK);
    assert_int_equal(add_table(table, ADDRESS), L4_EMAPPED);
    assert_int_equal(world.table[table].mapping.address, ADDRESS >> 39 << 39);
}

static void
test_large_frames_take_the_place_of_a_table(void **state)
{
    (void)state;
    make(false);
    struct host_mapping mapping;
    add_table(page_table(), ADDRESS);
    add_table(page_table(), ADDRESS);
    l4_cap large = frame(L4_FRAME_LARGE_BITS, L4_RIGHT_ALL);
    assert_int_equal(map(large, ADDRESS, L4_RIGHT_READ, 0), L4_OK);
    assert_true(host_translate(world.space, ADDRESS + 0x1ff000, &mapping));
    assert_int_equal(mapping.bits, L4_FRAME_LARGE_BITS);
    assert_int_equal(map(frame(12, 7), ADDRESS, L4_RIGHT_READ, 0), L4_EMAPPED);
    assert_int_equal(add_table(page_table(), ADDRESS), L4_EMAPPED);
}

static void
test_a_frame_tells_its_address(void **state)
{
    (void)state;
    make(false);
    l4_cap cap = frame(12, 0);
    assert_int_equal(invocation(thread, cap, L4_FRAME_ADDRESS, NULL), L4_OK);
    void *object = capability_object(world.table[cap].cap);
    assert_int_equal(thread->registers.words[0], pointer_physical(object).raw);
}

static void
test_a_space_is_loaded_once(void **state)
{
    (void)state;
    make(false);
    struct core *core = core_at(0);
    uint64_t loads = core->arch.loads;
    system_call(thread, L4_SYS_NULL, 0, 0, NULL);
    assert_int_equal(core->arch.loads, loads);
    struct thread *other = world_thread(0, 20);
    other->space = host_allocate(1u << L4_SPACE_BITS, 1u << L4_SPACE_BITS);
    paging_space_init(other->space);
    start(other);
    assert_int_equal(core->arch.loads, loads + 1);
    assert_ptr_equal(core->space, other->space);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mapping_says_which_table_is_missing, 1),
        TEST(test_map_and_unmap, 1),
        TEST(test_rights_come_from_the_capability, 1),
        TEST(test_device_memory_is_never_cached, 1),
        TEST(test_bad_arguments, 1),
        TEST(test_a_table_is_entered_once, 1),
        TEST(test_large_frames_take_the_place_of_a_table, 1),
        TEST(test_a_frame_tells_its_address, 1),
        TEST(test_a_space_is_loaded_once, 1),
    };
    return cmocka_run_group_tests_name("space", tests, NULL, NULL);
}
