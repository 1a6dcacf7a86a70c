/* CRC-32 (IEEE 802.3, as zlib's crc32).
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/crc32.h>

#define POLYNOMIAL 0xedb88320u /* bits reversed */

uint32_t
crc32_add(uint32_t crc, uint8_t byte)
{
    crc = ~crc ^ byte;
    for (unsigned bit = 0; bit < 8; bit++) {
        crc = crc >> 1 ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
    }
    return ~crc;
}
