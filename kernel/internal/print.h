/* Messages of the kernel itself on the console.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdarg.h>

/* %s %c %d %u %x %p %lu %lx %ld %%, with width and 0 for numbers. One call is one line's worth:
 * calls of several cores do not mix. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);
void print_list(const char *format, va_list list);
