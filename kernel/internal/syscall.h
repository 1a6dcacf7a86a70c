/* System calls: the slow path, which can do everything.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

struct thread;

/* Called by entry.S with the thread's registers saved; current is `thread`. */
_Noreturn void syscall_enter(struct thread *thread);

/* Do what the registers of current ask for. */
void syscall_execute(struct thread *thread);
