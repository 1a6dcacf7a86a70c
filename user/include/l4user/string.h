/* What C programs need of a string library; the compiler calls the mem functions too.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);

/* Does the text match the pattern, in which `*` stands for any characters and `?` for one? */
bool string_match(const char *pattern, const char *text);

/* Read a whole text as a decimal number; false when it is not one, or exceeds `limit`. */
bool string_number(const char *text, unsigned long limit, unsigned long *value);

/* Append to the text in a buffer of `size` bytes, as much as fits. */
void string_append(char *text, size_t size, const char *more);
