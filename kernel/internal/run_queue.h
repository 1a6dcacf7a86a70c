/* The run queue: threads by priority, and which priorities have any.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A list for each of the 256 priorities and a bit for each list. Who is in it is the policy of
 * the `queue` axis; this is only the data structure. All operations take constant time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <internal/panic.h>
#include <internal/thread.h>

struct run_list {
    struct thread *head;
    struct thread *tail;
};

struct run_queue {
    uint64_t bits[L4_PRIORITIES / 64];
    struct run_list lists[L4_PRIORITIES];
};

/* Highest priority with a thread, or -1. */
static inline int
run_queue_highest(const struct run_queue *queue)
{
    for (int i = L4_PRIORITIES / 64 - 1; i >= 0; i--)
        if (queue->bits[i])
            return i * 64 + 63 - __builtin_clzll(queue->bits[i]);
    return -1;
}

static inline void
run_queue_append(struct run_queue *queue, struct thread *thread)
{
    ASSERT(!thread->queued);
    struct run_list *list = &queue->lists[thread->priority];
    thread->ready_next = NULL;
    thread->ready_prev = list->tail;
    if (list->tail)
        list->tail->ready_next = thread;
    else
        list->head = thread;
    list->tail = thread;
    thread->queued = true;
    queue->bits[thread->priority / 64] |= 1ull << thread->priority % 64;
}

static inline void
run_queue_prepend(struct run_queue *queue, struct thread *thread)
{
    ASSERT(!thread->queued);
    struct run_list *list = &queue->lists[thread->priority];
    thread->ready_prev = NULL;
    thread->ready_next = list->head;
    if (list->head)
        list->head->ready_prev = thread;
    else
        list->tail = thread;
    list->head = thread;
    thread->queued = true;
    queue->bits[thread->priority / 64] |= 1ull << thread->priority % 64;
}

static inline void
run_queue_remove(struct run_queue *queue, struct thread *thread)
{
    ASSERT(thread->queued);
    struct run_list *list = &queue->lists[thread->priority];
    if (thread->ready_prev)
        thread->ready_prev->ready_next = thread->ready_next;
    else
        list->head = thread->ready_next;
    if (thread->ready_next)
        thread->ready_next->ready_prev = thread->ready_prev;
    else
        list->tail = thread->ready_prev;
    thread->queued = false;
    if (!list->head)
        queue->bits[thread->priority / 64] &= ~(1ull << thread->priority % 64);
}
