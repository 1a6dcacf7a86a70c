/* Invocations: messages to kernel objects.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <internal/capability.h>
#include <l4/types.h>

struct thread;

/* What an invocation does to its invoker, besides an enum l4_error that answers it. */
enum {
    INVOKE_MOVED = -1,   /* it was sent to another core, or blocked: nothing to answer here */
    INVOKE_RESTART = -2, /* it is not done: let interrupts in, and do it again */
};

struct invocation {
    struct slot *slot;     /* what is invoked; stable under the capability lock only */
    struct capability cap; /* its capability, as looked up */
    l4_word operation;
    l4_word words[L4_MESSAGE_REGISTERS];
    l4_word answer[2];
};

/* The slow path of a call on anything but an endpoint. */
void invoke(struct thread *invoker, l4_cap index);

/* Each type's operations. All return an enum l4_error or INVOKE_*. */
int untyped_invoke(struct thread *invoker, struct invocation *invocation);
int table_invoke(struct thread *invoker, struct invocation *invocation);
int ports_invoke(struct thread *invoker, struct invocation *invocation);
