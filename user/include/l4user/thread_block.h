/* The thread block: what a thread finds through its FS base, by convention of this library.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel writes the FS base that the thread was configured with at every switch to it. The
 * root thread's is L4_ROOT_MESSAGE_ADDRESS + L4_MESSAGE_FRAME_SIZE; its block is filled in by the
 * runtime, every other thread's by thread_start(). */
#pragma once

#include <l4/tag.h>

struct l4_thread_block {
    struct l4_thread_block *self; /* at FS:0, so that the block's address can be had */
    struct l4_message_frame *message_frame;
};

/* The calling thread's block. */
static inline struct l4_thread_block *
l4_thread_block(void)
{
    struct l4_thread_block *block;

    __asm__("mov %%fs:0, %0" : "=r"(block));
    return block;
}

/* Word `index` of the calling thread's message frame, L4_MESSAGE_REGISTERS <= index <
 * L4_MESSAGE_WORDS. */
static inline l4_word *
l4_message_word(l4_word index)
{
    return &l4_thread_block()->message_frame->words[index];
}
