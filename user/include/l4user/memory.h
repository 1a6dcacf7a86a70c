/* The root task's memory: slots of its capability table, and objects out of its untyped memory.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Nothing is given back: no object can be deleted yet. Ownership: one thread at a time. */
#pragma once

#include <l4/error.h>
#include <l4/object.h>
#include <l4/types.h>

/* Called by the runtime. */
void memory_start(void);

/* `count` slots in a row, all empty; L4_ESLOT when there are not so many left. */
enum l4_error memory_slots(uint32_t count, l4_cap *first);
uint32_t memory_slots_left(void);

/* A new object of `type`; size_bits as for l4_untyped_retype(), home: the core that owns it or
 * L4_HOME_CALLER. */
enum l4_error memory_object(enum l4_type type, l4_word size_bits, uint32_t home, l4_cap *cap);

/* The frame capability of the page of the program's own image that holds `address`; 0 when the
 * address is not in the image. */
l4_cap memory_image_frame(l4_word address);
