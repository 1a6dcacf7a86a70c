/* The timed region: the instructions between two markers, and the time stamps around them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A region begins right before one thread's SYSCALL instruction and ends right after the one that
 * returns, in the same thread or in another. Around it, outside the markers, the time-stamp counter
 * is read:
 *
 *     rdtsc; shl; or       start, as one number
 *     mov                  keep it: in message word 0 (region_…) or in memory (region_shared_…)
 *     mov                  the system call's number
 *     nopl 0x1ee70001      begin marker
 *     syscall              … what is measured …
 *     nopl 0x1ee70002      end marker
 *     mov                  keep the system call's error
 *     rdtsc                end
 *
 * The empty region is the same without the SYSCALL; its time is the overhead that is subtracted.
 * In an IPC the start travels to the receiver as message word 0, so the region is in registers
 * only. Where no message travels (signal, yield, fault, interrupt) it is stored, before the begin
 * marker, in memory that was touched before and that both threads' spaces share.
 *
 * Under counting mode a sample is then exactly the number of instructions between the markers
 * (REGION_SEEN: less the two of the loop that sees the flag). */
#pragma once

#include <stdint.h>

#include <l4/syscall.h>
#include <l4/types.h>

enum region_kind {
    REGION_UNMARKED, /* no markers, nothing to subtract */
    REGION_MESSAGE,  /* the start is in message word 0 */
    REGION_SHARED,   /* the start is in region_start */
    REGION_SEEN,     /* as REGION_SHARED; it ends when a loop sees region_flag */
    REGION_KINDS,
};

/* Where regions without a message keep their start; a region's end may be in another thread. */
extern volatile uint64_t region_start;

/* What an interrupted loop watches, to see that it runs again. */
extern volatile uint32_t region_flag;

/* What a region left: not every field is meant in every case. */
struct region {
    uint64_t start; /* in ticks of the time-stamp counter */
    uint64_t end;
    l4_word error; /* of the system call */
};

#define REGION_INLINE static inline __attribute__((always_inline))

#define REGION_TICKS "rdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\t"
#define REGION_BEGIN "nopl 0x1ee70001(%%rax)\n\t"
#define REGION_END   "nopl 0x1ee70002(%%rax)\n\tmov %%eax, %%ecx\n\t" REGION_TICKS

#define REGION_FROM        REGION_TICKS "mov %%rax, %%rbx\n\tmov %%r8d, %%eax\n\t" REGION_BEGIN
#define REGION_FROM_SHARED REGION_TICKS "mov %%rax, %[start]\n\tmov %%r8d, %%eax\n\t" REGION_BEGIN
#define REGION_SEE         "1:\n\tcmpl $0, %[flag]\n\tje 1b\n\t"

/* What a system call loses beside the registers that are named as operands. */
#define REGION_LOSES "rdx", "rbp", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory"

/* The time-stamp counter. */
REGION_INLINE uint64_t
region_ticks(void)
{
    uint64_t ticks;

    __asm__ volatile(REGION_TICKS : "=a"(ticks) : : "rdx");
    return ticks;
}

/* A region from before to after one system call, whose message word 0 comes back unchanged. */
REGION_INLINE struct region
region_around(enum l4_syscall number, l4_cap cap, l4_word tag)
{
    struct region region;
    register l4_word r8 __asm__("r8") = number;

    __asm__ volatile(REGION_FROM "syscall\n\t" REGION_END
                     : "=a"(region.end), "=b"(region.start), "=c"(region.error), "+D"(cap),
                       "+S"(tag), "+r"(r8)
                     :
                     : REGION_LOSES);
    return region;
}

/* A region that begins here and ends in another thread; .error only. */
REGION_INLINE struct region
region_from(enum l4_syscall number, l4_cap cap, l4_word tag)
{
    struct region region = {0};
    register l4_word r8 __asm__("r8") = number;

    __asm__ volatile(REGION_FROM "syscall\n\t"
                     : "=a"(region.error), "+D"(cap), "+S"(tag), "+r"(r8)
                     :
                     : "rbx", "rcx", REGION_LOSES);
    return region;
}

