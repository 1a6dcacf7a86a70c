/* Axis async, choice semaphore: a notification is a counter.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A signal adds one; a wait takes one, or blocks at zero. So no signal is ever lost, each wakes a
 * waiter of its own, and none says where it came from: a signal's badge has no meaning, and a
 * source that is to be known apart needs an object of its own. Who waits is told the badge of the
 * capability by which it waits (or by which the object was bound), which is its own name for it.
 *
 * `remote` counts signals of other cores. Who raises it from zero posts the notification; the
 * owner takes that from its inbox first and exchanges `remote` for zero after. So "not zero" is
 * "queued", and no bit is needed to say so. 2^64 signals come to no end. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <internal/thread.h>
#include <l4/types.h>

/* What is kept of the signals that nobody has taken. */
struct async {
    uint64_t count;
};

/* What one signal by a capability with this badge amounts to. */
static inline uint64_t
async_signal(l4_word badge)
{
    (void)badge;
    return 1;
}

/* `thread` begins to wait, by a capability with this badge. */
static inline void
async_wait(struct thread *thread, l4_word badge)
{
    thread->badge = badge;
}

/* The badge that async_wait() was given, as far as async_give() and async_take() want it. */
static inline l4_word
async_waits_by(const struct thread *thread)
{
    return thread->badge;
}

/* Can somebody take something? */
static inline bool
async_pending(const struct async *async)
{
    return async->count != 0;
}

/* Take of what is kept; gives what the taker is told, who waits by a capability with this badge. */
static inline l4_word
async_take(struct async *async, l4_word badge)
{
    async->count--;
    return badge;
}

/* The same of signals that come while somebody waits; *signals is what is left of them. */
static inline l4_word
async_give(struct async *async, uint64_t *signals, l4_word badge)
{
    (void)async; /* it is zero: somebody waits */
    *signals -= 1;
    return badge;
}

/* Keep signals for later. */
static inline void
async_keep(struct async *async, uint64_t signals)
{
    async->count += signals;
}

/* From another core. True: the caller must post the notification. */
static inline bool
async_send(uint64_t *remote, uint64_t signals)
{
    return __atomic_fetch_add(remote, signals, __ATOMIC_ACQ_REL) == 0;
}

/* On the owner, after it was taken from the inbox: what other cores sent. */
static inline uint64_t
async_receive(uint64_t *remote)
{
    return __atomic_exchange_n(remote, 0, __ATOMIC_ACQ_REL);
}
