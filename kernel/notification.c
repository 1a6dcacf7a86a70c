/* Notifications: signal, wait, poll.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/notification.h>

#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/thread.h>
#include <smp/inbox.h>

void
notification_remove(struct notification *notification, struct thread *thread)
{
    if (thread->prev)
        thread->prev->next = thread->next;
    else
        notification->head = thread->next;
    if (thread->next)
        thread->next->prev = thread->prev;
    else
        notification->tail = thread->prev;
    thread->waits_on = NULL;
}

/* On the owner: give the bits to whom they are for, or keep them. */
static void
notification_deliver(struct notification *notification, uint64_t bits)
{
    struct thread *waiter = notification->head;
    struct thread *bound = notification->bound;

    if (waiter) {
        notification_remove(notification, waiter);
        thread_answer(waiter, L4_OK, notification->bits | bits, 0);
    } else if (bound && bound->core == notification->core && bound->state == THREAD_RECEIVING) {
        endpoint_remove(bound->waits_on, bound);
        thread_answer(bound, L4_OK, notification->bits | bits, L4_TAG_NOTIFICATION);
        waiter = bound;
    }
    if (!waiter) {
        notification->bits |= bits;
        return;
    }
    notification->bits = 0;
    thread_switch(waiter);
}

void
notification_signal(struct notification *notification, uint64_t bits)
{
    if (notification->core == this_core()->number) {
        notification_deliver(notification, bits);
        return;
    }
    uint64_t before = __atomic_fetch_or(&notification->remote, bits | NOTIFICATION_QUEUED,
                                        __ATOMIC_ACQ_REL);
    if (!(before & NOTIFICATION_QUEUED))
        inbox_post(notification->core, &notification->inbox);
}

void
notification_take_remote(struct notification *notification)
{
    uint64_t bits = __atomic_exchange_n(&notification->remote, 0, __ATOMIC_ACQ_REL);
    notification_deliver(notification, bits & ~NOTIFICATION_QUEUED);
}

void
notification_wait(struct notification *notification, struct thread *waiter, bool poll)
{
    ASSERT(notification->core == this_core()->number);
    if (notification->bits) {
        thread_answer(waiter, L4_OK, notification->bits, 0);
        notification->bits = 0;
        return;
    }
    if (poll) {
        thread_answer(waiter, L4_EAGAIN, 0, 0);
        return;
    }
    waiter->state = THREAD_WAITING;
    waiter->waits_on = notification;
    waiter->next = NULL;
    waiter->prev = notification->tail;
    if (notification->tail)
        notification->tail->next = waiter;
    else
        notification->head = waiter;
    notification->tail = waiter;
    schedule_block(this_core(), waiter);
}
