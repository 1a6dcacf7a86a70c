/* What a simulated core owns on the host: its timer, its interrupts, its TLB.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

struct arch_core {
    uint64_t timer;      /* deadline, UINT64_MAX when stopped */
    uint64_t pending[4]; /* atomic: raised vectors that it has not taken, by bit */
    uint64_t loads;      /* address spaces that it has loaded */
    uint64_t flushes;    /* times that it dropped its translations */
};
