/* Scheduling contexts: time, as something one has.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: the core it is configured for. A context is in one of three places: paying
 * (core->context), at rest with a thread, or on the core's list of released ones, waiting for its
 * next period, sorted by time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/object.h>
#include <l4/types.h>

#define TIME_NEVER (~0ull)

struct core;
struct thread;

struct context {
    uint64_t budget;       /* ticks a period; 0: no limit */
    uint64_t period;       /* ticks; equal to the budget: round robin */
    uint64_t remaining;    /* of the budget */
    uint64_t replenish;    /* when the next period begins */
    uint64_t consumed;     /* ticks in all */
    struct thread *holder; /* while released: who runs on it then */
    struct context *next;  /* in the released list */
    uint32_t core;
    uint8_t bound; /* a thread has it as its own */
    uint8_t configured;
    uint8_t released;
    uint8_t reserved;
    uint64_t unused[8];
};

_Static_assert(sizeof(struct context) == 1u << L4_CONTEXT_BITS, "context size");

/* From now on `context` (NULL: nobody) pays for this core; what ran until now is charged. */
void context_switch(struct core *core, struct context *context);

/* The timer: replenish what is due; put aside what is used up. */
void context_timer(struct core *core);

/* True when it has time left, or no limit. */
bool context_has_budget(const struct context *context);

/* The thread would run but its context has nothing left: run it when it has. */
void context_release(struct core *core, struct context *context, struct thread *holder);

/* Take it out of the released list: its holder was stopped. */
void context_unrelease(struct core *core, struct context *context);

struct invocation;
int context_invoke(struct thread *invoker, struct invocation *invocation);
