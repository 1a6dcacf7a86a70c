/* The thread block.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: a thread belongs to one core, `core`; only that core reads or writes it. It changes
 * hands through the inbox (smp/inbox.h): the giver publishes the new owner and posts it.
 *
 * Invariants: a thread is in at most one of: a run queue, an endpoint's or notification's queue, an
 * inbox, a flush list; a run queue comes with another of these under queue=lazy only. `unusual` is
 * zero exactly when the fast path may treat the thread as ordinary. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/cpu.h>
#include <internal/capability.h>
#include <l4/object.h>
#include <l4/tag.h>
#include <smp/inbox.h>

enum thread_state {
    THREAD_STOPPED = 0,
    THREAD_READY = 1,     /* may run; current, queued, or without a context to run on */
    THREAD_SENDING = 2,   /* in an endpoint's queue with a message, or with a fault */
    THREAD_RECEIVING = 3, /* in an endpoint's queue */
    THREAD_REPLYING = 4,  /* called, and waits for the reply: some thread's `caller` */
    THREAD_WAITING = 5,   /* in a notification's queue */
    THREAD_FLUSHING = 6,  /* waits for other cores to flush their TLBs */
    THREAD_SHIPPED = 7,   /* in an inbox */
};

/* How a thread goes on when it runs next. */
enum thread_resume {
    RESUME_MESSAGE = 0, /* as the answer of its system call */
    RESUME_FRAME = 1,   /* all registers */
    RESUME_RESTART = 2, /* its system call, or its fault, is executed (again) inside the kernel */
};

/* Reasons for `unusual`. */
enum {
    UNUSUAL_FAULT = 1u << 0,     /* a fault is pending or waits for its reply */
    UNUSUAL_BOUND = 1u << 1,     /* a notification is bound */
    UNUSUAL_CONFIGURE = 1u << 2, /* never configured: no table, no space */
};

/* Slots of the derivation tree that lie in the thread itself. */
enum thread_slot {
    THREAD_SLOT_TABLE = 0,
    THREAD_SLOT_SPACE = 1,
    THREAD_SLOT_FRAME = 2,
    THREAD_SLOT_HANDLER = 3,
    THREAD_SLOT_COUNT = 4,
};

struct fault {
    enum l4_fault kind; /* 0: none */
    uint32_t vector;
    uint64_t address;
    uint64_t code;
};

struct thread {
    /* Two cache lines: all that a rendezvous touches. */
    uint64_t unusual;
    struct slot *table;
    uint64_t table_size; /* slots */
    struct space *space;
    struct context *context;        /* pays while it runs; NULL: passive */
    struct thread *caller;          /* whom a reply goes to: the reply right, bound */
    struct l4_message_frame *frame; /* NULL: messages end with the registers */
    uint8_t priority;
    uint8_t resume; /* enum thread_resume */
    union {
        struct {
            uint8_t state;    /* enum thread_state */
            uint8_t borrowed; /* 1: context is the caller's, and goes back with the reply */
        };
        uint16_t turn; /* both at once, for the fast path: THREAD_TURN() */
    };
    uint32_t core; /* owner; atomic where others look */

    struct arch_return to;
    struct thread *next; /* in the queue of an endpoint or notification; NULL outside of one */
    struct thread *prev;
    void *waits_on; /* that endpoint or notification; replying: the thread that will answer */
    uint64_t badge; /* of the capability that a queued sender, or who waits, used */

    struct arch_registers registers;

    struct thread *ready_next; /* in a run queue; links of their own, since a lazy queue also */
    struct thread *ready_prev; /* holds blocked threads */
    bool queued;               /* in a run queue */
    bool wants_reply;          /* a queued sender called */
    struct fault fault;
    struct notification *notification; /* bound */
    struct inbox_node inbox;
    uint64_t flush_epoch; /* waits for all flush_targets to reach it */
    uint64_t flush_targets;
    char name[16];

    _Alignas(64) struct slot slots[THREAD_SLOT_COUNT];
};

_Static_assert(sizeof(struct thread) <= 1u << L4_THREAD_BITS, "a thread fits its object");
_Static_assert(offsetof(struct thread, registers) == 128, "two hot cache lines");

#define THREAD_TURN(state, borrowed) ((uint16_t)((borrowed) << 8 | (state)))

/* Make what retype zeroed a thread: stopped, owned by `core`. */
void thread_init(struct thread *thread, uint32_t core);

/* Ready, and has something to run on: time of its own core, or a call that was shipped here. */
static inline bool
thread_can_run(const struct thread *thread)
{
    return thread->state == THREAD_READY && (thread->context || thread->resume == RESUME_RESTART);
}

/* The core on which it runs: its context's; without one, where it is. */
uint32_t thread_home(const struct thread *thread);

/* Put an answer into its registers, to be found when it resumes from its system call. */
void thread_answer(struct thread *thread, enum l4_error error, l4_word badge, l4_tag tag);

/* A blocked thread becomes ready, here or at its home. */
void thread_wake(struct thread *thread);

/* The same, by what current did: it runs at once if its priority and the `switch` axis allow. */
void thread_switch(struct thread *thread);

struct invocation;
int thread_invoke(struct thread *invoker, struct invocation *invocation);
