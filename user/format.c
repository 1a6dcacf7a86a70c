/* Text from numbers, as printf does it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Conversions: %s %c %d %u %x %%, with l, and for numbers a width that may begin with 0. */

#include <l4user/format.h>

#include <stdbool.h>
#include <stdint.h>

#define DIGITS 20u /* of the longest 64-bit number, in decimal */

struct conversion {
    char kind;
    bool is_long;
    char pad;
    unsigned width;
};

static void
put_number(void (*put)(char), uint64_t value, bool negative, const struct conversion *c)
{
    char digits[DIGITS];
    unsigned base = c->kind == 'x' ? 16 : 10;
    unsigned count = 0;

    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);

    unsigned length = count + (negative ? 1 : 0);
    if (negative && c->pad == '0') {
        put('-');
    }
    for (; length < c->width; length++) {
        put(c->pad);
    }
    if (negative && c->pad != '0') {
        put('-');
    }
    while (count > 0) {
        put(digits[--count]);
    }
}

static void
put_string(void (*put)(char), const char *text)
{
    while (*text != '\0') {
        put(*text++);
    }
}

/* Reads what follows a '%'; returns what follows the conversion. */
static const char *
parse(const char *format, struct conversion *c)
{
    c->pad = *format == '0' ? '0' : ' ';
    c->width = 0;
    c->is_long = false;
    for (; *format >= '0' && *format <= '9'; format++) {
        c->width = c->width * 10 + (unsigned)(*format - '0');
    }
    for (; *format == 'l'; format++) {
        c->is_long = true;
    }
    c->kind = *format;
    return *format == '\0' ? format : format + 1;
}

void
format_text(void (*put)(char), const char *format, va_list arguments)
{
    struct conversion c;
    int64_t number;

    while (*format != '\0') {
        if (*format != '%') {
            put(*format++);
            continue;
        }
        format = parse(format + 1, &c);
        switch (c.kind) {
        case 'd':
            number = c.is_long ? va_arg(arguments, long) : va_arg(arguments, int);
            put_number(put, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0, &c);
            break;
        case 'u':
        case 'x':
            put_number(
                put, c.is_long ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned int),
                false, &c);
            break;
        case 's':
            put_string(put, va_arg(arguments, const char *));
            break;
        case 'c':
            put((char)va_arg(arguments, int));
            break;
        default:
            put('%');
            break;
        }
    }
}
