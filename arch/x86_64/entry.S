/* The ways into the kernel from user level and from interrupts, and the ways out.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A system call saves three words and keeps its message in registers; what carries no message was
 * given up by its caller. An interrupt or exception saves all registers in the thread block. The
 * kernel keeps nothing on its stack between entries: each starts at the top. */
#include <arch_impl/selectors.h>
#include <message_entry.inc>
#include <offsets.h>

    .text
    .code64

/* SYSCALL (Intel SDM vol. 2B): rcx is the instruction pointer, r11 the flags; interrupts are off.
 * rdx carries nothing in, and is the thread from here on. */
    .macro enter
    swapgs
    movq %gs:CORE_CURRENT, %rdx
    movq %rcx, THREAD_IP(%rdx)
    movq %r11, THREAD_FLAGS(%rdx)
    movq %rsp, THREAD_SP(%rdx)
    movq %gs:CORE_STACK, %rsp
    .endm

/* The call and its message go to the thread block. */
    .macro store_call
    movq %rax, THREAD_RAX(%rdx)
    movq %rdi, THREAD_RDI(%rdx)
    movq %rsi, THREAD_RSI(%rdx)
    movq %rbx, THREAD_RBX(%rdx)
    movq %r12, THREAD_R12(%rdx)
    movq %r13, THREAD_R13(%rdx)
    movq %r14, THREAD_R14(%rdx)
    movq %r15, THREAD_R15(%rdx)
    .endm

    .globl entry_syscall
    .balign 64
entry_syscall:
    enter
    enter_fastpath
    cmpq $SYSCALL_NULL, %rax
    je entry_null
entry_slow:
    store_call
entry_stored:
    movq %rdx, %rdi
    call syscall_enter
    ud2

/* Nothing was asked for: out again, as exit_message would. The message registers were not touched,
 * and rcx and r11 hold what SYSRET wants. */
entry_null:
    movq THREAD_TLS(%rdx), %rax
    wrfsbase %rax
    movq THREAD_SP(%rdx), %rsp
    xorl %eax, %eax
    xorl %edi, %edi
    xorl %esi, %esi
    xorl %edx, %edx
    xorl %ebp, %ebp
    xorl %r8d, %r8d
    xorl %r9d, %r9d
    xorl %r10d, %r10d
    swapgs
    wrgsbase %rdx
    sysretq

/* For machines on which the fast path cannot be taken: cpu_init.c chooses. */
    .globl entry_syscall_slow
    .balign 64
entry_syscall_slow:
    enter
    jmp entry_slow

    .globl message_slow_call, message_slow_reply_recv
message_slow_call:
    slow_from_fastpath SYSCALL_CALL
message_slow_reply_recv:
    slow_from_fastpath SYSCALL_REPLY_RECV

/* void exit_message(struct thread *): as the answer of a system call. Registers that carry no word
 * of the answer are cleared. */
    .globl exit_message
exit_message:
    movq %rdi, %rdx
    movq THREAD_IP(%rdx), %rcx
    movq THREAD_FLAGS(%rdx), %r11
    movq THREAD_SP(%rdx), %rsp
    movq THREAD_RAX(%rdx), %rax
    movq THREAD_RDI(%rdx), %rdi
    movq THREAD_RSI(%rdx), %rsi
    movq THREAD_RBX(%rdx), %rbx
    movq THREAD_R12(%rdx), %r12
    movq THREAD_R13(%rdx), %r13
    movq THREAD_R14(%rdx), %r14
    movq THREAD_R15(%rdx), %r15
    xorl %edx, %edx
    xorl %ebp, %ebp
    xorl %r8d, %r8d
    xorl %r9d, %r9d
    xorl %r10d, %r10d
    swapgs
    sysretq

/* void exit_frame(struct thread *): all registers, by IRET. */
    .globl exit_frame
