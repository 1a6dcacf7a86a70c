/* The host as a machine: what tests see of it, and how they drive it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Kernel code runs on the test's own stack, called through host_run(); where a real kernel would
 * leave for user level, halt or stop, host_run() returns and says what happened. Several cores are
 * played one after the other, by setting host_core, or at once, each by a thread of its own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/platform.h>

/* How kernel code ended. */
enum host_exit {
    HOST_RETURNED = 1, /* the function returned */
    HOST_MESSAGE = 2,  /* to user level, as the answer of a system call */
    HOST_FRAME = 3,    /* to user level, with all registers */
    HOST_IDLE = 4,
    HOST_HALT = 5,
    HOST_EXIT = 6,  /* platform_exit() */
    HOST_PANIC = 7, /* host_panicked() */
};

struct host_outcome {
    enum host_exit how;
    struct thread *thread; /* HOST_MESSAGE, HOST_FRAME: who runs */
    uint32_t status;       /* HOST_EXIT */
};

/* Call into the kernel, on host_core. */
struct host_outcome host_run(void (*entry)(void *argument), void *argument);

/* --- the machine --- */

/* A machine of so many cores, all idle; core 0 is current. What was allocated before is freed. */
void host_start(uint32_t cores);

/* Free all memory. */
void host_stop(void);

/* Zeroed memory that lives until the next host_start(); an object of its own to AddressSanitizer.
 */
void *host_allocate(size_t size, size_t align);

/* Time goes on; timers whose deadline has come are raised. */
void host_advance(uint64_t ticks);

/* --- interrupts --- */

void host_raise(uint32_t core, uint8_t vector);
bool host_is_raised(uint32_t core, uint8_t vector);

/* The call after `calls` more to interrupt_pending() finds the timer raised. */
void host_raise_after(uint64_t calls);

/* Let host_core take one interrupt, as from user level or idle. False: there is none. */
bool host_interrupt(struct host_outcome *outcome);

/* Let all cores take interrupts until there are none left. */
void host_settle(void);

/* --- what happened --- */

enum host_event {
    HOST_EVENT_INTERRUPT = 0, /* core_interrupt(): value is the vector */
    HOST_EVENT_TIMER = 1,     /* timer_arm(): value is the deadline */
    HOST_EVENT_TIMER_STOP = 2,
    HOST_EVENT_ROUTE = 3, /* line << 32 | core << 8 | vector */
    HOST_EVENT_MASK = 4,  /* line */
    HOST_EVENT_UNMASK = 5,
    HOST_EVENT_COMPLETE = 6,
    HOST_EVENT_PORT_IN = 7, /* port << 8 | bytes */
    HOST_EVENT_PORT_OUT = 8,
    HOST_EVENT_HALT_OTHERS = 9,
    HOST_EVENT_SLOW = 10, /* the fast path could not do it */
    HOST_EVENT_COUNT = 11,
};

/* How often since the log was cleared, and the last value. */
uint64_t host_event_count(enum host_event event);
uint64_t host_event_last(enum host_event event);
void host_event_clear(void);

/* What the kernel printed since host_start() or host_console_clear(). */
const char *host_console(void);
void host_console_clear(void);

/* A panic of kernel code that is called through host_run(). */
_Noreturn void host_panicked(void);

/* --- page tables --- */

struct host_mapping {
    paddr_t physical;
    unsigned bits;
    l4_word rights;
    l4_word attributes;
};

/* What is mapped at the address. False: nothing. */
bool host_translate(struct space *space, l4_word address, struct host_mapping *mapping);
