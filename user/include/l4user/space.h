/* Address spaces: mapping frames, and spaces that share the program's image.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4/error.h>
#include <l4/object.h>
#include <l4/types.h>

/* Map a frame, making the page tables that are missing. Errors as l4_frame_map(), or L4_EMEMORY
 * or L4_ESLOT when no table could be made. */
enum l4_error space_map(l4_cap space, l4_cap frame, l4_word address, l4_word rights,
                        l4_word attributes);

/* A new space in which the program's image and the boot information are mapped where the root
 * space has them, on the same frames: its threads run the same code on the same data. Takes a slot
 * a page, since one capability can be mapped once. */
enum l4_error space_create_shared(l4_cap *space);
