/* The words of the ABI: what user level and the kernel both call a word, a capability, a tag.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

typedef uint64_t l4_word;

/* A slot index in the caller's own capability table. Slot 0 is always empty: 0 names nothing. */
typedef uint64_t l4_cap;

/* A message tag; see tag.h. */
typedef uint64_t l4_tag;

#define L4_ABI_VERSION 1u
#define L4_PAGE_BITS   12u
#define L4_PAGE_SIZE   4096u
#define L4_PRIORITIES  256u
#define L4_MAX_CORES   64u
