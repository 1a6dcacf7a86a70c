/* Device registers: frames at given physical addresses, mapped uncached in the root space.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <l4/error.h>

/* Map the page of device memory that holds `physical`; *registers gets the virtual address of
 * `physical` itself. L4_EMEMORY: no device memory lies there that user level may have. A page can
 * be mapped once. */
enum l4_error device_map(uint64_t physical, volatile void **registers);

/* Device registers are read and written as wholes, in program order. */
static inline uint32_t
device_read32(volatile void *registers, uint32_t offset)
{
    return *(volatile uint32_t *)((volatile char *)registers + offset);
}

static inline void
device_write32(volatile void *registers, uint32_t offset, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)registers + offset) = value;
}

static inline uint64_t
device_read64(volatile void *registers, uint32_t offset)
{
    return *(volatile uint64_t *)((volatile char *)registers + offset);
}

static inline void
device_write64(volatile void *registers, uint32_t offset, uint64_t value)
{
    *(volatile uint64_t *)((volatile char *)registers + offset) = value;
}
