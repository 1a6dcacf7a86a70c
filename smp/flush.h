/* TLB shootdown: other cores forget a translation before its memory is used again.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The shooter clears the entry, raises the space's generation, fences, and interrupts the cores
 * whose loaded space it is; they flush and note the epoch up to which they are clean. The shooting
 * thread waits, blocked, until all of them have; nobody waits in the kernel. A core that loads the
 * space later, with a tag, sees the raised generation and flushes then (paging_load). */
#pragma once

#include <stdint.h>

struct core;
struct space;
struct thread;

/* Begin a shootdown for `thread` (current). True: it is blocked, and its system call, already
 * answered, ends when all have flushed. False: no other core has the space loaded. Call it
 * after the entry is cleared. */
_Bool flush_space(struct space *space, struct thread *thread);

/* VECTOR_FLUSH: somebody wants this core to flush, or a core that was asked has. */
void flush_interrupt(struct core *core);
