/* The state every core is brought to: control registers, system call registers, tables.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Called on each core, with kernel_pml4 loaded. */
#include "machine.h"

#include <arch_impl/instructions.h>
#include <arch_impl/selectors.h>
#include <internal/core.h>

/* Intel SDM vol. 3A, 2.5 "Control Registers". */
#define CR0_PE         (1ull << 0)
#define CR0_MP         (1ull << 1)
#define CR0_TS         (1ull << 3)
#define CR0_ET         (1ull << 4)
#define CR0_NE         (1ull << 5)
#define CR0_WP         (1ull << 16)
#define CR0_PG         (1ull << 31)
#define CR4_PAE        (1ull << 5)
#define CR4_MCE        (1ull << 6)
#define CR4_PGE        (1ull << 7)
#define CR4_OSFXSR     (1ull << 9)
#define CR4_OSXMMEXCPT (1ull << 10)
#define CR4_FSGSBASE   (1ull << 16)
#define CR4_PCIDE      (1ull << 17)
#define CR4_SMEP       (1ull << 20)
#define CR4_SMAP       (1ull << 21)

/* Intel SDM vol. 3A, 2.2.1 "Extended Feature Enable Register". */
#define EFER_SCE (1ull << 0)
#define EFER_LME (1ull << 8)
#define EFER_LMA (1ull << 10)
#define EFER_NXE (1ull << 11)

/* Flags that SYSCALL clears: TF, IF, DF, IOPL, NT, RF, AC (vol. 1, 3.4.3 "EFLAGS Register"). */
#define SYSCALL_FLAGS_MASK                                                                         \
    ((1ull << 8) | (1ull << 9) | (1ull << 10) | (3ull << 12) | (1ull << 14) | (1ull << 16) |       \
     (1ull << 18))

extern const char entry_syscall[]; /* entry.S */
extern const char entry_syscall_slow[];

/* The fast path writes the segment bases as user level may; without that it is not taken. The boot
 * argument fastpath=off is for comparing the two paths. */
static const char *
system_call_entry(void)
{
    bool fast = platform.features & L4_FEATURE_FSGSBASE && !boot_argument("fastpath=off");
    return fast ? entry_syscall : entry_syscall_slow;
}

static uint64_t
when(uint32_t feature, uint64_t bit)
{
    return (platform.features & feature) != 0 ? bit : 0;
}

/* TS makes the first use of FPU or vector registers trap. OSFXSR and OSXMMEXCPT are on so that
 * it is this trap (#NM) and not #UD for SSE as well. */
static void
init_control(void)
{
    uint64_t cr4 = CR4_PAE | CR4_MCE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT |
                   when(L4_FEATURE_FSGSBASE, CR4_FSGSBASE) | when(L4_FEATURE_SMEP, CR4_SMEP) |
                   when(L4_FEATURE_SMAP, CR4_SMAP) | when(L4_FEATURE_TAGS, CR4_PCIDE);
    uint64_t cr0 = CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_TS | CR0_MP | CR0_PE;
    /* PCIDE may be set only in long mode with tag 0 in CR3, which is the case (vol. 3A, 4.10.1). */
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
}

static void
init_system_call(void)
{
    /* LMA is the processor's, but AMD's want it written as it is (APM vol. 2, 3.1.7). */
    msr_write(MSR_EFER, EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE);
    msr_write(MSR_STAR, (uint64_t)STAR_SYSRET_BASE << 48 | (uint64_t)STAR_SYSCALL_BASE << 32);
    msr_write(MSR_LSTAR, (uint64_t)system_call_entry());
    msr_write(MSR_FMASK, SYSCALL_FLAGS_MASK);
}

void
cpu_init(struct core *core)
{
    init_control();
    init_system_call();
    descriptors_load(core);
    /* After the selectors: loading those clears the bases. In the kernel the base in use is the
     * core's, and the other one, which SWAPGS brings in on the way out, is the user's. */
    msr_write(MSR_FS_BASE, 0);
    msr_write(MSR_GS_BASE, (uint64_t)core);
    msr_write(MSR_KERNEL_GS_BASE, 0);
}
