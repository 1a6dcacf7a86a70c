/* Address spaces: mapping frames, and spaces that share the program's image.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/space.h>

#include <l4user/invoke.h>
#include <l4user/memory.h>
#include <l4user/runtime.h>

#define TABLE_LEVELS 3u /* that can be missing below the space's own */

enum l4_error
space_map(l4_cap space, l4_cap frame, l4_word address, l4_word rights, l4_word attributes)
{
    enum l4_error error = l4_frame_map(frame, space, address, rights, attributes);

    for (unsigned i = 0; i < TABLE_LEVELS && error == L4_ETABLE; i++) {
        l4_cap table;
        error = memory_object(L4_TYPE_PAGE_TABLE, 0, L4_HOME_CALLER, &table);
        if (error == L4_OK) {
            error = l4_page_table_map(table, space, address);
        }
        if (error == L4_OK) {
            error = l4_frame_map(frame, space, address, rights, attributes);
        }
    }
    return error;
}

/* Map a copy of the capability. */
static enum l4_error
map_copy(l4_cap space, l4_cap frame, l4_word address, l4_word rights, l4_word attributes)
{
    l4_cap copy;
    enum l4_error error = memory_slots(1, &copy);

    if (error == L4_OK) {
        error = l4_table_copy(L4_ROOT_TABLE, copy, L4_ROOT_TABLE, frame, rights);
    }
    if (error == L4_OK) {
        error = space_map(space, copy, address, rights, attributes);
    }
    return error;
}

enum l4_error
space_create_shared(l4_cap *space)
{
    const struct l4_bootinfo *info = bootinfo();
    enum l4_error error = memory_object(L4_TYPE_SPACE, 0, L4_HOME_CALLER, space);

    for (uint32_t i = 0; i < info->segment_count && error == L4_OK; i++) {
        const struct l4_image_segment *segment = &info->segments[i];
        for (uint32_t page = 0; page < segment->pages && error == L4_OK; page++) {
            error = map_copy(*space, segment->first + page,
                             segment->address + (l4_word)page * L4_PAGE_SIZE, segment->rights,
                             segment->attributes);
        }
    }
    if (error == L4_OK) {
        error = map_copy(*space, L4_ROOT_BOOTINFO, L4_BOOTINFO_ADDRESS, L4_RIGHT_READ, 0);
    }
    return error;
}
