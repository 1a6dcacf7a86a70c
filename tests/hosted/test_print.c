/* Tests of the kernel's print: every directive gives what the C library's printf gives.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <internal/print.h>

/* The same directive with the same argument through both. */
#define assert_prints_alike(format, argument)                                                      \
    do {                                                                                           \
        char expected[128];                                                                        \
        snprintf(expected, sizeof(expected), format, argument);                                    \
        host_console_clear();                                                                      \
        print(format, argument);                                                                   \
        assert_string_equal(host_console(), expected);                                             \
    } while (0)

static void
test_numbers(void **state)
{
    (void)state;
    const int64_t numbers[] = {0, 1, -1, 9, 10, 4096, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        assert_prints_alike("%d", (int)numbers[i]);
        assert_prints_alike("%u", (unsigned)numbers[i]);
        assert_prints_alike("%x", (unsigned)numbers[i]);
        assert_prints_alike("%ld", numbers[i]);
        assert_prints_alike("%lu", (uint64_t)numbers[i]);
        assert_prints_alike("%lx", (uint64_t)numbers[i]);
    }
}

static void
test_widths(void **state)
{
    (void)state;
    assert_prints_alike("%8x|", 0xbeefu);
    assert_prints_alike("%08x|", 0xbeefu);
    assert_prints_alike("%016lx|", 0x123456789abcul);
    assert_prints_alike("%5d|", -42);
    assert_prints_alike("%05d|", -42);
    assert_prints_alike("%2u|", 12345u);
    assert_prints_alike("%6s|", "abc");
    assert_prints_alike("%2s|", "abc");
}

static void
test_text(void **state)
{
    (void)state;
    assert_prints_alike("%s", "");
    assert_prints_alike("100%% of %s", "it");
    assert_prints_alike("%c", 'x');
    host_console_clear();
    print("%p", (void *)0x1234);
    assert_string_equal(host_console(), "1234");
    host_console_clear();
    print("%s: %u of %lu\n", "frames", 3, 1ul << 40);
    assert_string_equal(host_console(), "frames: 3 of 1099511627776\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_numbers, 1),
        TEST(test_widths, 1),
        TEST(test_text, 1),
    };
    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
