/* Text from numbers: printf's conversions %s %c %d %u %x %%, with l, and for numbers a width
 * that may begin with 0.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdarg.h>

/* Gives every character to `put`. */
void format_text(void (*put)(char), const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
