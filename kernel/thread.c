/* Threads: their life, and the invocations on them.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/thread.h>

#include <arch/paging.h>
#include <internal/context.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/invoke.h>
#include <internal/notification.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/space.h>
#include <smp/inbox.h>

void
thread_init(struct thread *thread, uint32_t core)
{
    thread->core = core;
    thread->unusual = UNUSUAL_CONFIGURE;
    thread->inbox.kind = INBOX_THREAD;
    return_start(&thread->to, 0, 0); /* should it be resumed before it was started */
}

uint32_t
thread_home(const struct thread *thread)
{
    return thread->context ? thread->context->core : thread->core;
}

void
thread_answer(struct thread *thread, enum l4_error error, l4_word badge, l4_tag tag)
{
    registers_set_error(&thread->registers, error);
    registers_set_receipt(&thread->registers, badge, tag);
}

/* Ready now; true if it is to go on here, false if it was sent home. */
static bool
thread_ready_here(struct thread *thread)
{
    thread->state = THREAD_READY;
    thread->waits_on = NULL;
    if (thread_home(thread) == this_core()->number || thread->resume == RESUME_RESTART)
        return true;
    inbox_ship_home(thread);
    return false;
}

void
thread_wake(struct thread *thread)
{
    if (thread_ready_here(thread))
        schedule_ready(this_core(), thread);
}

void
thread_switch(struct thread *thread)
{
    if (thread_ready_here(thread))
        schedule_handoff(this_core(), thread);
}

/* Take it out of whatever it waits in. */
static void
thread_unblock(struct thread *thread)
{
    switch ((enum thread_state)thread->state) {
    case THREAD_SENDING:
    case THREAD_RECEIVING:
        endpoint_remove(thread->waits_on, thread);
        break;
    case THREAD_WAITING:
        notification_remove(thread->waits_on, thread);
        break;
    case THREAD_REPLYING:
        endpoint_forget_caller(thread->waits_on);
        break;
    case THREAD_STOPPED:
    case THREAD_READY:
    case THREAD_FLUSHING:
    case THREAD_SHIPPED:
        break;
    }
}

/* Hold a capability in one of the thread's own slots, derived from `from`. */
static void
thread_hold(struct thread *thread, enum thread_slot which, struct slot *from)
{
    struct slot *slot = &thread->slots[which];
    if (!slot_empty(slot))
        slot_clear(slot);
    if (from)
        slot_fill(slot, from->cap, from);
}

/* The message frame at `offset` in the frame at `index`; *frame NULL for index 0. */
static enum l4_error
message_frame(const struct thread *invoker, l4_cap index, l4_word offset, struct slot **slot,
              struct l4_message_frame **frame)
{
    *slot = NULL;
    *frame = NULL;
    if (index == 0)
        return L4_OK;
    enum l4_error error =
        table_lookup_slot(invoker, index, L4_TYPE_FRAME, L4_RIGHT_READ | L4_RIGHT_WRITE, slot);
    if (error)
        return error;
    uint64_t data = (*slot)->cap.data;
    if (data & CAP_DEVICE || offset % L4_MESSAGE_FRAME_SIZE ||
        offset >= 1ull << (data & CAP_SIZE_MASK))
        return L4_EARG;
    *frame = (struct l4_message_frame *)((char *)capability_object((*slot)->cap) + offset);
    return L4_OK;
}

static int
thread_configure(struct thread *invoker, struct thread *thread, const l4_word *w)
{
    struct slot *space;
    struct slot *table;
    struct slot *frame_slot;
    struct l4_message_frame *frame;
    enum l4_error error;

    if (thread->state != THREAD_STOPPED)
        return L4_ESTATE;
    if ((error = table_lookup_slot(invoker, w[0], L4_TYPE_SPACE, L4_RIGHT_WRITE, &space)))
        return error;
    if ((error = table_lookup_slot(invoker, w[1], L4_TYPE_TABLE, L4_RIGHT_READ, &table)))
        return error;
    if ((error = message_frame(invoker, w[2], w[3], &frame_slot, &frame)))
        return error;
    if (!user_address_valid(w[4]))
        return L4_EARG;
    thread_hold(thread, THREAD_SLOT_SPACE, space);
    thread_hold(thread, THREAD_SLOT_TABLE, table);
    thread_hold(thread, THREAD_SLOT_FRAME, frame_slot);
    thread->space = capability_object(space->cap);
    thread->table = capability_object(table->cap);
    thread->table_size = 1ull << (table->cap.data & CAP_SIZE_MASK);
    thread->frame = frame;
    thread->to.tls = w[4];
    thread->unusual &= ~(uint64_t)UNUSUAL_CONFIGURE;
    return L4_OK;
}