/* A region that ends here, when this system call returns. .start: message word 0. */
REGION_INLINE struct region
region_to(enum l4_syscall number, l4_cap cap, l4_word tag)
{
    struct region region;
    l4_word result = number;

    __asm__ volatile("syscall\n\t" REGION_END
                     : "+a"(result), "=b"(region.start), "=c"(region.error), "+D"(cap), "+S"(tag)
                     :
                     : "r8", REGION_LOSES);
    region.end = result;
    return region;
}

/* The same three where no message travels. .start is read from memory after the region. */
REGION_INLINE struct region
region_shared_around(enum l4_syscall number, l4_cap cap)
{
    struct region region;
    l4_word tag = 0;
    register l4_word r8 __asm__("r8") = number;

    __asm__ volatile(REGION_FROM_SHARED "syscall\n\t" REGION_END
                     : "=a"(region.end), "=c"(region.error), "+D"(cap), "+S"(tag),
                       "+r"(r8), [start] "=m"(region_start)
                     :
                     : "rbx", REGION_LOSES);
    region.start = region_start;
    return region;
}

REGION_INLINE struct region
region_shared_from(enum l4_syscall number, l4_cap cap)
{
    struct region region = {0};
    l4_word tag = 0;
    register l4_word r8 __asm__("r8") = number;

    __asm__ volatile(REGION_FROM_SHARED "syscall\n\t"
                     : "=a"(region.error), "+D"(cap), "+S"(tag),
                       "+r"(r8), [start] "=m"(region_start)
                     :
                     : "rbx", "rcx", REGION_LOSES);
    return region;
}

REGION_INLINE struct region
region_shared_to(enum l4_syscall number, l4_cap cap, l4_word tag)
{
    struct region region = region_to(number, cap, tag);

    region.start = region_start;
    return region;
}

/* A region that begins here with an instruction that faults: `ud2`, or a load from `address`; both
 * are REGION_FAULT_BYTES long. With a handler that skips the instruction it ends here too. */
#define REGION_FAULT_BYTES 2u
#define REGION_FAULT(name, instruction)                                                            \
    REGION_INLINE void name(l4_word address)                                                       \
    {                                                                                              \
        __asm__ volatile(REGION_FROM_SHARED instruction "\n\t"                                     \
                         : [start] "=m"(region_start)                                              \
                         : "D"(address)                                                            \
                         : "rax", "rbx", "rcx", "r8", REGION_LOSES);                               \
    }                                                                                              \
    REGION_INLINE struct region name##_around(l4_word address)                                     \
    {                                                                                              \
        struct region region;                                                                      \
        __asm__ volatile(REGION_FROM_SHARED instruction "\n\t" REGION_END                          \
                         : "=a"(region.end), "=c"(region.error), [start] "=m"(region_start)        \
                         : "D"(address)                                                            \
                         : "rbx", "r8", REGION_LOSES);                                             \
        region.start = region_start;                                                               \
        return region;                                                                             \
    }

REGION_FAULT(region_undefined, "ud2")
REGION_FAULT(region_load, "mov (%%rdi), %%al")

/* A region that ends here, when a handler's system call returns with a fault message; the reply's
 * word 0 is given, the fault's comes back. */
REGION_INLINE struct region
region_fault_to(enum l4_syscall number, l4_cap cap, l4_word *word0)
{
    struct region region;
    l4_word result = number;
    l4_word tag = 1; /* one word: the new instruction pointer */

    __asm__ volatile("syscall\n\t" REGION_END
                     : "+a"(result), "+b"(*word0), "=c"(region.error), "+D"(cap), "+S"(tag)
                     :
                     : "r8", REGION_LOSES);
    region.end = result;
    region.start = region_start;
    return region;
}

