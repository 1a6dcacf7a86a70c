/* Retype: what can be made of untyped memory, and what cannot.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static enum l4_error
retype(l4_cap untyped, enum l4_type type, l4_word bits, l4_cap slot, uint32_t count)
{
    return l4_untyped_retype(untyped, type, bits, L4_ROOT_TABLE, slot, count, L4_HOME_CALLER);
}

static l4_cap
slots(uint32_t count)
{
    l4_cap first;

    CHECK_OK(memory_slots(count, &first));
    return first;
}

TEST(retype_makes_each_type)
{
    static const struct {
        enum l4_type type;
        l4_word bits;
    } made[] = {
        {L4_TYPE_UNTYPED, 6}, {L4_TYPE_TABLE, 1},    {L4_TYPE_TABLE, 6},
        {L4_TYPE_THREAD, 0},  {L4_TYPE_ENDPOINT, 0}, {L4_TYPE_NOTIFICATION, 0},
        {L4_TYPE_CONTEXT, 0}, {L4_TYPE_SPACE, 0},    {L4_TYPE_PAGE_TABLE, 0},
        {L4_TYPE_FRAME, 12},  {L4_TYPE_UNTYPED, 12},
    };
    l4_cap untyped = make(L4_TYPE_UNTYPED, 17);
    l4_cap first = slots(COUNT_OF(made) * 2);

    for (size_t i = 0; i < COUNT_OF(made); i++) {
        CHECK_OK(retype(untyped, made[i].type, made[i].bits, first + 2 * i, 2));
    }
}

TEST(retype_refuses_what_is_no_type_or_size)
{
    static const struct {
        l4_word type;
        l4_word bits;
    } bad[] = {
        {L4_TYPE_NULL, 0},         {L4_TYPE_REPLY, 0},
        {L4_TYPE_INTERRUPT, 0},    {L4_TYPE_INTERRUPTS, 0},
        {L4_TYPE_PORTS, 0},        {L4_TYPE_CORE, 0},
        {L4_TYPE_COUNT, 0},        {~0ull, 0},
        {L4_TYPE_UNTYPED, 5},      {L4_TYPE_UNTYPED, 64},
        {L4_TYPE_UNTYPED, ~0ull},  {L4_TYPE_TABLE, 0},
        {L4_TYPE_TABLE, 21},       {L4_TYPE_TABLE, ~0ull},
        {L4_TYPE_FRAME, 13},       {L4_TYPE_FRAME, 0},
        {L4_TYPE_THREAD, 10},      {L4_TYPE_ENDPOINT, 1},
        {L4_TYPE_NOTIFICATION, 7}, {L4_TYPE_CONTEXT, 7},
        {L4_TYPE_SPACE, 13},       {L4_TYPE_PAGE_TABLE, 12},
    };
    l4_cap untyped = make(L4_TYPE_UNTYPED, 14);
    l4_cap slot = make_slot();

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CHECK_ERROR(retype(untyped, (enum l4_type)bad[i].type, bad[i].bits, slot, 1), L4_EARG);
    }
    CHECK_ERROR(retype(untyped, L4_TYPE_ENDPOINT, 0, slot, 0), L4_EARG);
    CHECK_ERROR(retype(untyped, L4_TYPE_ENDPOINT, 0, slot, L4_RETYPE_MAX + 1), L4_EARG);
}

TEST(retype_aligns_objects_and_raises_the_watermark)
{
    l4_cap untyped = make(L4_TYPE_UNTYPED, 14);
    l4_cap slot = slots(4);
    uint64_t first, last;

    CHECK_OK(retype(untyped, L4_TYPE_ENDPOINT, 0, slot, 1));
    CHECK_OK(retype(untyped, L4_TYPE_FRAME, 12, slot + 1, 3));
    CHECK_OK(l4_frame_address(slot + 1, &first));
    CHECK_OK(l4_frame_address(slot + 3, &last));
    CHECK_EQ(first % L4_PAGE_SIZE, 0);
    CHECK_EQ(last - first, 2 * L4_PAGE_SIZE);
    CHECK_EQ(first % (1u << 14), L4_PAGE_SIZE);
}

TEST(retype_ends_where_the_memory_ends)
{
    l4_cap untyped = make(L4_TYPE_UNTYPED, 13);
    l4_cap slot = slots(4);

    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 12, slot, 3), L4_EMEMORY);
    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 21, slot, 1), L4_EMEMORY);
    CHECK_ERROR(retype(untyped, L4_TYPE_UNTYPED, 47, slot, 1), L4_EMEMORY);
    CHECK_OK(retype(untyped, L4_TYPE_FRAME, 12, slot, 2));
    CHECK_ERROR(retype(untyped, L4_TYPE_ENDPOINT, 0, slot + 2, 1), L4_EMEMORY);
}

TEST(retype_wants_empty_slots_and_takes_nothing_else)
{
    l4_cap untyped = make(L4_TYPE_UNTYPED, 13);
    l4_cap table = make(L4_TYPE_TABLE, 2);
    l4_cap slot = slots(3);

    CHECK_OK(retype(make(L4_TYPE_UNTYPED, 12), L4_TYPE_ENDPOINT, 0, slot + 1, 1));
    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 12, slot, 2), L4_ESLOT);
    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 12, 0, 1), L4_EARG);
    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 12, 1u << L4_ROOT_TABLE_BITS, 1), L4_EARG);
    CHECK_ERROR(retype(untyped, L4_TYPE_FRAME, 12, ~0ull, 1), L4_EARG);
    CHECK_ERROR(l4_untyped_retype(untyped, L4_TYPE_FRAME, 12, table, 3, 2, L4_HOME_CALLER),
                L4_EARG);
    /* None of the failures took memory. */
    CHECK_OK(l4_untyped_retype(untyped, L4_TYPE_FRAME, 12, table, 2, 2, L4_HOME_CALLER));
}

