/* Tests of the kernel's own panic: its line of the protocol, and the end of the machine.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * There is one in the life of a kernel, so there is one case. */
#include "support.h"

#include <string.h>

#include <internal/panic.h>

static void
panic_entry(void *argument)
{
    panic("%s is %d", (const char *)argument, 7);
}

static void
test_panic_ends_the_machine_once(void **state)
{
    (void)state;
    struct host_outcome outcome = host_run(panic_entry, (void *)"seven");
    assert_int_equal(outcome.how, HOST_EXIT);
    assert_int_equal(outcome.status, 0x12);
    assert_int_equal(host_event_count(HOST_EVENT_HALT_OTHERS), 1);
    assert_non_null(strstr(host_console(), "\n{\"rdv\":\"panic\",\"reason\":\"seven is 7\"}\n"));
    host_console_clear();
    outcome = host_run(panic_entry, (void *)"again"); /* by another core: says nothing */
    assert_int_equal(outcome.how, HOST_HALT);
    assert_string_equal(host_console(), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_panic_ends_the_machine_once, 1)};
    return cmocka_run_group_tests_name("panic", tests, NULL, NULL);
}
