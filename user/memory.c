/* The root task's memory: slots of its capability table, and objects out of its untyped memory.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/memory.h>

#include <l4user/invoke.h>
#include <l4user/runtime.h>

static l4_cap next_slot;
static l4_cap end_slot;

/* Indices of the untyped regions that are memory, the biggest first. */
static uint32_t region[L4_BOOT_MAX_UNTYPED];
static uint32_t region_count;

static void
insert_region(uint32_t index)
{
    const struct l4_untyped_region *untyped = bootinfo()->untyped;
    uint32_t at = region_count++;

    for (; at > 0 && untyped[region[at - 1]].bits < untyped[index].bits; at--) {
        region[at] = region[at - 1];
    }
    region[at] = index;
}

void
memory_start(void)
{
    const struct l4_bootinfo *info = bootinfo();

    next_slot = info->empty.first;
    end_slot = next_slot + info->empty.count;
    for (uint32_t i = 0; i < info->untyped_count && i < L4_BOOT_MAX_UNTYPED; i++) {
        if (info->untyped[i].device == 0) {
            insert_region(i);
        }
    }
}

enum l4_error
memory_slots(uint32_t count, l4_cap *first)
{
    if (count > end_slot - next_slot) {
        return L4_ESLOT;
    }
    *first = next_slot;
    next_slot += count;
    return L4_OK;
}

uint32_t
memory_slots_left(void)
{
    return (uint32_t)(end_slot - next_slot);
}

enum l4_error
memory_object(enum l4_type type, l4_word size_bits, uint32_t home, l4_cap *cap)
{
    enum l4_error error = L4_EMEMORY;

    if (next_slot == end_slot) {
        return L4_ESLOT;
    }
    for (uint32_t i = 0; i < region_count && error == L4_EMEMORY; i++) {
        error = l4_untyped_retype(bootinfo()->untyped_caps.first + region[i], type, size_bits,
                                  L4_ROOT_TABLE, next_slot, 1, home);
    }
    if (error == L4_OK) {
        *cap = next_slot++;
    }
    return error;
}

l4_cap
memory_image_frame(l4_word address)
{
    const struct l4_bootinfo *info = bootinfo();

    for (uint32_t i = 0; i < info->segment_count; i++) {
        const struct l4_image_segment *segment = &info->segments[i];
        l4_word page = (address - segment->address) / L4_PAGE_SIZE;
        if (address >= segment->address && page < segment->pages) {
            return segment->first + page;
        }
    }
    return 0;
}
