/* A panic that tests can expect, in place of the kernel's own.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <internal/panic.h>
#include <internal/print.h>

static bool panic_expected;

/* Nothing of the kernel can be trusted after one that no test asked for. */
void
panic(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (!panic_expected) {
        fputs("the kernel panicked: ", stderr);
        vfprintf(stderr, format, list);
        fputs("\n", stderr);
        abort();
    }
    print_list(format, list);
    va_end(list);
    host_panicked();
}

void
assert_panics(void (*entry)(void *argument), void *argument, const char *text)
{
    host_console_clear();
    panic_expected = true;
    struct host_outcome outcome = host_run(entry, argument);
    panic_expected = false;
    assert_int_equal(outcome.how, HOST_PANIC);
    if (!strstr(host_console(), text))
        fail_msg("the panic says '%s', not '%s'", host_console(), text);
}
