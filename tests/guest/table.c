/* Capability tables: copy and mint, rights and badges.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static enum l4_error
copy(l4_word to, l4_word from, l4_word rights)
{
    return l4_table_copy(L4_ROOT_TABLE, to, L4_ROOT_TABLE, from, rights);
}

static enum l4_error
mint(l4_word to, l4_word from, l4_word badge)
{
    return l4_table_mint(L4_ROOT_TABLE, to, L4_ROOT_TABLE, from, L4_RIGHT_ALL, badge);
}

TEST(copy_checks_its_slots)
{
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);
    l4_cap slot = make_slot();
    l4_cap table = make(L4_TYPE_TABLE, 2);

    CHECK_ERROR(copy(0, endpoint, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(copy(1u << L4_ROOT_TABLE_BITS, endpoint, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(copy(~0ull, endpoint, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(copy(slot, 0, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(copy(slot, ~0ull, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(copy(slot, slot, L4_RIGHT_ALL), L4_ECAP);
    CHECK_ERROR(copy(endpoint, endpoint, L4_RIGHT_ALL), L4_ESLOT);
    CHECK_ERROR(l4_table_copy(table, 4, L4_ROOT_TABLE, endpoint, L4_RIGHT_ALL), L4_EARG);
    CHECK_ERROR(l4_table_copy(table, 3, endpoint, endpoint, L4_RIGHT_ALL), L4_ETYPE);
    CHECK_ERROR(l4_table_copy(slot, 3, L4_ROOT_TABLE, endpoint, L4_RIGHT_ALL), L4_ECAP);
    CHECK_OK(l4_table_copy(table, 3, L4_ROOT_TABLE, endpoint, L4_RIGHT_ALL));
    CHECK_OK(l4_table_copy(L4_ROOT_TABLE, slot, table, 3, L4_RIGHT_ALL));
}

TEST(copy_keeps_no_right_that_the_source_lacks)
{
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);
    l4_cap receive = make_copy(endpoint, L4_RIGHT_READ);
    l4_cap again = make_copy(receive, L4_RIGHT_ALL);
    l4_cap none = make_copy(endpoint, 0);
    struct l4_message m = {0};

    CHECK_ERROR(l4_send_poll(again, &m), L4_ERIGHT);
    CHECK_ERROR(l4_recv_poll(again, &m), L4_EAGAIN);
    CHECK_ERROR(l4_recv_poll(make_copy(endpoint, L4_RIGHT_WRITE), &m), L4_ERIGHT);
    CHECK_ERROR(l4_call(none, &m), L4_ERIGHT);
    CHECK_ERROR(l4_recv_poll(none, &m), L4_ERIGHT);
}

TEST(table_rights_are_kept)
{
    l4_cap table = make(L4_TYPE_TABLE, 2);
    l4_cap read = make_copy(table, L4_RIGHT_READ);
    l4_cap write = make_copy(table, L4_RIGHT_WRITE);
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);

    CHECK_ERROR(l4_table_copy(read, 1, L4_ROOT_TABLE, endpoint, L4_RIGHT_ALL), L4_ERIGHT);
    CHECK_OK(l4_table_copy(write, 1, L4_ROOT_TABLE, endpoint, L4_RIGHT_ALL));
    CHECK_ERROR(l4_table_copy(L4_ROOT_TABLE, make_slot(), write, 1, L4_RIGHT_ALL), L4_ERIGHT);
    CHECK_OK(l4_table_copy(L4_ROOT_TABLE, make_slot(), read, 1, L4_RIGHT_ALL));
}

TEST(mint_badges_once)
{
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);
    l4_cap badged = make_badged(endpoint, 7);
    l4_cap slot = make_slot();

    CHECK_ERROR(mint(slot, badged, 8), L4_EARG);
    CHECK_ERROR(mint(slot, make_copy(badged, L4_RIGHT_ALL), 8), L4_EARG);
    CHECK_OK(mint(slot, endpoint, ~0ull));
}

TEST(mint_badges_endpoints_and_notifications_only)
{
    l4_cap slot = make_slot();

    CHECK_ERROR(mint(slot, L4_ROOT_THREAD, 1), L4_ETYPE);
    CHECK_ERROR(mint(slot, make(L4_TYPE_FRAME, 12), 1), L4_ETYPE);
    CHECK_ERROR(mint(slot, L4_ROOT_PORTS, 1), L4_ETYPE);
    CHECK_ERROR(mint(slot, make(L4_TYPE_NOTIFICATION, 0), 1ull << 63), L4_EARG);
    CHECK_OK(mint(slot, make(L4_TYPE_NOTIFICATION, 0), 1ull << 62));
}

/* Two mappings of one table could make it a table of itself, open to user level. */
TEST(page_tables_cannot_be_copied)
{
    CHECK_ERROR(copy(make_slot(), make(L4_TYPE_PAGE_TABLE, 0), L4_RIGHT_ALL), L4_ETYPE);
}

TEST(objects_know_their_invocations_only)
{
    static const struct {
        enum l4_type type;
        l4_word bits;
    } objects[] = {
        {L4_TYPE_UNTYPED, 12},     {L4_TYPE_TABLE, 2},   {L4_TYPE_THREAD, 0},
        {L4_TYPE_NOTIFICATION, 0}, {L4_TYPE_CONTEXT, 0}, {L4_TYPE_SPACE, 0},
        {L4_TYPE_PAGE_TABLE, 0},   {L4_TYPE_FRAME, 12},
    };
    struct l4_message m = {0};

    for (size_t i = 0; i < COUNT_OF(objects); i++) {
        l4_cap cap = make(objects[i].type, objects[i].bits);
        CHECK_ERROR(invoke_raw(cap, 0, &m), L4_EOP);
        CHECK_ERROR(invoke_raw(cap, 99, &m), L4_EOP);
        CHECK_ERROR(invoke_raw(cap, ~0ull >> 16, &m), L4_EOP);
    }
    CHECK_ERROR(invoke_raw(core_cap(0), 1, &m), L4_EOP);
    CHECK_ERROR(invoke_raw(L4_ROOT_INTERRUPTS, 99, &m), L4_EOP);
}

TEST(invocations_need_the_write_right)
{
    l4_cap caps[] = {make(L4_TYPE_THREAD, 0), make(L4_TYPE_CONTEXT, 0), make(L4_TYPE_TABLE, 2),
                     L4_ROOT_PORTS, L4_ROOT_INTERRUPTS};
    struct l4_message m = {0};

    for (size_t i = 0; i < COUNT_OF(caps); i++) {
        CHECK_ERROR(invoke_raw(make_copy(caps[i], L4_RIGHT_READ), 1, &m), L4_ERIGHT);
    }
}
