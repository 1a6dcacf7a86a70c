/* Segment selectors, in the order that SYSCALL and SYSRET want. For C and assembly.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * SYSCALL loads CS from STAR[47:32] and SS from that + 8; SYSRET to 64-bit mode loads SS from
 * STAR[63:48] + 8 and CS from that + 16 (Intel SDM vol. 2B, SYSCALL and SYSRET). */
#pragma once

#define KERNEL_CS    0x08
#define KERNEL_SS    0x10
#define USER_SS      0x1b /* 0x18 with requested privilege level 3 */
#define USER_CS      0x23 /* 0x20 likewise */
#define TSS_SELECTOR 0x28 /* two entries: a 16-byte descriptor */

#define STAR_SYSCALL_BASE KERNEL_CS
#define STAR_SYSRET_BASE  (KERNEL_SS | 3)
