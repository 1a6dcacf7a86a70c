/* Threads: making them, starting them, stopping them.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/thread.h>

#include <l4user/invoke.h>
#include <l4user/memory.h>
#include <l4user/runtime.h>
#include <l4user/string.h>

/* What a thread needs in its space. No guard page: an overflowing stack meets the memory below. */
struct thread_memory {
    uint8_t stack[6 * 1024];
    struct l4_message_frame message_frame; /* aligned to its size: inside one page */
    struct l4_thread_block block;
    uint8_t rest[L4_MESSAGE_FRAME_SIZE - sizeof(struct l4_thread_block)];
};

_Static_assert(sizeof(struct thread_memory) == 2 * L4_PAGE_SIZE, "whole pages");
_Static_assert(offsetof(struct thread_memory, message_frame) % L4_MESSAGE_FRAME_SIZE == 0,
               "a message frame lies inside one page");

static _Alignas(L4_PAGE_SIZE) struct thread_memory memory[THREAD_MAX];
static uint32_t memory_used;

/* What stands in for "for ever" where the period must not be shorter than the budget. */
#define PERIOD_US 1000000u

enum l4_error
thread_create(struct thread *thread, uint32_t core)
{
    enum l4_error error;

    if (memory_used == THREAD_MAX) {
        return L4_EMEMORY;
    }
    error = memory_object(L4_TYPE_THREAD, 0, core, &thread->cap);
    if (error == L4_OK) {
        error = memory_object(L4_TYPE_CONTEXT, 0, core, &thread->context);
    }
    if (error == L4_OK) {
        error = l4_context_configure(thread->context, bootinfo()->core_caps.first + core,
                                     L4_BUDGET_UNLIMITED, PERIOD_US);
    }
    if (error == L4_OK) {
        thread->core = core;
        thread->bound = false;
        thread->memory = &memory[memory_used++];
    }
    return error;
}

/* Give the thread its space and what it keeps there. */
static enum l4_error
configure(struct thread *thread, l4_cap space)
{
    struct l4_message_frame *frame = &thread->memory->message_frame;
    struct l4_thread_block *block = &thread->memory->block;

    block->self = block;
    block->message_frame = frame;
    return l4_thread_configure(thread->cap, space, L4_ROOT_TABLE,
                               memory_image_frame((l4_word)frame), (l4_word)frame % L4_PAGE_SIZE,
                               (l4_word)block);
}

enum l4_error
thread_start(struct thread *thread, const struct thread_options *options)
{
    l4_word *top = (l4_word *)(thread->memory->stack + sizeof(thread->memory->stack));
    enum l4_error error = configure(thread, options->space);

    if (error == L4_OK) {
        error = l4_thread_schedule(thread->cap, options->priority, options->fault_endpoint);
    }
    if (error == L4_OK && !thread->bound) {
        error = l4_thread_bind_context(thread->cap, thread->context);
        thread->bound = error == L4_OK;
    }
    if (error == L4_OK) {
        top[-1] = 0; /* as if called from address 0: the stack is aligned as C expects it */
        error = l4_thread_start(thread->cap, (l4_word)options->entry, (l4_word)(top - 1),
                                options->argument, 0);
    }
    return error;
}

enum l4_error
thread_make_passive(struct thread *thread)
{
    enum l4_error error = l4_thread_bind_context(thread->cap, 0);

    if (error == L4_OK) {
        thread->bound = false;
    }
    return error;
}

enum l4_error
thread_stop(struct thread *thread)
{
    return l4_thread_stop(thread->cap);
}

struct l4_message_frame *
thread_message_frame(const struct thread *thread)
{
    return &thread->memory->message_frame;
}
