/* Which physical memory is free, and handing it out while booting.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Invariants: the entries of a region list are page aligned, not empty, sorted by address, and do
 * not touch one another. */
#include "machine.h"

#include <arch_impl/instructions.h>
#include <internal/panic.h>
#include <internal/string.h>

#define LOW_MEMORY_END 0x100000ull /* below: firmware data, the trampoline, VGA */
#define VGA_START      0xa0000ull  /* from here to 1 MiB: video memory and ROMs */
#define FOUR_GIB       (1ull << 32)

struct region_list {
    struct memory_region *region;
    uint32_t *count;
};

extern const char kernel_text_start[], kernel_end[]; /* linker.ld */

struct memory_region memory_all[PLATFORM_MAX_REGIONS];
uint32_t memory_all_count;
static struct memory_region reserved[PLATFORM_MAX_REGIONS];
static uint32_t reserved_count;

static const struct region_list all_list = {memory_all, &memory_all_count};
static const struct region_list free_list = {platform.memory, &platform.memory_count};
static const struct region_list device_list = {platform.device, &platform.device_count};

/* What platform_allocate() has taken and not given out yet. */
static uint64_t pool, pool_end;

static uint64_t
region_end(const struct memory_region *region)
{
    return region->start.raw + region->size;
}

static void
list_remove(struct region_list list, uint32_t at)
{
    (*list.count)--;
    memmove(&list.region[at], &list.region[at + 1],
            (*list.count - at) * sizeof(struct memory_region));
}

static void
list_insert(struct region_list list, uint32_t at, uint64_t start, uint64_t end)
{
    if (*list.count == PLATFORM_MAX_REGIONS) {
        panic("boot: more than %u memory regions", PLATFORM_MAX_REGIONS);
    }
    memmove(&list.region[at + 1], &list.region[at],
            (*list.count - at) * sizeof(struct memory_region));
    list.region[at].start.raw = start;
    list.region[at].size = end - start;
    (*list.count)++;
}

/* Add whole pages, merging with what overlaps or touches. */
static void
list_add(struct region_list list, uint64_t start, uint64_t end)
{
    uint32_t at = 0;
    while (at < *list.count && region_end(&list.region[at]) < start) {
        at++;
    }
    while (at < *list.count && list.region[at].start.raw <= end) {
        struct memory_region *region = &list.region[at];
        start = region->start.raw < start ? region->start.raw : start;
        end = region_end(region) > end ? region_end(region) : end;
        list_remove(list, at);
    }
    list_insert(list, at, start, end);
}

/* Take out whole pages; regions may shrink, split or go. */
static void
list_subtract(struct region_list list, uint64_t start, uint64_t end)
{
    uint32_t at = 0;
    while (at < *list.count) {
        uint64_t first = list.region[at].start.raw;
        uint64_t last = region_end(&list.region[at]);
        if (last <= start || first >= end) {
            at++;
            continue;
        }
        list_remove(list, at);
        if (first < start) {
            list_insert(list, at++, first, start);
        }
        if (last > end) {
            list_insert(list, at++, end, last);
        }
    }
}

void
memory_note(uint64_t start, uint64_t size, bool available)
{
    /* The direct map's size limits what is used; it also keeps the sums below from wrapping. */
    if (start >= DIRECT_MAP_SIZE || size == 0) {
        return;
    }
    uint64_t end = size > DIRECT_MAP_SIZE - start ? DIRECT_MAP_SIZE : start + size;
    if (available) {
        start = round_up(start, PAGE_SIZE);
        end = round_down(end, PAGE_SIZE);
        if (start < end) {
            list_add(all_list, start, end);
        }
        return;
    }
    start = round_down(start, PAGE_SIZE);
    end = round_up(end, PAGE_SIZE);
    list_add((struct region_list){reserved, &reserved_count}, start, end);
}

/* Where no RAM is there may be devices, as far as this processor's addresses go: leaf 0x80000008,
 * EAX[7:0] (Intel SDM vol. 2A, CPUID). */
static void
find_devices(void)
{
    uint32_t bits = cpuid(0x80000000, 0).eax >= 0x80000008 ? cpuid(0x80000008, 0).eax & 0xff : 36;
    uint64_t limit = bits < 39 ? 1ull << bits : DIRECT_MAP_SIZE;
    list_add(device_list, VGA_START, limit);
    for (uint32_t i = 0; i < memory_all_count; i++) {
        list_subtract(device_list, memory_all[i].start.raw, region_end(&memory_all[i]));
    }
}

void
memory_finish(void)
{
    for (uint32_t i = 0; i < reserved_count; i++) {
        list_subtract(all_list, reserved[i].start.raw, region_end(&reserved[i]));
    }
    find_devices();
    memcpy(platform.memory, memory_all, sizeof(platform.memory));
    platform.memory_count = memory_all_count;
    list_subtract(free_list, 0, LOW_MEMORY_END);
    list_subtract(free_list, image_physical(kernel_text_start), image_physical(kernel_end));
    if (platform.module_size != 0) {
        list_subtract(free_list, platform.module.raw,
                      round_up(platform.module.raw + platform.module_size, PAGE_SIZE));
    }
    if (platform.memory_count == 0) {
        panic("boot: the memory map has no free memory above 1 MiB");
    }
}

void
memory_exclude_device(uint64_t start, uint64_t end)
{
    list_subtract(device_list, round_down(start, PAGE_SIZE), round_up(end, PAGE_SIZE));
}

/* Get `size` bytes of whole pages at `align` into the pool, dropping what the pool still had
 * unless the new pages follow it. */
static void
refill(uint64_t size, uint64_t align)
{
    for (uint32_t i = 0; i < platform.memory_count; i++) {
        uint64_t first = platform.memory[i].start.raw;
        uint64_t start = first == pool_end ? round_up(pool, align) : round_up(first, align);
        uint64_t end = round_up(start + size, PAGE_SIZE);
        if (end > region_end(&platform.memory[i]) || end > FOUR_GIB) {
            continue;
        }
        pool = start;
        pool_end = end;
        list_subtract(free_list, round_down(start > first ? start : first, PAGE_SIZE), end);
        return;
    }
    panic("boot: no memory for %lu bytes of kernel data", size);
}

void *
platform_allocate(size_t size, size_t align)
{
    if (round_up(pool, align) + size > pool_end) {
        refill(size, align);
    }
    uint64_t start = round_up(pool, align);
    pool = start + size;
    void *memory = direct_map(start);
    memset(memory, 0, size);
    return memory;
}
