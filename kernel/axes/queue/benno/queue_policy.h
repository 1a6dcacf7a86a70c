/* Axis queue, choice benno: the run queue holds exactly the ready threads that do not run.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The running thread is in no queue and a blocked one never is, so the choice of the next thread
 * takes constant time and a rendezvous that switches straight to its partner touches no queue. */
#pragma once

#include <internal/run_queue.h>

/* Ready, but not to run now. */
static inline void
queue_ready(struct run_queue *queue, struct thread *thread)
{
    run_queue_append(queue, thread);
}

/* It ran and could go on, but another does: it will be the first of its priority. */
static inline void
queue_preempt(struct run_queue *queue, struct thread *thread)
{
    run_queue_prepend(queue, thread);
}

/* It ran and gives way: the last of its priority. */
static inline void
queue_yield(struct run_queue *queue, struct thread *thread)
{
    run_queue_append(queue, thread);
}

/* It is ready no longer. */
static inline void
queue_block(struct run_queue *queue, struct thread *thread)
{
    if (thread->queued)
        run_queue_remove(queue, thread);
}

/* It must be in no queue: it leaves the core or changes its priority. */
static inline void
queue_leave(struct run_queue *queue, struct thread *thread)
{
    if (thread->queued)
        run_queue_remove(queue, thread);
}

/* It is about to run. */
static inline void
queue_run(struct run_queue *queue, struct thread *thread)
{
    if (thread->queued)
        run_queue_remove(queue, thread);
}

/* The highest priority at which a thread may be waiting to run, or -1. */
static inline int
queue_highest(const struct run_queue *queue)
{
    return run_queue_highest(queue);
}

/* The first ready thread of the highest priority, or NULL. It stays where it is. */
static inline struct thread *
queue_first(struct run_queue *queue)
{
    int highest = run_queue_highest(queue);
    return highest < 0 ? NULL : queue->lists[highest].head;
}