/* A region that begins with the store of 1 to a device register, which raises an interrupt; then
 * wait until region_flag is set. */
REGION_INLINE void
region_store(volatile void *device_register)
{
    register l4_word r8 __asm__("r8") = 1;

    __asm__ volatile(REGION_FROM_SHARED "mov %%eax, (%%rdi)\n\t" REGION_SEE
                     : [start] "=m"(region_start), "+r"(r8)
                     : "D"(device_register), [flag] "m"(region_flag)
                     : "rax", "rdx", "memory", "cc");
}

/* Wait until region_flag is set: an interrupted thread, where a region ends that another thread
 * began. */
REGION_INLINE struct region
region_see(void)
{
    struct region region;

    __asm__ volatile(REGION_SEE REGION_END
                     : "=a"(region.end), "=c"(region.error)
                     : [flag] "m"(region_flag)
                     : "rdx", "memory", "cc");
    region.start = region_start;
    return region;
}

/* The empty regions. For REGION_SEEN, region_flag must be set. */
REGION_INLINE uint64_t
region_empty(enum region_kind kind)
{
    struct region region = {0};

    if (kind == REGION_MESSAGE) {
        __asm__ volatile(REGION_FROM REGION_END
                         : "=a"(region.end), "=b"(region.start), "=c"(region.error)
                         :
                         : "rdx");
    } else if (kind == REGION_SHARED) {
        __asm__ volatile(REGION_FROM_SHARED REGION_END
                         : "=a"(region.end), "=c"(region.error), [start] "=m"(region_start)
                         :
                         : "rdx");
        region.start = region_start;
    } else if (kind == REGION_SEEN) {
        __asm__ volatile(REGION_FROM_SHARED REGION_SEE REGION_END
                         : "=a"(region.end), "=c"(region.error), [start] "=m"(region_start)
                         : [flag] "m"(region_flag)
                         : "rdx", "cc");
        region.start = region_start;
    }
    return region.end - region.start;
}

/* Ticks of a loop of `iterations` system calls, unmarked. The loop's own part is six instructions
 * an iteration: three loads of the arguments, SYSCALL itself, count, branch. */
REGION_INLINE uint64_t
region_loop(enum l4_syscall call, l4_cap cap, l4_word tag, uint32_t iterations)
{
    volatile uint64_t start;
    volatile uint32_t left = iterations;
    volatile uint32_t number = call;
    uint64_t end;

    __asm__ volatile(REGION_TICKS "mov %%rax, %[start]\n"
                                  "1:\n\t"
                                  "mov %[number], %%eax\n\t"
                                  "mov %[cap], %%rdi\n\t"
                                  "mov %[tag], %%rsi\n\t"
                                  "syscall\n\t"
                                  "decl %[left]\n\t"
                                  "jnz 1b\n\t" REGION_TICKS
                     : "=&a"(end), [start] "=m"(start), [left] "+m"(left)
                     : [number] "m"(number), [cap] "m"(cap), [tag] "m"(tag)
                     : "rbx", "rcx", "rdi", "rsi", "r8", "cc", REGION_LOSES);
    return end - start;
}

/* A server that answers every message with the same message: five instructions of its own between
 * one call and the next. Returns when receiving fails. */
REGION_INLINE void
region_echo(l4_cap cap, l4_word tag)
{
    __asm__ volatile("mov %[recv], %%eax\n"
                     "1:\n\t"
                     "mov %[cap], %%rdi\n\t"
                     "mov %[tag], %%rsi\n\t"
                     "syscall\n\t"
                     "test %%eax, %%eax\n\t"
                     "mov %[reply_recv], %%eax\n\t"
                     "jz 1b\n\t"
                     :
                     : [cap] "m"(cap), [tag] "m"(tag), [recv] "i"(L4_SYS_RECV),
                       [reply_recv] "i"(L4_SYS_REPLY_RECV)
                     : "rax", "rbx", "rcx", "rdi", "rsi", "r8", "cc", REGION_LOSES);
}
