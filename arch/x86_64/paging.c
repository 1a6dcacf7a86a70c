/* x86_64 page tables of user spaces.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel SDM vol. 3A, 4.5, tables 4-15 to 4-20 for the bits of an entry. */
#include <arch/paging.h>

#include <arch/cpu.h>
#include <internal/panic.h>
#include <internal/string.h>

#include "machine.h"

#define ENTRY_PRESENT    (1ull << 0)
#define ENTRY_WRITE      (1ull << 1)
#define ENTRY_USER       (1ull << 2)
#define ENTRY_UNCACHED   (3ull << 3) /* PWT and PCD: PAT entry 3 */
#define ENTRY_LARGE      (1ull << 7)
#define ENTRY_NO_EXECUTE (1ull << 63)
#define ENTRY_ADDRESS    0x000ffffffffff000ull

#define ROOT_LEVEL  4
#define KERNEL_HALF 256 /* first entry of the root table that is the kernel's */
#define TAG_MAX     4095

static uint64_t tags_used; /* tags 1 to tags_used belong to spaces; capability lock */

static uint64_t *
root_table(struct space *space)
{
    return (uint64_t *)((char *)space + PAGE_SIZE);
}

void
paging_space_init(struct space *space)
{
    uint64_t *root = root_table(space);
    memcpy(root + KERNEL_HALF, kernel_pml4 + KERNEL_HALF, (512 - KERNEL_HALF) * sizeof(*root));
    if (platform.features & L4_FEATURE_TAGS && tags_used < TAG_MAX)
        space->tag = ++tags_used;
    space->root = pointer_physical(root).raw | space->tag;
    /* No core has seen generation 1: each flushes at its first load, whoever had the tag before. */
    space->generation = 1;
}

static bool
range_valid(l4_word address, unsigned bits)
{
    l4_word size = 1ull << bits;
    return address % size == 0 && address < USER_END && size <= USER_END - address;
}

/* The entry for `address` at the lowest level not below `level` that exists; its level in *found.
 */
static uint64_t *
walk(struct space *space, l4_word address, unsigned level, unsigned *found)
{
    uint64_t *table = root_table(space);
    for (*found = ROOT_LEVEL;; --*found) {
        uint64_t *entry = &table[address >> paging_level_bits(*found) & 511];
        if (*found == level || !(*entry & ENTRY_PRESENT) || *entry & ENTRY_LARGE)
            return entry;
        table = physical_pointer((paddr_t){*entry & ENTRY_ADDRESS});
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
    /* Release: the processor of any core may walk here at once, and must find the table clear. */
    __atomic_store_n(entry, pointer_physical(table).raw | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER,
                     __ATOMIC_RELEASE);
    return L4_OK;
}

enum l4_error
paging_map(struct space *space, l4_word address, paddr_t physical, unsigned bits, l4_word rights,
           l4_word attributes, unsigned *missing)
{
    unsigned level = (bits - 12) / 9 + 1;
    unsigned found;

    if (!range_valid(address, bits))
        return L4_EARG;
    uint64_t *entry = walk(space, address, level, &found);
    if (*entry & ENTRY_PRESENT)
        return L4_EMAPPED;
    if (found != level) {
        *missing = paging_level_bits(found);
        return L4_ETABLE;
    }
    uint64_t value = physical.raw | ENTRY_PRESENT | ENTRY_USER;
    value |= rights & L4_RIGHT_WRITE ? ENTRY_WRITE : 0;
    value |= attributes & L4_MAP_EXECUTE ? 0 : ENTRY_NO_EXECUTE;
    value |= attributes & L4_MAP_UNCACHED ? ENTRY_UNCACHED : 0;
    value |= level > 1 ? ENTRY_LARGE : 0;
    __atomic_store_n(entry, value, __ATOMIC_RELEASE);
    return L4_OK;
}

void
paging_unmap(struct space *space, l4_word address, unsigned bits)
{
    unsigned level = (bits - 12) / 9 + 1;
    unsigned found;
    uint64_t *entry = walk(space, address, level, &found);
    ASSERT(found == level && *entry & ENTRY_PRESENT);
    __atomic_store_n(entry, 0, __ATOMIC_RELEASE);
}

void
paging_load_kernel(void)
{
    cr3_write(image_physical(kernel_pml4));
}

/* Reloading drops the translations of the tag that is loaded; those of others are dropped when
 * they are loaded next, by their generation. */
void
paging_flush_local(void)
{
    uint64_t root;
    __asm__ volatile("mov %%cr3, %0" : "=r"(root));
    cr3_write(root & ~CR3_KEEP);
}
