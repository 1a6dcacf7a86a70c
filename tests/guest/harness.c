/* What tests make: objects, and threads from a pool, since nothing can be deleted.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include <l4user/space.h>

#define ADDRESSES 0x200000000ull /* of the root space, that nobody else uses */
#define LARGE     (1ull << L4_FRAME_LARGE_BITS)
#define FOREVER   1000000u /* a period; without a budget it has no meaning */

static struct thread pool[THREAD_MAX];
static bool busy[THREAD_MAX];
static uint32_t pool_count;

l4_cap
make(enum l4_type type, l4_word size_bits)
{
    l4_cap cap;

    CHECK_OK(memory_object(type, size_bits, L4_HOME_CALLER, &cap));
    return cap;
}

l4_cap
make_on(uint32_t core, enum l4_type type)
{
    l4_cap cap;

    CHECK_OK(memory_object(type, 0, core, &cap));
    return cap;
}

l4_cap
make_slot(void)
{
    l4_cap slot;

    CHECK_OK(memory_slots(1, &slot));
    return slot;
}

l4_cap
make_copy(l4_cap cap, l4_word rights)
{
    l4_cap slot = make_slot();

    CHECK_OK(l4_table_copy(L4_ROOT_TABLE, slot, L4_ROOT_TABLE, cap, rights));
    return slot;
}

l4_cap
make_badged(l4_cap cap, l4_word badge)
{
    l4_cap slot = make_slot();

    CHECK_OK(l4_table_mint(L4_ROOT_TABLE, slot, L4_ROOT_TABLE, cap, L4_RIGHT_ALL, badge));
    return slot;
}

l4_cap
make_notification(uint32_t core, l4_word badge)
{
    return make_badged(make_on(core, L4_TYPE_NOTIFICATION), badge);
}

l4_word
make_addresses(uint64_t bytes)
{
    static l4_word next = ADDRESSES;
    l4_word address = next;

    next += (bytes + LARGE - 1) / LARGE * LARGE;
    return address;
}

l4_cap
make_page(volatile uint64_t **address, l4_word attributes)
{
    l4_word at = make_addresses(L4_PAGE_SIZE);
    l4_cap frame = make(L4_TYPE_FRAME, L4_FRAME_BITS);

    CHECK_OK(space_map(L4_ROOT_SPACE, frame, at, L4_RIGHT_READ | L4_RIGHT_WRITE, attributes));
    *address = (volatile uint64_t *)at;
    return frame;
}

l4_cap
other_space(void)
{
    static l4_cap space;

    if (space == 0) {
        l4_cap made;
        CHECK_OK(space_create_shared(&made));
        space = made;
    }
    return space;
}

/* A thread of that core that nobody uses. */
static struct thread *
take(uint32_t core)
{
    for (uint32_t i = 0; i < pool_count; i++) {
        if (pool[i].core == core && !busy[i]) {
            busy[i] = true;
            return &pool[i];
        }
    }
    CHECK(pool_count < THREAD_MAX);
    CHECK_OK(thread_create(&pool[pool_count], core));
    busy[pool_count] = true;
    return &pool[pool_count++];
}

/* Before it has run: it has no message frame. */
static void
take_frame(struct thread *thread, l4_cap space)
{
    CHECK_OK(l4_thread_stop(thread->cap));
    CHECK_OK(l4_thread_configure(thread->cap, space, L4_ROOT_TABLE, 0, 0,
                                 (l4_word)(thread_message_frame(thread) + 1)));
    CHECK_OK(l4_thread_resume(thread->cap));
}

/* Whether it waits by now shows in whether the kernel takes its context. */
static void
take_context(struct thread *thread)
{
    enum l4_error error;

    CHECK_SOON((error = thread_make_passive(thread)) != L4_ESTATE);
    CHECK_OK(error);
}

struct thread *
spawn_thread(const struct spawn *spawn)
{
    struct thread *thread = take(spawn->core);
    struct thread_options options = {
        .space = spawn->space != 0 ? spawn->space : L4_ROOT_SPACE,
        .priority = spawn->priority != 0 ? spawn->priority : LOW,
        .fault_endpoint = spawn->fault_endpoint,
        .entry = spawn->entry,
        .argument = spawn->argument,
    };

    if (spawn->budget_us != 0) {
        CHECK_OK(l4_context_configure(thread->context, core_cap(spawn->core), spawn->budget_us,
                                      spawn->period_us != 0 ? spawn->period_us : spawn->budget_us));
    }
    CHECK_OK(thread_start(thread, &options));
    if (spawn->no_frame) {
        take_frame(thread, options.space);
    }
    if (spawn->passive) {
        take_context(thread);
    }
    return thread;
}

static void
make_as_new(struct thread *thread)
{
    runtime_require(l4_thread_bind_notification(thread->cap, 0), "unbind a notification");
    runtime_require(l4_thread_bind_context(thread->cap, 0), "unbind a context");
    thread->bound = false;
    runtime_require(
        l4_context_configure(thread->context, core_cap(thread->core), L4_BUDGET_UNLIMITED, FOREVER),
        "give a context no limit");
}

void
threads_clean_up(void)
{
    runtime_require(l4_thread_schedule(L4_ROOT_THREAD, ROOT, 0), "restore the root's priority");
    runtime_require(l4_thread_bind_notification(L4_ROOT_THREAD, 0), "unbind the root");
    for (uint32_t i = 0; i < pool_count; i++) {
        if (busy[i]) {
            runtime_require(l4_thread_stop(pool[i].cap), "stop a thread");
        }
    }
    for (uint32_t i = 0; i < pool_count; i++) {
        if (busy[i]) {
            make_as_new(&pool[i]);
            busy[i] = false;
        }
    }
}

void
let_run(void)
{
    CHECK_OK(l4_thread_schedule(L4_ROOT_THREAD, 1, 0));
    CHECK_OK(l4_thread_schedule(L4_ROOT_THREAD, ROOT, 0));
}

_Noreturn void
park(void)
{
    runtime_block();
}

struct l4_message
catch_fault(void (*entry)(l4_word), l4_word argument)
{
    l4_cap endpoint = make(L4_TYPE_ENDPOINT, 0);
    struct l4_message fault = {0};
    struct l4_message answer = {.tag = l4_tag_make(0, 1), .words = {(l4_word)park}};

    spawn(.entry = entry, .argument = argument, .fault_endpoint = endpoint);
    CHECK_OK(l4_recv(endpoint, &fault));
    CHECK_EQ(fault.tag & L4_TAG_FLAGS_MASK, L4_TAG_FAULT);
    CHECK_EQ(l4_tag_words(fault.tag), L4_FAULT_WORDS);
    CHECK_OK(l4_reply(&answer));
    return fault;
}

struct l4_message
message(l4_word label, l4_word words, l4_word first)
{
    struct l4_message made = {.tag = l4_tag_make(label, words)};

    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++) {
        made.words[i] = first + i;
    }
    return made;
}

enum l4_error
invoke_raw(l4_cap cap, l4_word operation, struct l4_message *message)
{
    message->tag = l4_tag_make(operation, L4_MESSAGE_REGISTERS);
    return l4_call(cap, message);
}
