/* What a test is, how it says what it expects, and what it may use.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A test is a function that begins with TEST(name); nothing else lists it. It runs in the root
 * thread, at priority ROOT, and ends by returning. A check that fails ends it at once, on whatever
 * thread it fails; so does the watchdog when nothing ends it. Afterwards all threads it made are
 * stopped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <l4user/error.h>
#include <l4user/invoke.h>
#include <l4user/ipc.h>
#include <l4user/memory.h>
#include <l4user/runtime.h>
#include <l4user/thread.h>

struct test {
    const char *name;
    const char *file;
    uint32_t line;
    void (*run)(void);
};

#define TEST(name_)                                                                                \
    static void test_##name_(void);                                                                \
    static const struct test entry_##name_ = {#name_, __FILE__, __LINE__, test_##name_};           \
    static const struct test *const pointer_##name_ __attribute__((used, section(".table"))) =     \
        &entry_##name_;                                                                            \
    static void test_##name_(void)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- expectations --- */

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            test_fail(__FILE__, __LINE__, "%s", #condition);                                       \
        }                                                                                          \
    } while (0)

/* Numbers, shown in hexadecimal. */
#define CHECK_EQ(value, expected)                                                                  \
    do {                                                                                           \
        uint64_t value_ = (uint64_t)(value);                                                       \
        uint64_t expected_ = (uint64_t)(expected);                                                 \
        if (value_ != expected_) {                                                                 \
            test_fail(__FILE__, __LINE__, "%s is 0x%lx, not %s, 0x%lx", #value, value_, #expected, \
                      expected_);                                                                  \
        }                                                                                          \
    } while (0)

/* The outcome of a system call or invocation. */
#define CHECK_ERROR(call, expected)                                                                \
    do {                                                                                           \
        enum l4_error error_ = (call);                                                             \
        if (error_ != (expected)) {                                                                \
            test_fail(__FILE__, __LINE__, "%s gives %s; expected %s", #call, error_name(error_),   \
                      error_name(expected));                                                       \
        }                                                                                          \
    } while (0)

#define CHECK_OK(call) CHECK_ERROR(call, L4_OK)

/* What others bring about: let threads of lower priority run until it is so; fails after a while.
 */
#define CHECK_SOON(condition)                                                                      \
    do {                                                                                           \
        uint64_t start_ = patience_begin();                                                        \
        while (!(condition)) {                                                                     \
            if (patience_over(start_)) {                                                           \
                test_fail(__FILE__, __LINE__, "%s does not come about", #condition);               \
            }                                                                                      \
        }                                                                                          \
        patience_end();                                                                            \
    } while (0)

_Noreturn void test_fail(const char *file, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The test has no meaning here. In the root thread only. */
_Noreturn void test_skip(const char *reason);

/* Skips the test on a machine with fewer cores. */
void test_needs_cores(uint32_t count);

/* For CHECK_SOON() in the root thread: gives way to all others of its core. */
uint64_t patience_begin(void);
bool patience_over(uint64_t start);
void patience_end(void);

static inline uint64_t
ticks(void)
{
    return __builtin_ia32_rdtsc();
}

/* Time-stamp ticks in so many microseconds. */
uint64_t ticks_of_us(uint64_t us);

static inline void
pause_core(void)
{
    __asm__ volatile("pause" ::: "memory");
}

/* --- objects: new for each test; a failure to make one fails it --- */

l4_cap make(enum l4_type type, l4_word size_bits);
l4_cap make_on(uint32_t core, enum l4_type type);
l4_cap make_slot(void);

/* A copy in a new slot. */
l4_cap make_copy(l4_cap cap, l4_word rights);
l4_cap make_badged(l4_cap cap, l4_word badge);

/* A notification whose capability, with this badge, can be signalled and waited for. */
l4_cap make_notification(uint32_t core, l4_word badge);

/* A frame mapped in the root space, readable and writable. */
l4_cap make_page(volatile uint64_t **address, l4_word attributes);

/* Unused addresses of the root space, `bytes` of them, aligned to 2 MiB. */
l4_word make_addresses(uint64_t bytes);

/* A space with the same image as the root's; made once. */
l4_cap other_space(void);

static inline l4_cap
core_cap(uint32_t core)
{
    return bootinfo()->core_caps.first + core;
}

/* --- threads --- */

enum priority {
    ROOT = L4_ROOT_PRIORITY,
    LOWER = 90,
    LOW = 100,
    HIGH = 150, /* runs as soon as it is started, on the root thread's core */
    HIGHER = 160,
};

struct spawn {
    void (*entry)(l4_word argument);
    l4_word argument;
    l4_word priority; /* 0: LOW */
    uint32_t core;
    l4_cap fault_endpoint;
    l4_cap space;       /* 0: the root space */
    uint64_t budget_us; /* 0: unlimited */
    uint64_t period_us; /* 0: the budget: round robin */
    bool passive;       /* takes its context away when it waits */
    bool no_frame;
};

#define spawn(...) spawn_thread(&(struct spawn){__VA_ARGS__})
struct thread *spawn_thread(const struct spawn *spawn);

/* Let all threads of lower priority on this core run until they wait or are done. */
void let_run(void);

/* A thread's last act: never runs again, until it is stopped. */
_Noreturn void park(void);

/* Runs `entry` in a new thread until it faults; gives the fault message, and parks the thread. */
struct l4_message catch_fault(void (*entry)(l4_word), l4_word argument);

/* --- messages --- */

/* A message of `words` words, with these in registers. */
struct l4_message message(l4_word label, l4_word words, l4_word first);

/* An invocation as it is: word 0 of the answer comes in words[0]. */
enum l4_error invoke_raw(l4_cap cap, l4_word operation, struct l4_message *message);