exit_frame:
    pushq $USER_SS
    pushq THREAD_SP(%rdi)
    pushq THREAD_FLAGS(%rdi)
    pushq $USER_CS
    pushq THREAD_IP(%rdi)
    movq THREAD_RAX(%rdi), %rax
    movq THREAD_RBX(%rdi), %rbx
    movq THREAD_RCX(%rdi), %rcx
    movq THREAD_RDX(%rdi), %rdx
    movq THREAD_RSI(%rdi), %rsi
    movq THREAD_RBP(%rdi), %rbp
    movq THREAD_R8(%rdi), %r8
    movq THREAD_R9(%rdi), %r9
    movq THREAD_R10(%rdi), %r10
    movq THREAD_R11(%rdi), %r11
    movq THREAD_R12(%rdi), %r12
    movq THREAD_R13(%rdi), %r13
    movq THREAD_R14(%rdi), %r14
    movq THREAD_R15(%rdi), %r15
    movq THREAD_RDI(%rdi), %rdi
    swapgs
exit_frame_return:
    iretq

/* One stub a vector, 16 bytes apart (descriptors.c): they make all frames alike, with an error code
 * and the vector. Vectors that push a code themselves: SDM vol. 3A, table 6-1. */
    .set CODE_VECTORS, 0x60227d00 /* 8, 10 to 14, 17, 21, 29, 30 */
    .globl vector_stubs
    .balign 16
vector_stubs:
    vector = 0
    .rept 256
    .balign 16
    .if (vector < 32) && ((CODE_VECTORS >> vector) & 1)
    .else
    pushq $0
    .endif
    pushq $vector
    jmp entry_trap
    vector = vector + 1
    .endr

/* Stack, from the top: vector, error code, ip, cs, flags, sp, ss. */
    .balign 64
entry_trap:
    cld
    testb $3, 24(%rsp)
    jz entry_trap_kernel
    swapgs
    pushq %rdx
    movq %gs:CORE_CURRENT, %rdx
    movq %rax, THREAD_RAX(%rdx)
    movq %rbx, THREAD_RBX(%rdx)
    movq %rcx, THREAD_RCX(%rdx)
    movq %rsi, THREAD_RSI(%rdx)
    movq %rdi, THREAD_RDI(%rdx)
    movq %rbp, THREAD_RBP(%rdx)
    movq %r8, THREAD_R8(%rdx)
    movq %r9, THREAD_R9(%rdx)
    movq %r10, THREAD_R10(%rdx)
    movq %r11, THREAD_R11(%rdx)
    movq %r12, THREAD_R12(%rdx)
    movq %r13, THREAD_R13(%rdx)
    movq %r14, THREAD_R14(%rdx)
    movq %r15, THREAD_R15(%rdx)
    movq %rdx, %rdi
    popq THREAD_RDX(%rdi)
    popq %rsi
    popq %rdx
    popq THREAD_IP(%rdi)
    addq $8, %rsp
    popq THREAD_FLAGS(%rdi)
    popq THREAD_SP(%rdi)
    movq %gs:CORE_STACK, %rsp
    call trap_user
    ud2

/* From the kernel: an interrupt it let in, which begins the kernel afresh, or a bug. Or IRET does
 * not take the instruction pointer: a thread that jumps to a non-canonical address may fault there
 * and not at the jump. Then the fault is the thread's, once more; its block is as it was. */
entry_trap_kernel:
    popq %rdi
    popq %rsi
    popq %rdx
    cmpq $32, %rdi
    jb 1f
    movq %gs:CORE_STACK, %rsp
    call trap_interrupt
    ud2
1:  leaq exit_frame_return(%rip), %rax
    cmpq %rax, %rdx
    je 2f
    call trap_bug
    ud2
2:  swapgs
    movq %rsi, %rdx
    movq %rdi, %rsi
    movq %gs:CORE_CURRENT, %rdi
    movq %gs:CORE_STACK, %rsp
    call trap_user
    ud2
