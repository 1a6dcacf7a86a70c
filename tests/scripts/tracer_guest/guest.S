/* A guest to test the tracer with: marked regions whose instructions can be counted by hand.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Needs two cores. Code below 2 GiB plays the user, code in .high the kernel; all runs in ring 0.
 * For every region it prints one hexadecimal line: the ticks of the time-stamp counter from just
 * before the begin marker to just after the end marker. Region 0 is empty: it is the overhead.
 * tests/scripts/test_tracer.py says what each region holds. */

#define PAGE_TABLE_FLAGS 0x3
#define GIANT_PAGE_FLAGS 0x83
#define APIC             0xfee00000 /* Intel SDM Vol. 3A, 11.4.1 */
#define APIC_EOI         0xb0
#define APIC_SPURIOUS    0xf0
#define APIC_COMMAND     0x300
#define APIC_TARGET      0x310
#define COMMAND_SELF     0x40000
#define COMMAND_INIT     0x4500
#define COMMAND_STARTUP  0x4608 /* start at page 8 */
#define TRAMPOLINE       0x8000
#define MSR_EFER         0xc0000080
#define EFER_LONG_MODE   0x100
#define VECTOR_PAGE      14
#define VECTOR_SELF      0x40
#define VECTOR_CROSS     0x41
#define SERIAL_PORT      0x3f8
#define EXIT_PORT        0xf4
#define UNMAPPED         0x200000000
#define FAULTING_SIZE    3 /* bytes of mov (%rbp), %ecx */

.macro BEGIN_MARKER
    nopl 0x1ee70001(%rax)
.endm

.macro END_MARKER
    nopl 0x1ee70002(%rax)
.endm

.macro BEGIN
    rdtsc
    mov %eax, %r15d
    BEGIN_MARKER
.endm

.macro END
    END_MARKER
    rdtsc
    sub %r15d, %eax
    call print
.endm

    /* The note that QEMU starts an ELF64 file by (Xen's PVH boot protocol). */
    .section .note.pvh, "a", @note
    .long 4, 4, 18
    .asciz "Xen"
    .long start32

    .section .text.boot, "ax"
    .code32
    .global start32
start32:
    movl $pdpt + PAGE_TABLE_FLAGS, pml4
    movl $pdpt + PAGE_TABLE_FLAGS, pml4 + 511 * 8
    movl $0x00000000 + GIANT_PAGE_FLAGS, pdpt
    movl $0xc0000000 + GIANT_PAGE_FLAGS, pdpt + 3 * 8
    movl $0x00000000 + GIANT_PAGE_FLAGS, pdpt + 510 * 8
    mov $long_first, %esi

/* Both cores: to long mode, then to the address in esi. */
enter_long:
    mov %cr4, %eax
    or $0x20, %eax /* physical address extension */
    mov %eax, %cr4
    mov $pml4, %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    rdmsr
    or $EFER_LONG_MODE, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80000001, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $8, $1f
    .code64
1:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    lidt idt_pointer
    mov $APIC, %r14d /* stays there, on both cores */
    movl $0x1ff, APIC_SPURIOUS(%r14) /* enable the local APIC */
    mov %esi, %esi
    jmp *%rsi

/* The second core begins here in real mode, copied to TRAMPOLINE. */
    .code16
trampoline:
    cli
    xor %ax, %ax
    mov %ax, %ds
    lgdtl TRAMPOLINE + gdt_pointer32 - trampoline
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    ljmpl $16, $TRAMPOLINE + 1f - trampoline
    .code32
1:
    mov $24, %ax
    mov %ax, %ds
    mov $long_second, %esi
    mov $enter_long, %eax
    jmp *%eax
gdt_pointer32:
    .word gdt_end - gdt - 1
    .long gdt
trampoline_end:

    .code64
    .section .text, "ax"
long_second:
    mov $stack_second, %esp
    movl $1, second_ready
    sti
1:
    hlt
    jmp 1b

long_first:
    mov $stack_first, %esp
    mov $0xff, %al /* the firmware left its timer running: mask the legacy controllers */
    out %al, $0x21
    out %al, $0xa1
    mov $VECTOR_PAGE, %ecx
    mov $page_fault, %rdx
    call set_gate
    mov $VECTOR_SELF, %ecx
    mov $self_interrupt, %rdx
    call set_gate
    mov $VECTOR_CROSS, %ecx
    mov $cross_interrupt, %rdx
    call set_gate
    sti

