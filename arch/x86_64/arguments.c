/* Boot arguments that the platform itself understands: words on the boot loader's command line.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

#include <internal/string.h>

bool
boot_argument(const char *word)
{
    size_t length = strlen(word);
    const char *at = platform.arguments;
    while (*at != '\0') {
        size_t here = 0;
        while (at[here] != '\0' && at[here] != ' ') {
            here++;
        }
        if (here == length && memcmp(at, word, length) == 0) {
            return true;
        }
        at += here;
        while (*at == ' ') {
            at++;
        }
    }
    return false;
}
