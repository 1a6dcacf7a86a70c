/* The memory functions that the compiler may call, and the two that the kernel does.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

void *memset(void *to, int byte, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *string);
/* Copy a string into a field of `size` bytes, cut to fit, always terminated. */
void string_copy(char *to, const char *from, size_t size);
/* The value of `key=value` in a line of arguments, up to the next blank; false if it is not there.
 */
_Bool string_argument(const char *arguments, const char *key, char *value, size_t size);
