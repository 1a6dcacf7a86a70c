/* CRC-32 (IEEE 802.3, as zlib's crc32).
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* The checksum of what `crc` is of (0: nothing yet), followed by one more byte. */
uint32_t crc32_add(uint32_t crc, uint8_t byte);
