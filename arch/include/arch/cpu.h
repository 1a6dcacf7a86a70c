/* The architecture contract, part 2: the processor.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Small functions that must inline, and the registers of a thread. Declared and documented here;
 * defined in arch_impl/cpu.h of each architecture.
 *
 * A thread that entered the kernel by a system call has given up all registers but its stack
 * pointer and its message registers; `struct arch_return` keeps the few words that it needs to
 * go on. A thread that was interrupted or faulted has all registers in `struct arch_registers`
 * besides. The slow path finds a system call's number, capability, tag and message words in
 * arch_registers too, and leaves its answer there. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/tag.h>
#include <l4/types.h>

struct core;
struct thread;
struct arch_return;    /* instruction pointer, stack pointer, flags, TLS base */
struct arch_registers; /* the general registers */

/* The core that executes this. */
static inline struct core *this_core(void);

/* Ticks of a clock that is the same on all cores and only grows. */
static inline uint64_t cpu_now(void);

/* One turn of a loop that waits for another core. */
static inline void cpu_pause(void);

/* All stores before are seen before any load after: for "write mine, then read yours". */
static inline void cpu_fence(void);

/* `index` where it is less than `size`, else 0, without a branch: one that is mispredicted could
 * let the processor read out of bounds ahead of the check. */
static inline uint64_t index_masked(uint64_t index, uint64_t size);

/* Is `value` what is in memory (still)? One load, not before earlier ones. */
static inline bool cpu_equals(const uint64_t *memory, uint64_t value);

/* Let a pending interrupt in. If there is one, its handler starts the kernel afresh and this does
 * not return: everything must be as it should be at an exit. */
static inline void cpu_interrupt_window(void);

/* Wait for an interrupt, which starts the kernel afresh. */
_Noreturn static inline void cpu_idle(void);

/* Stop this core for good. */
_Noreturn static inline void cpu_halt(void);

/* --- a thread's registers, by role --- */
static inline l4_word registers_syscall(const struct arch_registers *r);
static inline l4_cap registers_cap(const struct arch_registers *r);
static inline l4_tag registers_tag(const struct arch_registers *r);
static inline l4_word registers_word(const struct arch_registers *r, unsigned i);
static inline void registers_set_word(struct arch_registers *r, unsigned i, l4_word value);
static inline void registers_set_syscall(struct arch_registers *r, l4_word number);
static inline void registers_set_error(struct arch_registers *r, l4_word error);
/* badge and tag as a receiver finds them. */
static inline void registers_set_receipt(struct arch_registers *r, l4_word badge, l4_tag tag);
/* The state in which a thread starts: zero but for two arguments and the TLS base; interrupts on,
 * user level. */
static inline void registers_start(struct arch_registers *r, l4_word first, l4_word second,
                                   l4_word tls);
static inline void return_start(struct arch_return *to, l4_word ip, l4_word sp);

/* True when `ip` may be given to a thread: it cannot make the return to user level fault. */
static inline bool user_address_valid(l4_word ip);

/* Leave the kernel to the thread, from the bottom of the stack. Its space is active, its TLS base
 * is set by these. */
_Noreturn void resume_message(struct thread *thread); /* as the answer of a system call */
_Noreturn void resume_frame(struct thread *thread);   /* all registers, as interrupted */

#include <arch_impl/cpu.h>
