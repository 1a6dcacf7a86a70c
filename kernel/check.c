/* The invariants of the kernel's data, checked at every exit of a debug build.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/check.h>

#include <internal/context.h>
#include <internal/core.h>
#include <internal/panic.h>
#include <internal/thread.h>

/* The longest list that is walked at one exit: enough to see a broken link, short enough to keep
 * a debug build usable. */
#define CHECK_DEPTH 8

static void
check_list(const struct core *core, unsigned priority)
{
    const struct run_list *list = &core->queue.lists[priority];
    bool marked = core->queue.bits[priority / 64] >> priority % 64 & 1;
    const struct thread *before = NULL;
    const struct thread *thread = list->head;

    ASSERT(marked == (list->head != NULL));
    for (int i = 0; thread && i < CHECK_DEPTH; i++) {
        ASSERT(thread->ready_prev == before);
        ASSERT(thread->queued && thread->priority == priority && thread->core == core->number);
        before = thread;
        thread = thread->ready_next;
    }
    ASSERT(thread || list->tail == before);
}

static void
check_current(const struct core *core)
{
    const struct thread *current = core->current;
    if (current == &core->idle) {
        ASSERT(queue_highest(&core->queue) < 0 && core->floor == 0);
        return;
    }
    ASSERT(current->state == THREAD_READY && current->core == core->number);
    ASSERT(current->context && current->context == core->context);
    ASSERT(!current->context->released);
    ASSERT(current->priority >= core->floor && current->space);
    ASSERT(!current->fault.kind && !current->next && !current->prev);
    ASSERT(!current->caller || current->caller->waits_on == current);
    ASSERT(!current->borrowed || current->caller);
}

static void
check_released(const struct core *core)
{
    uint64_t before = 0;
    const struct context *context = core->released;
    for (int i = 0; context && i < CHECK_DEPTH; i++, context = context->next) {
        ASSERT(context->released && context->holder && context->core == core->number);
        ASSERT(context->replenish >= before);
        before = context->replenish;
    }
    ASSERT(!core->released || core->timer_deadline <= core->released->replenish);
}

void
check_invariants(const struct core *core)
{
    if (!CONFIG_DEBUG)
        return;
    check_current(core);
    check_released(core);
    for (unsigned priority = 0; priority < L4_PRIORITIES; priority++)
        if (core->queue.lists[priority].head ||
            core->queue.bits[priority / 64] >> priority % 64 & 1)
            check_list(core, priority);
}
