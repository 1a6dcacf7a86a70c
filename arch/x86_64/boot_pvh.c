/* PVH: what `qemu -kernel` hands over.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Xen, docs/misc/pvh.pandoc and xen/include/public/arch-x86/hvm/start_info.h. */
#include "machine.h"

#include <internal/panic.h>

#define PVH_MAGIC              0x336ec578u
#define PVH_VERSION_MEMORY_MAP 1u    /* the first version that has a memory map */
#define PVH_MEMORY_RAM         1u    /* XEN_HVM_MEMMAP_TYPE_RAM */
#define PVH_MAX_ENTRIES        1024u /* more is not a memory map */

struct pvh_start_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t module_count;
    uint64_t modules;
    uint64_t command_line;
    uint64_t rsdp;
    uint64_t memory_map;
    uint32_t memory_map_entries;
    uint32_t reserved;
};

struct pvh_module {
    uint64_t address;
    uint64_t size;
    uint64_t command_line;
    uint64_t reserved;
};

struct pvh_memory {
    uint64_t start;
    uint64_t size;
    uint32_t type;
    uint32_t reserved;
};

_Static_assert(sizeof(struct pvh_start_info) == 56, "start information as Xen lays it out");
_Static_assert(sizeof(struct pvh_memory) == 24, "memory map entry as Xen lays it out");

static void
parse_memory(const struct pvh_start_info *info)
{
    if (info->version < PVH_VERSION_MEMORY_MAP) {
        panic("boot: PVH version %u has no memory map; version 1 is needed", info->version);
    }
    if (info->memory_map_entries > PVH_MAX_ENTRIES) {
        panic("boot: PVH memory map of %u entries", info->memory_map_entries);
    }
    const struct pvh_memory *map =
        boot_data(info->memory_map, info->memory_map_entries * sizeof(*map), "PVH memory map");
    for (uint32_t i = 0; i < info->memory_map_entries; i++) {
        memory_note(map[i].start, map[i].size, map[i].type == PVH_MEMORY_RAM);
    }
}

void
boot_pvh_parse(uint32_t info_physical)
{
    const struct pvh_start_info *info =
        boot_data(info_physical, sizeof(*info), "PVH start information");
    if (info->magic != PVH_MAGIC) {
        panic("boot: PVH start information begins with 0x%x, not 0x%x", info->magic, PVH_MAGIC);
    }
    if (info->command_line != 0) {
        boot_set_arguments(boot_data(info->command_line, L4_BOOT_ARGUMENTS, "boot arguments"),
                           L4_BOOT_ARGUMENTS);
    }
    if (info->module_count > 1) {
        panic("boot: %u modules; exactly one packed module is wanted", info->module_count);
    }
    if (info->module_count == 1) {
        const struct pvh_module *module =
            boot_data(info->modules, sizeof(*module), "PVH module list");
        boot_set_module(module->address, module->size);
    }
    platform.acpi_rsdp = info->rsdp;
    parse_memory(info);
}
