/* What a core owns on x86_64: its descriptor tables and its interrupt controller's name.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Ownership: written by cpu_init() on the core itself; apic_id before the core starts, by the core
 * that starts it. */
#pragma once

#include <stdint.h>

/* 64-bit task-state segment: Intel SDM vol. 3A, figure 8-11. */
struct task_state {
    uint32_t reserved0;
    uint64_t rsp0; /* the stack of interrupts and exceptions that come from user level */
    uint64_t rsp1;
    uint64_t rsp2;
    uint64_t reserved1;
    uint64_t ist[7]; /* ist[0] is stack 1 of the interrupt gates */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
} __attribute__((packed));

_Static_assert(sizeof(struct task_state) == 104, "task-state segment as the processor reads it");

#define GDT_ENTRIES 7

struct arch_core {
    uint32_t apic_id;
    struct task_state tss;
    _Alignas(8) uint64_t gdt[GDT_ENTRIES];
};
