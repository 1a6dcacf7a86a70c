/* The few ACPI tables that the kernel needs: which cores, interrupt controllers, HPET, PCI.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ACPI specification 6.4: RSDP 5.2.5.3, header 5.2.6, RSDT 5.2.7, XSDT 5.2.8, MADT 5.2.12. HPET
 * table: IA-PC HPET specification 1.0a, 3.2.4. MCFG: PCI firmware specification 3.0, 4.1.2.
 *
 * Runs on the boot tables, which map the first 4 GiB. A table that is elsewhere, too long, or has
 * a wrong checksum is as good as none; without a MADT there is one core and no I/O APIC. */
#include "machine.h"

#include <internal/print.h>
#include <internal/string.h>

#define BIOS_START   0xe0000ull /* where a PC BIOS keeps the RSDP: 5.2.5.1 */
#define BIOS_END     0x100000ull
#define RSDP_V1_SIZE 20u
#define TABLE_MAX    (1u << 20) /* longer is not one of these tables */
#define MADT_ENABLED 1u         /* 5.2.12.2, table 5.22 */

struct rsdp {
    char signature[8]; /* "RSD PTR " */
    uint8_t checksum;
    char oem[6];
    uint8_t revision; /* 2 or more: the fields after rsdt are there */
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum;
    uint8_t reserved[3];
} __attribute__((packed));

struct table {
    char signature[4];
    uint32_t length; /* header included */
    uint8_t revision;
    uint8_t checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
} __attribute__((packed));

_Static_assert(sizeof(struct rsdp) == 36, "RSDP as firmware lays it out");
_Static_assert(sizeof(struct table) == 36, "table header as firmware lays it out");

enum madt_type {
    MADT_LOCAL_APIC = 0,   /* 5.2.12.2 */
    MADT_IO_APIC = 1,      /* 5.2.12.3 */
    MADT_LOCAL_X2APIC = 9, /* 5.2.12.12 */
};

struct acpi_machine acpi_machine;
static union {
    struct rsdp rsdp;
    uint8_t bytes[sizeof(struct rsdp)];
} rsdp_copy;
static bool rsdp_copied;

static bool
sums_to_zero(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0;
}

/* Firmware aligns nothing, so fields are read by copy. */
static uint64_t
read_field(const void *base, size_t offset, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, (const uint8_t *)base + offset, size);
    return value;
}

static const void *
low_memory(uint64_t address, uint64_t size)
{
    const uint64_t limit = 1ull << 32;
    return address != 0 && address < limit && size <= limit - address ? direct_map(address) : NULL;
}

/* The table at an address when its length and checksum are right, else NULL. */
static const struct table *
table_at(uint64_t address)
{
    const struct table *table = low_memory(address, sizeof(*table));
    if (table == NULL || table->length < sizeof(*table) || table->length > TABLE_MAX ||
        low_memory(address, table->length) == NULL || !sums_to_zero(table, table->length)) {
        return NULL;
    }
    return table;
}

static bool
is_rsdp(const struct rsdp *rsdp)
{
    return memcmp(rsdp->signature, "RSD PTR ", 8) == 0 && sums_to_zero(rsdp, RSDP_V1_SIZE);
}

void
acpi_set_rsdp_copy(const void *rsdp, size_t size)
{
    size_t wanted = size < sizeof(rsdp_copy) ? size : sizeof(rsdp_copy);
    if (size < RSDP_V1_SIZE || (rsdp_copied && size < sizeof(rsdp_copy))) {
        return; /* too short, or the better one was seen already */
    }
    memset(&rsdp_copy, 0, sizeof(rsdp_copy));
    memcpy(rsdp_copy.bytes, rsdp, wanted);
    rsdp_copied = true;
}

/* The RSDP in the BIOS area, on a 16-byte boundary (5.2.5.1); its address, or 0. */
static uint64_t
search_bios(void)
{
    for (uint64_t at = BIOS_START; at < BIOS_END; at += 16) {
        if (is_rsdp(direct_map(at))) {
            return at;
        }
    }
    return 0;
}

