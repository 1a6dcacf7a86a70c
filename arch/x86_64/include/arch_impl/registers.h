/* The registers of an x86_64 thread, as entry.S stores them.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* What a thread that entered by SYSCALL needs to go on; part of the thread block's hot lines. */
struct arch_return {
    uint64_t ip;
    uint64_t sp;
    uint64_t flags;
    uint64_t tls; /* FS base, as registered */
};

/* The general registers. After a system call only those that carry something are valid. The two
 * bases are kept when the thread was interrupted and user level may change them. */
struct arch_registers {
    uint64_t rax; /* in: system call; out: error */
    uint64_t rdi; /* in: capability; out: badge */
    uint64_t rsi; /* tag */
    uint64_t rbx; /* message words 0 to 4: rbx, r12 to r15 */
    uint64_t r12;
    uint64_t r13;
    uint64_t r14;
    uint64_t r15;
    uint64_t rcx;
    uint64_t rdx;
    uint64_t rbp;
    uint64_t r8;
    uint64_t r9;
    uint64_t r10;
    uint64_t r11;
    uint64_t fs_base;
    uint64_t gs_base;
};
