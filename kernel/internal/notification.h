/* Notifications: signals that nobody has taken yet, and who waits for them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What a signal leaves behind, and what who waits is told, is the policy of the `async` axis.
 *
 * Ownership: `async`, the queue and the binding belong to the core `core`. `remote` is written by
 * all, in the way that async_policy.h says: a signal from another core is added there and posts the
 * notification to its owner's inbox, if it is not there yet. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <async_policy.h>
#include <l4/object.h>
#include <l4/types.h>
#include <smp/inbox.h>

struct thread;

/* The bit that no badge may have, whatever the policy: word needs it in `remote`. */
#define NOTIFICATION_QUEUED (1ull << 63)

struct notification {
    struct async async;
    struct thread *head; /* waiting threads, oldest first */
    struct thread *tail;
    struct thread *bound;
    uint32_t core;
    uint32_t reserved;
    struct inbox_node inbox;
    l4_word label; /* badge of the capability by which it was bound */

    _Alignas(64) uint64_t remote; /* atomic */
};

_Static_assert(sizeof(struct notification) == 1u << L4_NOTIFICATION_BITS, "notification size");

/* A signal by a capability with this badge, from any core; wakes whom it is for. */
void notification_signal(struct notification *notification, l4_word badge);

/* On the owner: take what other cores signalled. */
void notification_take_remote(struct notification *notification);

/* On the owner: take what was signalled, or block (poll: fail). badge: of the capability. */
void notification_wait(struct notification *notification, struct thread *waiter, l4_word badge,
                       bool poll);

/* Take a blocked thread out of the queue. */
void notification_remove(struct notification *notification, struct thread *thread);
