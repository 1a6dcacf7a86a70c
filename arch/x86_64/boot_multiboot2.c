/* Multiboot2: what GRUB hands over.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Multiboot2 specification 2.0, 3.6 "Boot information format": tags, each aligned to 8 bytes. */
#include "machine.h"

#include <internal/panic.h>

enum tag_type {
    TAG_END = 0,          /* 3.6.2 */
    TAG_COMMAND_LINE = 1, /* 3.6.5 */
    TAG_MODULE = 3,       /* 3.6.6 */
    TAG_MEMORY_MAP = 6,   /* 3.6.8 */
    TAG_RSDP_OLD = 14,    /* 3.6.18 */
    TAG_RSDP_NEW = 15,    /* 3.6.19 */
};

#define MEMORY_AVAILABLE 1u         /* 3.6.8 */
#define INFO_MAX         (1u << 20) /* more is not boot information */

struct info_header {
    uint32_t size; /* of everything, this included */
    uint32_t reserved;
};

struct tag {
    uint32_t type;
    uint32_t size; /* this header included, padding not */
};

struct tag_module {
    struct tag tag;
    uint32_t start;
    uint32_t end;
};

struct memory_entry {
    uint64_t start;
    uint64_t size;
    uint32_t type;
    uint32_t reserved;
};

struct tag_memory_map {
    struct tag tag;
    uint32_t entry_size;
    uint32_t entry_version;
};

static void
need_size(const struct tag *tag, size_t size)
{
    if (tag->size < size) {
        panic("boot: Multiboot2 tag %u has %u bytes, needs %lu", tag->type, tag->size, size);
    }
}

static void
parse_module(const struct tag *tag)
{
    need_size(tag, sizeof(struct tag_module));
    const struct tag_module *module = (const struct tag_module *)tag;
    if (platform.module_size != 0) {
        panic("boot: more than one module; exactly one packed module is wanted");
    }
    if (module->end <= module->start) {
        panic("boot: module from 0x%x to 0x%x", module->start, module->end);
    }
    boot_set_module(module->start, module->end - module->start);
}

static void
parse_memory(const struct tag *tag)
{
    need_size(tag, sizeof(struct tag_memory_map));
    const struct tag_memory_map *map = (const struct tag_memory_map *)tag;
    if (map->entry_size < sizeof(struct memory_entry) || map->entry_size % 8 != 0) {
        panic("boot: Multiboot2 memory map entries of %u bytes", map->entry_size);
    }
    const uint8_t *at = (const uint8_t *)(map + 1);
    const uint8_t *end = (const uint8_t *)tag + tag->size;
    for (; (size_t)(end - at) >= map->entry_size; at += map->entry_size) {
        const struct memory_entry *entry = (const struct memory_entry *)at;
        memory_note(entry->start, entry->size, entry->type == MEMORY_AVAILABLE);
    }
}

static void
parse_tag(const struct tag *tag)
{
    switch (tag->type) {
    case TAG_COMMAND_LINE:
        boot_set_arguments((const char *)(tag + 1), tag->size - sizeof(*tag));
        break;
    case TAG_MODULE:
        parse_module(tag);
        break;
    case TAG_MEMORY_MAP:
        parse_memory(tag);
        break;
    case TAG_RSDP_OLD:
    case TAG_RSDP_NEW:
        acpi_set_rsdp_copy(tag + 1, tag->size - sizeof(*tag));
        break;
    default: /* nothing that is needed here */
        break;
    }
}

void
boot_multiboot2_parse(uint32_t info_physical)
{
    const struct info_header *info =
        boot_data(info_physical, sizeof(*info), "Multiboot2 information");
    if (info->size < sizeof(*info) || info->size > INFO_MAX) {
        panic("boot: Multiboot2 information of %u bytes", info->size);
    }
    const uint8_t *start = boot_data(info_physical, info->size, "Multiboot2 information");
    uint32_t offset = sizeof(*info);
    while (info->size - offset >= sizeof(struct tag)) {
        const struct tag *tag = (const struct tag *)(start + offset);
        if (tag->size < sizeof(*tag) || tag->size > info->size - offset) {
            panic("boot: Multiboot2 tag %u of %u bytes at offset %u of %u", tag->type, tag->size,
                  offset, info->size);
        }
        if (tag->type == TAG_END) {
            return;
        }
        parse_tag(tag);
        offset += (uint32_t)round_up(tag->size, 8);
        if (offset > info->size) {
            break;
        }
    }
    panic("boot: Multiboot2 information has no end tag");
}
