/* What the hosted tests build their cases from.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

struct world world;

static uint64_t random_state = 1;

void
world_start(uint32_t cores)
{
    host_start(cores);
    world.table = host_allocate(sizeof(struct slot) << TABLE_BITS, 64);
    world.space = host_allocate(1u << L4_SPACE_BITS, 1u << L4_SPACE_BITS);
    paging_space_init(world.space);
    world.next = 1;
}

int
world_1(void **state)
{
    (void)state;
    world_start(1);
    return 0;
}

int
world_2(void **state)
{
    (void)state;
    world_start(2);
    return 0;
}

int
world_4(void **state)
{
    (void)state;
    world_start(4);
    return 0;
}

int
world_end(void **state)
{
    (void)state;
    host_stop();
    return 0;
}

l4_cap
world_slot(void)
{
    assert_true(world.next < 1u << TABLE_BITS);
    return world.next++;
}

l4_cap
world_cap(enum l4_type type, const void *object, l4_word rights, uint64_t data)
{
    l4_cap index = world_slot();
    slot_fill(&world.table[index], capability_make(type, object, rights, data), NULL);
    return index;
}

struct endpoint *
world_endpoint(uint32_t core)
{
    struct endpoint *endpoint = host_allocate(sizeof(*endpoint), 1u << L4_ENDPOINT_BITS);
    endpoint->core = core;
    return endpoint;
}

struct notification *
world_notification(uint32_t core)
{
    struct notification *notification =
        host_allocate(sizeof(*notification), 1u << L4_NOTIFICATION_BITS);
    notification->core = core;
    notification->inbox.kind = INBOX_NOTIFICATION;
    return notification;
}

struct context *
world_context(uint32_t core, uint64_t budget, uint64_t period)
{
    struct context *context = host_allocate(sizeof(*context), 1u << L4_CONTEXT_BITS);
    context->budget = budget * MICROSECOND;
    context->period = period * MICROSECOND;
    context->remaining = context->budget;
    context->replenish = cpu_now() + context->period;
    context->core = core;
    context->configured = 1;
    return context;
}

struct thread *
world_passive(uint32_t core, uint8_t priority)
{
    struct thread *thread = host_allocate(1u << L4_THREAD_BITS, 1u << L4_THREAD_BITS);
    thread_init(thread, core);
    thread->unusual = 0;
    thread->table = world.table;
    thread->table_size = 1u << TABLE_BITS;
    thread->space = world.space;
    thread->priority = priority;
    return thread;
}

struct thread *
world_thread_on(struct context *context, uint8_t priority)
{
    struct thread *thread = world_passive(context->core, priority);
    thread->context = context;
    context->bound = 1;
    return thread;
}

struct thread *
world_thread(uint32_t core, uint8_t priority)
{
    return world_thread_on(world_context(core, 0, 0), priority);
}

static void
start_entry(void *argument)
{
    thread_wake(argument);
    kernel_exit();
}

struct host_outcome
start(struct thread *thread)
{
    host_core = core_at(thread->core);
    thread->resume = RESUME_FRAME;
    return host_run(start_entry, thread);
}

void
assert_runs(const struct thread *thread)
{
    assert_ptr_equal(core_at(thread->core)->current, thread);
    assert_int_equal(thread->state, THREAD_READY);
}

void
assert_idle(uint32_t core)
{
    assert_ptr_equal(core_at(core)->current, &core_at(core)->idle);
}

static void
system_call_entry(void *argument)
{
    syscall_enter(argument);
}

struct host_outcome
system_call(struct thread *thread, l4_word number, l4_cap cap, l4_tag tag, const l4_word *words)
{
    assert_runs(thread);
    host_core = core_at(thread->core);
    thread->registers.status = number;
    thread->registers.subject = cap;
    thread->registers.tag = tag;
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        thread->registers.words[i] = words ? words[i] : 0;
    return host_run(system_call_entry, thread);
}

enum l4_error
invocation(struct thread *thread, l4_cap cap, l4_word operation, const l4_word *words)
{
    system_call(thread, L4_SYS_CALL, cap, l4_tag_make(operation, L4_MESSAGE_REGISTERS), words);
    return error_of(thread);
}

/* The variant is a list: "queue=benno,async=word". */
bool
variant_has(const char *choice)
{
    size_t length = strlen(choice);
    const char *at = strstr(CONFIG_VARIANT, choice);
    return at && (at[length] == ',' || at[length] == 0);
}

void
random_seed(uint64_t seed)
{
    random_state = seed * 2 + 1;
}

uint64_t
random_below(uint64_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (random_state * 0x2545f4914f6cdd1dull >> 11) % limit;
}
