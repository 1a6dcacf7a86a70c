/* The exceptions that can come at any instruction and have stacks of their own: #DF, NMI, #MC.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * They may interrupt the kernel between SYSCALL and the first instruction that makes GS its own,
 * so they do not trust GS: which core this is follows from the stack's address (address_map.h). */
#include <arch_impl/address_map.h>

#define MSR_GS_BASE 0xc0000101

    .text
    .code64

/* The number of the core whose stack window slot %rsp lies in, in %rax. */
    .macro core_number
    movq %rsp, %rax
    subq stack_window(%rip), %rax
    shrq $STACK_SLOT_BITS, %rax
    .endm

/* NMI: nothing here raises one on purpose; count it, so that it can be asked for, and go on. */
    .globl paranoid_nmi
paranoid_nmi:
    pushq %rax
    pushq %rcx
    core_number
    leaq nmi_count(%rip), %rcx
    incq (%rcx, %rax, 8)
    popq %rcx
    popq %rax
    iretq

    .globl paranoid_double_fault, paranoid_machine_check
paranoid_machine_check:
    pushq $0 /* no error code */
    pushq $18
    jmp fatal
paranoid_double_fault: /* the processor pushed an error code, always 0 */
    pushq $8

/* Builds struct fatal_frame (descriptors.c) and never returns. */
fatal:
    cld
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    core_number
    leaq core_table(%rip), %rcx
    movq (%rcx, %rax, 8), %rax
    movq %rax, %rdx
    shrq $32, %rdx
    movl $MSR_GS_BASE, %ecx
    wrmsr
    movq %rsp, %rdi
    andq $-16, %rsp
    call fatal_exception
    ud2

    .section .rodata
    .balign 8
stack_window:
    .quad STACK_WINDOW_BASE

    .section .note.GNU-stack, "", @progbits
