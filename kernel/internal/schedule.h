/* The scheduler: fixed priorities, one a core; who runs next.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

struct core;
struct thread;

/* A thread of this core became ready: it waits its turn. */
void schedule_ready(struct core *core, struct thread *thread);

/* A thread of this core became ready by what current did: it runs at once if its priority
 * and the `switch` axis allow. */
void schedule_handoff(struct core *core, struct thread *thread);

/* A ready thread is ready no longer, or leaves this core. */
void schedule_block(struct core *core, struct thread *thread);
void schedule_leave(struct core *core, struct thread *thread);

/* Current goes behind all others of its priority. */
void schedule_yield(struct core *core);

/* The thread that is to run: current if it may go on, else the first of the highest priority, else
 * the idle thread. Makes it current. */
struct thread *schedule_choose(struct core *core);

/* The end of every way through the kernel: run whoever is to run. */
_Noreturn void kernel_exit(void);
