/* Frames and page tables: mapping, unmapping, and what the mappings allow.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

#include <l4user/space.h>

#define READ_WRITE (L4_RIGHT_READ | L4_RIGHT_WRITE)
#define ADDRESS    0x12345678000ull

/* Bits of a page fault's error code: Intel SDM vol. 3A, figure 4-12. */
#define FAULT_PRESENT 0x1u
#define FAULT_WRITE   0x2u
#define FAULT_USER    0x4u
#define FAULT_FETCH   0x10u

/* The size bits of the table that mapping there misses. */
static l4_word
missing(l4_cap frame, l4_cap space, l4_word address)
{
    struct l4_message m = {.words = {space, address, READ_WRITE, 0}};

    CHECK_ERROR(invoke_raw(frame, L4_FRAME_MAP, &m), L4_ETABLE);
    return m.words[0];
}

static void
add_table(l4_cap space, l4_word address)
{
    CHECK_OK(l4_page_table_map(make(L4_TYPE_PAGE_TABLE, 0), space, address));
}

TEST(frame_map_says_which_table_is_missing)
{
    l4_cap space = make(L4_TYPE_SPACE, 0);
    l4_cap frame = make(L4_TYPE_FRAME, 12);

    for (l4_word bits = 39; bits >= 21; bits -= 9) {
        CHECK_EQ(missing(frame, space, ADDRESS), bits);
        add_table(space, ADDRESS);
    }
    CHECK_OK(l4_frame_map(frame, space, ADDRESS, READ_WRITE, 0));
}

TEST(frame_map_of_2m_needs_two_tables)
{
    l4_cap space = make(L4_TYPE_SPACE, 0);
    l4_cap frame = make(L4_TYPE_FRAME, L4_FRAME_LARGE_BITS);
    l4_word address = ADDRESS >> 21 << 21;

    CHECK_EQ(missing(frame, space, address), 39);
    add_table(space, address);
    CHECK_EQ(missing(frame, space, address), 30);
    add_table(space, address);
    CHECK_OK(l4_frame_map(frame, space, address, READ_WRITE, 0));
    CHECK_ERROR(l4_frame_map(make(L4_TYPE_FRAME, 12), space, address, READ_WRITE, 0), L4_EMAPPED);
    CHECK_ERROR(l4_page_table_map(make(L4_TYPE_PAGE_TABLE, 0), space, address), L4_EMAPPED);
}

TEST(frame_map_refuses_what_is_taken)
{
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);
    l4_cap second = make(L4_TYPE_FRAME, 12);

    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, (l4_word)page, READ_WRITE, 0), L4_EMAPPED);
    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, (l4_word)page + L4_PAGE_SIZE, READ_WRITE, 0),
                L4_EMAPPED);
    CHECK_ERROR(l4_frame_map(second, L4_ROOT_SPACE, (l4_word)page, READ_WRITE, 0), L4_EMAPPED);
}

TEST(frame_map_checks_its_arguments)
{
    static const l4_word bad[] = {
        0x1001, 0x800000000000ull, 0x7ffffffff000ull, 0xffff800000000000ull, 0xffffffffffffe000ull,
        ~0ull,
    };
    l4_cap frame = make(L4_TYPE_FRAME, 12);
    l4_cap large = make(L4_TYPE_FRAME, 21);
    l4_word address = make_addresses(L4_PAGE_SIZE);

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, bad[i], READ_WRITE, 0), L4_EARG);
    }
    CHECK_ERROR(l4_frame_map(large, L4_ROOT_SPACE, 0x1000, READ_WRITE, 0), L4_EARG);
    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, address, READ_WRITE, 4), L4_EARG);
    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, address, L4_RIGHT_WRITE, 0), L4_ERIGHT);
    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_SPACE, address, 0, 0), L4_ERIGHT);
    CHECK_ERROR(l4_frame_map(frame, 0, address, READ_WRITE, 0), L4_ECAP);
    CHECK_ERROR(l4_frame_map(frame, L4_ROOT_TABLE, address, READ_WRITE, 0), L4_ETYPE);
    CHECK_ERROR(
        l4_frame_map(make_copy(frame, L4_RIGHT_WRITE), L4_ROOT_SPACE, address, READ_WRITE, 0),
        L4_ERIGHT);
    CHECK_ERROR(l4_frame_unmap(frame), L4_ESTATE);
}

TEST(page_table_map_checks_its_arguments)
{
    l4_cap space = make(L4_TYPE_SPACE, 0);
    l4_cap table = make(L4_TYPE_PAGE_TABLE, 0);

    CHECK_ERROR(l4_page_table_map(table, 0, ADDRESS), L4_ECAP);
    CHECK_ERROR(l4_page_table_map(table, L4_ROOT_THREAD, ADDRESS), L4_ETYPE);
    CHECK_ERROR(l4_page_table_map(table, space, 0xffff800000000000ull), L4_EARG);
    CHECK_ERROR(l4_page_table_map(table, space, 0x800000000000ull), L4_EARG);
    CHECK_OK(l4_page_table_map(table, space, ADDRESS));
    CHECK_ERROR(l4_page_table_map(table, space, ADDRESS), L4_EMAPPED);
    add_table(space, ADDRESS);
    add_table(space, ADDRESS);
    CHECK_ERROR(l4_page_table_map(make(L4_TYPE_PAGE_TABLE, 0), space, ADDRESS), L4_EMAPPED);
}

