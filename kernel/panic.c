/* The end of a kernel that found an invariant broken.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/panic.h>

#include <stdarg.h>

#include <arch/cpu.h>
#include <arch/platform.h>
#include <internal/print.h>

/* Exit status of the machine after a panic: docs/records.md. */
#define EXIT_PANIC 0x12

static unsigned panicking;

void
panic(const char *format, ...)
{
    if (__atomic_exchange_n(&panicking, 1, __ATOMIC_ACQ_REL))
        cpu_halt();
    core_halt_others();
    print("\n{\"rdv\":\"panic\",\"reason\":\"");
    va_list list;
    va_start(list, format);
    print_list(format, list);
    va_end(list);
    print("\"}\n");
    platform_exit(EXIT_PANIC);
}
