/* x86_64: the inline part of the processor contract (arch/cpu.h).
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <arch_impl/registers.h>
#include <l4/tag.h>
#include <l4/types.h>

struct core;

/* Interrupts on, reserved bit 1 set: Intel SDM vol. 1, 3.4.3. */
#define FLAGS_USER 0x202u
/* The last page of the lower half stays empty: a SYSCALL in its last bytes would return to a
 * non-canonical address, at which SYSRET faults in the kernel (SDM vol. 2, SYSRET). */
#define USER_END 0x7ffffffff000ull

/* In the kernel the GS base points to the core, whose third word is its own address
 * (kernel/internal/core.h). */
static inline struct core *
this_core(void)
{
    struct core *core;
    __asm__("movq %%gs:16, %0" : "=r"(core));
    return core;
}

static inline uint64_t
cpu_now(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline void
cpu_pause(void)
{
    __asm__ volatile("pause" ::: "memory");
}

static inline void
cpu_fence(void)
{
    __asm__ volatile("mfence" ::: "memory");
}

static inline uint64_t
index_masked(uint64_t index, uint64_t size)
{
    uint64_t mask;
    __asm__("cmp %1, %2\n\tsbb %0, %0" : "=r"(mask) : "r"(size), "r"(index) : "cc");
    return index & mask;
}

/* In one instruction; loads are not reordered with loads (Intel SDM vol. 3A, 8.2.2). */
static inline bool
cpu_equals(const uint64_t *memory, uint64_t value)
{
    bool equal;
    __asm__ volatile("cmpq %2, %1" : "=@cce"(equal) : "m"(*memory), "r"(value) : "memory");
    return equal;
}

/* STI lets interrupts in only after the instruction that follows it (SDM vol. 2, STI). */
static inline void
cpu_interrupt_window(void)
{
    __asm__ volatile("sti; nop; cli" ::: "memory");
}

_Noreturn static inline void
cpu_idle(void)
{
    for (;;)
        __asm__ volatile("sti; hlt; cli" ::: "memory");
}

_Noreturn static inline void
cpu_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt" ::: "memory");
}

static inline l4_word
registers_syscall(const struct arch_registers *r)
{
    return r->rax;
}

static inline l4_cap
registers_cap(const struct arch_registers *r)
{
    return r->rdi;
}

static inline l4_tag
registers_tag(const struct arch_registers *r)
{
    return r->rsi;
}

_Static_assert(offsetof(struct arch_registers, r15) - offsetof(struct arch_registers, rbx) ==
                   (L4_MESSAGE_REGISTERS - 1) * sizeof(uint64_t),
               "message registers lie in a row");

static inline l4_word
registers_word(const struct arch_registers *r, unsigned i)
{
    return (&r->rbx)[i];
}

static inline void
registers_set_word(struct arch_registers *r, unsigned i, l4_word value)
{
    (&r->rbx)[i] = value;
}

static inline void
registers_set_syscall(struct arch_registers *r, l4_word number)
{
    r->rax = number;
}

static inline void
registers_set_error(struct arch_registers *r, l4_word error)
{
    r->rax = error;
}

static inline void
registers_set_receipt(struct arch_registers *r, l4_word badge, l4_tag tag)
{
    r->rdi = badge;
    r->rsi = tag;
}

static inline void
registers_start(struct arch_registers *r, l4_word first, l4_word second, l4_word tls)
{
    *r = (struct arch_registers){.rdi = first, .rsi = second, .fs_base = tls};
}

static inline void
return_start(struct arch_return *to, l4_word ip, l4_word sp)
{
    to->ip = ip;
    to->sp = sp;
    to->flags = FLAGS_USER;
}

static inline bool
user_address_valid(l4_word ip)
{
    return ip < USER_END;
}
