/* What the time-stamp counter counts here.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

enum clock {
    CLOCK_INSTRUCTIONS,  /* QEMU's counting mode: one tick an instruction, of all cores */
    CLOCK_EMULATED_TIME, /* plain emulation: the host's time */
    CLOCK_CYCLES,        /* a real processor's counter */
};

/* Find out, and compare with the boot argument clock=. NULL, or what contradicts it. */
const char *clock_choose(enum clock *clock);

/* The names of docs/records.md. `cross`: of a span in which several cores were active. */
const char *clock_name(enum clock clock, bool cross);
const char *clock_unit(enum clock clock);
