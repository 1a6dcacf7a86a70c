/* The kernel's own assertions. User level can never make one fail.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <config.h>

/* Stop the machine: a line for people, a panic line of the protocol (docs/records.md), the end. */
_Noreturn __attribute__((format(printf, 1, 2))) void panic(const char *format, ...);

/* An invariant. Checked in debug builds; in others the compiler still checks that it compiles. */
#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (CONFIG_DEBUG && !(condition))                                                          \
            panic("%s:%d: assertion failed: %s", __FILE_NAME__, __LINE__, #condition);             \
    } while (0)
