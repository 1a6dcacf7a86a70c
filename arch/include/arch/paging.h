/* The architecture contract, part 3: page tables and the TLB.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Page tables are objects that user level provides. Functions that change them run under the
 * capability lock; none of them flushes another core's TLB (smp/flush.h does that). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <arch/platform.h>
#include <l4/error.h>
#include <l4/types.h>

struct space;
struct core;

/* Kernel address of physical memory, in the direct map, and back. */
static inline void *physical_pointer(paddr_t physical);
static inline paddr_t pointer_physical(const void *pointer);

/* Number of address bits that one entry of the table at `level` spans; level 1 is the last. */
static inline unsigned paging_level_bits(unsigned level);

/* Set up an empty space in zeroed memory of 2^L4_SPACE_BITS bytes: kernel half shared, nothing in
 * the user half. */
void paging_space_init(struct space *space);

/* Enter a zeroed table as the first that is missing on the way to `address`. L4_EMAPPED when none
 * is missing, L4_EARG when the address is not a user's. On success *level is the level whose entry
 * now points to it. */
enum l4_error paging_add_table(struct space *space, l4_word address, void *table, unsigned *level);

/* Map 2^bits bytes. L4_ETABLE with *missing the size bits of the span whose table is missing;
 * L4_EMAPPED when something is there; L4_EARG for a wrong address or a size that the machine has
 * not. rights: L4_RIGHT_*; attributes: L4_MAP_*. */
enum l4_error paging_map(struct space *space, l4_word address, paddr_t physical, unsigned bits,
                         l4_word rights, l4_word attributes, unsigned *missing);

/* Take out what paging_map() entered at `address`. */
void paging_unmap(struct space *space, l4_word address, unsigned bits);

/* Load the space on this core; kernel_space_load() loads the kernel's own, with no user half. */
static inline void paging_load(struct core *core, struct space *space);
void paging_load_kernel(void);

/* Drop all of this core's translations but the kernel's. */
void paging_flush_local(void);

#include <arch_impl/paging.h>
