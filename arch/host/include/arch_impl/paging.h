/* The host's inline part of the paging contract (arch/paging.h).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Four levels of 512 entries. Nobody translates through them but the tests (host_translate). */
#pragma once

#include <internal/core.h>
#include <internal/space.h>

/* Physical addresses differ from pointers, so that a mix-up shows. */
#define HOST_PHYSICAL_SHIFT 0x10000ull

static inline void *
physical_pointer(paddr_t physical)
{
    return (void *)(physical.raw + HOST_PHYSICAL_SHIFT);
}

static inline paddr_t
pointer_physical(const void *pointer)
{
    return (paddr_t){(uint64_t)pointer - HOST_PHYSICAL_SHIFT};
}

static inline unsigned
paging_level_bits(unsigned level)
{
    return 12 + 9 * (level - 1);
}

/* As a tagged TLB: a core that has seen less than the space's generation flushes. */
static inline void
paging_load(struct core *core, struct space *space)
{
    __atomic_store_n(&core->space, space, __ATOMIC_SEQ_CST);
    core->arch.loads++;
    uint64_t generation = __atomic_load_n(&space->generation, __ATOMIC_ACQUIRE);
    if (space->seen[core->number] == generation)
        return;
    space->seen[core->number] = generation;
    core->arch.flushes++;
}
