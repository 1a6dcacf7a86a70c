/* Tests of capabilities: packing, reading, the derivation tree, look-up, copy and mint.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

static void
test_make_keeps_every_part(void **state)
{
    (void)state;
    const uintptr_t objects[] = {0, 64, 0x7fffffffffc0, 0xffff800000000000, 0xffffffffffffffc0};
    for (unsigned type = 0; type < L4_TYPE_COUNT; type++)
        for (l4_word rights = 0; rights <= L4_RIGHT_ALL; rights++)
            for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
                struct capability cap = capability_make((enum l4_type)type, (void *)objects[i],
                                                        rights, 0x123456789abcdef0);
                assert_int_equal(capability_type(cap), type);
                assert_int_equal(capability_rights(cap), rights);
                assert_ptr_equal(capability_object(cap), (void *)objects[i]);
                assert_int_equal(cap.data, 0x123456789abcdef0);
                assert_int_equal(cap.word & CAP_GENERATION_MASK, 0);
            }
}

static void
test_write_raises_generation(void **state)
{
    (void)state;
    struct slot *slot = &world.table[1];
    uint64_t before = slot->cap.word & CAP_GENERATION_MASK;
    slot_fill(slot, capability_make(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_ALL, 7), NULL);
    uint64_t filled = slot->cap.word & CAP_GENERATION_MASK;
    assert_int_not_equal(filled, before);
    assert_int_equal(slot->cap.data, 7);
    slot_clear(slot);
    assert_int_not_equal(slot->cap.word & CAP_GENERATION_MASK, filled);
    assert_true(slot_empty(slot));
}

static void
test_generation_wraps_inside_its_bits(void **state)
{
    (void)state;
    struct endpoint *endpoint = world_endpoint(0);
    struct slot *slot = &world.table[1];
    for (unsigned i = 0; i < CAP_GENERATION_MASK; i++) {
        slot_fill(slot, capability_make(L4_TYPE_ENDPOINT, endpoint, L4_RIGHT_READ, i), NULL);
        struct capability cap = capability_read(slot);
        assert_ptr_equal(capability_object(cap), endpoint);
        assert_int_equal(capability_rights(cap), L4_RIGHT_READ);
        slot_clear(slot);
    }
}

#define TREE_SLOTS 40

/* The naive model: who is whose parent; -1: a root, -2: empty. */
static int tree_parent[TREE_SLOTS];

static struct slot *
link_slot(uintptr_t link)
{
    return link & LINK_PARENT ? NULL : (struct slot *)link;
}

/* The children of slot `parent`, in both directions, are those of the model. */
static void
check_children(int parent)
{
    struct slot *slot = &world.table[parent + 1];
    unsigned expected = 0;
    unsigned found = 0;
    for (int i = 0; i < TREE_SLOTS; i++)
        expected += tree_parent[i] == parent;
    struct slot *before = NULL;
    for (struct slot *child = slot->first_child; child; child = link_slot(child->next)) {
        assert_int_equal(tree_parent[child - world.table - 1], parent);
        assert_ptr_equal(link_slot(child->prev), before);
        if (!before)
            assert_int_equal(child->prev, (uintptr_t)slot | LINK_PARENT);
        if (!link_slot(child->next)) {
            assert_int_equal(child->next, (uintptr_t)slot | LINK_PARENT);
            assert_ptr_equal(slot->last_child, child);
        }
        before = child;
        assert_true(++found <= TREE_SLOTS);
    }
    assert_int_equal(found, expected);
    if (!expected)
        assert_null(slot->last_child);
}

static void
tree_fill(int i, int parent)
{
    slot_fill(&world.table[i + 1], capability_make(L4_TYPE_UNTYPED, NULL, L4_RIGHT_ALL, 12),
              parent < 0 ? NULL : &world.table[parent + 1]);
    tree_parent[i] = parent;
}

