/* The structure offsets that assembly needs, generated from C.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Compiled to assembly text, from which the build takes the lines "#define NAME value". */
#include <stddef.h>

#include <internal/core.h>
#include <internal/thread.h>
#include <l4/syscall.h>

#define OFFSET(name, type, member)                                                                 \
    __asm__ volatile("#define " #name " %c0" ::"i"(offsetof(struct type, member)))

#define CONSTANT(name, value) __asm__ volatile("#define " #name " %c0" ::"i"(value))

_Static_assert(L4_SYS_CALL == 0, "message_entry.inc");

void offsets(void);

void
offsets(void)
{
    OFFSET(CORE_CURRENT, core, current);
    OFFSET(CORE_STACK, core, stack_top);
    OFFSET(THREAD_IP, thread, to.ip);
    OFFSET(THREAD_SP, thread, to.sp);
    OFFSET(THREAD_FLAGS, thread, to.flags);
    OFFSET(THREAD_TLS, thread, to.tls);
    OFFSET(THREAD_RAX, thread, registers.rax);
    OFFSET(THREAD_RBX, thread, registers.rbx);
    OFFSET(THREAD_RCX, thread, registers.rcx);
    OFFSET(THREAD_RDX, thread, registers.rdx);
    OFFSET(THREAD_RSI, thread, registers.rsi);
    OFFSET(THREAD_RDI, thread, registers.rdi);
    OFFSET(THREAD_RBP, thread, registers.rbp);
    OFFSET(THREAD_R8, thread, registers.r8);
    OFFSET(THREAD_R9, thread, registers.r9);
    OFFSET(THREAD_R10, thread, registers.r10);
    OFFSET(THREAD_R11, thread, registers.r11);
    OFFSET(THREAD_R12, thread, registers.r12);
    OFFSET(THREAD_R13, thread, registers.r13);
    OFFSET(THREAD_R14, thread, registers.r14);
    OFFSET(THREAD_R15, thread, registers.r15);
    CONSTANT(SYSCALL_CALL, L4_SYS_CALL);
    CONSTANT(SYSCALL_REPLY_RECV, L4_SYS_REPLY_RECV);
    CONSTANT(SYSCALL_NULL, L4_SYS_NULL);
}