TEST(retype_checks_its_capabilities)
{
    l4_cap untyped = make(L4_TYPE_UNTYPED, 12);
    l4_cap slot = make_slot();
    l4_cap unwritable = make_copy(L4_ROOT_TABLE, L4_RIGHT_READ);

    CHECK_ERROR(l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, unwritable, slot, 1, 0), L4_ERIGHT);
    CHECK_ERROR(l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, untyped, slot, 1, 0), L4_ETYPE);
    CHECK_ERROR(l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, slot, slot, 1, 0), L4_ECAP);
    CHECK_ERROR(l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, 0, slot, 1, 0), L4_ECAP);
    CHECK_ERROR(retype(slot, L4_TYPE_ENDPOINT, 0, slot, 1), L4_ECAP);
    CHECK_ERROR(retype(0, L4_TYPE_ENDPOINT, 0, slot, 1), L4_ECAP);
    CHECK_ERROR(
        l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, L4_ROOT_TABLE, slot, 1, bootinfo()->cores),
        L4_ECORE);
    CHECK_OK(l4_untyped_retype(untyped, L4_TYPE_ENDPOINT, 0, L4_ROOT_TABLE, slot, 1,
                               bootinfo()->cores - 1));
}

TEST(retype_makes_no_kernel_objects_of_device_memory)
{
    const struct l4_bootinfo *info = bootinfo();
    l4_cap slot = make_slot();
    uint32_t seen = 0;

    for (uint32_t i = 0; i < info->untyped_count; i++) {
        if (info->untyped[i].device != 0) {
            l4_cap device = info->untyped_caps.first + i;
            CHECK_ERROR(retype(device, L4_TYPE_ENDPOINT, 0, slot, 1), L4_EARG);
            CHECK_ERROR(retype(device, L4_TYPE_TABLE, 4, slot, 1), L4_EARG);
            CHECK_ERROR(retype(device, L4_TYPE_PAGE_TABLE, 0, slot, 1), L4_EARG);
            seen++;
        }
    }
    if (seen == 0) {
        test_skip("this machine lists no device memory");
    }
}

TEST(untyped_memory_cannot_be_copied)
{
    CHECK_ERROR(l4_table_copy(L4_ROOT_TABLE, make_slot(), L4_ROOT_TABLE, make(L4_TYPE_UNTYPED, 12),
                              L4_RIGHT_ALL),
                L4_ETYPE);
}
