/* Axis async, choice word: a notification is a word of flags.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A signal ORs its capability's badge in; who waits gets all the bits at once and clears them. So
 * one object tells many sources apart, and signals of the same badge merge until they are taken.
 *
 * `remote` is written by all: a signal from another core ORs its bits and ASYNC_QUEUED, always
 * both, and posts the notification only if QUEUED was clear; the owner takes it from its inbox
 * first and exchanges `remote` for zero after. (An OR left out because the bits look set already
 * would be lost when the owner exchanges at that moment.) */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <internal/thread.h>
#include <l4/types.h>

/* In `remote`: it is in its owner's inbox, or about to be. No badge has this bit. */
#define ASYNC_QUEUED (1ull << 63)

/* What is kept of the signals that nobody has taken. */
struct async {
    uint64_t bits;
};

/* What one signal by a capability with this badge amounts to. */
static inline uint64_t
async_signal(l4_word badge)
{
    return badge;
}

/* `thread` begins to wait, by a capability with this badge. */
static inline void
async_wait(struct thread *thread, l4_word badge)
{
    (void)thread;
    (void)badge;
}

/* The badge that async_wait() was given, as far as async_give() and async_take() want it. */
static inline l4_word
async_waits_by(const struct thread *thread)
{
    (void)thread;
    return 0;
}

/* Can somebody take something? */
static inline bool
async_pending(const struct async *async)
{
    return async->bits != 0;
}

/* Take of what is kept; gives what the taker is told, who waits by a capability with this badge. */
static inline l4_word
async_take(struct async *async, l4_word badge)
{
    (void)badge;
    l4_word bits = async->bits;
    async->bits = 0;
    return bits;
}

/* The same of signals that come while somebody waits; *signals is what is left of them. */
static inline l4_word
async_give(struct async *async, uint64_t *signals, l4_word badge)
{
    (void)badge;
    l4_word bits = async->bits | *signals;
    async->bits = 0;
    *signals = 0;
    return bits;
}

/* Keep signals for later. */
static inline void
async_keep(struct async *async, uint64_t signals)
{
    async->bits |= signals;
}

/* From another core. True: the caller must post the notification. */
static inline bool
async_send(uint64_t *remote, uint64_t signals)
{
    return !(__atomic_fetch_or(remote, signals | ASYNC_QUEUED, __ATOMIC_ACQ_REL) & ASYNC_QUEUED);
}

/* On the owner, after it was taken from the inbox: what other cores sent. */
static inline uint64_t
async_receive(uint64_t *remote)
{
    return __atomic_exchange_n(remote, 0, __ATOMIC_ACQ_REL) & ~ASYNC_QUEUED;
}
