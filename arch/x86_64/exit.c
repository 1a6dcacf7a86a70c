/* The end of the machine, wanted or forced.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

#include <arch_impl/instructions.h>

/* QEMU's isa-debug-exit device, at the port that docs/records.md names; elsewhere nobody listens.
 */
#define EXIT_PORT 0xf4

static _Noreturn void
halt(void)
{
    for (;;) {
        __asm__ volatile("cli\n\thlt");
    }
}

_Noreturn void
platform_exit(uint32_t status)
{
    port_write8(EXIT_PORT, (uint8_t)status);
    halt();
}

/* An exception without an interrupt table is a double fault, which without one is a shutdown
 * (Intel SDM vol. 3A, 6.15, interrupt 8). */
_Noreturn void
platform_triple_fault(void)
{
    const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) nothing = {0, 0};
    __asm__ volatile("lidt %0\n\tint3" : : "m"(nothing));
    halt();
}
