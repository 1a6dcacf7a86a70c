/* Endpoints: the rendezvous, slow path.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The fast path (fastpath.c) is a shorter way to the same ends.
 *
 * All of it runs on the endpoint's core, which owns the threads in the queue. */
#include <internal/endpoint.h>

#include <internal/context.h>
#include <internal/core.h>
#include <internal/fault.h>
#include <internal/notification.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/thread.h>
#include <smp/inbox.h>

static void
endpoint_append(struct endpoint *endpoint, struct thread *thread, enum endpoint_state state)
{
    ASSERT(endpoint->state == ENDPOINT_IDLE || endpoint->state == state);
    thread->next = NULL;
    thread->prev = endpoint->tail;
    if (endpoint->tail)
        endpoint->tail->next = thread;
    else
        endpoint->head = thread;
    endpoint->tail = thread;
    endpoint->state = state;
    thread->waits_on = endpoint;
}

void
endpoint_remove(struct endpoint *endpoint, struct thread *thread)
{
    if (thread->prev)
        thread->prev->next = thread->next;
    else
        endpoint->head = thread->next;
    if (thread->next)
        thread->next->prev = thread->prev;
    else
        endpoint->tail = thread->prev;
    if (!endpoint->head)
        endpoint->state = ENDPOINT_IDLE;
    thread->next = NULL;
    thread->prev = NULL;
    thread->waits_on = NULL;
}

/* The message in `from`'s registers and frame to `to`'s, as the answer of its system call. */
static void
message_transfer(const struct thread *from, struct thread *to, l4_word badge)
{
    l4_tag tag = registers_tag(&from->registers) & ~(l4_tag)(L4_TAG_FLAGS_MASK | L4_TAG_CAPS_MASK);
    unsigned words = (unsigned)l4_tag_words(tag);

    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        registers_set_word(&to->registers, i, registers_word(&from->registers, i));
    if (words > L4_MESSAGE_REGISTERS && (!to->frame || !from->frame)) {
        words = L4_MESSAGE_REGISTERS;
        tag = (tag & ~(l4_tag)L4_TAG_WORDS_MASK) | words;
    }
    for (unsigned i = L4_MESSAGE_REGISTERS; i < words; i++)
        to->frame->words[i] = from->frame->words[i];
    thread_answer(to, L4_OK, badge, tag);
}

static void
fault_transfer(const struct thread *from, struct thread *to, l4_word badge)
{
    for (unsigned i = 0; i < L4_FAULT_WORDS; i++)
        registers_set_word(&to->registers, i, fault_word(from, i));
    thread_answer(to, L4_OK, badge, l4_tag_make(from->fault.kind, L4_FAULT_WORDS) | L4_TAG_FAULT);
}

static void
transfer(const struct thread *from, struct thread *to, l4_word badge)
{
    if (from->fault.kind)
        fault_transfer(from, to, badge);
    else
        message_transfer(from, to, badge);
}

/* `caller` waits for the reply of `server`, and lends it its time if it has none. A lent context
 * never changes its core: the server goes there. The caller is owned where the server will run,
 * since that is where it is answered. */
static void
reply_bind(struct thread *server, struct thread *caller)
{
    ASSERT(!server->caller);
    caller->state = THREAD_REPLYING;
    caller->waits_on = server;
    server->caller = caller;
    schedule_block(this_core(), caller);
    if (!server->context && caller->context) {
        server->context = caller->context;
        server->borrowed = 1;
        caller->context = NULL;
    }
    uint32_t home = thread_home(server);
    if (home != caller->core) {
        schedule_leave(this_core(), caller);
        __atomic_store_n(&caller->core, home, __ATOMIC_RELEASE);
    }
}

/* Who has what this server borrowed: itself, or a server that it called in turn. */
static struct thread *
borrower(struct thread *server)
{
    while (!server->context && server->state == THREAD_REPLYING)
        server = server->waits_on;
    return server;
}

/* Undo reply_bind(): the two have nothing to do with each other any more. The caller's time comes
 * back from wherever it is, and all that lent it on have lent nothing; gives whose it was. */
static struct thread *
reply_unbind(struct thread *server)
{
    struct thread *caller = server->caller;
    struct thread *last = server;
    ASSERT(caller->state == THREAD_REPLYING && caller->waits_on == server);
    server->caller = NULL;
    caller->waits_on = NULL;
    if (server->borrowed) {
        last = borrower(server);
        caller->context = last->context;
        last->context = NULL;
        last->borrowed = 0;
        for (; server != last; server = server->waits_on)
            server->borrowed = 0;
    }
    return last;
}

void
endpoint_send(struct endpoint *endpoint, struct thread *sender, l4_word badge, bool call, bool poll)
{
    struct core *core = this_core();
    ASSERT(endpoint->core == core->number);

    if (endpoint->state != ENDPOINT_RECEIVERS) {
        if (poll) {
            thread_answer(sender, L4_EAGAIN, 0, 0);
            return;
        }
        sender->state = THREAD_SENDING;
        sender->badge = badge;
        sender->wants_reply = call;
        endpoint_append(endpoint, sender, ENDPOINT_SENDERS);
        schedule_block(core, sender);
        return;
    }
    struct thread *receiver = endpoint->head;
    endpoint_remove(endpoint, receiver);
    transfer(sender, receiver, badge);
    if (call)
        reply_bind(receiver, sender);
    else
        thread_answer(sender, L4_OK, 0, 0);
    thread_switch(receiver);
}

void
endpoint_receive(struct endpoint *endpoint, struct thread *receiver, bool poll)
{
    struct core *core = this_core();
    struct notification *bound = receiver->notification;
    ASSERT(endpoint->core == core->number && !receiver->caller);

    if (bound && async_pending(&bound->async)) {
        thread_answer(receiver, L4_OK, async_take(&bound->async, bound->label),
                      L4_TAG_NOTIFICATION);
        return;
    }
    if (endpoint->state == ENDPOINT_SENDERS) {
        struct thread *sender = endpoint->head;
        endpoint_remove(endpoint, sender);
        transfer(sender, receiver, sender->badge);
        if (sender->wants_reply) {
            reply_bind(receiver, sender);
        } else {
            thread_answer(sender, L4_OK, 0, 0);
            thread_wake(sender);
        }
        return;
    }
    if (poll) {
        thread_answer(receiver, L4_EAGAIN, 0, 0);
        return;
    }
    receiver->state = THREAD_RECEIVING;
    endpoint_append(endpoint, receiver, ENDPOINT_RECEIVERS);
    schedule_block(core, receiver);
}

struct thread *
endpoint_reply(struct thread *replier)
{
    struct thread *caller = replier->caller;
    if (!caller)
        return NULL;
    reply_unbind(replier);
    if (caller->fault.kind)
        fault_resume(caller, (unsigned)l4_tag_words(registers_tag(&replier->registers)),
                     registers_word(&replier->registers, 0),
                     registers_word(&replier->registers, 1));
    else
        message_transfer(replier, caller, 0);
    caller->state = THREAD_READY;
    return caller;
}

void
endpoint_forget_caller(struct thread *thread)
{
    struct thread *last = reply_unbind(thread);
    if (!thread_can_run(last))
        schedule_ready(this_core(), last); /* which it is not any more, without time */
}

void
endpoint_drop_caller(struct thread *thread)
{
    struct thread *caller = thread->caller;
    endpoint_forget_caller(thread);
    if (caller->fault.kind) {
        fault_abandon(caller);
        return;
    }
    thread_answer(caller, L4_ECANCEL, 0, 0);
    thread_wake(caller);
}
