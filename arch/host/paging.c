/* Page tables in software: the paging contract on the host.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <arch/paging.h>

#include <arch/cpu.h>
#include <arch_impl/host.h>
#include <internal/panic.h>

/* An entry: a page-aligned physical address and these. */
#define ENTRY_PRESENT          (1ull << 0)
#define ENTRY_LEAF             (1ull << 1)
#define ENTRY_RIGHTS_SHIFT     2
#define ENTRY_ATTRIBUTES_SHIFT 5
#define ENTRY_ADDRESS          (~0xfffull)

#define ROOT_LEVEL 4

void
paging_space_init(struct space *space)
{
    space->root = pointer_physical((char *)space + L4_PAGE_SIZE).raw;
    space->generation = 1;
}

/* The entry for `address` at the lowest level not below `level` that exists; its level in *found.
 */
static uint64_t *
walk(struct space *space, l4_word address, unsigned level, unsigned *found)
{
    paddr_t table = {space->root};
    for (*found = ROOT_LEVEL;; --*found) {
        uint64_t *entries = physical_pointer(table);
        uint64_t *entry = &entries[address >> paging_level_bits(*found) & 511];
        if (*found == level || !(*entry & ENTRY_PRESENT) || *entry & ENTRY_LEAF)
            return entry;
        table.raw = *entry & ENTRY_ADDRESS;
    }
}

enum l4_error
paging_add_table(struct space *space, l4_word address, void *table, unsigned *level)
{
    if (address >= USER_END)
        return L4_EARG;
    uint64_t *entry = walk(space, address, 1, level);
    if (*level == 1 || *entry & ENTRY_PRESENT)
        return L4_EMAPPED;
    *entry = pointer_physical(table).raw | ENTRY_PRESENT;
    return L4_OK;
}

enum l4_error
paging_map(struct space *space, l4_word address, paddr_t physical, unsigned bits, l4_word rights,
           l4_word attributes, unsigned *missing)
{
    l4_word size = 1ull << bits;
    unsigned level = (bits - L4_PAGE_BITS) / 9 + 1;
    unsigned found;

    if (address % size || address >= USER_END || size > USER_END - address)
        return L4_EARG;
    uint64_t *entry = walk(space, address, level, &found);
    if (*entry & ENTRY_PRESENT)
        return L4_EMAPPED;
    if (found != level) {
        *missing = paging_level_bits(found);
        return L4_ETABLE;
    }
    *entry = physical.raw | ENTRY_PRESENT | ENTRY_LEAF | rights << ENTRY_RIGHTS_SHIFT |
             attributes << ENTRY_ATTRIBUTES_SHIFT;
    return L4_OK;
}

void
paging_unmap(struct space *space, l4_word address, unsigned bits)
{
    unsigned level = (bits - L4_PAGE_BITS) / 9 + 1;
    unsigned found;
    uint64_t *entry = walk(space, address, level, &found);
    ASSERT(found == level && *entry & ENTRY_LEAF);
    *entry = 0;
}

void
paging_load_kernel(void)
{
    this_core()->arch.loads++;
}

void
paging_flush_local(void)
{
    this_core()->arch.flushes++;
}

bool
host_translate(struct space *space, l4_word address, struct host_mapping *mapping)
{
    unsigned level;
    uint64_t entry = *walk(space, address, 1, &level);
    if (!(entry & ENTRY_LEAF))
        return false;
    *mapping = (struct host_mapping){
        .physical = {entry & ENTRY_ADDRESS},
        .bits = paging_level_bits(level),
        .rights = entry >> ENTRY_RIGHTS_SHIFT & L4_RIGHT_ALL,
        .attributes = entry >> ENTRY_ATTRIBUTES_SHIFT & (L4_MAP_EXECUTE | L4_MAP_UNCACHED),
    };
    return true;
}
