/* System calls: the slow path.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A system call runs where its object lives: one that meets an object of another core sends its
 * thread there, to look up the capability and execute again. */
#include <internal/syscall.h>

#include <internal/capability.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/invoke.h>
#include <internal/notification.h>
#include <internal/schedule.h>
#include <internal/thread.h>
#include <l4/syscall.h>
#include <smp/inbox.h>

static void
fail(struct thread *thread, enum l4_error error)
{
    thread_answer(thread, error, 0, 0);
}

/* False: the tag asks for something that cannot be sent; answered. */
static bool
message_valid(struct thread *thread)
{
    l4_tag tag = registers_tag(&thread->registers);
    l4_word words = l4_tag_words(tag);
    if (words <= L4_MESSAGE_WORDS && (tag & L4_TAG_CAPS_MASK) == 0 &&
        (words <= L4_MESSAGE_REGISTERS || thread->frame))
        return true;
    fail(thread, L4_EARG);
    return false;
}

/* Is the object here? If not, the thread goes to it. */
static bool
object_here(struct thread *thread, uint32_t core)
{
    if (core == this_core()->number)
        return true;
    inbox_ship_call(thread, core);
    return false;
}

static void
syscall_send(struct thread *thread, bool call, bool poll)
{
    struct capability cap;
    l4_cap index = registers_cap(&thread->registers);
    enum l4_error error = table_lookup(thread, index, L4_TYPE_ENDPOINT, L4_RIGHT_WRITE, &cap);

    if (call && error == L4_ETYPE) {
        invoke(thread, index);
        return;
    }
    if (error) {
        fail(thread, error);
        return;
    }
    struct endpoint *endpoint = capability_object(cap);
    if (message_valid(thread) && object_here(thread, endpoint->core))
        endpoint_send(endpoint, thread, cap.data, call, poll);
}

static void
syscall_receive(struct thread *thread, bool poll)
{
    struct capability cap;
    l4_cap index = registers_cap(&thread->registers);
    enum l4_error error = table_lookup(thread, index, L4_TYPE_ENDPOINT, L4_RIGHT_READ, &cap);

    if (error) {
        fail(thread, error);
        return;
    }
    struct endpoint *endpoint = capability_object(cap);
    if (thread->notification && thread->notification->core != endpoint->core) {
        fail(thread, L4_ECORE);
        return;
    }
    if (thread->caller)
        endpoint_drop_caller(thread);
    if (object_here(thread, endpoint->core))
        endpoint_receive(endpoint, thread, poll);
}

/* The reply first, then the wait, and only then does the old caller run: so that it may find its
 * server waiting again. */
static void
syscall_reply_receive(struct thread *thread)
{
    if (!message_valid(thread))
        return;
    struct thread *caller = endpoint_reply(thread);
    registers_set_syscall(&thread->registers, L4_SYS_RECV); /* if it is executed again elsewhere */
    syscall_receive(thread, false);
    if (caller)
        thread_switch(caller);
}

static void
syscall_reply(struct thread *thread)
{
    if (!message_valid(thread))
        return;
    struct thread *caller = endpoint_reply(thread);
    fail(thread, caller ? L4_OK : L4_EREPLY);
    if (caller)
        thread_switch(caller);
}

static void
syscall_signal(struct thread *thread)
{
    struct capability cap;
    enum l4_error error = table_lookup(thread, registers_cap(&thread->registers),
                                       L4_TYPE_NOTIFICATION, L4_RIGHT_WRITE, &cap);
    fail(thread, error);
    if (!error)
        notification_signal(capability_object(cap), cap.data);
}

static void
syscall_wait(struct thread *thread, bool poll)
{
    struct capability cap;
    enum l4_error error = table_lookup(thread, registers_cap(&thread->registers),
                                       L4_TYPE_NOTIFICATION, L4_RIGHT_READ, &cap);
    if (error) {
        fail(thread, error);
        return;
    }
    struct notification *notification = capability_object(cap);
    if (object_here(thread, notification->core))
        notification_wait(notification, thread, cap.data, poll);
}

void
syscall_execute(struct thread *thread)
{
    switch (registers_syscall(&thread->registers)) {
    case L4_SYS_CALL:
        syscall_send(thread, true, false);
        break;
    case L4_SYS_REPLY_RECV:
        syscall_reply_receive(thread);
        break;
    case L4_SYS_SEND:
        syscall_send(thread, false, false);
        break;
    case L4_SYS_RECV:
        syscall_receive(thread, false);
        break;
    case L4_SYS_SEND_POLL:
        syscall_send(thread, false, true);
        break;
    case L4_SYS_RECV_POLL:
        syscall_receive(thread, true);
        break;
    case L4_SYS_REPLY:
        syscall_reply(thread);
        break;
    case L4_SYS_SIGNAL:
        syscall_signal(thread);
        break;
    case L4_SYS_WAIT:
        syscall_wait(thread, false);
        break;
    case L4_SYS_POLL:
        syscall_wait(thread, true);
        break;
    case L4_SYS_YIELD:
        thread_answer(thread, L4_OK, 0, 0);
        schedule_yield(this_core());
        break;
    case L4_SYS_NULL:
        thread_answer(thread, L4_OK, 0, 0);
        break;
    default:
        fail(thread, L4_EOP);
        break;
    }
}

void
syscall_enter(struct thread *thread)
{
    thread->resume = RESUME_MESSAGE;
    syscall_execute(thread);
    kernel_exit();
}