region_empty:
    BEGIN
    END

region_loop:
    BEGIN
    mov $1000, %ecx
1:
    dec %ecx
    jnz 1b
    END

region_kernel:
    BEGIN
    mov $kernel_work, %rax
    call *%rax
    END

region_string:
    BEGIN
    mov $buffer, %edi
    mov $16, %ecx
    rep stosb
    END

region_fault:
    mov $UNMAPPED, %rbp
    BEGIN
    mov (%rbp), %ecx
    nop
    END

region_interrupt:
    BEGIN
    movl $COMMAND_SELF + VECTOR_SELF, APIC_COMMAND(%r14)
    nop
    END

    call start_second
region_cross:
    movl $0x01000000, APIC_TARGET(%r14)
    BEGIN
    movl $VECTOR_CROSS, APIC_COMMAND(%r14)
1:
    pause
    cmpl $0, cross_end
    je 1b
    mov cross_end, %eax
    sub %r15d, %eax
    call print

unbalanced:
    BEGIN_MARKER /* never ended */
    BEGIN
    nop
    END
    END_MARKER /* never begun */
    BEGIN_MARKER /* open when the machine ends */
    mov $0x10, %eax
    out %eax, $EXIT_PORT

/* Wakes the second core and waits until it has its interrupts on and sleeps. */
start_second:
    mov $trampoline, %esi
    mov $TRAMPOLINE, %edi
    mov $trampoline_end - trampoline, %ecx
    rep movsb
    movl $0x01000000, APIC_TARGET(%r14)
    movl $COMMAND_INIT, APIC_COMMAND(%r14)
    movl $COMMAND_STARTUP, APIC_COMMAND(%r14)
1:
    pause
    cmpl $0, second_ready
    je 1b
    mov $1000, %ecx
2:
    pause
    loop 2b
    ret

/* Entry ecx of the interrupt table: an interrupt gate to rdx. */
set_gate:
    shl $4, %ecx
    lea idt(%rcx), %ecx
    mov %dx, (%rcx)
    movl $0x8e000008, 2(%rcx)
    shr $16, %rdx
    mov %dx, 6(%rcx)
    shr $16, %rdx
    mov %edx, 8(%rcx)
    ret

/* Eight hexadecimal digits of eax and a line end, to the serial port. */
print:
    mov %eax, %ebx
    mov $SERIAL_PORT, %edx
    mov $8, %ecx
1:
    rol $4, %ebx
    mov %ebx, %eax
    and $15, %eax
    mov digits(%rax), %al
    out %al, %dx
    loop 1b
    mov $'\n', %al
    out %al, %dx
    ret

    .section .high, "ax"
kernel_work:
    mov $100, %ecx
1:
    dec %ecx
    jnz 1b
    call kernel_leaf
    ret

kernel_leaf:
    nop
    nop
    ret

/* Skips the instruction that faulted. */
page_fault:
    add $8, %rsp
    addq $FAULTING_SIZE, (%rsp)
    iretq

self_interrupt:
    movl $0, APIC_EOI(%r14)
    iretq

/* On the second core; ends the region that the first one began. */
cross_interrupt:
    mov $50, %ecx
1:
    dec %ecx
    jnz 1b
    END_MARKER
    rdtsc
    mov %eax, cross_end
    movl $0, APIC_EOI(%r14)
    iretq

    .section .data, "aw"
    .balign 8
gdt:
    .quad 0
    .quad 0x00209a0000000000 /* 8: long mode code */
    .quad 0x00cf9a000000ffff /* 16: 32-bit code */
    .quad 0x00cf92000000ffff /* 24: 32-bit data */
gdt_end:
gdt_pointer:
    .word gdt_end - gdt - 1
    .quad gdt
idt_pointer:
    .word 256 * 16 - 1
    .quad idt
digits:
    .ascii "0123456789abcdef"

    .section .bss, "aw", @nobits
    .balign 4096
pml4:
    .skip 4096
pdpt:
    .skip 4096
idt:
    .skip 4096
    .skip 4096
stack_first:
    .skip 4096
stack_second:
buffer:
    .skip 16
second_ready:
    .skip 4
cross_end:
    .skip 4
    .section .note.GNU-stack, "", @progbits
