/* The serial console: COM1, driven through the root task's I/O ports, and printing on it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: one thread at a time prints; nothing here is locked. */
#pragma once

#include <stdarg.h>

/* Before anything is printed. */
void console_start(void);

/* Buffers up to the end of the line. */
void console_putc(char c);
void console_flush(void);

/* The conversions %s %c %d %u %x %%, with l, and for numbers a width that may begin
 * with 0. */
void console_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_vprint(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
