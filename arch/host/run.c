/* Ways into kernel code and out of it: host_run() and its exits.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "internal.h"

#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>

#include <arch/message.h>
#include <internal/core.h>
#include <internal/schedule.h>
#include <internal/syscall.h>
#include <internal/thread.h>

#define JUMP_LEAVE  1
#define JUMP_WINDOW 2

_Thread_local struct core *host_core;
uint64_t host_clock;
uint64_t host_fence;

static _Thread_local jmp_buf *leave_to;
static _Thread_local struct host_outcome left;

struct host_outcome
host_run(void (*entry)(void *argument), void *argument)
{
    jmp_buf here;
    leave_to = &here;
    switch (setjmp(here)) {
    case 0:
        entry(argument);
        left = (struct host_outcome){.how = HOST_RETURNED};
        break;
    case JUMP_WINDOW: /* the stack is empty again: the kernel starts afresh */
        host_dispatch(host_take_vector());
        kernel_exit();
    default:
        break;
    }
    leave_to = NULL;
    return left;
}

static _Noreturn void
leave(enum host_exit how, struct thread *thread, uint32_t status)
{
    left = (struct host_outcome){how, thread, status};
    if (!leave_to)
        abort(); /* kernel code was called outside host_run() and did not return */
    longjmp(*leave_to, JUMP_LEAVE);
}

void
resume_message(struct thread *thread)
{
    leave(HOST_MESSAGE, thread, 0);
}

void
resume_frame(struct thread *thread)
{
    leave(HOST_FRAME, thread, 0);
}

/* The registers are in the thread's block already. */
void
message_slow_call(l4_cap index, l4_tag tag, struct thread *thread)
{
    (void)index;
    (void)tag;
    host_event(HOST_EVENT_SLOW, 0);
    syscall_enter(thread);
}

void
message_slow_reply_recv(l4_cap index, l4_tag tag, struct thread *thread)
{
    (void)index;
    (void)tag;
    host_event(HOST_EVENT_SLOW, 0);
    syscall_enter(thread);
}

void
host_idle(void)
{
    leave(HOST_IDLE, NULL, 0);
}

void
host_halt(void)
{
    leave(HOST_HALT, NULL, 0);
}

void
host_panicked(void)
{
    leave(HOST_PANIC, NULL, 0);
}

void
platform_exit(uint32_t status)
{
    leave(HOST_EXIT, NULL, status);
}

void
platform_triple_fault(void)
{
    leave(HOST_HALT, NULL, 0);
}

void
host_pause(void)
{
    sched_yield();
}

void
host_interrupt_window(void)
{
    if (interrupt_pending())
        longjmp(*leave_to, JUMP_WINDOW);
}

/* An interrupt that came while user level ran, or nobody. */
static void
trap(void *argument)
{
    struct core *core = this_core();
    if (core->current != &core->idle)
        core->current->resume = RESUME_FRAME;
    host_dispatch(*(uint8_t *)argument);
    kernel_exit();
}

bool
host_interrupt(struct host_outcome *outcome)
{
    uint8_t vector = host_take_vector();
    if (!vector)
        return false;
    *outcome = host_run(trap, &vector);
    return true;
}

void
host_settle(void)
{
    struct core *before = host_core;
    struct host_outcome outcome;
    bool again = true;
    while (again) {
        again = false;
        for (uint32_t i = 0; i < platform.core_count; i++) {
            host_core = core_at(i);
            while (host_interrupt(&outcome))
                again = true;
        }
    }
    host_core = before;
}
