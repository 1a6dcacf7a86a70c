/* The memory functions that the compiler may call, and string helpers for booting.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/string.h>

#include <stdint.h>

void *
memset(void *to, int byte, size_t size)
{
    unsigned char *bytes = to;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)byte;
    return to;
}

void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
    unsigned char *bytes = to;
    const unsigned char *source = from;
    for (size_t i = 0; i < size; i++)
        bytes[i] = source[i];
    return to;
}

void *
memmove(void *to, const void *from, size_t size)
{
    unsigned char *bytes = to;
    const unsigned char *source = from;
    if ((uintptr_t)to <= (uintptr_t)from)
        return memcpy(to, from, size);
    for (size_t i = size; i > 0; i--)
        bytes[i - 1] = source[i - 1];
    return to;
}

int
memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *left = a;
    const unsigned char *right = b;
    for (size_t i = 0; i < size; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

size_t
strlen(const char *string)
{
    size_t length = 0;
    while (string[length])
        length++;
    return length;
}

void
string_copy(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; i + 1 < size && from[i]; i++)
        to[i] = from[i];
    to[i] = 0;
}

_Bool
string_argument(const char *arguments, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);
    for (const char *at = arguments; *at;) {
        while (*at == ' ')
            at++;
        const char *end = at;
        while (*end && *end != ' ')
            end++;
        if ((size_t)(end - at) > length && memcmp(at, key, length) == 0 && at[length] == '=') {
            size_t room = (size_t)(end - at) - length;
            string_copy(value, at + length + 1, room < size ? room : size);
            return 1;
        }
        at = end;
    }
    return 0;
}
