/* Capability slots, the derivation tree, and capability tables.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Invariant: for every slot but a root, following `next` from it ends at its parent with
 * LINK_PARENT, and so does `prev`; the parent's first_child and last_child are the ends. */
#include <internal/capability.h>

#include <internal/invoke.h>
#include <internal/panic.h>
#include <internal/thread.h>

/* Replace the capability and raise the generation, so that a reader in between tries again. */
static void
slot_write(struct slot *slot, struct capability cap)
{
    uint64_t generation = (slot->cap.word + 1) & CAP_GENERATION_MASK;
    __atomic_store_n(&slot->cap.word, generation, __ATOMIC_RELEASE); /* empty while data changes */
    __atomic_store_n(&slot->cap.data, cap.data, __ATOMIC_RELEASE);
    generation = (generation + 1) & CAP_GENERATION_MASK;
    __atomic_store_n(&slot->cap.word, (cap.word & ~CAP_GENERATION_MASK) | generation,
                     __ATOMIC_RELEASE);
}

void
slot_fill(struct slot *slot, struct capability cap, struct slot *parent)
{
    ASSERT(slot_empty(slot));
    slot->first_child = NULL;
    slot->last_child = NULL;
    slot->next = 0;
    slot->prev = 0;
    if (parent) {
        slot->prev = (uintptr_t)parent | LINK_PARENT;
        slot->next = (uintptr_t)parent | LINK_PARENT;
        if (parent->first_child) {
            slot->next = (uintptr_t)parent->first_child;
            parent->first_child->prev = (uintptr_t)slot;
        } else {
            parent->last_child = slot;
        }
        parent->first_child = slot;
    }
    slot_write(slot, cap);
}

/* Make `before` and `after` (slots, parents, or 0) neighbours around the list first…last. */
static void
link_splice(uintptr_t before, struct slot *first, struct slot *last, uintptr_t after)
{
    first->prev = before;
    last->next = after;
    if (before & LINK_PARENT)
        ((struct slot *)(before & ~LINK_PARENT))->first_child = first;
    else if (before)
        ((struct slot *)before)->next = (uintptr_t)first;
    if (after & LINK_PARENT)
        ((struct slot *)(after & ~LINK_PARENT))->last_child = last;
    else if (after)
        ((struct slot *)after)->prev = (uintptr_t)last;
}

/* Make `before` and `after` neighbours of each other. */
static void
link_close(uintptr_t before, uintptr_t after)
{
    if (before & LINK_PARENT)
        ((struct slot *)(before & ~LINK_PARENT))->first_child =
            after & LINK_PARENT ? NULL : (struct slot *)after;
    else if (before)
        ((struct slot *)before)->next = after;
    if (after & LINK_PARENT)
        ((struct slot *)(after & ~LINK_PARENT))->last_child =
            before & LINK_PARENT ? NULL : (struct slot *)before;
    else if (after)
        ((struct slot *)after)->prev = before;
}

void
slot_clear(struct slot *slot)
{
    ASSERT(!slot_empty(slot));
    if (slot->first_child)
        link_splice(slot->prev, slot->first_child, slot->last_child, slot->next);
    else
        link_close(slot->prev, slot->next);
    slot->first_child = NULL;
    slot->last_child = NULL;
    slot_write(slot, (struct capability){0, 0});
}

struct slot *
table_slot(const struct thread *thread, l4_cap index)
{
    index = index_masked(index, thread->table_size);
    return index ? thread->table + index : NULL;
}

/* Does this capability do for that use? */
static enum l4_error
capability_check(struct capability cap, enum l4_type type, l4_word rights)
{
    if (capability_type(cap) == L4_TYPE_NULL)
        return L4_ECAP;
    if (capability_type(cap) != type)
        return L4_ETYPE;
    if ((capability_rights(cap) & rights) != rights)
        return L4_ERIGHT;
    return L4_OK;
}

enum l4_error
table_lookup(const struct thread *thread, l4_cap index, enum l4_type type, l4_word rights,
             struct capability *cap)
{
    const struct slot *slot = table_slot(thread, index);
    if (!slot)
        return L4_ECAP;
    *cap = capability_read(slot);
    return capability_check(*cap, type, rights);
}

enum l4_error
table_lookup_slot(const struct thread *thread, l4_cap index, enum l4_type type, l4_word rights,
                  struct slot **slot)
{
    *slot = table_slot(thread, index);
    if (!*slot)
        return L4_ECAP;
    return capability_check((*slot)->cap, type, rights);
}

/* The slot of the invoked table that a copy is to go to: there, and empty. */
static enum l4_error
table_destination(struct capability table, l4_word index, struct slot **slot)
{
    if (index == 0 || index >= 1ull << (table.data & CAP_SIZE_MASK))
        return L4_EARG;
    *slot = (struct slot *)capability_object(table) + index;
    return slot_empty(*slot) ? L4_OK : L4_ESLOT;
}

/* Badges are given once, to capabilities that two parties use to meet. */
static enum l4_error
mint_check(struct capability source, l4_word badge)
{
    enum l4_type type = capability_type(source);
    if (type != L4_TYPE_ENDPOINT && type != L4_TYPE_NOTIFICATION)
        return L4_ETYPE;
    if (source.data || (type == L4_TYPE_NOTIFICATION && badge >> 63))
        return L4_EARG;
    return L4_OK;
}

int
table_invoke(struct thread *invoker, struct invocation *invocation)
{
    const l4_word *w = invocation->words;
    struct slot *to;
    struct slot *source_table;
    enum l4_error error;

    if (invocation->operation != L4_TABLE_COPY && invocation->operation != L4_TABLE_MINT)
        return L4_EOP;
    if ((error = table_destination(invocation->cap, w[0], &to)))
        return error;
    if ((error = table_lookup_slot(invoker, w[1], L4_TYPE_TABLE, L4_RIGHT_READ, &source_table)))
        return error;
    if (w[2] == 0 || w[2] >= 1ull << (source_table->cap.data & CAP_SIZE_MASK))
        return L4_EARG;
    struct slot *from = (struct slot *)capability_object(source_table->cap) + w[2];
    if (slot_empty(from))
        return L4_ECAP;
    enum l4_type type = capability_type(from->cap);
    /* Two capabilities to one watermark would hand memory out twice; two to one page table could
     * map it into itself, where user level writes it. */
    if (type == L4_TYPE_UNTYPED || type == L4_TYPE_PAGE_TABLE)
        return L4_ETYPE;

    struct capability cap = capability_make(type, capability_object(from->cap),
                                            capability_rights(from->cap) & w[3], from->cap.data);
    if (invocation->operation == L4_TABLE_MINT) {
        if ((error = mint_check(from->cap, w[4])))
            return error;
        cap.data = w[4];
    }
    slot_fill(to, cap, from);
    to->mapping.space = NULL;
    return L4_OK;
}
