/* The order in which the machine comes up, from the first C function to the kernel's own.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The boot loader's data may lie in memory that is free, so all of it is copied before the first
 * platform_allocate(). */
#include "machine.h"

#include <internal/core.h>
#include <internal/panic.h>
#include <internal/print.h>
#include <internal/string.h>

#define PVH_MAGIC        0x336ec578u /* boot.S */
#define MULTIBOOT2_MAGIC 0x36d76289u /* Multiboot2 2.0, 3.3 */

struct platform platform;

_Noreturn void platform_boot(uint32_t magic, uint32_t info_physical);

const void *
boot_data(uint64_t address, uint64_t size, const char *what)
{
    const uint64_t limit = 1ull << 32;
    if (address == 0 || address >= limit || size > limit - address) {
        panic("boot: %s at 0x%lx, size 0x%lx: not below 4 GiB", what, address, size);
    }
    return direct_map(address);
}

void
boot_set_module(uint64_t start, uint64_t size)
{
    boot_data(start, size, "the module");
    if (start % PAGE_SIZE != 0) {
        panic("boot: the module is at 0x%lx, which is not page aligned", start);
    }
    platform.module.raw = start;
    platform.module_size = size;
}

void
boot_set_arguments(const char *arguments, size_t room)
{
    size_t length = 0;
    while (length < room && arguments[length] != '\0') {
        length++;
    }
    if (length >= sizeof(platform.arguments)) {
        panic("boot: %lu or more characters of boot arguments; there is room for %lu", length,
              sizeof(platform.arguments) - 1);
    }
    memcpy(platform.arguments, arguments, length);
    platform.arguments[length] = '\0';
}

static void
print_machine(void)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < platform.memory_count; i++) {
        bytes += platform.memory[i].size;
    }
    print("[rdv] %s\n", platform.cpu);
    print("[rdv] memory: %lu KiB in %u regions; clock: %lu kHz\n", bytes >> 10,
          platform.memory_count, platform.tsc_hz / 1000);
    if (acpi_machine.cores_ignored > 0) {
        print("[rdv] %u more cores than the %u that are supported: not used\n",
              acpi_machine.cores_ignored, L4_MAX_CORES);
    }
}

static void
enter_kernel(void)
{
    kernel_boot();
}

_Noreturn void
platform_boot(uint32_t magic, uint32_t info_physical)
{
    if (magic == PVH_MAGIC) {
        boot_pvh_parse(info_physical);
    } else if (magic == MULTIBOOT2_MAGIC) {
        boot_multiboot2_parse(info_physical);
    } else {
        panic("boot: magic number 0x%x is neither PVH's (0x%x) nor Multiboot2's (0x%x)", magic,
              PVH_MAGIC, MULTIBOOT2_MAGIC);
    }
    cpu_features_detect();
    memory_finish();
    acpi_parse();
    kernel_space_build();
    descriptors_build_interrupt_table();
    cores_allocate();
    cpu_init(core_at(0));
    apic_setup();
    apic_init_core();
    io_apic_setup();
    clock_calibrate();
    print_machine();
    stack_switch(core_at(0)->stack_top, enter_kernel);
}
