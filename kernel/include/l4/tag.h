/* The message tag: how long a message is, and what it is about.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *   63                    16 15    12 11   8 7        0
 *   +-----------------------+--------+------+----------+
 *   | label                 | flags  | caps | words    |
 *   +-----------------------+--------+------+----------+
 *
 * words: message words, 0 to L4_MESSAGE_WORDS; a longer count is L4_EARG.
 * caps:  capabilities in the message, 0 to L4_MESSAGE_CAPS (none can be sent yet: more is L4_EARG).
 * flags: written by the kernel on receipt; what a sender puts there is ignored.
 * label: the sender's, or, in a message to a kernel object, the invocation. */
#pragma once

#include <l4/types.h>

/* The first words of a message travel in registers, whatever the length; the rest lie in the
 * sender's and the receiver's message frames, word i at index i. */
#define L4_MESSAGE_REGISTERS 5u
#define L4_MESSAGE_WORDS     64u
#define L4_MESSAGE_CAPS      0u

#define L4_TAG_WORDS_MASK  0xffu
#define L4_TAG_CAPS_SHIFT  8u
#define L4_TAG_CAPS_MASK   0xf00u
#define L4_TAG_FLAGS_MASK  0xf000u
#define L4_TAG_LABEL_SHIFT 16u

/* Receive flag: not a message but the bits of the bound notification, in place of the badge. */
#define L4_TAG_NOTIFICATION 0x1000u
/* Receive flag: the message is a fault that the kernel sends for a thread; label: enum l4_fault. */
#define L4_TAG_FAULT 0x2000u

static inline l4_tag
l4_tag_make(l4_word label, l4_word words)
{
    return label << L4_TAG_LABEL_SHIFT | words;
}

static inline l4_word
l4_tag_words(l4_tag tag)
{
    return tag & L4_TAG_WORDS_MASK;
}

static inline l4_word
l4_tag_label(l4_tag tag)
{
    return tag >> L4_TAG_LABEL_SHIFT;
}

/* The message frame: pinned memory of a thread, of this size, aligned to it, inside one frame. */
#define L4_MESSAGE_FRAME_SIZE 1024u

struct l4_message_frame {
    l4_word words[L4_MESSAGE_WORDS]; /* words 0 to L4_MESSAGE_REGISTERS-1 are not used */
    l4_word reserved[64];
};

_Static_assert(sizeof(struct l4_message_frame) == L4_MESSAGE_FRAME_SIZE, "message frame ABI");
