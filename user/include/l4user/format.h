/* Text from numbers, as printf does it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Conversions: %s %c %d %u %x %%, with l, and for numbers a width that may begin with 0. */
#pragma once

#include <stdarg.h>

/* Gives every character to `put`. */
void format_text(void (*put)(char), const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
