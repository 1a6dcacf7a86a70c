/* x86_64, messages in the thread block: for compilers that cannot be kept away from registers.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The entry has stored the message registers of the sender; they are copied, and the receiver's are
 * loaded on the way out. */
#pragma once

#include <internal/thread.h>

static inline void
message_pass(struct thread *from, struct thread *to)
{
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        registers_set_word(&to->registers, i, registers_word(&from->registers, i));
}

_Noreturn static inline __attribute__((always_inline)) void
message_resume(struct thread *thread, l4_word badge, l4_tag tag)
{
    registers_set_error(&thread->registers, 0);
    registers_set_receipt(&thread->registers, badge, tag);
    resume_message(thread);
}