static int
thread_schedule(struct thread *invoker, struct thread *thread, const l4_word *w)
{
    struct core *core = this_core();
    struct slot *handler = NULL;
    enum l4_error error;

    if (w[0] >= L4_PRIORITIES)
        return L4_EARG;
    if (w[1] &&
        (error = table_lookup_slot(invoker, w[1], L4_TYPE_ENDPOINT, L4_RIGHT_WRITE, &handler)))
        return error;
    thread_hold(thread, THREAD_SLOT_HANDLER, handler);
    bool waits = thread->queued;
    queue_leave(&core->queue, thread);
    thread->priority = (uint8_t)w[0];
    if (waits)
        schedule_ready(core, thread);
    return L4_OK;
}

static int
thread_bind_context(struct thread *invoker, struct thread *thread, const l4_word *w)
{
    struct capability cap;
    enum l4_error error;

    /* Not while it runs, waits to run, waits for an answer, or owes one: contexts may be lent. */
    bool at_rest = thread->state == THREAD_STOPPED || thread->state == THREAD_RECEIVING ||
                   thread->state == THREAD_WAITING;
    if (!at_rest || thread->caller)
        return L4_ESTATE;
    if (w[0] == 0) {
        if (thread->context)
            thread->context->bound = 0;
        thread->context = NULL;
        return L4_OK;
    }
    if ((error = table_lookup(invoker, w[0], L4_TYPE_CONTEXT, L4_RIGHT_WRITE, &cap)))
        return error;
    struct context *context = capability_object(cap);
    if (!context->configured || context->bound || thread->context)
        return L4_ESTATE;
    context->bound = 1;
    thread->context = context;
    return L4_OK;
}

static int
thread_bind_notification(struct thread *invoker, struct thread *thread, const l4_word *w)
{
    struct capability cap;
    enum l4_error error;

    if (w[0] == 0) {
        if (thread->notification)
            thread->notification->bound = NULL;
        thread->notification = NULL;
        thread->unusual &= ~(uint64_t)UNUSUAL_BOUND;
        return L4_OK;
    }
    if ((error = table_lookup(invoker, w[0], L4_TYPE_NOTIFICATION, L4_RIGHT_READ, &cap)))
        return error;
    struct notification *notification = capability_object(cap);
    if (notification->core != thread->core || thread_home(thread) != thread->core)
        return L4_ECORE;
    if (notification->bound || thread->notification)
        return L4_ESTATE;
    notification->bound = thread;
    notification->label = cap.data;
    thread->notification = notification;
    thread->unusual |= UNUSUAL_BOUND;
    return L4_OK;
}

/* Out of everything, and stopped. A system call that had not ended ends with L4_ECANCEL if the
 * thread is resumed; a fault happens again. */
static void
thread_halt(struct thread *thread)
{
    struct core *core = this_core();
    bool in_call = thread->state != THREAD_STOPPED && thread->state != THREAD_READY;
    if (thread->fault.kind) {
        thread->fault.kind = 0;
        thread->unusual &= ~(uint64_t)UNUSUAL_FAULT;
        thread->resume = RESUME_FRAME;
    } else if (in_call || thread->resume == RESUME_RESTART) {
        thread_answer(thread, L4_ECANCEL, 0, 0);
        thread->resume = RESUME_MESSAGE;
    }
    thread_unblock(thread);
    if (thread->context && thread->context->released)
        context_unrelease(core, thread->context);
    schedule_leave(core, thread);
    thread->state = THREAD_STOPPED;
    thread->waits_on = NULL;
}