static void
tree_clear(int i)
{
    slot_clear(&world.table[i + 1]);
    for (int j = 0; j < TREE_SLOTS; j++)
        if (tree_parent[j] == i)
            tree_parent[j] = tree_parent[i];
    tree_parent[i] = -2;
}

/* One root holds all, as untyped memory does: a root that is cleared would leave a forest, whose
 * links nobody follows. */
static void
test_tree_random(void **state)
{
    (void)state;
    random_seed(1);
    for (int i = 1; i < TREE_SLOTS; i++)
        tree_parent[i] = -2;
    tree_fill(0, -1);
    for (int step = 0; step < 20000; step++) {
        int i = 1 + (int)random_below(TREE_SLOTS - 1);
        if (tree_parent[i] != -2) {
            tree_clear(i);
        } else {
            int parent;
            do
                parent = (int)random_below(TREE_SLOTS);
            while (tree_parent[parent] == -2);
            tree_fill(i, parent);
        }
        for (int j = 0; j < TREE_SLOTS; j++)
            if (tree_parent[j] != -2)
                check_children(j);
    }
}

static void
test_clear_gives_children_their_place(void **state)
{
    (void)state;
    struct slot *t = world.table;
    struct capability cap = capability_make(L4_TYPE_ENDPOINT, NULL, L4_RIGHT_ALL, 0);
    slot_fill(&t[1], cap, NULL);
    slot_fill(&t[4], cap, &t[1]);
    slot_fill(&t[2], cap, &t[1]);
    slot_fill(&t[3], cap, &t[2]);
    slot_clear(&t[2]);
    assert_ptr_equal(t[1].first_child, &t[3]);
    assert_ptr_equal(t[1].last_child, &t[4]);
    assert_int_equal(t[3].next, (uintptr_t)&t[4]);
    assert_int_equal(t[4].prev, (uintptr_t)&t[3]);
}

static void
test_lookup_says_why_not(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap endpoint = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_READ, 9);
    struct capability cap;
    const enum l4_type type = L4_TYPE_ENDPOINT;

    assert_int_equal(table_lookup(thread, endpoint, type, L4_RIGHT_READ, &cap), L4_OK);
    assert_int_equal(cap.data, 9);
    assert_int_equal(table_lookup(thread, endpoint, type, L4_RIGHT_WRITE, &cap), L4_ERIGHT);
    assert_int_equal(table_lookup(thread, endpoint, L4_TYPE_FRAME, 0, &cap), L4_ETYPE);
    assert_int_equal(table_lookup(thread, endpoint + 1, type, 0, &cap), L4_ECAP);
    assert_int_equal(table_lookup(thread, 0, type, 0, &cap), L4_ECAP);
    assert_int_equal(table_lookup(thread, 1u << TABLE_BITS, type, 0, &cap), L4_ECAP);
    assert_int_equal(table_lookup(thread, ~0ull, type, 0, &cap), L4_ECAP);
    thread->table_size = 0;
    assert_int_equal(table_lookup(thread, endpoint, type, 0, &cap), L4_ECAP);
}

static l4_cap
table_cap(void)
{
    return world_cap(L4_TYPE_TABLE, world.table, L4_RIGHT_ALL, TABLE_BITS);
}

static void
test_copy_keeps_no_more_rights(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap table = table_cap();
    l4_cap from = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_READ | L4_RIGHT_GRANT, 5);
    l4_cap to = world_slot();
    start(thread);
    const l4_word *words = WORDS(to, table, from, L4_RIGHT_READ | L4_RIGHT_WRITE);
    assert_int_equal(invocation(thread, table, L4_TABLE_COPY, words), L4_OK);
    struct capability copy = world.table[to].cap;
    assert_int_equal(capability_rights(copy), L4_RIGHT_READ);
    assert_int_equal(copy.data, 5);
    assert_ptr_equal(world.table[from].first_child, &world.table[to]);
    assert_int_equal(invocation(thread, table, L4_TABLE_COPY, words), L4_ESLOT);
}

