/* The architecture contract, part 1: the machine.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What every architecture offers the kernel for booting, interrupts, timer, cores and console.
 * Part 2, the hot inline functions, is cpu.h; part 3, page tables, is paging.h; part 4, the fast
 * path's messages, is message.h. Declared here once; implemented in arch/<architecture>/.
 *
 * All functions run with interrupts off and never block. Cores are numbered from 0, the core
 * that booted; numbers are dense. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <l4/bootinfo.h>

/* A physical address: its own type, so that none is used as a pointer by mistake. */
typedef struct {
    uint64_t raw;
} paddr_t;

struct memory_region {
    paddr_t start; /* page aligned */
    uint64_t size; /* bytes, whole pages */
};

#define PLATFORM_MAX_REGIONS 64u

/* What the machine is. Filled once by the architecture before kernel_boot(), then read-only. */
struct platform {
    uint32_t
        core_count; /* cores the firmware lists (up to L4_MAX_CORES); all of them are started */
    uint32_t memory_count; /* ram[]: free memory, without kernel, module and boot allocations */
    uint32_t device_count; /* device[]: address ranges that are not memory and may be mapped */
    uint32_t features;     /* enum l4_feature: present and switched on */
    uint64_t tsc_hz;       /* ticks of arch_now() a second */
    paddr_t module;        /* the packed module, page aligned; size 0: none was given */
    uint64_t module_size;  /* bytes */
    uint64_t acpi_rsdp;    /* as in struct l4_bootinfo, likewise the next two */
    uint64_t hpet_address;
    uint64_t pci_ecam;
    char cpu[64];
    char arguments[L4_BOOT_ARGUMENTS];
    struct memory_region memory[PLATFORM_MAX_REGIONS];
    struct memory_region device[PLATFORM_MAX_REGIONS];
};

extern struct platform platform;

struct core;

/* Memory for what the kernel keeps for ever, while booting only: zeroed, aligned to `align` (a
 * power of two, at least 64), taken out of platform.memory. Panics when there is none. */
void *platform_allocate(size_t size, size_t align);

/* Called by the architecture on the booting core once `platform` is filled and struct core 0
 * exists and is current; makes the kernel's first objects and the root task. Does not return. */
_Noreturn void kernel_boot(void);

/* Called by the architecture on every other core, when it can take interrupts from others, with
 * its struct core current. Does not return. */
_Noreturn void kernel_core_main(void);

/* Start all other cores; returns when each has entered kernel_core_main() or has been given up
 * (then platform.core_count is lowered to the dense number that runs). */
void platform_start_cores(void);

/* The struct core of a running core; NULL when there is no such core. */
struct core *core_at(uint32_t number);

/* --- console: for the kernel's own messages; polls, never waits for ever --- */
void console_putc(char c);

/* --- timer: one shot, one a core; arrives as VECTOR_TIMER --- */
void
timer_arm(uint64_t deadline); /* in arch_now() ticks; a deadline that has passed fires at once */
void timer_stop(void);

/* --- interrupts --- */

/* Vectors that mean something. Device vectors are given out by the kernel. */
enum {
    VECTOR_DEVICE_FIRST = 0x30,
    VECTOR_DEVICE_LAST = 0xdf,
    VECTOR_TIMER = 0xe0,
    VECTOR_INBOX = 0xe1, /* look into your inbox */
    VECTOR_FLUSH = 0xe2, /* TLB shootdown: look at what is to be flushed */
    VECTOR_HALT = 0xe3,  /* another core panicked: stop for good */
    VECTOR_SPURIOUS = 0xff,
};

/* Number of interrupt lines (global interrupt numbers 0 to n-1). */
uint32_t interrupt_line_count(void);

/* Route a line to a core and vector, and let it raise. flags: L4_IRQ_*. False: no such line. */
bool interrupt_line_route(uint32_t line, uint32_t flags, uint32_t core, uint8_t vector);
void interrupt_line_mask(uint32_t line);
void interrupt_line_unmask(uint32_t line);

/* What a device must write where to raise `vector` on `core` (MSI). */
void interrupt_message(uint32_t core, uint8_t vector, uint64_t *address, uint32_t *data);

/* Tell the controller that the interrupt being served is done. */
void interrupt_complete(void);

/* True when an interrupt waits for this core: a preemption point should end the operation. */
bool interrupt_pending(void);

/* --- other cores --- */

/* Raise VECTOR_INBOX or VECTOR_FLUSH on another core. All stores before it are seen by its
 * handler. */
void core_interrupt(uint32_t core, uint8_t vector);
/* Stop all other cores for good (a panic): they print nothing more. */
void core_halt_others(void);

/* End the machine where it can be ended (an emulator's exit device), else halt for ever.
 * status: 0x10 done, 0x11 a test failed, 0x12 panic; see docs/records.md. */
_Noreturn void platform_exit(uint32_t status);

/* Deliberate faults for the tests of the harness: boot argument break=triple. */
_Noreturn void platform_triple_fault(void);

/* I/O ports, where the architecture has them; elsewhere no capability to them exists. bytes: 1,
 * 2, 4. */
uint32_t port_in(uint16_t port, unsigned bytes);
void port_out(uint16_t port, unsigned bytes, uint32_t value);
