/* Notifications: a word of flags, and who waits for them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: `bits`, the queue and the binding belong to the core `core`. `remote` is written
 * by all: a signal from another core ORs its bits and NOTIFICATION_QUEUED, always both, and posts the
 * notification only if QUEUED was clear; the owner takes it from its inbox first and exchanges
 * `remote` for zero after. (An OR left out because the bits look set already would be lost when the
 * owner exchanges at that moment.) */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <smp/inbox.h>
#include <l4/object.h>
#include <l4/types.h>

struct thread;

/* In `remote`: it is in its owner's inbox, or about to be. So no badge may have this bit. */
#define NOTIFICATION_QUEUED (1ull << 63)

struct notification {
    uint64_t bits;
    struct thread *head; /* waiting threads, oldest first */
    struct thread *tail;
    struct thread *bound;
    uint32_t core;
    uint32_t reserved;
    struct inbox_node inbox;

    _Alignas(64) uint64_t remote; /* atomic */
};

_Static_assert(sizeof(struct notification) == 1u << L4_NOTIFICATION_BITS, "notification size");

/* OR bits in, from any core; wake whom they are for. */
void notification_signal(struct notification *notification, uint64_t bits);

/* On the owner: take the bits that other cores signalled. */
void notification_take_remote(struct notification *notification);

/* On the owner: take and clear the bits, or block (poll: fail). */
void notification_wait(struct notification *notification, struct thread *waiter, bool poll);

/* Take a blocked thread out of the queue. */
void notification_remove(struct notification *notification, struct thread *thread);
