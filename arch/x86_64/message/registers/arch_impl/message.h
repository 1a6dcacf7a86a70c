/* x86_64, messages in registers: how the fast path leaves the message where it is.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fastpath.c is compiled with -ffixed-rbx and -ffixed-r12 to -ffixed-r15, so the compiler never
 * touches the message registers. That is an option of GCC; frame/ is for other compilers. */
#pragma once

#include <stddef.h>

#include <internal/thread.h>

static inline void
message_pass(struct thread *from, struct thread *to)
{
    (void)from;
    (void)to;
}

/* The user's GS base is cleared after SWAPGS has brought it in. SYSRET: rcx is the instruction
 * pointer, r11 the flags (Intel SDM vol. 2B). */
_Noreturn static inline __attribute__((always_inline)) void
message_resume(struct thread *thread, l4_word badge, l4_tag tag)
{
    __asm__ volatile(
        "movq %c[tls](%%rdx), %%rcx\n\t"
        "wrfsbase %%rcx\n\t"
        "movq %c[ip](%%rdx), %%rcx\n\t"
        "movq %c[flags](%%rdx), %%r11\n\t"
        "movq %c[sp](%%rdx), %%rsp\n\t"
        "xorl %%eax, %%eax\n\t"
        "xorl %%edx, %%edx\n\t"
        "xorl %%ebp, %%ebp\n\t"
        "xorl %%r8d, %%r8d\n\t"
        "xorl %%r9d, %%r9d\n\t"
        "xorl %%r10d, %%r10d\n\t"
        "swapgs\n\t"
        "wrgsbase %%rdx\n\t"
        "sysretq"
        :
        : "d"(thread), "D"(badge), "S"(tag), [tls] "i"(offsetof(struct thread, to.tls)),
          [ip] "i"(offsetof(struct thread, to.ip)), [sp] "i"(offsetof(struct thread, to.sp)),
          [flags] "i"(offsetof(struct thread, to.flags))
        : "memory");
    __builtin_unreachable();
}
