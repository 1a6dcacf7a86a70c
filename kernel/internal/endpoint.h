/* Endpoints: where senders and receivers meet.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: only the core `core` reads or writes the queue, and the threads in it are that core's.
 * Invariant: the queue holds senders or receivers, never both. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/object.h>
#include <l4/types.h>

struct thread;

enum endpoint_state {
    ENDPOINT_IDLE = 0,
    ENDPOINT_SENDERS = 1,
    ENDPOINT_RECEIVERS = 2,
};

struct endpoint {
    struct thread *head;
    struct thread *tail;
    union {
        struct {
            uint32_t state; /* enum endpoint_state */
            uint32_t core;
        };
        uint64_t situation; /* both at once, for the fast path: ENDPOINT_SITUATION() */
    };
    uint64_t reserved[5];
};

#define ENDPOINT_SITUATION(state, core) ((uint64_t)(core) << 32 | (state))

_Static_assert(sizeof(struct endpoint) == 1u << L4_ENDPOINT_BITS, "an endpoint is one line");

/* Send the message in `sender`'s registers, or its fault. Blocks it when nobody receives. call: it
 * waits for the reply. Answers the sender where that is possible at once. */
void endpoint_send(struct endpoint *endpoint, struct thread *sender, l4_word badge, bool call,
                   bool poll);

/* Receive into `receiver`'s registers. */
void endpoint_receive(struct endpoint *endpoint, struct thread *receiver, bool poll);

/* The message in `replier`'s registers to its caller, which is ready then, but not yet given to the
 * scheduler: the replier may have more to do first. NULL: there is no caller. */
struct thread *endpoint_reply(struct thread *replier);

/* The caller of this thread gets no reply: its call is cancelled. */
void endpoint_drop_caller(struct thread *thread);

/* The same, but the caller is neither answered nor woken: it is to be stopped. */
void endpoint_forget_caller(struct thread *thread);

/* Take a blocked thread out of the queue. */
void endpoint_remove(struct endpoint *endpoint, struct thread *thread);
