/* Interrupts as notifications.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each core has one of these for each device vector. Ownership: fields change under the capability
 * lock, before the vector can be raised; the core reads them when it is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <internal/capability.h>

#define INTERRUPT_NO_LINE 0xffffffffu

struct interrupt {
    struct slot notification; /* whom to signal, and the badge: a slot of the derivation tree */
    uint32_t core;
    uint32_t line; /* or INTERRUPT_NO_LINE: a message */
    uint32_t flags;
    uint8_t vector;
    bool used;
    uint64_t spurious; /* came with nobody bound */
    uint64_t reserved[5];
};

_Static_assert(sizeof(struct interrupt) == 128, "interrupts are aligned like objects");

/* Memory for the vectors of all cores; while booting. */
void interrupt_boot(void);

/* A device vector was raised on this core. */
void interrupt_raised(uint8_t vector);

struct thread;
struct invocation;
int interrupts_invoke(struct thread *invoker, struct invocation *invocation);
int interrupt_invoke(struct thread *invoker, struct invocation *invocation);
