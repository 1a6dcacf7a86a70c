/* Registers, loaded and kept by hand.
 * SPDX-License-Identifier: BSD-2-Clause */

#define REGISTER(number) (8 * number)
#define OUT              (8 * 15)
#define NEXT             (8 * 30)

    .macro save_callee
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro restore_callee
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    .endm

/* All but rax, from where it points. */
    .macro load_from_rax
    mov REGISTER(1)(%rax), %rbx
    mov REGISTER(2)(%rax), %rcx
    mov REGISTER(3)(%rax), %rdx
    mov REGISTER(4)(%rax), %rsi
    mov REGISTER(5)(%rax), %rdi
    mov REGISTER(6)(%rax), %rbp
    mov REGISTER(7)(%rax), %r8
    mov REGISTER(8)(%rax), %r9
    mov REGISTER(9)(%rax), %r10
    mov REGISTER(10)(%rax), %r11
    mov REGISTER(11)(%rax), %r12
    mov REGISTER(12)(%rax), %r13
    mov REGISTER(13)(%rax), %r14
    mov REGISTER(14)(%rax), %r15
    .endm

/* All but rax, to rax + at. */
    .macro store_to_rax at
    mov %rbx, \at+REGISTER(1)(%rax)
    mov %rcx, \at+REGISTER(2)(%rax)
    mov %rdx, \at+REGISTER(3)(%rax)
    mov %rsi, \at+REGISTER(4)(%rax)
    mov %rdi, \at+REGISTER(5)(%rax)
    mov %rbp, \at+REGISTER(6)(%rax)
    mov %r8, \at+REGISTER(7)(%rax)
    mov %r9, \at+REGISTER(8)(%rax)
    mov %r10, \at+REGISTER(9)(%rax)
    mov %r11, \at+REGISTER(10)(%rax)
    mov %r12, \at+REGISTER(11)(%rax)
    mov %r13, \at+REGISTER(12)(%rax)
    mov %r14, \at+REGISTER(13)(%rax)
    mov %r15, \at+REGISTER(14)(%rax)
    .endm

    .text
    .globl probe_syscall
probe_syscall:
    save_callee
    push %rdi
    mov %rdi, %rax
    lea 1f(%rip), %rdx
    mov %rdx, NEXT(%rax)
    load_from_rax
    mov (%rax), %rax
    syscall
1:  xchg %rax, (%rsp) /* rax: the probe; the stack: the answer */
    store_to_rax OUT
    pop %rdx
    mov %rdx, OUT(%rax)
    restore_callee
    ret

    .globl probe_spin
probe_spin:
    save_callee
    push %rdi
    push %rsi
    mov %rdi, %rax
    load_from_rax
1:  mov (%rsp), %rax
    cmpq $0, (%rax)
    je 1b
    mov 8(%rsp), %rax
    store_to_rax OUT
    add $16, %rsp
    restore_callee
    ret

    .globl probe_start
probe_start:
    mov %rax, probe_started(%rip)
    lea probe_started(%rip), %rax
    store_to_rax 0
    movq $1, probe_start_done(%rip)
    call park

    .bss
    .balign 8
    .globl probe_started, probe_start_done
probe_started:
    .skip 8 * 15
probe_start_done:
    .skip 8

    .section .note.GNU-stack, "", @progbits
