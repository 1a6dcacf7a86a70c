/* x86_64, messages in the thread block: the part of the system call entry that differs. Assembly.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The registers are stored first, for the fast path and the slow path alike. */
#include <offsets.h>

    .macro enter_fastpath
    movq %rax, THREAD_RAX(%rdx)
    movq %rdi, THREAD_RDI(%rdx)
    movq %rsi, THREAD_RSI(%rdx)
    movq %rbx, THREAD_RBX(%rdx)
    movq %r12, THREAD_R12(%rdx)
    movq %r13, THREAD_R13(%rdx)
    movq %r14, THREAD_R14(%rdx)
    movq %r15, THREAD_R15(%rdx)
    testq %rax, %rax
    jz fastpath_call
    cmpq $1, %rax
    je fastpath_reply_recv
    .endm

    .macro enter_slow
    movq %rax, THREAD_RAX(%rdx)
    movq %rdi, THREAD_RDI(%rdx)
    movq %rsi, THREAD_RSI(%rdx)
    movq %rbx, THREAD_RBX(%rdx)
    movq %r12, THREAD_R12(%rdx)
    movq %r13, THREAD_R13(%rdx)
    movq %r14, THREAD_R14(%rdx)
    movq %r15, THREAD_R15(%rdx)
    movq %rdx, %rdi
    call syscall_enter
    ud2
    .endm

/* The compiler may have used the message registers since: what counts is in the block. */
    .macro slow_from_fastpath number
    movq %rdx, %rdi
    call syscall_enter
    ud2
    .endm
