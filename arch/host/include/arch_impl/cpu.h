/* The host's inline part of the processor contract (arch/cpu.h).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * As on a real machine a register that carries something in carries something else out: kernel code
 * that reads an argument after it has answered is caught here too. */
#pragma once

#include <stddef.h>

/* As on x86_64, whose addresses boot information and stacks have. */
#define USER_END 0x7ffffffff000ull

struct arch_return {
    uint64_t ip;
    uint64_t sp;
    uint64_t started; /* return_start() was here: interrupts on, user level */
    uint64_t tls;
};

struct arch_registers {
    uint64_t status;  /* in: system call; out: error */
    uint64_t subject; /* in: capability; out: badge */
    uint64_t tag;
    uint64_t words[L4_MESSAGE_REGISTERS];
    uint64_t arguments[2]; /* of a started thread */
    uint64_t tls;
};

extern _Thread_local struct core *host_core;
extern uint64_t host_clock;
extern uint64_t host_fence; /* cpu_fence() needs something to exchange */

void host_pause(void);
void host_interrupt_window(void);
_Noreturn void host_idle(void);
_Noreturn void host_halt(void);

static inline struct core *
this_core(void)
{
    return host_core;
}

static inline uint64_t
cpu_now(void)
{
    return __atomic_load_n(&host_clock, __ATOMIC_RELAXED);
}

static inline void
cpu_pause(void)
{
    host_pause();
}

/* Not a bare fence: ThreadSanitizer does not know those. */
static inline void
cpu_fence(void)
{
    __atomic_fetch_add(&host_fence, 0, __ATOMIC_SEQ_CST);
}

static inline bool
cpu_equals(const uint64_t *memory, uint64_t value)
{
    return __atomic_load_n(memory, __ATOMIC_ACQUIRE) == value;
}

static inline uint64_t
index_masked(uint64_t index, uint64_t size)
{
    return index & -(uint64_t)(index < size);
}

static inline void
cpu_interrupt_window(void)
{
    host_interrupt_window();
}

_Noreturn static inline void
cpu_idle(void)
{
    host_idle();
}

_Noreturn static inline void
cpu_halt(void)
{
    host_halt();
}

static inline l4_word
registers_syscall(const struct arch_registers *r)
{
    return r->status;
}

static inline l4_cap
registers_cap(const struct arch_registers *r)
{
    return r->subject;
}

static inline l4_tag
registers_tag(const struct arch_registers *r)
{
    return r->tag;
}

static inline l4_word
registers_word(const struct arch_registers *r, unsigned i)
{
    return r->words[i];
}

static inline void
registers_set_word(struct arch_registers *r, unsigned i, l4_word value)
{
    r->words[i] = value;
}

static inline void
registers_set_syscall(struct arch_registers *r, l4_word number)
{
    r->status = number;
}

static inline void
registers_set_error(struct arch_registers *r, l4_word error)
{
    r->status = error;
}

static inline void
registers_set_receipt(struct arch_registers *r, l4_word badge, l4_tag tag)
{
    r->subject = badge;
    r->tag = tag;
}

static inline void
registers_start(struct arch_registers *r, l4_word first, l4_word second, l4_word tls)
{
    *r = (struct arch_registers){.arguments = {first, second}, .tls = tls};
}

static inline void
return_start(struct arch_return *to, l4_word ip, l4_word sp)
{
    to->ip = ip;
    to->sp = sp;
    to->started = 1;
}

static inline bool
user_address_valid(l4_word ip)
{
    return ip < USER_END;
}
