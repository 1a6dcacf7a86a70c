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
    thread->next = NULL;
    thread->prev = NULL;
    thread->waits_on = NULL;
}

/* The thread that the notification is bound to, if it waits for a message. */
static struct thread *
bound_receiver(const struct notification *notification)
{
    struct thread *bound = notification->bound;
    bool receives = bound && bound->core == notification->core && bound->state == THREAD_RECEIVING;
    return receives ? bound : NULL;
}

/* On the owner: give signals to whom they are for, and keep the rest. The loop is for counted
 * signals of other cores: one turn for each waiter that they wake. */
static void
notification_deliver(struct notification *notification, uint64_t signals)
{
    struct async *async = &notification->async;

    do {
        struct thread *taker = notification->head;
        if (taker) {
            notification_remove(notification, taker);
            thread_answer(taker, L4_OK, async_give(async, &signals, async_waits_by(taker)), 0);
        } else if ((taker = bound_receiver(notification))) {
            l4_word told = async_give(async, &signals, notification->label);
            endpoint_remove(taker->waits_on, taker);
            thread_answer(taker, L4_OK, told, L4_TAG_NOTIFICATION);
        } else {
            async_keep(async, signals);
            return;
        }
        thread_switch(taker);
    } while (signals);
}

void
notification_signal(struct notification *notification, l4_word badge)
{
    uint64_t signals = async_signal(badge);

    if (notification->core == this_core()->number)
        notification_deliver(notification, signals);
    else if (async_send(&notification->remote, signals))
        inbox_post(notification->core, &notification->inbox);
}

void
notification_take_remote(struct notification *notification)
{
    notification_deliver(notification, async_receive(&notification->remote));
}

void
notification_wait(struct notification *notification, struct thread *waiter, l4_word badge,
                  bool poll)
{
    ASSERT(notification->core == this_core()->number);
    if (async_pending(&notification->async)) {
        thread_answer(waiter, L4_OK, async_take(&notification->async, badge), 0);
        return;
    }
    if (poll) {
        thread_answer(waiter, L4_EAGAIN, 0, 0);
        return;
    }
    waiter->state = THREAD_WAITING;
    waiter->waits_on = notification;
    async_wait(waiter, badge);
    waiter->next = NULL;
    waiter->prev = notification->tail;
    if (notification->tail)
        notification->tail->next = waiter;
    else
        notification->head = waiter;
    notification->tail = waiter;
    schedule_block(this_core(), waiter);
}
