/* Address spaces.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * An object of two pages: the root page table, then this. Tables and mappings change under the
 * capability lock, on any core; only other cores' TLBs have to be told (smp/flush.h). */
#pragma once

#include <stdint.h>

#include <l4/object.h>
#include <l4/types.h>

struct space {
    uint64_t root;       /* as the processor wants it: physical address of the root table and tag */
    uint64_t tag;        /* of the TLB; 0: none, each load flushes */
    uint64_t generation; /* atomic; raised with each unmap: a core that has seen less flushes */
    uint64_t seen[L4_MAX_CORES]; /* generation after each core's last flush; that core writes */
};

_Static_assert(sizeof(struct space) <= L4_PAGE_SIZE, "a space is its root table and one page");

struct thread;
struct invocation;
int page_table_invoke(struct thread *invoker, struct invocation *invocation);
int frame_invoke(struct thread *invoker, struct invocation *invocation);
