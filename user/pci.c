/* PCI configuration space, by the configuration mechanism of I/O ports 0xcf8 and 0xcfc.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Section numbers are those of the PCI Local Bus Specification 3.0. */

#include <l4user/pci.h>

#include <l4/bootinfo.h>
#include <l4user/invoke.h>

#define PORT_ADDRESS 0xcf8u /* section 3.2.2.3.2 */
#define PORT_DATA    0xcfcu
#define ENABLE       0x80000000u

#define REGISTER_ID         0x00u /* section 6.1 */
#define REGISTER_COMMAND    0x04u
#define COMMAND_MEMORY      0x2u /* section 6.2.2 */
#define COMMAND_MASTER      0x4u
#define STATUS_CAPABILITIES (1u << 20)
#define REGISTER_BASE_0     0x10u
#define BASE_IO             0x1u /* section 6.2.5.1 */
#define BASE_64_BITS        0x4u
#define BASE_TYPE           0x6u
#define BASE_FLAGS          0xfu
#define REGISTER_CAPABILITY 0x34u

#define CAPABILITY_MESSAGE 0x05u /* section 6.8.1 */
#define MESSAGE_ENABLE     (1u << 16)
#define MESSAGE_MULTIPLE   (7u << 20)
#define MESSAGE_64_BITS    (1u << 23)
#define CAPABILITIES_MAX   48u /* as many as fit: a list that goes round ends */

#define BUSES     256u
#define SLOTS     32u
#define NO_DEVICE 0xffffu

static void
select_register(const struct pci_device *device, uint8_t offset)
{
    (void)l4_ports_out(L4_ROOT_PORTS, PORT_ADDRESS, 4,
                       ENABLE | (uint32_t)device->bus << 16 | (uint32_t)device->slot << 11 |
                           (uint32_t)device->function << 8 | (offset & 0xfcu));
}

uint32_t
pci_read(const struct pci_device *device, uint8_t offset)
{
    uint32_t value = UINT32_MAX;

    select_register(device, offset);
    if (l4_ports_in(L4_ROOT_PORTS, PORT_DATA, 4, &value) != L4_OK) {
        return UINT32_MAX; /* as if nothing were there */
    }
    return value;
}

void
pci_write(const struct pci_device *device, uint8_t offset, uint32_t value)
{
    select_register(device, offset);
    (void)l4_ports_out(L4_ROOT_PORTS, PORT_DATA, 4, value);
}

/* Looks at function 0 of each slot; *any tells whether the bus has devices at all. */
static bool
find_on_bus(uint8_t bus, uint32_t id, struct pci_device *device, bool *any)
{
    *any = false;
    for (uint8_t slot = 0; slot < SLOTS; slot++) {
        struct pci_device candidate = {.bus = bus, .slot = slot, .function = 0};
        uint32_t found = pci_read(&candidate, REGISTER_ID);
        *any = *any || (found & 0xffff) != NO_DEVICE;
        if (found == id) {
            *device = candidate;
            return true;
        }
    }
    return false;
}

bool
pci_find(uint16_t vendor, uint16_t product, struct pci_device *device)
{
    uint32_t id = (uint32_t)product << 16 | vendor;
    bool any = true;

    /* Bridges number their buses densely from 0: an empty one ends the search. */
    for (uint32_t bus = 0; bus < BUSES && any; bus++) {
        if (find_on_bus((uint8_t)bus, id, device, &any)) {
            return true;
        }
    }
    return false;
}

uint64_t
pci_memory_base(const struct pci_device *device)
{
    uint64_t base = pci_read(device, REGISTER_BASE_0);

    if ((base & BASE_IO) != 0) {
        return 0;
    }
    if ((base & BASE_TYPE) == BASE_64_BITS) {
        base |= (uint64_t)pci_read(device, REGISTER_BASE_0 + 4) << 32;
    }
    return base & ~(uint64_t)BASE_FLAGS;
}

void
pci_enable(const struct pci_device *device)
{
    /* The upper half is the status register, in which a written 1 clears. */
    uint32_t command = pci_read(device, REGISTER_COMMAND) & 0xffffu;

    pci_write(device, REGISTER_COMMAND, command | COMMAND_MEMORY | COMMAND_MASTER);
}

/* Offset of the capability, 0: the device has none. */
static uint8_t
find_capability(const struct pci_device *device, uint8_t id)
{
    uint8_t at;

    if ((pci_read(device, REGISTER_COMMAND) & STATUS_CAPABILITIES) == 0) {
        return 0;
    }
    at = pci_read(device, REGISTER_CAPABILITY) & 0xfcu;
    for (unsigned i = 0; i < CAPABILITIES_MAX && at != 0; i++) {
        uint32_t header = pci_read(device, at);
        if ((header & 0xff) == id) {
            return at;
        }
        at = header >> 8 & 0xfcu;
    }
    return 0;
}

bool
pci_enable_message(const struct pci_device *device, uint64_t address, uint32_t data)
{
    uint8_t at = find_capability(device, CAPABILITY_MESSAGE);
    uint32_t header;

    if (at == 0) {
        return false;
    }
    header = pci_read(device, at);
    pci_write(device, at + 4, (uint32_t)address);
    if ((header & MESSAGE_64_BITS) != 0) {
        pci_write(device, at + 8, (uint32_t)(address >> 32));
        pci_write(device, at + 12, data);
    } else {
        pci_write(device, at + 8, data);
    }
    pci_write(device, at, (header & ~MESSAGE_MULTIPLE) | MESSAGE_ENABLE);
    return true;
}
