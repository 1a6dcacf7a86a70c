/* The root task's frame: how it begins, what it was given, how it ends.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4/bootinfo.h>
#include <l4/error.h>

/* Ways to end the machine; see docs/records.md. */
enum runtime_exit {
    RUNTIME_DONE = 0x10,
    RUNTIME_TEST_FAILED = 0x11,
};

/* What the kernel said about the machine. Every space that shares the image sees it. */
static inline const struct l4_bootinfo *
bootinfo(void)
{
    return (const struct l4_bootinfo *)L4_BOOTINFO_ADDRESS;
}

/* The program's own; runs in the root thread. What it returns is given to runtime_exit(). */
enum runtime_exit root_main(void);

/* End the machine. Where nothing can end it, the calling thread waits for ever. */
_Noreturn void runtime_exit(enum runtime_exit status);

/* Print why and end the machine without a trailer, so that the run counts as an error. */
_Noreturn void runtime_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* runtime_fatal() unless `error` is L4_OK; `what` says what was tried. */
void runtime_require(enum l4_error error, const char *what);

/* Block the calling thread for ever. */
_Noreturn void runtime_block(void);
