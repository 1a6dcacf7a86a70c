/* The architecture contract, part 4: how the fast path moves a message and leaves the kernel.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the compiler can be kept away from the message registers, a message's first words stay in
 * them from the sender's system call to the receiver's return, and these functions do nothing for
 * them; elsewhere they are in the thread blocks. Only kernel/fastpath.c includes this. */
#pragma once

#include <l4/tag.h>
#include <l4/types.h>

struct thread;

/* The first words of `from`'s message become those of `to`'s. */
static inline void message_pass(struct thread *from, struct thread *to);

/* Leave for user level as the successful end of `thread`'s system call. Whatever carries no word of
 * the message is cleared; the TLS base is set, its space is active. */
_Noreturn static inline void message_resume(struct thread *thread, l4_word badge, l4_tag tag);

/* The fast path cannot do it; nothing has been changed. */
_Noreturn void message_slow_call(l4_cap index, l4_tag tag, struct thread *thread);
_Noreturn void message_slow_reply_recv(l4_cap index, l4_tag tag, struct thread *thread);

/* The two entries: the system call's number is known, its other registers are the arguments. */
_Noreturn void fastpath_call(l4_cap index, l4_tag tag, struct thread *sender);
_Noreturn void fastpath_reply_recv(l4_cap index, l4_tag tag, struct thread *server);

#include <arch_impl/message.h>
