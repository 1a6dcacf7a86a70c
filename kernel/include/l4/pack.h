/* The packed module: the root task's image, laid out so that the kernel only maps it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scripts/pack makes it from an ELF file. All numbers little-endian. The header is followed by
 * segment_count segments; offsets count from the start of the module. The memory image of a
 * segment is its file bytes, then zeros up to `memory` bytes. */
#pragma once

#include <stdint.h>

#define L4_PACK_MAGIC 0x314b434150564452ull /* "RDVPACK1" */

struct l4_pack_header {
    uint64_t magic;
    uint32_t version; /* 1 */
    uint32_t segment_count;
    uint64_t entry;    /* virtual address of the first instruction */
    uint64_t size;     /* of the whole module in bytes */
    uint64_t checksum; /* of all that follows the header: FNV-1a, 64 bits, byte by byte */
    uint64_t reserved[3];
};

struct l4_pack_segment {
    uint64_t address; /* virtual, page aligned */
    uint64_t memory;  /* bytes in memory */
    uint64_t file;    /* bytes in the module */
    uint64_t offset;
    uint32_t rights;     /* L4_RIGHT_* */
    uint32_t attributes; /* L4_MAP_* */
    uint64_t reserved;
};

_Static_assert(sizeof(struct l4_pack_header) == 64, "pack ABI");
_Static_assert(sizeof(struct l4_pack_segment) == 48, "pack ABI");
