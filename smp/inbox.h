/* The inbox: how cores give each other work.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A push list of nodes that lie in threads and notifications: nothing is allocated, since
 * either is in at most one place. Posting is a release, taking is an acquire, and covers the
 * whole object. The poster that found the list empty interrupts the owner. */
#pragma once

#include <stdint.h>

enum inbox_kind {
    INBOX_THREAD = 0,
    INBOX_NOTIFICATION = 1,
};

struct inbox_node {
    struct inbox_node *next;
    uint64_t kind; /* enum inbox_kind */
};

struct core;
struct thread;

/* Give a node to another core. */
void inbox_post(uint32_t core, struct inbox_node *node);

/* Take all that came: threads into the run queue, notifications' bits to their waiters. */
void inbox_take(struct core *core);

/* Send current, or a thread that has just become ready, to another core: to execute its system
 * call or fault there, where the object lives. */
void inbox_ship_call(struct thread *thread, uint32_t core);

/* Send a ready thread to the core of its context, to go on there. */
void inbox_ship_home(struct thread *thread);
