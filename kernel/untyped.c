/* Untyped memory: where every kernel object comes from.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A watermark rises through the memory: objects are handed out below it and never overlap. The
 * objects' memory is cleared first, a page at a time; after each the capability lock is given up
 * and interrupts are let in. How far it is clear is kept, so that the restarted retype goes on
 * there. */
#include <arch/paging.h>
#include <arch/platform.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/invoke.h>
#include <internal/notification.h>
#include <internal/space.h>

struct retype {
    enum l4_type type;
    unsigned bits;      /* log2 of one object's bytes */
    uint64_t data;      /* word 1 of the capabilities */
    struct slot *first; /* of the destination slots */
    uint64_t count;
    uint32_t core;       /* that will own them */
    uint64_t start, end; /* in bytes from the start of the untyped memory */
};

/* log2 of an object's size in bytes, 0 if user level cannot make such a thing. */
static unsigned
object_bits(enum l4_type type, l4_word size_bits)
{
    switch (type) {
    case L4_TYPE_UNTYPED:
        return size_bits >= L4_SLOT_BITS && size_bits < 48 ? (unsigned)size_bits : 0;
    case L4_TYPE_TABLE:
        if (size_bits < L4_TABLE_MIN_BITS || size_bits > L4_TABLE_MAX_BITS)
            return 0;
        return (unsigned)size_bits + L4_SLOT_BITS;
    case L4_TYPE_FRAME:
        if (size_bits == L4_FRAME_HUGE_BITS && !(platform.features & L4_FEATURE_HUGE_PAGES))
            return 0;
        return size_bits == L4_FRAME_BITS || size_bits == L4_FRAME_LARGE_BITS ||
                       size_bits == L4_FRAME_HUGE_BITS
                   ? (unsigned)size_bits
                   : 0;
    case L4_TYPE_THREAD:
        return size_bits ? 0 : L4_THREAD_BITS;
    case L4_TYPE_ENDPOINT:
        return size_bits ? 0 : L4_ENDPOINT_BITS;
    case L4_TYPE_NOTIFICATION:
        return size_bits ? 0 : L4_NOTIFICATION_BITS;
    case L4_TYPE_CONTEXT:
        return size_bits ? 0 : L4_CONTEXT_BITS;
    case L4_TYPE_SPACE:
        return size_bits ? 0 : L4_SPACE_BITS;
    case L4_TYPE_PAGE_TABLE:
        return size_bits ? 0 : L4_PAGE_TABLE_BITS;
    default:
        return 0;
    }
}

/* The destination: `count` empty slots of a table that the invoker may write. */
static enum l4_error
retype_slots(struct thread *invoker, const l4_word *w, struct retype *r)
{
    struct slot *table;
    enum l4_error error = table_lookup_slot(invoker, w[2], L4_TYPE_TABLE, L4_RIGHT_WRITE, &table);
    if (error)
        return error;
    uint64_t size = 1ull << (table->cap.data & CAP_SIZE_MASK);
    if (w[3] == 0 || w[3] >= size || r->count > size - w[3])
        return L4_EARG;
    r->first = (struct slot *)capability_object(table->cap) + w[3];
    for (uint64_t i = 0; i < r->count; i++)
        if (!slot_empty(&r->first[i]))
            return L4_ESLOT;
    return L4_OK;
}

static enum l4_error
retype_parse(struct thread *invoker, struct invocation *invocation, struct retype *r)
{
    const l4_word *w = invocation->words;
    struct slot *slot = invocation->slot;
    uint64_t size = 1ull << (slot->cap.data & CAP_SIZE_MASK);
    uint64_t core = w[4] >> 32;

    if (w[0] >= L4_TYPE_COUNT)
        return L4_EARG;
    r->type = (enum l4_type)w[0];
    r->bits = object_bits(r->type, w[1]);
    r->count = w[4] & 0xffffffff;
    if (r->bits == 0 || r->count == 0 || r->count > L4_RETYPE_MAX)
        return L4_EARG;
    if (slot->cap.data & CAP_DEVICE && r->type != L4_TYPE_UNTYPED && r->type != L4_TYPE_FRAME)
        return L4_EARG; /* kernel objects need real memory */
    if (core > platform.core_count)
        return L4_ECORE;
    r->core = core ? (uint32_t)core - 1 : this_core()->number;
    r->data = w[1] | (slot->cap.data & CAP_DEVICE);

    uint64_t object = 1ull << r->bits;
    r->start = (slot->memory.used + object - 1) & ~(object - 1);
    if (r->start > size || r->count > (size - r->start) >> r->bits)
        return L4_EMEMORY;
    r->end = r->start + (r->count << r->bits);
    return retype_slots(invoker, w, r);
}

/* Clear up to `end`, where it is not clear yet; a page at the most. False: there is more, go on
 * later. All bounds are multiples of the least object's size. What alignment leaves out is cleared,
 * too: another retype may take it before this one has ended. */
static bool
untyped_clear(struct slot *slot, uint64_t end)
{
    if (slot->memory.cleared < slot->memory.used)
        slot->memory.cleared = slot->memory.used;
    if (slot->memory.cleared >= end)
        return true;
    uint64_t size = end - slot->memory.cleared;
    if (size > L4_PAGE_SIZE)
        size = L4_PAGE_SIZE;
    char *at = (char *)capability_object(slot->cap) + slot->memory.cleared;
    for (uint64_t *word = (uint64_t *)at; word < (uint64_t *)(at + size); word++)
        *word = 0;
    slot->memory.cleared += size;
    return slot->memory.cleared == end;
}

static void
object_init(const struct retype *r, void *object)
{
    switch (r->type) {
    case L4_TYPE_THREAD:
        thread_init(object, r->core);
        break;
    case L4_TYPE_ENDPOINT:
        ((struct endpoint *)object)->core = r->core;
        break;
    case L4_TYPE_NOTIFICATION:
        ((struct notification *)object)->core = r->core;
        ((struct notification *)object)->inbox.kind = INBOX_NOTIFICATION;
        break;
    case L4_TYPE_SPACE:
        paging_space_init(object);
        break;
    default:
        break; /* zero is right */
    }
}

int
untyped_invoke(struct thread *invoker, struct invocation *invocation)
{
    struct slot *slot = invocation->slot;
    struct retype r;

    if (invocation->operation != L4_UNTYPED_RETYPE)
        return L4_EOP;
    enum l4_error error = retype_parse(invoker, invocation, &r);
    if (error)
        return error;
    bool device = slot->cap.data & CAP_DEVICE;
    if (r.type == L4_TYPE_UNTYPED || device) {
        if (slot->memory.cleared < r.end)
            slot->memory.cleared = r.end; /* its new owner clears it, or nobody may */
    } else if (!untyped_clear(slot, r.end)) {
        return INVOKE_RESTART;
    }
    slot->memory.used = r.end;
    char *object = (char *)capability_object(slot->cap) + r.start;
    for (uint64_t i = 0; i < r.count; i++, object += 1ull << r.bits) {
        object_init(&r, object);
        slot_fill(&r.first[i], capability_make(r.type, object, L4_RIGHT_ALL, r.data), slot);
        r.first[i].memory.used = 0; /* frame: not mapped; the two share their place */
        r.first[i].memory.cleared = 0;
    }
    return L4_OK;
}
