/* What the hosted tests build their cases from: a world of objects, threads, and system calls.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A world is a machine on which all threads share one capability table and one space. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arch_impl/host.h>
#include <internal/capability.h>
#include <internal/context.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/invoke.h>
#include <internal/notification.h>
#include <internal/schedule.h>
#include <internal/space.h>
#include <internal/syscall.h>
#include <internal/thread.h>
#include <l4/syscall.h>

#define TABLE_BITS  10u
#define MICROSECOND 1000u /* ticks */

struct world {
    struct slot *table;
    struct space *space;
    l4_cap next; /* first slot that was not given out */
};

extern struct world world;

/* cmocka set-up and tear-down: a machine of 1, 2 or 4 cores. */
int world_1(void **state);
int world_2(void **state);
int world_4(void **state);
int world_end(void **state);

/* A test that finds a new world of so many cores. */
#define TEST(name, cores) cmocka_unit_test_setup_teardown(name, world_##cores, world_end)

/* A world that the test itself starts, again and again. */
void world_start(uint32_t cores);

/* A root capability in the next slot. */
l4_cap world_cap(enum l4_type type, const void *object, l4_word rights, uint64_t data);
/* The number of an unused slot. */
l4_cap world_slot(void);

struct endpoint *world_endpoint(uint32_t core);
struct notification *world_notification(uint32_t core);
/* Times in microseconds; budget 0: no limit. */
struct context *world_context(uint32_t core, uint64_t budget, uint64_t period);

/* A stopped thread: configured, and with a context of no limit of its own. */
struct thread *world_thread(uint32_t core, uint8_t priority);
/* The same without a context. */
struct thread *world_passive(uint32_t core, uint8_t priority);
/* And on this context. */
struct thread *world_thread_on(struct context *context, uint8_t priority);

/* Make it run as if it had been resumed: on its core, with all that follows from it. */
struct host_outcome start(struct thread *thread);

/* `thread`, which must run on its core, makes a system call; words after the tag are w0, w1, … as
 * many as L4_MESSAGE_REGISTERS. */
struct host_outcome system_call(struct thread *thread, l4_word number, l4_cap cap, l4_tag tag,
                                const l4_word *words);
#define WORDS(...) ((const l4_word[L4_MESSAGE_REGISTERS]){__VA_ARGS__})

/* An invocation by a thread that runs: its error. */
enum l4_error invocation(struct thread *thread, l4_cap cap, l4_word operation,
                         const l4_word *words);

/* The thread must run on its core. */
void assert_runs(const struct thread *thread);
void assert_idle(uint32_t core);

/* What a thread finds in its registers. */
static inline enum l4_error
error_of(const struct thread *thread)
{
    return (enum l4_error)thread->registers.status;
}

static inline l4_word
badge_of(const struct thread *thread)
{
    return thread->registers.subject;
}

/* Is this choice built in? choice: "queue=lazy". */
bool variant_has(const char *choice);

/* A reproducible pseudo-random number below `limit` (xorshift64*). */
uint64_t random_below(uint64_t limit);
void random_seed(uint64_t seed);

/* Run kernel code that must panic: the message, which it prints, holds `text`. */
void assert_panics(void (*entry)(void *argument), void *argument, const char *text);
