/* Faults and exceptions of user level, as messages to a handler.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <l4/object.h>

struct thread;

/* The thread cannot go on: send its handler a message, or stop it and say so on the console. */
void fault_raise(struct thread *thread, enum l4_fault kind, uint32_t vector, uint64_t address,
                 uint64_t code);

/* Send (again) the fault that the thread has. */
void fault_send(struct thread *thread);

/* The words of the fault message, as l4/object.h lays them out. */
uint64_t fault_word(const struct thread *thread, unsigned i);

/* The handler's reply came: `words` of it, the first two given. */
void fault_resume(struct thread *thread, unsigned words, uint64_t ip, uint64_t sp);

/* There will be no reply: stop the thread, and say so. */
void fault_abandon(struct thread *thread);
