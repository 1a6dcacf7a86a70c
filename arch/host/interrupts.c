/* Interrupts, timers and lines of the simulated machine, and the log of what was done with them.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "internal.h"

#include <internal/context.h>
#include <internal/core.h>
#include <internal/interrupt.h>
#include <smp/flush.h>
#include <smp/inbox.h>

#define LINES 24

static struct {
    uint64_t count; /* atomic, likewise the next */
    uint64_t last;
} events[HOST_EVENT_COUNT];

static uint64_t raise_after; /* calls of interrupt_pending() from now; 0: never */

void
host_event(enum host_event event, uint64_t value)
{
    __atomic_fetch_add(&events[event].count, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&events[event].last, value, __ATOMIC_RELAXED);
}

uint64_t
host_event_count(enum host_event event)
{
    return __atomic_load_n(&events[event].count, __ATOMIC_RELAXED);
}

uint64_t
host_event_last(enum host_event event)
{
    return __atomic_load_n(&events[event].last, __ATOMIC_RELAXED);
}

void
host_event_clear(void)
{
    for (int i = 0; i < HOST_EVENT_COUNT; i++) {
        __atomic_store_n(&events[i].count, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&events[i].last, 0, __ATOMIC_RELAXED);
    }
    raise_after = 0;
}

void
host_raise(uint32_t core, uint8_t vector)
{
    __atomic_fetch_or(&core_at(core)->arch.pending[vector / 64], 1ull << vector % 64,
                      __ATOMIC_ACQ_REL);
}

bool
host_is_raised(uint32_t core, uint8_t vector)
{
    uint64_t word = __atomic_load_n(&core_at(core)->arch.pending[vector / 64], __ATOMIC_ACQUIRE);
    return word >> vector % 64 & 1;
}

void
host_raise_after(uint64_t calls)
{
    raise_after = calls + 1;
}

uint8_t
host_take_vector(void)
{
    for (unsigned i = 0; i < 4; i++) {
        uint64_t *word = &host_core->arch.pending[i];
        uint64_t raised = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if (!raised)
            continue;
        unsigned bit = (unsigned)__builtin_ctzll(raised);
        __atomic_fetch_and(word, ~(1ull << bit), __ATOMIC_ACQ_REL);
        return (uint8_t)(i * 64 + bit);
    }
    return 0;
}

void
host_dispatch(uint8_t vector)
{
    switch (vector) {
    case VECTOR_TIMER:
        interrupt_complete();
        context_timer(this_core());
        break;
    case VECTOR_INBOX:
        interrupt_complete();
        inbox_take(this_core());
        break;
    case VECTOR_FLUSH:
        interrupt_complete();
        flush_interrupt(this_core());
        break;
    default:
        interrupt_raised(vector);
        break;
    }
}

void
host_advance(uint64_t ticks)
{
    host_clock += ticks;
    for (uint32_t i = 0; i < platform.core_count; i++) {
        struct core *core = core_at(i);
        if (core->arch.timer > host_clock)
            continue;
        core->arch.timer = UINT64_MAX;
        host_raise(i, VECTOR_TIMER);
    }
}

void
timer_arm(uint64_t deadline)
{
    host_event(HOST_EVENT_TIMER, deadline);
    this_core()->arch.timer = deadline;
    if (deadline <= host_clock)
        host_advance(0);
}

void
timer_stop(void)
{
    host_event(HOST_EVENT_TIMER_STOP, 0);
    this_core()->arch.timer = UINT64_MAX;
}

uint32_t
interrupt_line_count(void)
{
    return LINES;
}

/* The last line cannot be routed. */
bool
interrupt_line_route(uint32_t line, uint32_t flags, uint32_t core, uint8_t vector)
{
    (void)flags;
    host_event(HOST_EVENT_ROUTE, (uint64_t)line << 32 | core << 8 | vector);
    return line < LINES - 1;
}

void
interrupt_line_mask(uint32_t line)
{
    host_event(HOST_EVENT_MASK, line);
}

void
interrupt_line_unmask(uint32_t line)
{
    host_event(HOST_EVENT_UNMASK, line);
}

void
interrupt_message(uint32_t core, uint8_t vector, uint64_t *address, uint32_t *data)
{
    *address = 0xfee00000u | core << 12;
    *data = vector;
}

void
interrupt_complete(void)
{
    host_event(HOST_EVENT_COMPLETE, 0);
}

bool
interrupt_pending(void)
{
    const struct core *core = this_core();
    if (raise_after && --raise_after == 0)
        host_raise(core->number, VECTOR_TIMER);
    uint64_t raised = 0;
    for (unsigned i = 0; i < 4; i++)
        raised |= __atomic_load_n(&core->arch.pending[i], __ATOMIC_ACQUIRE);
    return raised;
}

void
core_interrupt(uint32_t core, uint8_t vector)
{
    host_event(HOST_EVENT_INTERRUPT, vector);
    host_raise(core, vector);
}

void
core_halt_others(void)
{
    host_event(HOST_EVENT_HALT_OTHERS, 0);
}
