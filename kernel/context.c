/* Scheduling contexts: budgets, periods, and the timer.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Time is charged when the paying context changes, not at every switch: a call that lends its
 * context reads no clock. The timer is reprogrammed only when the new deadline is earlier; one
 * that fires too early finds nothing to do and is armed again. */
#include <internal/context.h>

#include <arch/cpu.h>
#include <arch/platform.h>
#include <internal/core.h>
#include <internal/invoke.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/thread.h>

bool
context_has_budget(const struct context *context)
{
    return context->budget == 0 || context->remaining > 0;
}

static void
timer_want(struct core *core, uint64_t deadline)
{
    if (deadline >= core->timer_deadline)
        return;
    core->timer_deadline = deadline;
    timer_arm(deadline);
}

/* A round-robin context has no periods: it is full again as soon as its turn is over. */
static bool
context_periodic(const struct context *context)
{
    return context->period > context->budget;
}

/* If its next period has begun, it has its budget again. Periods that passed unused are lost. */
static void
context_renew(struct context *context, uint64_t now)
{
    if (!context->budget || !context_periodic(context) || now < context->replenish)
        return;
    context->replenish += context->period * ((now - context->replenish) / context->period + 1);
    context->remaining = context->budget;
}

/* Take what ran from the budget; of a period that began meanwhile, only what ran in it. */
static void
context_spend(struct context *context, uint64_t ran, uint64_t now)
{
    context_renew(context, now);
    uint64_t in_period = now - (context->replenish - context->period);
    if (context_periodic(context) && ran > in_period)
        ran = in_period;
    context->remaining = context->remaining > ran ? context->remaining - ran : 0;
}

/* Charge what ran until now to whom it belongs. */
static inline void
context_charge(struct core *core, uint64_t now)
{
    struct context *context = core->context;
    uint64_t ran = now - core->charged_at;
    core->charged_at = now;
    if (!context)
        return;
    context->consumed += ran;
    if (context->budget)
        context_spend(context, ran, now);
}

void
context_switch(struct core *core, struct context *context)
{
    if (core->context == context)
        return;
    uint64_t now = cpu_now();
    context_charge(core, now);
    core->context = context;
    if (!context || !context->budget)
        return;
    context_renew(context, now);
    timer_want(core, now + context->remaining);
}

/* A round-robin context is full again at once, behind the others; any other waits for its period.
 * It pays for nobody: while it waits, its time of replenishment stays as it is. */
void
context_release(struct core *core, struct context *context, struct thread *holder)
{
    ASSERT(!context->released && core->context != context);
    if (!context_periodic(context))
        context->remaining = context->budget;
    if (context_has_budget(context)) { /* perhaps its period has begun meanwhile */
        schedule_ready(core, holder);
        return;
    }
    context->holder = holder;
    context->released = 1;
    struct context **at = &core->released;
    while (*at && (*at)->replenish <= context->replenish)
        at = &(*at)->next;
    context->next = *at;
    *at = context;
    timer_want(core, core->released->replenish);
}

void
context_unrelease(struct core *core, struct context *context)
{
    struct context **at = &core->released;
    while (*at != context)
        at = &(*at)->next;
    *at = context->next;
    context->released = 0;
    context->holder = NULL;
}

/* Those whose next period has begun run again. */
static void
context_replenish(struct core *core, uint64_t now)
{
    while (core->released && core->released->replenish <= now) {
        struct context *context = core->released;
        struct thread *holder = context->holder;
        context_unrelease(core, context);
        context_renew(context, now);
        schedule_ready(core, holder);
    }
}

void
context_timer(struct core *core)
{
    uint64_t now = cpu_now();
    core->timer_deadline = TIME_NEVER;
    context_charge(core, now);
    context_replenish(core, now);
    struct context *context = core->context;
    if (context && !context_has_budget(context)) {
        struct thread *current = core->current;
        schedule_leave(core, current);
        context_switch(core, NULL);
        context_release(core, context, current);
    } else if (context && context->budget) {
        timer_want(core, now + context->remaining);
    }
    if (core->released)
        timer_want(core, core->released->replenish);
}

int
context_invoke(struct thread *invoker, struct invocation *invocation)
{
    struct context *context = capability_object(invocation->cap);
    const l4_word *w = invocation->words;
    struct capability core;
    enum l4_error error;

    if (invocation->operation != L4_CONTEXT_CONFIGURE)
        return L4_EOP;
    if (context->bound)
        return L4_ESTATE;
    if ((error = table_lookup(invoker, w[0], L4_TYPE_CORE, L4_RIGHT_WRITE, &core)))
        return error;
    /* A year of microseconds keeps all products far from overflow. */
    const l4_word longest = 366ull * 24 * 3600 * 1000000;
    if (w[1] > longest || w[2] > longest || w[2] < w[1])
        return L4_EARG;
    uint64_t ticks = platform.tsc_hz / 1000000;
    context->budget = w[1] * ticks;
    context->period = w[2] * ticks;
    context->remaining = context->budget;
    context->replenish = cpu_now() + context->period;
    context->core = (uint32_t)core.data;
    context->configured = 1;
    return L4_OK;
}
