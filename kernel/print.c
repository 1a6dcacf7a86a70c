/* Messages of the kernel itself on the console.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/print.h>

#include <stdbool.h>
#include <stdint.h>

#include <arch/cpu.h>
#include <arch/platform.h>
#include <internal/string.h>

/* Only the console is shared here, and only for the length of a line; a panic goes past it. */
static unsigned print_owner;

struct directive {
    char kind;
    bool is_long;
    bool zero;
    int width;
};

static void
print_padded(const char *text, int length, int width)
{
    for (int i = length; i < width; i++)
        console_putc(' ');
    for (int i = 0; i < length; i++)
        console_putc(text[i]);
}

static void
print_number(uint64_t value, unsigned base, bool negative, struct directive d)
{
    char digits[32];
    int at = sizeof(digits);
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (d.zero && (int)sizeof(digits) - at + negative < d.width && at > 1)
        digits[--at] = '0';
    if (negative)
        digits[--at] = '-';
    print_padded(digits + at, (int)sizeof(digits) - at, d.width);
}

static const char *
parse_directive(const char *format, struct directive *d)
{
    *d = (struct directive){.zero = *format == '0'};
    for (; *format >= '0' && *format <= '9'; format++)
        d->width = d->width * 10 + (*format - '0');
    for (; *format == 'l'; format++)
        d->is_long = true;
    d->kind = *format;
    return format;
}

/* One argument; `list` is passed by pointer since va_arg moves it. */
static void
print_argument(struct directive d, va_list *list)
{
    const char *text;
    int64_t number;

    switch (d.kind) {
    case 's':
        text = va_arg(*list, const char *);
        print_padded(text, (int)strlen(text), d.width);
        break;
    case 'c':
        console_putc((char)va_arg(*list, int));
        break;
    case 'd':
        number = d.is_long ? va_arg(*list, int64_t) : va_arg(*list, int);
        print_number(number < 0 ? -(uint64_t)number : (uint64_t)number, 10, number < 0, d);
        break;
    case 'u':
        print_number(d.is_long ? va_arg(*list, uint64_t) : va_arg(*list, unsigned), 10, false, d);
        break;
    case 'x':
        print_number(d.is_long ? va_arg(*list, uint64_t) : va_arg(*list, unsigned), 16, false, d);
        break;
    case 'p':
        print_number((uintptr_t)va_arg(*list, void *), 16, false, d);
        break;
    default:
        console_putc('%');
        break;
    }
}

/* Wait for the console, but never for ever: a core that died printing must not silence all. */
static bool
print_begin(void)
{
    for (unsigned turns = 0; turns < 1000000; turns++) {
        if (!__atomic_exchange_n(&print_owner, 1, __ATOMIC_ACQUIRE))
            return true;
        cpu_pause();
    }
    return false;
}

void
print_list(const char *format, va_list list)
{
    va_list arguments;
    bool owner = print_begin();
    va_copy(arguments, list);
    for (; *format; format++) {
        if (*format != '%') {
            console_putc(*format);
            continue;
        }
        struct directive d;
        format = parse_directive(format + 1, &d);
        if (!d.kind)
            break;
        print_argument(d, &arguments);
    }
    va_end(arguments);
    if (owner)
        __atomic_store_n(&print_owner, 0, __ATOMIC_RELEASE);
}

void
print(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    print_list(format, list);
    va_end(list);
}
