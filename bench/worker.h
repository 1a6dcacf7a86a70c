/* The threads that benchmarks run on: a pool, since no thread can be deleted.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/types.h>
#include <l4user/runtime.h>

/* The root thread runs below all workers: what it starts on its own core runs at once, until all
 * workers wait. */
enum worker_priority {
    WORKER_ROOT = 10,
    WORKER_LOWEST = 80,
    WORKER_LOW = 90,
    WORKER_MIDDLE = 100,
    WORKER_HIGH = 110,
};

struct worker {
    uint32_t core;
    enum worker_priority priority;
    bool apart;   /* in the second address space */
    bool passive; /* takes its context away once it waits; on the root thread's core only */
    l4_cap fault_endpoint;
    void (*entry)(l4_word argument);
    l4_word argument;
};

/* Once: lower the root thread's priority, make what workers need. */
void workers_prepare(void);

void worker_start(const struct worker *worker);

/* Wait until a worker calls worker_done(), then stop all that were started. */
void workers_finish(void);

/* The case is over; called by one worker of it, once. */
_Noreturn void worker_done(void);

/* New objects for a case; the machine's end when there is no memory for them. home: a core. A
 * notification's capability has a badge, and may be both signalled and waited for. */
l4_cap worker_endpoint(uint32_t home);
l4_cap worker_notification(uint32_t home);

/* Is "different" asked for? */
bool worker_apart(const char *space);
