/* Which kernel the tests run on: what holds for one choice of an axis only.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "variant.h"

#include <l4user/string.h>

bool
has_choice(const char *choice)
{
    char pattern[64] = "*";

    string_append(pattern, sizeof(pattern), choice);
    string_append(pattern, sizeof(pattern), "*");
    return string_match(pattern, bootinfo()->variant);
}

l4_word
told(l4_word badge, l4_word bits)
{
    return has_choice("async=word") ? bits : badge;
}

void
check_taken(l4_cap cap, l4_word badge, l4_word bits, unsigned count)
{
    l4_word word;
    unsigned times = has_choice("async=semaphore") ? count : 1;

    for (unsigned i = 0; i < times; i++) {
        CHECK_OK(l4_poll(cap, &word));
        CHECK_EQ(word, told(badge, bits));
    }
    CHECK_ERROR(l4_poll(cap, &word), L4_EAGAIN);
}