static const struct rsdp *
find_rsdp(void)
{
    if (platform.acpi_rsdp == 0) {
        platform.acpi_rsdp = search_bios();
    }
    const struct rsdp *rsdp =
        rsdp_copied ? &rsdp_copy.rsdp : low_memory(platform.acpi_rsdp, sizeof(*rsdp));
    return rsdp != NULL && is_rsdp(rsdp) ? rsdp : NULL;
}

static void
add_core(uint32_t apic_id, uint32_t flags)
{
    struct acpi_machine *m = &acpi_machine;
    if ((flags & MADT_ENABLED) == 0) {
        return;
    }
    for (uint32_t i = 0; i < m->core_count; i++) {
        if (m->apic_id[i] == apic_id) {
            return; /* listed as a local APIC and as a local x2APIC */
        }
    }
    if (m->core_count == L4_MAX_CORES) {
        m->cores_ignored++;
        return;
    }
    m->apic_id[m->core_count++] = apic_id;
}

static void
add_io_apic(uint32_t address, uint32_t first_line)
{
    struct acpi_machine *m = &acpi_machine;
    if (m->io_apic_count == MAX_IO_APICS) {
        print("[rdv] more than %u I/O APICs: the one at 0x%x is not used\n", MAX_IO_APICS, address);
        return;
    }
    m->io_apic[m->io_apic_count++] = (struct io_apic_entry){address, first_line};
}

static void
parse_madt_entry(const uint8_t *entry, uint8_t type, uint8_t length)
{
    if (type == MADT_LOCAL_APIC && length >= 8) {
        add_core((uint32_t)read_field(entry, 3, 1), (uint32_t)read_field(entry, 4, 4));
    } else if (type == MADT_LOCAL_X2APIC && length >= 16) {
        add_core((uint32_t)read_field(entry, 4, 4), (uint32_t)read_field(entry, 8, 4));
    } else if (type == MADT_IO_APIC && length >= 12) {
        add_io_apic((uint32_t)read_field(entry, 4, 4), (uint32_t)read_field(entry, 8, 4));
    }
}

static void
parse_madt(const struct table *madt)
{
    const uint8_t *at = (const uint8_t *)madt + sizeof(*madt) + 8; /* local APIC address, flags */
    const uint8_t *end = (const uint8_t *)madt + madt->length;
    while (end - at >= 2 && at[1] >= 2 && at[1] <= end - at) {
        parse_madt_entry(at, at[0], at[1]);
        at += at[1];
    }
}

static void
parse_table(uint64_t address)
{
    const struct table *table = table_at(address);
    if (table == NULL) {
        return;
    }
    if (memcmp(table->signature, "APIC", 4) == 0 && acpi_machine.core_count == 0) {
        parse_madt(table);
    } else if (memcmp(table->signature, "HPET", 4) == 0 && table->length >= 56) {
        /* Generic address at 40: its first byte is 0 for memory (5.2.3.2). */
        bool memory = read_field(table, 40, 1) == 0;
        platform.hpet_address = memory ? read_field(table, 44, 8) : 0;
    } else if (memcmp(table->signature, "MCFG", 4) == 0 && table->length >= 60) {
        /* Allocation 0 at 44: base, segment group, first bus. */
        bool from_zero = read_field(table, 52, 2) == 0 && read_field(table, 54, 1) == 0;
        platform.pci_ecam = from_zero ? read_field(table, 44, 8) : 0;
    }
}

void
acpi_parse(void)
{
    const struct rsdp *rsdp = find_rsdp();
    if (rsdp == NULL) {
        print("[rdv] no ACPI tables: one core, no interrupt lines\n");
        platform.acpi_rsdp = 0;
        return;
    }
    const struct table *root = rsdp->revision >= 2 ? table_at(rsdp->xsdt) : NULL;
    size_t width = root != NULL ? 8 : 4;
    if (root == NULL) {
        root = table_at(rsdp->rsdt);
    }
    if (root == NULL) {
        print("[rdv] ACPI root table unusable: one core, no interrupt lines\n");
        return;
    }
    for (size_t at = sizeof(*root); at + width <= root->length; at += width) {
        parse_table(read_field(root, at, width));
    }
}