TEST(frame_memory_is_zero_and_shared_by_its_mappings)
{
    l4_word address = make_addresses(4ull << 20);
    l4_cap frame = make(L4_TYPE_FRAME, L4_FRAME_LARGE_BITS);
    l4_cap copy = make_copy(frame, L4_RIGHT_ALL);
    volatile uint64_t *first = (volatile uint64_t *)address;
    volatile uint64_t *second = (volatile uint64_t *)(address + (2ull << 20));
    uint64_t any = 0;

    CHECK_OK(space_map(L4_ROOT_SPACE, frame, (l4_word)first, READ_WRITE, 0));
    CHECK_OK(space_map(L4_ROOT_SPACE, copy, (l4_word)second, READ_WRITE, 0));
    for (size_t i = 0; i < (2u << 20) / sizeof(*first); i++) {
        any |= first[i];
    }
    CHECK_EQ(any, 0);
    first[0x3fff1] = 0x1234;
    CHECK_EQ(second[0x3fff1], 0x1234);
}

static void
load(l4_word address)
{
    (void)*(volatile uint64_t *)address;
    park();
}

static void
store(l4_word address)
{
    *(volatile uint64_t *)address = 1;
    park();
}

static void
jump(l4_word address)
{
    ((void (*)(void))address)();
    park();
}

static void
check_page_fault(void (*entry)(l4_word), l4_word address, l4_word code)
{
    struct l4_message fault = catch_fault(entry, address);

    CHECK_EQ(l4_tag_label(fault.tag), L4_FAULT_PAGE);
    CHECK_EQ(fault.words[2], address);
    CHECK_EQ(fault.words[3], code);
    CHECK_EQ(fault.words[4], 14);
    if (entry == jump) {
        CHECK_EQ(fault.words[0], address);
    } else {
        CHECK(fault.words[0] - (l4_word)entry < 32);
    }
}

TEST(frame_permissions_are_enforced)
{
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);
    l4_word read_only = make_addresses(L4_PAGE_SIZE);
    l4_cap readable = make_copy(frame, L4_RIGHT_READ);

    CHECK_OK(space_map(L4_ROOT_SPACE, readable, read_only, READ_WRITE, 0));
    page[0] = 17;
    CHECK_EQ(*(volatile uint64_t *)read_only, 17);
    check_page_fault(store, read_only, FAULT_PRESENT | FAULT_WRITE | FAULT_USER);
    check_page_fault(jump, (l4_word)page, FAULT_PRESENT | FAULT_USER | FAULT_FETCH);
    CHECK_EQ(page[0], 17);
}

TEST(frame_that_may_execute_does)
{
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);
    l4_word code = make_addresses(L4_PAGE_SIZE);

    page[0] = 0x0b0f; /* ud2 */
    CHECK_OK(space_map(L4_ROOT_SPACE, make_copy(frame, L4_RIGHT_READ), code, L4_RIGHT_READ,
                       L4_MAP_EXECUTE));
    struct l4_message fault = catch_fault(jump, code);
    CHECK_EQ(l4_tag_label(fault.tag), L4_FAULT_EXCEPTION);
    CHECK_EQ(fault.words[0], code);
    CHECK_EQ(fault.words[4], 6);
}

TEST(addresses_that_are_not_mapped_fault)
{
    l4_word nothing = make_addresses(L4_PAGE_SIZE);

    check_page_fault(load, nothing, FAULT_USER);
    check_page_fault(store, nothing, FAULT_USER | FAULT_WRITE);
    check_page_fault(load, 8, FAULT_USER);
}

TEST(kernel_addresses_fault)
{
    static const l4_word addresses[] = {
        0xffffffff80000000ull,
        0xffff800000000000ull,
        0xffffffffffffe000ull,
        0xffffffff80100000ull,
    };

    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        struct l4_message fault = catch_fault(load, addresses[i]);
        CHECK_EQ(l4_tag_label(fault.tag), L4_FAULT_PAGE);
        CHECK_EQ(fault.words[2], addresses[i]);
        CHECK_EQ(fault.words[3] & FAULT_USER, FAULT_USER);
        fault = catch_fault(store, addresses[i]);
        CHECK_EQ(fault.words[2], addresses[i]);
    }
}

TEST(frame_unmapped_faults_and_can_be_mapped_again)
{
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);

    page[1] = 5;
    CHECK_OK(l4_frame_unmap(frame));
    check_page_fault(load, (l4_word)page, FAULT_USER);
    CHECK_ERROR(l4_frame_unmap(frame), L4_ESTATE);
    CHECK_OK(l4_frame_map(frame, L4_ROOT_SPACE, (l4_word)page, L4_RIGHT_READ, 0));
    CHECK_EQ(page[1], 5);
    check_page_fault(store, (l4_word)page, FAULT_PRESENT | FAULT_WRITE | FAULT_USER);
}

TEST(spaces_are_apart)
{
    l4_cap space = other_space();
    volatile uint64_t *page;
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);
    struct l4_message fault = {0};

    (void)make_page(&page, 0);
    page[0] = 1;
    spawn(.entry = load, .argument = (l4_word)page, .fault_endpoint = endpoint, .space = space);
    CHECK_OK(l4_recv(endpoint, &fault));
    CHECK_EQ(fault.words[2], (l4_word)page);
    CHECK_OK(l4_reply(&(struct l4_message){.tag = 1, .words = {(l4_word)park}}));
}
