/* The host's side of the fast path's contract (arch/message.h): messages are in the thread blocks.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <arch/cpu.h>
#include <internal/thread.h>

static inline void
message_pass(struct thread *from, struct thread *to)
{
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        to->registers.words[i] = from->registers.words[i];
}

_Noreturn static inline void
message_resume(struct thread *thread, l4_word badge, l4_tag tag)
{
    thread->registers.status = 0;
    thread->registers.subject = badge;
    thread->registers.tag = tag;
    resume_message(thread);
}
