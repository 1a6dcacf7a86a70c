/* PCI configuration space, by the configuration mechanism of I/O ports 0xcf8 and 0xcfc.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Section numbers are those of the PCI Local Bus Specification 3.0. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pci_device {
    uint8_t bus;
    uint8_t slot;
    uint8_t function;
};

/* Finds the first device with these identifiers on the buses that have any. */
bool pci_find(uint16_t vendor, uint16_t product, struct pci_device *device);

/* Offset: of an aligned 32-bit register. */
uint32_t pci_read(const struct pci_device *device, uint8_t offset);
void pci_write(const struct pci_device *device, uint8_t offset, uint32_t value);

/* The physical address in memory base-address register 0; 0 when none is assigned. */
uint64_t pci_memory_base(const struct pci_device *device);

/* Let the device answer memory accesses and write to memory, as message interrupts need. */
void pci_enable(const struct pci_device *device);

/* Have the device raise its interrupt as a message; false when it cannot. */
bool pci_enable_message(const struct pci_device *device, uint64_t address, uint32_t data);
