/* The kernel's own page tables: direct map, device window, stacks, image.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel SDM vol. 3A, 4.5 "4-Level Paging and 5-Level Paging", table 4-15 and following. Nothing
 * is both writable and executable. All entries are global: tags and CR3 do not concern them. */
#include "machine.h"

#include <internal/panic.h>

#define ENTRY_PRESENT       (1ull << 0)
#define ENTRY_WRITE         (1ull << 1)
#define ENTRY_WRITE_THROUGH (1ull << 3)
#define ENTRY_UNCACHED      (1ull << 4)
#define ENTRY_LARGE         (1ull << 7)
#define ENTRY_GLOBAL        (1ull << 8)
#define ENTRY_NO_EXECUTE    (1ull << 63)
#define ENTRY_ADDRESS       0x000ffffffffff000ull

#define KERNEL_DATA   (ENTRY_PRESENT | ENTRY_WRITE | ENTRY_GLOBAL | ENTRY_NO_EXECUTE)
#define KERNEL_RODATA (ENTRY_PRESENT | ENTRY_GLOBAL | ENTRY_NO_EXECUTE)
#define KERNEL_TEXT   (ENTRY_PRESENT | ENTRY_GLOBAL)
/* PAT entry 3, uncacheable, with the PAT as it is after reset (vol. 3A, table 11-12). */
#define KERNEL_DEVICE (KERNEL_DATA | ENTRY_WRITE_THROUGH | ENTRY_UNCACHED)

#define LARGE_BITS 21u
#define HUGE_BITS  30u

extern const char kernel_text_start[], kernel_text_end[]; /* linker.ld */
extern const char kernel_rodata_end[], kernel_end[];

_Alignas(4096) uint64_t kernel_pml4[512];
static uint64_t device_next = DEVICE_WINDOW_BASE;

/* The entry that maps `address` with a page of 2^bits bytes; makes the tables above it. */
static uint64_t *
entry_of(uint64_t address, uint32_t bits)
{
    uint64_t *table = kernel_pml4;
    for (uint32_t shift = 39; shift > bits; shift -= 9) {
        uint64_t *entry = &table[address >> shift & 511];
        if (*entry == 0) {
            uint64_t next = direct_map_physical(platform_allocate(PAGE_SIZE, PAGE_SIZE));
            *entry = next | ENTRY_PRESENT | ENTRY_WRITE;
        }
        table = direct_map(*entry & ENTRY_ADDRESS);
    }
    return &table[address >> bits & 511];
}

static void
map_pages(uint64_t address, uint64_t physical, uint64_t size, uint64_t flags)
{
    for (uint64_t at = 0; at < size; at += PAGE_SIZE) {
        *entry_of(address + at, 12) = (physical + at) | flags;
    }
}

/* Huge pages where a whole GiB is RAM; around holes 2 MiB pages, so that no page covers devices
 * unless it holds RAM as well (there the MTRRs decide: vol. 3A, 11.11.9). */
static void
map_direct(uint64_t start, uint64_t end)
{
    const uint64_t huge = 1ull << HUGE_BITS;
    const uint64_t large = 1ull << LARGE_BITS;
    bool huge_pages = (platform.features & L4_FEATURE_HUGE_PAGES) != 0;
    uint64_t at = round_down(start, large);
    while (at < end) {
        bool whole = at % huge == 0 && at >= start && end - at >= huge;
        uint32_t bits = whole && huge_pages ? HUGE_BITS : LARGE_BITS;
        *entry_of(DIRECT_MAP_BASE + at, bits) = at | KERNEL_DATA | ENTRY_LARGE;
        at += 1ull << bits;
    }
}

static void
map_image(const char *start, const char *end, uint64_t flags)
{
    map_pages((uint64_t)start, image_physical(start), (uint64_t)(end - start), flags);
}

void
kernel_space_build(void)
{
    for (uint32_t i = 0; i < memory_all_count; i++) {
        uint64_t start = memory_all[i].start.raw;
        map_direct(start, start + memory_all[i].size);
    }
    map_image(kernel_text_start, kernel_text_end, KERNEL_TEXT);
    map_image(kernel_text_end, kernel_rodata_end, KERNEL_RODATA);
    map_image(kernel_rodata_end, kernel_end, KERNEL_DATA);
    /* The tables under the windows exist from here on, so kernel_pml4 is final. */
    entry_of(DEVICE_WINDOW_BASE, 12);
    entry_of(STACK_WINDOW_BASE, 12);
    __asm__ volatile("mov %0, %%cr3" : : "r"(image_physical(kernel_pml4)) : "memory");
}

volatile void *
kernel_space_map_device(uint64_t physical)
{
    uint64_t page = round_down(physical, PAGE_SIZE);
    if (device_next == DEVICE_WINDOW_BASE + (1ull << LARGE_BITS)) {
        panic("boot: more device pages than the device window has");
    }
    map_pages(device_next, page, PAGE_SIZE, KERNEL_DEVICE);
    device_next += PAGE_SIZE;
    return (volatile void *)(device_next - PAGE_SIZE + (physical - page));
}

static void
map_stack(uint64_t address, uint64_t size)
{
    uint64_t physical = direct_map_physical(platform_allocate(size, PAGE_SIZE));
    map_pages(address, physical, size, KERNEL_DATA);
}

void
kernel_space_map_stacks(uint32_t core)
{
    uint64_t slot = stack_slot(core);
    map_stack(slot + STACK_KERNEL_START, STACK_KERNEL_TOP - STACK_KERNEL_START);
    map_stack(slot + STACK_DOUBLE_FAULT_START, STACK_EXCEPTION_SIZE);
    map_stack(slot + STACK_NMI_START, STACK_EXCEPTION_SIZE);
    map_stack(slot + STACK_MACHINE_CHECK_START, STACK_EXCEPTION_SIZE);
}
