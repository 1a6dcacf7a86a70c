/* Invocations: a call on a capability that is not an endpoint is a message to the kernel object.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <internal/invoke.h>

#include <internal/context.h>
#include <internal/interrupt.h>
#include <internal/schedule.h>
#include <internal/space.h>
#include <internal/thread.h>
#include <smp/lock.h>

typedef int (*invoke_function)(struct thread *invoker, struct invocation *invocation);

/* What each type does with its invocations, and whether they need the write right. */
static const struct {
    invoke_function function;
    l4_word rights;
} invocations[L4_TYPE_COUNT] = {
    [L4_TYPE_UNTYPED] = {untyped_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_TABLE] = {table_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_THREAD] = {thread_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_CONTEXT] = {context_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_PAGE_TABLE] = {page_table_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_FRAME] = {frame_invoke, 0},
    [L4_TYPE_INTERRUPTS] = {interrupts_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_INTERRUPT] = {interrupt_invoke, L4_RIGHT_WRITE},
    [L4_TYPE_PORTS] = {ports_invoke, L4_RIGHT_WRITE},
};

static int
invoke_locked(struct thread *invoker, struct invocation *invocation)
{
    struct capability cap = invocation->slot->cap;
    enum l4_type type = capability_type(cap);

    if (type == L4_TYPE_NULL)
        return L4_ECAP;
    if (!invocations[type].function)
        return L4_EOP;
    if ((capability_rights(cap) & invocations[type].rights) != invocations[type].rights)
        return L4_ERIGHT;
    invocation->cap = cap;
    return invocations[type].function(invoker, invocation);
}

void
invoke(struct thread *invoker, l4_cap index)
{
    struct invocation invocation = {
        .slot = table_slot(invoker, index),
        .operation = l4_tag_label(registers_tag(&invoker->registers)),
    };
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        invocation.words[i] = registers_word(&invoker->registers, i);

    capability_lock();
    int result = invoke_locked(invoker, &invocation);
    capability_unlock();

    if (result == INVOKE_MOVED)
        return;
    if (result == INVOKE_RESTART) {
        invoker->resume = RESUME_RESTART;
        return;
    }
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        registers_set_word(&invoker->registers, i, i < 2 ? invocation.answer[i] : 0);
    thread_answer(invoker, (enum l4_error)result, 0, 0);
}
