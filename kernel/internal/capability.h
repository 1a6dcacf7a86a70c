/* Capabilities, their slots, and the tree of their derivations.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A capability is two words. Word 0, from the low bit: generation (15), grant (1), read, write
 * (2), type (4), object address bits 6 to 47 (42). So `word >> 16`, arithmetically, is the object's
 * address with type and rights in the low six bits, which are zero in every object's address.
 * Word 1 is what the type makes of it:
 *
 *   endpoint, notification   badge
 *   untyped, frame, table    size bits | CAP_DEVICE
 *   ports                    first port | last port << 16
 *   core                     number
 *
 * Slots are written under the capability lock and read without it, from any core: a writer raises
 * the generation with every write, a reader takes word 0, word 1, and word 0 again
 * (capability_read). Without the generation, exchanging two capabilities could show a reader one's
 * object with the other's badge. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/cpu.h>
#include <l4/error.h>
#include <l4/object.h>
#include <l4/types.h>

struct capability {
    uint64_t word;
    uint64_t data;
};

#define CAP_GENERATION_MASK 0x7fffull
#define CAP_GRANT           (1ull << 15)
#define CAP_READ            (1ull << 16)
#define CAP_WRITE           (1ull << 17)
#define CAP_TYPE_SHIFT      18
#define CAP_TYPE_MASK       (0xfull << CAP_TYPE_SHIFT)
#define CAP_RIGHTS_SHIFT    15
#define CAP_DEVICE          0x100ull
#define CAP_SIZE_MASK       0xffull

struct space;

/* One cache line. The links form the derivation tree: a slot's children are what was derived
 * from it (copied, minted, retyped); siblings are a list, whose ends point back to the parent
 * with LINK_PARENT set. */
struct slot {
    struct capability cap;
    struct slot *first_child;
    struct slot *last_child;
    uintptr_t next; /* sibling, or the parent | LINK_PARENT, or 0 in a root */
    uintptr_t prev;
    union {
        struct {
            struct space *space; /* frame: where it is mapped, NULL when it is not */
            l4_word address;
        } mapping;
        struct {
            uint64_t used;    /* untyped: bytes handed out, from the start */
            uint64_t cleared; /* bytes known to be zero, from the start; at least `used` counts */
        } memory;
    };
};

_Static_assert(offsetof(struct slot, mapping.space) == offsetof(struct slot, memory.used),
               "both zero");
_Static_assert(sizeof(struct slot) == 1u << L4_SLOT_BITS, "a slot is one cache line");

#define LINK_PARENT 1ull

static inline struct capability
capability_make(enum l4_type type, const void *object, l4_word rights, uint64_t data)
{
    return (struct capability){
        .word = (uint64_t)(uintptr_t)object << 16 | (uint64_t)type << CAP_TYPE_SHIFT |
                (rights & 3) << 16 | (rights & L4_RIGHT_GRANT ? CAP_GRANT : 0),
        .data = data,
    };
}

static inline enum l4_type
capability_type(struct capability cap)
{
    return (enum l4_type)((cap.word & CAP_TYPE_MASK) >> CAP_TYPE_SHIFT);
}

static inline void *
capability_object(struct capability cap)
{
    return (void *)(uintptr_t)((int64_t)cap.word >> 16 & ~63ll);
}

static inline l4_word
capability_rights(struct capability cap)
{
    return (cap.word >> 16 & 3) | (cap.word & CAP_GRANT ? L4_RIGHT_GRANT : 0);
}

/* A consistent copy of a slot's capability, while other cores may write it. */
static inline struct capability
capability_read(const struct slot *slot)
{
    struct capability cap;
    uint64_t again;
    do {
        cap.word = __atomic_load_n(&slot->cap.word, __ATOMIC_ACQUIRE);
        cap.data = __atomic_load_n(&slot->cap.data, __ATOMIC_ACQUIRE);
        again = __atomic_load_n(&slot->cap.word, __ATOMIC_RELAXED);
    } while (again != cap.word);
    return cap;
}

static inline bool
slot_empty(const struct slot *slot)
{
    return (slot->cap.word & CAP_TYPE_MASK) == 0;
}

/* Put a capability into an empty slot as a child of `parent` (NULL: as a root). Capability lock. */
void slot_fill(struct slot *slot, struct capability cap, struct slot *parent);

/* Take the capability out; what was derived from it becomes its parent's. Capability lock. */
void slot_clear(struct slot *slot);

struct thread;

/* The slot `index` of the thread's own table, or NULL when it lies outside (index 0 does). */
struct slot *table_slot(const struct thread *thread, l4_cap index);

/* The capability at `index` if it is of this type and has these rights, else why not. */
enum l4_error table_lookup(const struct thread *thread, l4_cap index, enum l4_type type,
                           l4_word rights, struct capability *cap);

/* As table_lookup, but the slot itself. Capability lock. */
enum l4_error table_lookup_slot(const struct thread *thread, l4_cap index, enum l4_type type,
                                l4_word rights, struct slot **slot);
