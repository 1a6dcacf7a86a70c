/* From the boot loader to C: both boot protocols end in 32-bit protected mode, paging off.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * PVH: "x86/HVM direct boot ABI" of Xen, docs/misc/pvh.pandoc: %ebx is the physical address of
 * the start information. Multiboot2: specification 2.0, 3.3 "I386 machine state": %eax is the
 * magic number, %ebx the physical address of the boot information. */
#include <arch_impl/address_map.h>

#define PHYSICAL(symbol) ((symbol) - KERNEL_BASE)

#define PVH_MAGIC 0x336ec578           /* first word of the PVH start information */
#define MULTIBOOT2_HEADER_MAGIC 0xe85250d6 /* Multiboot2 3.1.1 */
#define MULTIBOOT2_TAG_ENTRY 3         /* 3.1.7 */
#define MULTIBOOT2_TAG_ALIGN_MODULES 6 /* 3.1.11 */
#define NOTE_PHYS32_ENTRY 18           /* XEN_ELFNOTE_PHYS32_ENTRY, xen/include/public/elfnote.h */

/* Intel SDM vol. 3A, 2.5 "Control Registers" and 4.5 "4-Level Paging". */
#define CR0_ON 0x80010021 /* PG, WP, NE, PE */
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_LME_NXE 0x900
#define ENTRY_TABLE 0x3  /* present, writable */
#define ENTRY_2M 0x83    /* present, writable, page size */
#define CPUID_NX_LM 0x20100000 /* leaf 0x80000001, EDX */

#define COM1 0x3f8

    .section .multiboot2, "a"
    .balign 8
multiboot2_header:
    .long MULTIBOOT2_HEADER_MAGIC, 0, multiboot2_header_end - multiboot2_header
    .long -(MULTIBOOT2_HEADER_MAGIC + (multiboot2_header_end - multiboot2_header))
    .short MULTIBOOT2_TAG_ENTRY, 0
    .long 12, PHYSICAL(multiboot2_entry)
    .balign 8
    .short MULTIBOOT2_TAG_ALIGN_MODULES, 0
    .long 8
    .short 0, 0
    .long 8
multiboot2_header_end:

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, NOTE_PHYS32_ENTRY
    .asciz "Xen"
    .quad PHYSICAL(pvh_entry)

    .text
    .code32
    .globl multiboot2_entry
pvh_entry:
    movl $PVH_MAGIC, %eax
multiboot2_entry:
    cli
    cld
    movl %eax, %edi
    movl %ebx, %esi
    movl $PHYSICAL(boot_stack_end), %esp
    lgdt PHYSICAL(boot_gdt_pointer)
    ljmp $0x18, $PHYSICAL(1f)
1:  call load_data_segments
    call check_processor
    call build_boot_tables
    xorl %ebp, %ebp /* not a secondary core */

/* %ebp: 0 on the booting core, 1 on others. %edi and %esi are kept. */
enter_long_mode:
    movl %cr4, %eax
    orl $CR4_PAE, %eax
    movl %eax, %cr4
    movl $PHYSICAL(boot_pml4), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $EFER_LME_NXE, %eax
    wrmsr
    movl $CR0_ON, %eax
    movl %eax, %cr0
    ljmp $0x08, $PHYSICAL(long_mode)

load_data_segments:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    ret

/* Without long mode or execute-disable nothing works: say so on the serial port and stop. */
check_processor:
    movl $0x80000000, %eax
    cpuid
    cmpl $0x80000001, %eax
    jb refuse
    movl $0x80000001, %eax
    cpuid
    andl $CPUID_NX_LM, %edx
    cmpl $CPUID_NX_LM, %edx
    jne refuse
    ret
refuse:
    movl $PHYSICAL(refusal), %esi
    movw $COM1, %dx
1:  lodsb
    testb %al, %al
    jz 2f
    outb %al, %dx
    jmp 1b
2:  hlt
    jmp 2b

/* The first 4 GiB at 0 (needed until the jump to the upper half) and in the direct map, the first
 * 1 GiB as the kernel image. */
build_boot_tables:
    xorl %ecx, %ecx
1:  movl %ecx, %eax
    shll $21, %eax
    orl $ENTRY_2M, %eax
    movl %eax, PHYSICAL(boot_directories)(, %ecx, 8)
    incl %ecx
    cmpl $2048, %ecx
    jb 1b
    movl $PHYSICAL(boot_directories) + ENTRY_TABLE, %eax
    movl %eax, PHYSICAL(boot_pdpt_image) + 510 * 8
    xorl %ecx, %ecx
2:  movl %eax, PHYSICAL(boot_pdpt)(, %ecx, 8)
    addl $4096, %eax
    incl %ecx
    cmpl $4, %ecx
    jb 2b
    movl $PHYSICAL(boot_pdpt) + ENTRY_TABLE, %eax
    movl %eax, PHYSICAL(boot_pml4)
    movl %eax, PHYSICAL(boot_pml4) + 256 * 8
    movl $PHYSICAL(boot_pdpt_image) + ENTRY_TABLE, %eax
    movl %eax, PHYSICAL(boot_pml4) + 511 * 8
    ret

/* Other cores come here from the trampoline in 32-bit protected mode; no stack yet. */
secondary_entry:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $1, %ebp
    jmp enter_long_mode

    .code64
long_mode:
    movabsq $1f, %rax
    jmp *%rax
1:  testl %ebp, %ebp
    jnz 2f
    leaq boot_stack_end(%rip), %rsp
    xorl %ebp, %ebp
    call platform_boot
    ud2
2:  movq $PHYSICAL(kernel_pml4), %rax
    movq %rax, %cr3
    movq secondary_stack(%rip), %rsp
    movq secondary_core(%rip), %rdi
    xorl %ebp, %ebp
    call secondary_main
    ud2

/* _Noreturn void stack_switch(uint64_t stack_top, void (*function)(void)) */
    .globl stack_switch
stack_switch:
    movq %rdi, %rsp
    xorl %ebp, %ebp
    call *%rsi
    ud2

    .section .rodata
refusal:
    .ascii "[rdv] this processor has no 64-bit mode, or no execute-disable "
    .asciz "(NX, XD: see the firmware's settings)\n"

/* Copied to TRAMPOLINE_ADDRESS: real mode to protected mode. */
    .globl trampoline_start, trampoline_end
    .code16
trampoline_start:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl TRAMPOLINE_ADDRESS + trampoline_gdt_pointer - trampoline_start
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $0x18, $PHYSICAL(secondary_entry)
    .balign 4
trampoline_gdt_pointer:
    .short boot_gdt_end - boot_gdt - 1
    .long PHYSICAL(boot_gdt)
trampoline_end:

    .balign 8
boot_gdt_pointer:
    .short boot_gdt_end - boot_gdt - 1
    .long PHYSICAL(boot_gdt)
    .balign 8
/* Intel SDM vol. 3A, 3.4.5 "Segment Descriptors": flat, present, accessed. */
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* 0x08: 64-bit code */
    .quad 0x00cf93000000ffff /* 0x10: data */
    .quad 0x00cf9b000000ffff /* 0x18: 32-bit code */
boot_gdt_end:

    .bss
    .balign 4096
    .globl boot_pml4
boot_pml4:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_pdpt_image:
    .skip 4096
boot_directories:
    .skip 4 * 4096
boot_stack:
    .skip 16384
boot_stack_end:

    .section .note.GNU-stack, "", @progbits
