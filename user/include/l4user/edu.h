/* QEMU's `edu` device: raises an interrupt when told to.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Specified in QEMU's docs/specs/edu.txt. */
#pragma once

#include <stdint.h>

#include <l4/types.h>
#include <l4user/device.h>

#define EDU_RAISE 0x60u /* write a value: OR it into the status and raise */
#define EDU_ACK   0x64u /* write a value: clear it in the status */

struct edu {
    volatile void *registers;
    l4_cap interrupt; /* message-signalled */
};

/* Find the device and have its interrupt taken by `core` and signalled to `notification`. Gives
 * NULL, or the reason why not. */
const char *edu_start(struct edu *edu, uint32_t core, l4_cap notification);