static int
thread_start(struct thread *invoker, struct thread *thread, const l4_word *w)
{
    if (thread->unusual & UNUSUAL_CONFIGURE || thread == invoker)
        return L4_ESTATE;
    if (!user_address_valid(w[0]) || !user_address_valid(w[1]))
        return L4_EARG;
    thread_halt(thread);
    if (thread->caller)
        endpoint_drop_caller(thread);
    registers_start(&thread->registers, w[2], w[3], thread->to.tls);
    return_start(&thread->to, w[0], w[1]);
    thread->resume = RESUME_FRAME;
    thread_wake(thread);
    return L4_OK;
}

static int
thread_stop(struct thread *invoker, struct thread *thread)
{
    if (thread != invoker) {
        if (thread->state != THREAD_STOPPED)
            thread_halt(thread);
        return L4_OK;
    }
    thread_halt(thread);
    thread_answer(thread, L4_OK, 0, 0);
    return INVOKE_MOVED;
}

static int
thread_resume(struct thread *thread)
{
    if (thread->unusual & UNUSUAL_CONFIGURE)
        return L4_ESTATE;
    if (thread->state == THREAD_STOPPED)
        thread_wake(thread);
    return L4_OK;
}

/* It goes to the console, whose lines have a meaning: nothing but what can be seen. */
static int
thread_set_name(struct thread *thread, const char *name)
{
    for (unsigned i = 0; i < sizeof(thread->name) - 1; i++) {
        bool seen = name[i] == '\0' || (name[i] >= ' ' && name[i] <= '~');
        thread->name[i] = '?';
        if (seen)
            thread->name[i] = name[i];
    }
    return L4_OK;
}

/* The server that will answer `thread` is here, and so are all to whom it lent on what it was lent:
 * the time will be taken back from the last. */
static bool
servers_here(const struct thread *thread)
{
    const struct thread *server = thread;
    do {
        server = server->waits_on;
        if (__atomic_load_n(&server->core, __ATOMIC_ACQUIRE) != this_core()->number ||
            server->state == THREAD_SHIPPED)
            return false;
    } while (server->borrowed && !server->context && server->state == THREAD_REPLYING);
    return true;
}

/* To stop a thread that waits for a reply, all who serve it must be here; to start one that owes a
 * reply, its caller, too: the call is cancelled. */
static bool
partners_here(const struct thread *thread, l4_word operation)
{
    const struct thread *caller = thread->caller;
    if (operation != L4_THREAD_START && operation != L4_THREAD_STOP)
        return true;
    if (thread->state == THREAD_REPLYING && !servers_here(thread))
        return false;
    return operation == L4_THREAD_STOP || !caller ||
           __atomic_load_n(&caller->core, __ATOMIC_ACQUIRE) == this_core()->number;
}

int
thread_invoke(struct thread *invoker, struct invocation *invocation)
{
    struct thread *thread = capability_object(invocation->cap);
    const l4_word *w = invocation->words;
    uint32_t owner = __atomic_load_n(&thread->core, __ATOMIC_ACQUIRE);

    if (owner != this_core()->number) {
        inbox_ship_call(invoker, owner);
        return INVOKE_MOVED;
    }
    if (thread->state == THREAD_SHIPPED || thread->state == THREAD_FLUSHING)
        return INVOKE_RESTART; /* on its way here; or soon done with what is beyond recall */
    if (!partners_here(thread, invocation->operation))
        return L4_ECORE;
    switch (invocation->operation) {
    case L4_THREAD_CONFIGURE:
        return thread_configure(invoker, thread, w);
    case L4_THREAD_SCHEDULE:
        return thread_schedule(invoker, thread, w);
    case L4_THREAD_BIND_CONTEXT:
        return thread_bind_context(invoker, thread, w);
    case L4_THREAD_BIND_NOTIFICATION:
        return thread_bind_notification(invoker, thread, w);
    case L4_THREAD_START:
        return thread_start(invoker, thread, w);
    case L4_THREAD_STOP:
        return thread_stop(invoker, thread);
    case L4_THREAD_RESUME:
        return thread_resume(thread);
    case L4_THREAD_NAME:
        return thread_set_name(thread, (const char *)w);
    default:
        return L4_EOP;
    }
}
