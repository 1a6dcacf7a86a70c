/* Axis queue, choice lazy: blocked threads stay in the run queue until the scheduler meets them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The scheduling of the original L4: blocking and waking in an IPC touch no queue when the
 * thread is in it already; the scheduler throws out those that it finds blocked. That loop has
 * no bound but the number of threads: this choice breaks the law of bounded work on purpose, since
 * that is its lesson. The running thread may stay in the queue. */
#pragma once

#include <internal/run_queue.h>

static inline void
queue_ready(struct run_queue *queue, struct thread *thread)
{
    if (!thread->queued)
        run_queue_append(queue, thread);
}

static inline void
queue_preempt(struct run_queue *queue, struct thread *thread)
{
    if (!thread->queued)
        run_queue_prepend(queue, thread);
}

static inline void
queue_yield(struct run_queue *queue, struct thread *thread)
{
    if (thread->queued)
        run_queue_remove(queue, thread);
    run_queue_append(queue, thread);
}

/* The lesson: nothing is done now. */
static inline void
queue_block(struct run_queue *queue, struct thread *thread)
{
    (void)queue;
    (void)thread;
}

static inline void
queue_leave(struct run_queue *queue, struct thread *thread)
{
    if (thread->queued)
        run_queue_remove(queue, thread);
}

static inline void
queue_run(struct run_queue *queue, struct thread *thread)
{
    (void)queue;
    (void)thread;
}

/* An upper bound: the thread found there may turn out to be blocked. */
static inline int
queue_highest(const struct run_queue *queue)
{
    return run_queue_highest(queue);
}

static inline struct thread *
queue_first(struct run_queue *queue)
{
    for (;;) {
        int highest = run_queue_highest(queue);
        if (highest < 0)
            return NULL;
        struct thread *first = queue->lists[highest].head;
        if (thread_can_run(first))
            return first;
        run_queue_remove(queue, first);
    }
}
