/* Interrupts as notifications.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A level-triggered line is masked when it is raised, and unmasked by its driver's acknowledgement;
 * edges and messages need nothing. */
#include <internal/interrupt.h>

#include <arch/cpu.h>
#include <arch/platform.h>
#include <internal/core.h>
#include <internal/invoke.h>
#include <internal/notification.h>
#include <internal/panic.h>
#include <internal/thread.h>
#include <smp/lock.h>

#define VECTORS (VECTOR_DEVICE_LAST - VECTOR_DEVICE_FIRST + 1)

static struct interrupt *interrupts; /* VECTORS for each core, in a row */

static struct interrupt *
interrupt_at(uint32_t core, uint8_t vector)
{
    return &interrupts[core * VECTORS + (vector - VECTOR_DEVICE_FIRST)];
}

void
interrupt_boot(void)
{
    interrupts = platform_allocate(sizeof(*interrupts) * VECTORS * platform.core_count, 128);
}

void
interrupt_raised(uint8_t vector)
{
    struct interrupt *interrupt = interrupt_at(this_core()->number, vector);
    struct capability cap = capability_read(&interrupt->notification);

    if (interrupt->used && interrupt->flags & L4_IRQ_LEVEL) {
        capability_lock(); /* other cores unmask and route lines of the same controller */
        interrupt_line_mask(interrupt->line);
        capability_unlock();
    }
    interrupt_complete();
    if (capability_type(cap) == L4_TYPE_NOTIFICATION)
        notification_signal(capability_object(cap), cap.data);
    else
        interrupt->spurious++;
}

/* A vector of the core that nobody has. */
static struct interrupt *
interrupt_free(uint32_t core)
{
    for (unsigned vector = VECTOR_DEVICE_FIRST; vector <= VECTOR_DEVICE_LAST; vector++) {
        struct interrupt *interrupt = interrupt_at(core, (uint8_t)vector);
        if (interrupt->used)
            continue;
        interrupt->core = core;
        interrupt->vector = (uint8_t)vector;
        return interrupt;
    }
    return NULL;
}

static bool
line_taken(l4_word line)
{
    for (uint32_t i = 0; i < platform.core_count * VECTORS; i++)
        if (interrupts[i].used && interrupts[i].line == line)
            return true;
    return false;
}

/* The destination slot in words 2 and 3: there, and empty. */
static enum l4_error
destination(const struct thread *invoker, const l4_word *w, struct slot **slot)
{
    struct slot *table;
    enum l4_error error = table_lookup_slot(invoker, w[2], L4_TYPE_TABLE, L4_RIGHT_WRITE, &table);
    if (error)
        return error;
    if (w[3] == 0 || w[3] >= 1ull << (table->cap.data & CAP_SIZE_MASK))
        return L4_EARG;
    *slot = (struct slot *)capability_object(table->cap) + w[3];
    return slot_empty(*slot) ? L4_OK : L4_ESLOT;
}

int
interrupts_invoke(struct thread *invoker, struct invocation *invocation)
{
    const l4_word *w = invocation->words;
    bool message = invocation->operation == L4_INTERRUPTS_MESSAGE;
    struct slot *slot;
    enum l4_error error;

    if (!message && invocation->operation != L4_INTERRUPTS_LINE)
        return L4_EOP;
    if ((error = destination(invoker, w, &slot)))
        return error;
    if (w[4] >= platform.core_count)
        return L4_ECORE;
    if (!message &&
        (w[0] >= interrupt_line_count() || w[1] & ~(l4_word)(L4_IRQ_LEVEL | L4_IRQ_LOW)))
        return L4_EARG;
    if (!message && line_taken(w[0]))
        return L4_ESTATE;
    struct interrupt *interrupt = interrupt_free((uint32_t)w[4]);
    if (!interrupt)
        return L4_EMEMORY;
    interrupt->line = message ? INTERRUPT_NO_LINE : (uint32_t)w[0];
    interrupt->flags = message ? 0 : (uint32_t)w[1];
    interrupt->used = true;
    if (message) {
        uint32_t data;
        interrupt_message(interrupt->core, interrupt->vector, &invocation->answer[0], &data);
        invocation->answer[1] = data;
    } else if (!interrupt_line_route(interrupt->line, interrupt->flags, interrupt->core,
                                     interrupt->vector)) {
        interrupt->used = false;
        return L4_EARG;
    }
    slot_fill(slot, capability_make(L4_TYPE_INTERRUPT, interrupt, L4_RIGHT_ALL, 0),
              invocation->slot);
    return L4_OK;
}

int
interrupt_invoke(struct thread *invoker, struct invocation *invocation)
{
    struct interrupt *interrupt = capability_object(invocation->cap);
    struct slot *from = NULL;
    enum l4_error error;

    switch (invocation->operation) {
    case L4_INTERRUPT_BIND:
        if (invocation->words[0] &&
            (error = table_lookup_slot(invoker, invocation->words[0], L4_TYPE_NOTIFICATION,
                                       L4_RIGHT_WRITE, &from)))
            return error;
        if (!slot_empty(&interrupt->notification))
            slot_clear(&interrupt->notification);
        if (from)
            slot_fill(&interrupt->notification, from->cap, from);
        return L4_OK;
    case L4_INTERRUPT_ACK:
        if (interrupt->flags & L4_IRQ_LEVEL)
            interrupt_line_unmask(interrupt->line);
        return L4_OK;
    default:
        return L4_EOP;
    }
}
