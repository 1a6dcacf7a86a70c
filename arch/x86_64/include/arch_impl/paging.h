/* x86_64: the inline part of the paging contract (arch/paging.h).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Four levels (Intel SDM vol. 3A, 4.5). A space's root table is the second page of its object. */
#pragma once

#include <arch/platform.h>
#include <arch_impl/address_map.h>
#include <internal/core.h>
#include <internal/space.h>

/* CR3 bit 63: keep the translations of this tag (SDM vol. 3A, 4.10.4.1). */
#define CR3_KEEP (1ull << 63)

static inline void *
physical_pointer(paddr_t physical)
{
    return (void *)(DIRECT_MAP_BASE + physical.raw);
}

static inline paddr_t
pointer_physical(const void *pointer)
{
    return (paddr_t){(uint64_t)pointer - DIRECT_MAP_BASE};
}

static inline unsigned
paging_level_bits(unsigned level)
{
    return 12 + 9 * (level - 1);
}

static inline void
cr3_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr3" ::"r"(value) : "memory");
}

/* The space is published before it is loaded, and loading is serialising: a shootdown either sees
 * it published, or changed the tables before this core reads them (smp/flush.h). */
static inline __attribute__((always_inline)) void
paging_load(struct core *core, struct space *space)
{
    __atomic_store_n(&core->space, space, __ATOMIC_RELAXED);
    if (!space->tag) {
        cr3_write(space->root);
        return;
    }
    cr3_write(space->root | CR3_KEEP);
    uint64_t generation = __atomic_load_n(&space->generation, __ATOMIC_ACQUIRE);
    if (space->seen[core->number] == generation)
        return;
    space->seen[core->number] = generation;
    cr3_write(space->root);
}
