/* Segments, task state and interrupt gates.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Intel SDM vol. 3A: segment descriptors 3.4.5, task state 8.7, interrupt gates 6.14.1. */
#include "machine.h"

#include <arch_impl/selectors.h>
#include <internal/core.h>
#include <internal/panic.h>
#include <internal/print.h>

#define SEGMENT_KERNEL_CODE 0x00af9b000000ffffull /* 64-bit, level 0, accessed */
#define SEGMENT_KERNEL_DATA 0x00cf93000000ffffull
#define SEGMENT_USER_DATA   0x00cff3000000ffffull
#define SEGMENT_USER_CODE   0x00affb000000ffffull
#define TSS_AVAILABLE       0x89ull /* present, level 0, 64-bit TSS, table 3-2 */
#define GATE_INTERRUPT      0x8eu   /* present, level 0, interrupts off on entry */
#define GATE_LEVEL_3        0x60u

#define VECTOR_STUB_SIZE 16u

enum exception_vector {
    EXCEPTION_NMI = 2,
    EXCEPTION_BREAKPOINT = 3,
    EXCEPTION_DOUBLE_FAULT = 8,
    EXCEPTION_MACHINE_CHECK = 18,
};

enum interrupt_stack {
    STACK_NORMAL = 0,
    STACK_DOUBLE_FAULT = 1,
    STACK_NMI = 2,
    STACK_MACHINE_CHECK = 3,
};

struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct gate {
    uint16_t offset_0;
    uint16_t selector;
    uint8_t stack;
    uint8_t type;
    uint16_t offset_16;
    uint32_t offset_32;
    uint32_t reserved;
};

_Static_assert(sizeof(struct gate) == 16, "gate as the processor reads it");

/* What paranoid.S pushed, lowest address first. */
struct fatal_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

extern const char vector_stubs[]; /* entry.S: 256 stubs of VECTOR_STUB_SIZE bytes */
extern const char paranoid_nmi[], paranoid_double_fault[], paranoid_machine_check[];

_Noreturn void fatal_exception(const struct fatal_frame *frame);

uint64_t nmi_count[L4_MAX_CORES];
_Alignas(16) static struct gate interrupt_table[256];

static void
set_gate(uint32_t vector, const char *entry, enum interrupt_stack stack, uint8_t type)
{
    uint64_t offset = (uint64_t)entry;
    interrupt_table[vector] = (struct gate){
        .offset_0 = (uint16_t)offset,
        .selector = KERNEL_CS,
        .stack = (uint8_t)stack,
        .type = type,
        .offset_16 = (uint16_t)(offset >> 16),
        .offset_32 = (uint32_t)(offset >> 32),
    };
}

/* Only the breakpoint can be raised by an instruction of user level; `int n` else faults. */
void
descriptors_build_interrupt_table(void)
{
    for (uint32_t vector = 0; vector < 256; vector++) {
        set_gate(vector, vector_stubs + vector * VECTOR_STUB_SIZE, STACK_NORMAL, GATE_INTERRUPT);
    }
    set_gate(EXCEPTION_BREAKPOINT, vector_stubs + EXCEPTION_BREAKPOINT * VECTOR_STUB_SIZE,
             STACK_NORMAL, GATE_INTERRUPT | GATE_LEVEL_3);
    set_gate(EXCEPTION_NMI, paranoid_nmi, STACK_NMI, GATE_INTERRUPT);
    set_gate(EXCEPTION_DOUBLE_FAULT, paranoid_double_fault, STACK_DOUBLE_FAULT, GATE_INTERRUPT);
    set_gate(EXCEPTION_MACHINE_CHECK, paranoid_machine_check, STACK_MACHINE_CHECK, GATE_INTERRUPT);
}

static void
fill_task_state(struct core *core)
{
    struct task_state *tss = &core->arch.tss;
    uint64_t slot = stack_slot(core->number);
    *tss = (struct task_state){.rsp0 = core->stack_top};
    tss->ist[STACK_DOUBLE_FAULT - 1] = slot + STACK_DOUBLE_FAULT_START + STACK_EXCEPTION_SIZE;
    tss->ist[STACK_NMI - 1] = slot + STACK_NMI_START + STACK_EXCEPTION_SIZE;
    tss->ist[STACK_MACHINE_CHECK - 1] = slot + STACK_MACHINE_CHECK_START + STACK_EXCEPTION_SIZE;
    tss->io_map_base = sizeof(*tss); /* beyond the limit: no I/O ports for user level */
}

static void
fill_segments(struct core *core)
{
    uint64_t *gdt = core->arch.gdt;
    uint64_t base = (uint64_t)&core->arch.tss;
    gdt[0] = 0;
    gdt[KERNEL_CS / 8] = SEGMENT_KERNEL_CODE;
    gdt[KERNEL_SS / 8] = SEGMENT_KERNEL_DATA;
    gdt[USER_SS / 8] = SEGMENT_USER_DATA;
    gdt[USER_CS / 8] = SEGMENT_USER_CODE;
    gdt[TSS_SELECTOR / 8] = (sizeof(struct task_state) - 1) | (base & 0xffffff) << 16 |
                            TSS_AVAILABLE << 40 | (base >> 24 & 0xff) << 56;
    gdt[TSS_SELECTOR / 8 + 1] = base >> 32;
}

static void
load_segments(const struct table_pointer *gdt)
{
    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "movl %2, %%ss\n\t"
                     "movl %3, %%ds\n\t"
                     "movl %3, %%es\n\t"
                     "movl %3, %%fs\n\t"
                     "movl %3, %%gs"
                     :
                     : "m"(*gdt), "i"(KERNEL_CS), "r"(KERNEL_SS), "r"(0)
                     : "rax", "memory");
}

void
descriptors_load(struct core *core)
{
    fill_task_state(core);
    fill_segments(core);
    load_segments(&(struct table_pointer){sizeof(core->arch.gdt) - 1, (uint64_t)core->arch.gdt});
    __asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
    /* None: after reset it has 64 KiB at address 0 (table 9-1), where user level may map a page and
     * write a call gate into the kernel. */
    __asm__ volatile("lldt %w0" : : "r"(0));
    const struct table_pointer idt = {sizeof(interrupt_table) - 1, (uint64_t)interrupt_table};
    __asm__ volatile("lidt %0" : : "m"(idt));
}

/* Called from paranoid.S on the exception's own stack. */
_Noreturn void
fatal_exception(const struct fatal_frame *f)
{
    uint64_t cr2;
    __asm__ volatile("mov %%cr2, %0" : "=r"(cr2));
    print("[rdv] rip %lx cs %lx flags %lx rsp %lx cr2 %lx\n", f->rip, f->cs, f->rflags, f->rsp,
          cr2);
    print("[rdv] rax %lx rbx %lx rcx %lx rdx %lx rsi %lx rdi %lx rbp %lx\n", f->rax, f->rbx, f->rcx,
          f->rdx, f->rsi, f->rdi, f->rbp);
    print("[rdv] r8 %lx r9 %lx r10 %lx r11 %lx r12 %lx r13 %lx r14 %lx r15 %lx\n", f->r8, f->r9,
          f->r10, f->r11, f->r12, f->r13, f->r14, f->r15);
    panic("%s",
          f->vector == EXCEPTION_DOUBLE_FAULT ? "double fault in the kernel" : "machine check");
}
