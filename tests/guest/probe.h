/* All registers around a system call, and across an interruption.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* In the order in which probe.S keeps them. */
struct probe_registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
};

struct probe {
    struct probe_registers in;  /* loaded before the SYSCALL */
    struct probe_registers out; /* as it left them */
    uint64_t next;              /* address of the instruction behind it */
};

void probe_syscall(struct probe *probe);

/* Load all of `in` (but rax, which counts), spin until *flag is not zero, and store what is there.
 */
void probe_spin(struct probe *probe, volatile uint64_t *flag);

/* Where threads can be started: keeps all registers as they are then in probe_started, and rests.
 */
void probe_start(void);
extern struct probe_registers probe_started;
extern volatile uint64_t probe_start_done;
