/* Tests of the kernel's memory functions and string helpers.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's functions are named kernel_memset and so on here (CMakeLists.txt). */
#include "support.h"

#include <internal/string.h>

static void
test_memory_functions(void **state)
{
    (void)state;
    char a[16];
    char b[16];
    assert_ptr_equal(memset(a, 'x', sizeof(a)), a);
    for (size_t i = 0; i < sizeof(a); i++)
        assert_int_equal(a[i], 'x');
    for (size_t i = 0; i < sizeof(b); i++)
        b[i] = (char)i;
    assert_ptr_equal(memcpy(a, b, 7), a);
    assert_int_equal(a[6], 6);
    assert_int_equal(a[7], 'x');
    assert_int_equal(memcmp(a, b, 7), 0);
    assert_true(memcmp(a, b, 8) > 0);
    assert_true(memcmp(b, a, 8) < 0);
    assert_int_equal(memcmp(a, b, 0), 0);
    assert_true(memcmp("\xff", "\x01", 1) > 0);
}

static void
test_move_both_ways(void **state)
{
    (void)state;
    char up[] = "abcdef";
    char down[] = "abcdef";
    memmove(up + 2, up, 4);
    assert_string_equal(up, "ababcd");
    memmove(down, down + 2, 4);
    assert_string_equal(down, "cdefef");
}

static void
test_copy_is_cut_and_ended(void **state)
{
    (void)state;
    char field[4];
    string_copy(field, "ab", sizeof(field));
    assert_string_equal(field, "ab");
    string_copy(field, "abcdef", sizeof(field));
    assert_string_equal(field, "abc");
    assert_int_equal(strlen("abc"), 3);
    assert_int_equal(strlen(""), 0);
}

static void
test_arguments(void **state)
{
    (void)state;
    char value[8];
    const char *line = "  xbreak=no breaks=no break  break=yes later=abcdefghijk  empty= last=z";
    assert_true(string_argument(line, "break", value, sizeof(value)));
    assert_string_equal(value, "yes");
    assert_true(string_argument(line, "later", value, sizeof(value)));
    assert_string_equal(value, "abcdefg");
    assert_true(string_argument(line, "empty", value, sizeof(value)));
    assert_string_equal(value, "");
    assert_true(string_argument(line, "last", value, sizeof(value)));
    assert_string_equal(value, "z");
    assert_false(string_argument(line, "brea", value, sizeof(value)));
    assert_false(string_argument(line, "none", value, sizeof(value)));
    assert_false(string_argument("", "none", value, sizeof(value)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_functions),
        cmocka_unit_test(test_move_both_ways),
        cmocka_unit_test(test_copy_is_cut_and_ended),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
