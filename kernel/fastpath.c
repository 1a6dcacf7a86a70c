/* The fast path: call and reply_recv between two threads of one core, straight through.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Invariant: whatever is done here, the slow path (syscall.c, endpoint.c) would have done with the
 * same result. All checks come before the first change; each reason to leave is one line, in the
 * order given, and the slow path starts from scratch.
 *
 *   F0  an IPC may run its partner at once (constant: axis switch)     schedule_handoff()
 *   F1  the capability is an endpoint with the right that is needed    table_lookup()
 *   F2  the message is short, or both sides have message frames       message_valid()
 *   F3  the endpoint is this core's, in the state that matches         object_here(), endpoint_*()
 *   F4  call: one receiver waits, and it is passive                    reply_bind()
 *       reply: the caller lent its context; no fault, nothing bound    endpoint_reply()
 *   F5  the partner may run by priority                                schedule_handoff()
 *
 * No clock is read: the same context goes on paying. No queue but the endpoint's is touched: a
 * running thread is in none (queue=benno), or stays where it is (queue=lazy). */
#include <arch/cpu.h>
#include <arch/message.h>
#include <arch/paging.h>
#include <internal/capability.h>
#include <internal/check.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/thread.h>
#include <switch_policy.h>

/* The two paths are one straight line each: their parts are always inlined. */
#define PART static inline __attribute__((always_inline))

#define RARE(condition) __builtin_expect(!!(condition), 0)

/* The upper part of a capability's word 0, shifted down: the object's address with type and rights
 * in the low six bits. Of an endpoint capability with `right`, less the other right: */
#define ENDPOINT_WITH(right) (((uint64_t)L4_TYPE_ENDPOINT << CAP_TYPE_SHIFT | (right)) >> 16)
#define ENDPOINT_BITS(right) ((CAP_TYPE_MASK | (right)) >> 16)
#define OBJECT_BITS          (~63ull)

struct fast_capability {
    uint64_t object; /* address, type and rights */
    l4_word badge;
};

/* A capability of the thread's table; slot 0, which is empty, for an index out of bounds. Another
 * core may be writing the slot: F1 fails then, as for an empty one. */
PART struct fast_capability
fast_lookup(const struct thread *thread, l4_cap index)
{
    const struct slot *slot = &thread->table[index_masked(index, thread->table_size)];
    uint64_t word = __atomic_load_n(&slot->cap.word, __ATOMIC_ACQUIRE);
    l4_word badge = __atomic_load_n(&slot->cap.data, __ATOMIC_ACQUIRE);
    if (RARE(!cpu_equals(&slot->cap.word, word)))
        word = 0;
    return (struct fast_capability){(uint64_t)((int64_t)word >> 16), badge};
}

/* F2. Longer than the registers, or with capabilities, or flags that must be masked: then all of
 * the tag's low 16 bits tell. What does not fit the registers is copied right away: this is the
 * last check, and until the receiver has its answer nobody looks at its frame. */
PART bool
fast_length(l4_tag tag, const struct thread *from, struct thread *to)
{
    l4_word low = tag & (L4_TAG_WORDS_MASK | L4_TAG_CAPS_MASK | L4_TAG_FLAGS_MASK);
    if (!RARE(low > L4_MESSAGE_REGISTERS))
        return true;
    if (low > L4_MESSAGE_WORDS || !from->frame || !to->frame)
        return false;
    const l4_word *source = from->frame->words + low;
    l4_word *target = to->frame->words + low;
    int64_t i = L4_MESSAGE_REGISTERS - (int64_t)low; /* from the end: it counts up to zero */
    for (; i & 3; i++)
        target[i] = source[i];
    for (; i; i += 4) {
        target[i] = source[i];
        target[i + 1] = source[i + 1];
        target[i + 2] = source[i + 2];
        target[i + 3] = source[i + 3];
    }
    return true;
}

/* Run `to`, which becomes current, as the end of its system call. */
_Noreturn PART void
fast_switch(struct core *core, struct thread *to, l4_word badge, l4_tag tag)
{
    core->current = to;
    if (core->space != to->space)
        paging_load(core, to->space);
    if (CONFIG_DEBUG)
        check_invariants(core);
    message_resume(to, badge, tag);
}

void
fastpath_call(l4_cap index, l4_tag tag, struct thread *sender)
{
    struct core *core = this_core();
    struct fast_capability cap = fast_lookup(sender, index);

    if (!switch_directly()) /* F0 */
        message_slow_call(index, tag, sender);
    if (RARE((cap.object & ENDPOINT_BITS(CAP_WRITE)) != ENDPOINT_WITH(CAP_WRITE))) /* F1 */
        message_slow_call(index, tag, sender);
    struct endpoint *endpoint = (struct endpoint *)(cap.object & OBJECT_BITS);
    if (RARE(endpoint->situation != core->receivers_here)) /* F3 */
        message_slow_call(index, tag, sender);
    struct thread *receiver = endpoint->head;
    if (RARE(receiver != endpoint->tail)) /* F4 */
        message_slow_call(index, tag, sender);
    if (RARE(receiver->context)) /* F4 */
        message_slow_call(index, tag, sender);
    if (RARE(receiver->priority < core->floor)) /* F5 */
        message_slow_call(index, tag, sender);
    if (RARE(!fast_length(tag, sender, receiver))) /* F2 */
        message_slow_call(index, tag, sender);

    /* ---- point of no return ---- */

    endpoint->head = NULL;
    endpoint->tail = NULL;
    endpoint->state = ENDPOINT_IDLE;

    receiver->context = sender->context;
    receiver->caller = sender;
    receiver->turn = THREAD_TURN(THREAD_READY, 1);

    sender->context = NULL;
    sender->state = THREAD_REPLYING;
    sender->waits_on = receiver;

    message_pass(sender, receiver);
    fast_switch(core, receiver, cap.badge, tag);
}

void
fastpath_reply_recv(l4_cap index, l4_tag tag, struct thread *server)
{
    struct core *core = this_core();
    struct fast_capability cap = fast_lookup(server, index);
    struct thread *caller = server->caller;

    if (!switch_directly()) /* F0 */
        message_slow_reply_recv(index, tag, server);
    if (RARE((cap.object & ENDPOINT_BITS(CAP_READ)) != ENDPOINT_WITH(CAP_READ))) /* F1 */
        message_slow_reply_recv(index, tag, server);
    struct endpoint *endpoint = (struct endpoint *)(cap.object & OBJECT_BITS);
    if (RARE(endpoint->situation != core->idle_here)) /* F3 */
        message_slow_reply_recv(index, tag, server);
    if (RARE(!server->borrowed)) /* F4: then it has a caller, too */
        message_slow_reply_recv(index, tag, server);
    if (RARE(server->unusual | caller->unusual)) /* F4 */
        message_slow_reply_recv(index, tag, server);
    if (RARE(caller->priority < core->floor)) /* F5 */
        message_slow_reply_recv(index, tag, server);
    if (RARE(!fast_length(tag, server, caller))) /* F2 */
        message_slow_reply_recv(index, tag, server);

    /* ---- point of no return ---- */

    caller->context = server->context;
    caller->state = THREAD_READY;

    server->context = NULL;
    server->caller = NULL;
    server->turn = THREAD_TURN(THREAD_RECEIVING, 0);
    server->waits_on = endpoint;

    endpoint->head = server;
    endpoint->tail = server;
    endpoint->state = ENDPOINT_RECEIVERS;

    message_pass(server, caller);
    fast_switch(core, caller, 0, tag);
}
