/* Failing on purpose: the boot argument break=, with which the tests try how failures are reported.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <arch/platform.h>
#include <internal/boot.h>
#include <internal/panic.h>
#include <internal/string.h>

static bool
wanted(const char *value, const char *what)
{
    return strlen(value) == strlen(what) && memcmp(value, what, strlen(what)) == 0;
}

void
break_on_request(void)
{
    char value[16];

    if (!string_argument(platform.arguments, "break", value, sizeof(value)))
        return;
    if (wanted(value, "assert"))
        panic("%s:%d: assertion failed: %s", __FILE_NAME__, __LINE__, "break=assert was asked for");
    if (wanted(value, "triple"))
        platform_triple_fault();
    if (!wanted(value, "loop"))
        panic("boot: break=%s is not known; known are assert, loop, triple", value);
    for (volatile bool forever = true; forever;)
        continue;
}
