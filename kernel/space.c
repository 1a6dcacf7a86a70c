/* Address spaces: page tables and frames, by invocation.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Page tables are objects of their own (docs/decisions/page-tables.md). A capability to a frame or
 * a page table is mapped at most once; a copy of a frame capability can be mapped elsewhere. */
#include <internal/space.h>

#include <arch/paging.h>
#include <internal/invoke.h>
#include <internal/thread.h>
#include <smp/flush.h>

static enum l4_error
space_lookup(const struct thread *invoker, l4_cap index, struct space **space)
{
    struct capability cap;
    enum l4_error error = table_lookup(invoker, index, L4_TYPE_SPACE, L4_RIGHT_WRITE, &cap);
    if (!error)
        *space = capability_object(cap);
    return error;
}

int
page_table_invoke(struct thread *invoker, struct invocation *invocation)
{
    struct slot *slot = invocation->slot;
    struct space *space;
    unsigned level;
    enum l4_error error;

    if (invocation->operation != L4_PAGE_TABLE_MAP)
        return L4_EOP;
    if (slot->mapping.space)
        return L4_EMAPPED;
    if ((error = space_lookup(invoker, invocation->words[0], &space)))
        return error;
    l4_word address = invocation->words[1];
    if ((error = paging_add_table(space, address, capability_object(slot->cap), &level)))
        return error;
    slot->mapping.space = space;
    slot->mapping.address = address >> paging_level_bits(level) << paging_level_bits(level);
    return L4_OK;
}

static int
frame_map(struct thread *invoker, struct invocation *invocation)
{
    struct slot *slot = invocation->slot;
    const l4_word *w = invocation->words;
    unsigned bits = (unsigned)(slot->cap.data & CAP_SIZE_MASK);
    l4_word rights = w[2] & capability_rights(slot->cap);
    struct space *space;
    unsigned missing = 0;
    enum l4_error error;

    if (slot->mapping.space)
        return L4_EMAPPED;
    if (w[3] & ~(l4_word)(L4_MAP_EXECUTE | L4_MAP_UNCACHED))
        return L4_EARG;
    if (!(rights & L4_RIGHT_READ))
        return L4_ERIGHT; /* no machine has write-only pages */
    if ((error = space_lookup(invoker, w[0], &space)))
        return error;
    l4_word attributes = w[3] | (slot->cap.data & CAP_DEVICE ? L4_MAP_UNCACHED : 0);
    error = paging_map(space, w[1], pointer_physical(capability_object(slot->cap)), bits, rights,
                       attributes, &missing);
    if (error) {
        invocation->answer[0] = missing;
        return error;
    }
    slot->mapping.space = space;
    slot->mapping.address = w[1];
    return L4_OK;
}

static int
frame_unmap(struct thread *invoker, struct invocation *invocation)
{
    struct slot *slot = invocation->slot;
    struct space *space = slot->mapping.space;

    if (!space)
        return L4_ESTATE;
    paging_unmap(space, slot->mapping.address, (unsigned)(slot->cap.data & CAP_SIZE_MASK));
    slot->mapping.space = NULL;
    return flush_space(space, invoker) ? INVOKE_MOVED : L4_OK;
}

int
frame_invoke(struct thread *invoker, struct invocation *invocation)
{
    switch (invocation->operation) {
    case L4_FRAME_MAP:
        return frame_map(invoker, invocation);
    case L4_FRAME_UNMAP:
        return frame_unmap(invoker, invocation);
    case L4_FRAME_ADDRESS:
        invocation->answer[0] = pointer_physical(capability_object(invocation->cap)).raw;
        return L4_OK;
    default:
        return L4_EOP;
    }
}
