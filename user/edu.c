/* QEMU's `edu` device: raises an interrupt when told to.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/edu.h>

#include <stddef.h>

#include <l4/bootinfo.h>
#include <l4user/error.h>
#include <l4user/invoke.h>
#include <l4user/memory.h>
#include <l4user/pci.h>

#define VENDOR         0x1234u
#define PRODUCT        0x11e8u
#define IDENTIFICATION 0x00u /* reads 0xRRrr00ed, RR.rr being the version */

static enum l4_error
make_interrupt(struct edu *edu, uint32_t core, l4_cap notification, uint64_t *address,
               uint32_t *data)
{
    enum l4_error error = memory_slots(1, &edu->interrupt);

    if (error == L4_OK) {
        error = l4_interrupts_message(L4_ROOT_INTERRUPTS, L4_ROOT_TABLE, edu->interrupt, core,
                                      address, data);
    }
    if (error == L4_OK) {
        error = l4_interrupt_bind(edu->interrupt, notification);
    }
    return error;
}

const char *
edu_start(struct edu *edu, uint32_t core, l4_cap notification)
{
    struct pci_device device;
    uint64_t address;
    uint32_t data;
    enum l4_error error;

    if (!pci_find(VENDOR, PRODUCT, &device)) {
        return "no edu device (QEMU: -device edu)";
    }
    if (pci_memory_base(&device) == 0) {
        return "the firmware gave the edu device no address";
    }
    pci_enable(&device);
    error = device_map(pci_memory_base(&device), &edu->registers);
    if (error != L4_OK) {
        return error_name(error);
    }
    if ((device_read32(edu->registers, IDENTIFICATION) & 0xff) != 0xed) {
        return "what answers at the edu device's address is not one";
    }
    error = make_interrupt(edu, core, notification, &address, &data);
    if (error != L4_OK) {
        return error_name(error);
    }
    if (!pci_enable_message(&device, address, data)) {
        return "this edu device cannot signal by message";
    }
    return NULL;
}
