/* Device registers: frames at given physical addresses, mapped uncached in the root space.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Retype takes memory in sequence, so a frame at an address in the middle of a region is reached by
 * halving: both halves are made as smaller untyped memory, the one that holds the address is halved
 * again, and the others are kept for the next request. */

#include <l4user/device.h>

#include <stdbool.h>
#include <stddef.h>

#include <l4user/invoke.h>
#include <l4user/memory.h>
#include <l4user/runtime.h>
#include <l4user/space.h>

#define DEVICE_ADDRESS 0x100000000ull /* where device pages are mapped, one after the other */
#define PIECES_MAX     512u

/* Device memory that nothing has been made of yet. */
struct piece {
    l4_cap cap;
    uint64_t physical;
    uint32_t bits;
};

static struct piece pieces[PIECES_MAX];
static uint32_t pieces_count;
static bool pieces_known;
static uint32_t pages_mapped;

static void
learn_pieces(void)
{
    const struct l4_bootinfo *info = bootinfo();

    for (uint32_t i = 0; i < info->untyped_count; i++) {
        if (info->untyped[i].device != 0) {
            pieces[pieces_count++] = (struct piece){
                .cap = info->untyped_caps.first + i,
                .physical = info->untyped[i].physical,
                .bits = info->untyped[i].bits,
            };
        }
    }
    pieces_known = true;
}

static struct piece *
find_piece(uint64_t physical)
{
    for (uint32_t i = 0; i < pieces_count; i++) {
        if (physical >> pieces[i].bits == pieces[i].physical >> pieces[i].bits) {
            return &pieces[i];
        }
    }
    return NULL;
}

/* Replace the piece by its two halves. */
static enum l4_error
halve(struct piece *piece)
{
    l4_cap halves;
    enum l4_error error = memory_slots(2, &halves);

    if (pieces_count == PIECES_MAX) {
        return L4_EMEMORY;
    }
    if (error == L4_OK) {
        error = l4_untyped_retype(piece->cap, L4_TYPE_UNTYPED, piece->bits - 1, L4_ROOT_TABLE,
                                  halves, 2, L4_HOME_CALLER);
    }
    if (error == L4_OK) {
        piece->cap = halves;
        piece->bits--;
        pieces[pieces_count++] = (struct piece){
            .cap = halves + 1,
            .physical = piece->physical + (1ull << piece->bits),
            .bits = piece->bits,
        };
    }
    return error;
}

/* The frame capability of the device page at `physical`. */
static enum l4_error
make_frame(uint64_t physical, l4_cap *frame)
{
    struct piece *piece = find_piece(physical);
    enum l4_error error = piece == NULL ? L4_EMEMORY : L4_OK;

    while (error == L4_OK && piece->bits > L4_FRAME_BITS) {
        error = halve(piece);
        piece = find_piece(physical);
    }
    if (error == L4_OK) {
        error = memory_slots(1, frame);
    }
    if (error == L4_OK) {
        error = l4_untyped_retype(piece->cap, L4_TYPE_FRAME, L4_FRAME_BITS, L4_ROOT_TABLE, *frame,
                                  1, L4_HOME_CALLER);
    }
    if (error == L4_OK) {
        *piece = pieces[--pieces_count]; /* used up */
    }
    return error;
}

enum l4_error
device_map(uint64_t physical, volatile void **registers)
{
    l4_word address = DEVICE_ADDRESS + (l4_word)pages_mapped * L4_PAGE_SIZE;
    l4_cap frame;
    enum l4_error error;

    if (!pieces_known) {
        learn_pieces();
    }
    error = make_frame(physical & ~(uint64_t)(L4_PAGE_SIZE - 1), &frame);
    if (error == L4_OK) {
        error = space_map(L4_ROOT_SPACE, frame, address, L4_RIGHT_READ | L4_RIGHT_WRITE,
                          L4_MAP_UNCACHED);
    }
    if (error == L4_OK) {
        pages_mapped++;
        *registers = (volatile char *)address + physical % L4_PAGE_SIZE;
    }
    return error;
}
