/* The I/O APICs: interrupt lines of devices to cores.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel 82093AA data sheet, 3.1 and 3.2. A line is a global interrupt number, as ACPI counts them
 * (ACPI 6.4, 5.2.13). A register is selected first and then read or written, whatever the line: all
 * of it runs under the capability lock, or while booting. */
#include "machine.h"

#include <internal/core.h>
#include <internal/print.h>

#define REGISTER_SELECT  0x00
#define REGISTER_WINDOW  0x10
#define REGISTER_VERSION 1u
#define REGISTER_ENTRY   0x10u /* two registers a line */

#define ENTRY_LOW_ACTIVE (1u << 13)
#define ENTRY_LEVEL      (1u << 15)
#define ENTRY_MASKED     (1u << 16)
#define LARGEST_TARGET   255u /* eight bits of destination without interrupt remapping */

struct io_apic {
    volatile uint8_t *registers;
    uint32_t first_line;
    uint32_t count;
};

static struct io_apic io_apics[MAX_IO_APICS];
static uint32_t line_count;

static uint32_t
read_register(const struct io_apic *io, uint32_t number)
{
    /* volatile: device registers, here and below; select, then window. */
    *(volatile uint32_t *)(io->registers + REGISTER_SELECT) = number;
    return *(volatile uint32_t *)(io->registers + REGISTER_WINDOW);
}

static void
write_register(const struct io_apic *io, uint32_t number, uint32_t value)
{
    *(volatile uint32_t *)(io->registers + REGISTER_SELECT) = number;
    *(volatile uint32_t *)(io->registers + REGISTER_WINDOW) = value;
}

static const struct io_apic *
find(uint32_t line)
{
    for (uint32_t i = 0; i < acpi_machine.io_apic_count; i++) {
        if (line >= io_apics[i].first_line && line - io_apics[i].first_line < io_apics[i].count) {
            return &io_apics[i];
        }
    }
    return NULL;
}

static uint32_t
entry_register(const struct io_apic *io, uint32_t line)
{
    return REGISTER_ENTRY + 2 * (line - io->first_line);
}

static void
set_masked(uint32_t line, bool masked)
{
    const struct io_apic *io = find(line);
    if (io == NULL) {
        return;
    }
    uint32_t low = read_register(io, entry_register(io, line)) & ~ENTRY_MASKED;
    write_register(io, entry_register(io, line), masked ? low | ENTRY_MASKED : low);
}

void
io_apic_setup(void)
{
    for (uint32_t i = 0; i < acpi_machine.io_apic_count; i++) {
        struct io_apic *io = &io_apics[i];
        uint64_t address = acpi_machine.io_apic[i].address;
        io->registers = kernel_space_map_device(address);
        memory_exclude_device(address, address + PAGE_SIZE);
        io->first_line = acpi_machine.io_apic[i].first_line;
        io->count = (read_register(io, REGISTER_VERSION) >> 16 & 0xff) + 1;
        for (uint32_t line = 0; line < io->count; line++) {
            write_register(io, REGISTER_ENTRY + 2 * line, ENTRY_MASKED);
        }
        if (io->first_line + io->count > line_count) {
            line_count = io->first_line + io->count;
        }
    }
}

uint32_t
interrupt_line_count(void)
{
    return line_count;
}

bool
interrupt_line_route(uint32_t line, uint32_t flags, uint32_t core, uint8_t vector)
{
    const struct io_apic *io = find(line);
    uint32_t target = core_table[core]->arch.apic_id;
    if (io == NULL || target > LARGEST_TARGET) {
        return false;
    }
    uint32_t low = vector;
    low |= (flags & L4_IRQ_LEVEL) != 0 ? ENTRY_LEVEL : 0;
    low |= (flags & L4_IRQ_LOW) != 0 ? ENTRY_LOW_ACTIVE : 0;
    /* Masked while it changes: the two halves are written one after the other. */
    set_masked(line, true);
    write_register(io, entry_register(io, line) + 1, target << 24);
    write_register(io, entry_register(io, line), low);
    return true;
}

void
interrupt_line_mask(uint32_t line)
{
    set_masked(line, true);
}

void
interrupt_line_unmask(uint32_t line)
{
    set_masked(line, false);
}
