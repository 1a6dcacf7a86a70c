/* The scheduler, and the way out of the kernel.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Invariants at every exit: current is ready, has budget, and no ready thread of this core has a
 * higher priority; core->floor is the highest priority in the run queue, or 0. */
#include <internal/schedule.h>

#include <arch/paging.h>
#include <arch/platform.h>
#include <internal/check.h>
#include <internal/context.h>
#include <internal/core.h>
#include <internal/fault.h>
#include <internal/panic.h>
#include <internal/space.h>
#include <internal/syscall.h>
#include <internal/thread.h>
#include <smp/inbox.h>
#include <switch_policy.h>

static void
floor_update(struct core *core)
{
    int highest = queue_highest(&core->queue);
    core->floor = highest < 0 ? 0 : (uint32_t)highest;
}

/* What it would run on here: its context; nothing while it executes a call shipped to this core. */
static struct context *
thread_payer(const struct core *core, const struct thread *thread)
{
    return thread->context && thread->context->core == core->number ? thread->context : NULL;
}

static void
set_current(struct core *core, struct thread *thread)
{
    queue_run(&core->queue, thread);
    core->current = thread;
    context_switch(core, thread_payer(core, thread));
    floor_update(core);
}

void
schedule_ready(struct core *core, struct thread *thread)
{
    ASSERT(thread->core == core->number);
    if (!thread_can_run(thread))
        queue_leave(&core->queue, thread);
    else if (thread != core->current)
        queue_ready(&core->queue, thread);
    floor_update(core);
}

void
schedule_handoff(struct core *core, struct thread *thread)
{
    struct thread *current = core->current;
    bool current_runs = current != &core->idle && thread_can_run(current);
    bool wins =
        current_runs ? thread->priority > current->priority : thread->priority >= core->floor;

    if (!switch_directly() || !wins || !thread_can_run(thread)) {
        schedule_ready(core, thread);
        return;
    }
    if (current_runs)
        queue_preempt(&core->queue, current);
    set_current(core, thread);
}

void
schedule_block(struct core *core, struct thread *thread)
{
    queue_block(&core->queue, thread);
    floor_update(core);
}

void
schedule_leave(struct core *core, struct thread *thread)
{
    queue_leave(&core->queue, thread);
    if (core->current == thread)
        core->current = &core->idle;
    floor_update(core);
}

void
schedule_yield(struct core *core)
{
    struct thread *current = core->current;
    if (current == &core->idle || !thread_can_run(current))
        return;
    queue_yield(&core->queue, current);
    core->current = &core->idle;
    floor_update(core);
}

struct thread *
schedule_choose(struct core *core)
{
    for (;;) {
        struct thread *current = core->current;
        bool current_runs = current != &core->idle && thread_can_run(current);
        if (current_runs && current->priority >= core->floor) {
            context_switch(core, thread_payer(core, current)); /* perhaps a new caller's */
            return current;
        }
        struct thread *first = queue_first(&core->queue);
        floor_update(core);
        if (current_runs && (!first || first->priority <= current->priority))
            first = current;
        if (!first) {
            core->current = &core->idle;
            context_switch(core, NULL);
            return &core->idle;
        }
        if (current_runs && first != current)
            queue_preempt(&core->queue, current);
        set_current(core, first);
        struct context *payer = thread_payer(core, first);
        if (!payer || context_has_budget(payer))
            return first;
        queue_leave(&core->queue, first);
        core->current = &core->idle;
        context_switch(core, NULL); /* nothing more is charged to it while it is put aside */
        context_release(core, payer, first);
        floor_update(core);
    }
}

/* Execute what the thread asked of the kernel, again or for another core. Between two such calls
 * interrupts get their chance. */
static void
restart(struct thread *thread)
{
    cpu_pause(); /* what it waits for may be another core's doing */
    if (interrupt_pending())
        cpu_interrupt_window();
    thread->resume = RESUME_MESSAGE;
    if (thread->fault.kind)
        fault_send(thread);
    else
        syscall_execute(thread);
}

void
kernel_exit(void)
{
    struct core *core = this_core();
    for (;;) {
        struct thread *thread = schedule_choose(core);
        if (thread == &core->idle) {
            paging_load_kernel();
            __atomic_store_n(&core->space, NULL, __ATOMIC_RELEASE); /* flush.c looks at it */
            check_invariants(core);
            cpu_idle();
        }
        if (thread->resume == RESUME_RESTART) {
            restart(thread);
            continue;
        }
        if (thread_home(thread) != core->number) {
            inbox_ship_home(thread);
            continue;
        }
        if (core->space != thread->space)
            paging_load(core, thread->space);
        check_invariants(core);
        if (thread->resume == RESUME_MESSAGE)
            resume_message(thread);
        thread->resume = RESUME_MESSAGE;
        resume_frame(thread);
    }
}
