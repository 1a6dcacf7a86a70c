/* Exceptions and interrupts, after entry.S has saved what they interrupted; and the way back.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <arch/cpu.h>
#include <arch/platform.h>
#include <arch_impl/instructions.h>
#include <internal/context.h>
#include <internal/core.h>
#include <internal/fault.h>
#include <internal/interrupt.h>
#include <internal/panic.h>
#include <internal/schedule.h>
#include <internal/thread.h>
#include <smp/flush.h>
#include <smp/inbox.h>

/* Intel SDM vol. 3A, table 6-1. */
#define VECTOR_PAGE_FAULT      14
#define VECTOR_EXCEPTIONS_LAST 31

/* entry.S */
_Noreturn void exit_message(struct thread *thread);
_Noreturn void exit_frame(struct thread *thread);
_Noreturn void trap_user(struct thread *thread, uint32_t vector, uint64_t error);
_Noreturn void trap_interrupt(uint32_t vector);
_Noreturn void trap_bug(uint32_t vector, uint64_t error, uint64_t ip);

static uint64_t
fault_address(void)
{
    uint64_t address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    return address;
}

/* The user's GS base is the one that SWAPGS brings in. */
static uint64_t
user_gs_base(void)
{
    uint64_t base;
    __asm__ volatile("swapgs; rdgsbase %0; swapgs" : "=r"(base));
    return base;
}

static void
set_user_gs_base(uint64_t base)
{
    __asm__ volatile("swapgs; wrgsbase %0; swapgs" ::"r"(base));
}

static bool
user_changes_bases(void)
{
    return platform.features & L4_FEATURE_FSGSBASE;
}

static void
bases_save(struct arch_registers *registers)
{
    if (!user_changes_bases())
        return;
    __asm__ volatile("rdfsbase %0" : "=r"(registers->fs_base));
    registers->gs_base = user_gs_base();
}

/* Where user level cannot change them, FS is as registered and GS is zero for ever. */
static void
bases_load(const struct thread *thread, uint64_t fs_base, uint64_t gs_base)
{
    if (!user_changes_bases()) {
        msr_write(MSR_FS_BASE, thread->to.tls);
        return;
    }
    __asm__ volatile("wrfsbase %0" ::"r"(fs_base));
    set_user_gs_base(gs_base);
}

void
resume_message(struct thread *thread)
{
    bases_load(thread, thread->to.tls, 0);
    exit_message(thread);
}

void
resume_frame(struct thread *thread)
{
    bases_load(thread, thread->registers.fs_base, thread->registers.gs_base);
    exit_frame(thread);
}

static void
interrupt_dispatch(uint32_t vector)
{
    struct core *core = this_core();

    switch (vector) {
    case VECTOR_TIMER:
        interrupt_complete();
        context_timer(core);
        break;
    case VECTOR_INBOX:
        interrupt_complete();
        inbox_take(core);
        break;
    case VECTOR_FLUSH:
        interrupt_complete();
        flush_interrupt(core);
        break;
    case VECTOR_HALT:
        cpu_halt();
    case VECTOR_SPURIOUS:
        break; /* it wants no completion: SDM vol. 3A, 10.9 */
    default:
        if (vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST)
            interrupt_raised((uint8_t)vector);
        else
            interrupt_complete(); /* a device's own idea; not completed, it would hold up others */
        break;
    }
}

void
trap_user(struct thread *thread, uint32_t vector, uint64_t error)
{
    if (platform.features & L4_FEATURE_SMAP)
        __asm__ volatile("clac"); /* a gate leaves AC as it was, unlike SYSCALL */
    bases_save(&thread->registers);
    thread->resume = RESUME_FRAME;
    if (vector > VECTOR_EXCEPTIONS_LAST)
        interrupt_dispatch(vector);
    else if (vector == VECTOR_PAGE_FAULT)
        fault_raise(thread, L4_FAULT_PAGE, vector, fault_address(), error);
    else
        fault_raise(thread, L4_FAULT_EXCEPTION, vector, 0, error);
    kernel_exit();
}

void
trap_interrupt(uint32_t vector)
{
    interrupt_dispatch(vector);
    kernel_exit();
}

void
trap_bug(uint32_t vector, uint64_t error, uint64_t ip)
{
    panic("exception %u in the kernel, error code 0x%lx, ip 0x%lx, address 0x%lx", vector, error,
          ip, fault_address());
}
