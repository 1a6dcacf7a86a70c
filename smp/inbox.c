/* The inbox: how cores give each other work.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <smp/inbox.h>

#include <stddef.h>

#include <arch/platform.h>
#include <internal/core.h>
#include <internal/notification.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/thread.h>

/* Release: the taker's acquire sees all of the object as its poster left it. Who found the list
 * empty interrupts; whoever finds it filled knows that an interrupt is on its way, since the owner
 * empties the list only after taking one. */
void
inbox_post(uint32_t number, struct inbox_node *node)
{
    struct core *core = core_at(number);
    struct inbox_node *head = __atomic_load_n(&core->inbox, __ATOMIC_RELAXED);
    do {
        node->next = head;
    } while (!__atomic_compare_exchange_n(&core->inbox, &head, node, true, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    if (!head)
        core_interrupt(number, VECTOR_INBOX);
}

static struct inbox_node *
reverse(struct inbox_node *node)
{
    struct inbox_node *oldest = NULL;
    while (node) {
        struct inbox_node *next = node->next;
        node->next = oldest;
        oldest = node;
        node = next;
    }
    return oldest;
}

static void
take_thread(struct core *core, struct thread *thread)
{
    ASSERT(thread->state == THREAD_SHIPPED && thread->core == core->number);
    thread->state = THREAD_READY;
    schedule_ready(core, thread);
}

void
inbox_take(struct core *core)
{
    struct inbox_node *node = reverse(__atomic_exchange_n(&core->inbox, NULL, __ATOMIC_ACQUIRE));
    while (node) {
        struct inbox_node *next = node->next;
        if (node->kind == INBOX_THREAD)
            take_thread(core, (struct thread *)((char *)node - offsetof(struct thread, inbox)));
        else
            notification_take_remote(
                (struct notification *)((char *)node - offsetof(struct notification, inbox)));
        node = next;
    }
}

static void
ship(struct thread *thread, uint32_t number)
{
    schedule_leave(this_core(), thread);
    thread->state = THREAD_SHIPPED;
    /* Published before the post: who looks for the thread from now on asks the new owner. */
    __atomic_store_n(&thread->core, number, __ATOMIC_RELEASE);
    inbox_post(number, &thread->inbox);
}

void
inbox_ship_call(struct thread *thread, uint32_t number)
{
    thread->resume = RESUME_RESTART;
    ship(thread, number);
}

void
inbox_ship_home(struct thread *thread)
{
    ship(thread, thread_home(thread));
}