static void
test_copy_refuses_bad_arguments(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap table = table_cap();
    l4_cap from = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_ALL, 0);
    l4_cap untyped = world_cap(L4_TYPE_UNTYPED, host_allocate(4096, 4096), L4_RIGHT_ALL, 12);
    l4_cap to = world_slot();
    const l4_word size = 1u << TABLE_BITS;
    start(thread);
    const struct {
        const l4_word *words;
        enum l4_error error;
    } cases[] = {
        {WORDS(0, table, from, 7), L4_EARG},      {WORDS(size, table, from, 7), L4_EARG},
        {WORDS(~0ull, table, from, 7), L4_EARG},  {WORDS(to, from, from, 7), L4_ETYPE},
        {WORDS(to, 0, from, 7), L4_ECAP},         {WORDS(to, table, 0, 7), L4_EARG},
        {WORDS(to, table, size, 7), L4_EARG},     {WORDS(to, table, size - 1, 7), L4_ECAP},
        {WORDS(to, table, untyped, 7), L4_ETYPE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(invocation(thread, table, L4_TABLE_COPY, cases[i].words), cases[i].error);
    assert_int_equal(invocation(thread, table, 77, WORDS(to, table, from, 7)), L4_EOP);
    assert_true(slot_empty(&world.table[to]));
}

/* A page table entered twice could be a table of two levels, or of two spaces. */
static void
test_copy_refuses_page_tables(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap table = table_cap();
    l4_cap from = world_cap(L4_TYPE_PAGE_TABLE, host_allocate(4096, 4096), L4_RIGHT_ALL, 0);
    l4_cap to = world_slot();
    start(thread);
    assert_int_equal(invocation(thread, table, L4_TABLE_COPY, WORDS(to, table, from, 7)), L4_ETYPE);
    assert_true(slot_empty(&world.table[to]));
}

static void
test_mint_gives_a_badge_once(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap table = table_cap();
    l4_cap from = world_cap(L4_TYPE_ENDPOINT, world_endpoint(0), L4_RIGHT_ALL, 0);
    l4_cap minted = world_slot();
    l4_cap again = world_slot();
    start(thread);
    assert_int_equal(invocation(thread, table, L4_TABLE_MINT, WORDS(minted, table, from, 7, 42)),
                     L4_OK);
    assert_int_equal(world.table[minted].cap.data, 42);
    assert_int_equal(invocation(thread, table, L4_TABLE_MINT, WORDS(again, table, minted, 7, 43)),
                     L4_EARG);
    assert_int_equal(invocation(thread, table, L4_TABLE_MINT, WORDS(again, table, table, 7, 43)),
                     L4_ETYPE);
}

static void
test_mint_keeps_the_queued_bit_free(void **state)
{
    (void)state;
    struct thread *thread = world_thread(0, 1);
    l4_cap table = table_cap();
    l4_cap from = world_cap(L4_TYPE_NOTIFICATION, world_notification(0), L4_RIGHT_ALL, 0);
    l4_cap to = world_slot();
    start(thread);
    assert_int_equal(invocation(thread, table, L4_TABLE_MINT,
                                WORDS(to, table, from, 7, NOTIFICATION_QUEUED | 1)),
                     L4_EARG);
    assert_int_equal(invocation(thread, table, L4_TABLE_MINT, WORDS(to, table, from, 7, 1)), L4_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make_keeps_every_part),   TEST(test_write_raises_generation, 1),
        TEST(test_generation_wraps_inside_its_bits, 1), TEST(test_tree_random, 1),
        TEST(test_clear_gives_children_their_place, 1), TEST(test_lookup_says_why_not, 1),
        TEST(test_copy_keeps_no_more_rights, 1),        TEST(test_copy_refuses_bad_arguments, 1),
        TEST(test_copy_refuses_page_tables, 1),         TEST(test_mint_gives_a_badge_once, 1),
        TEST(test_mint_keeps_the_queued_bit_free, 1),
    };
    return cmocka_run_group_tests_name("capability", tests, NULL, NULL);
}
