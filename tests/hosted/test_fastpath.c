/* The fast path against the slow path, in random states.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The same system call in the same state, through both, must leave the same behind.
 * A case is a seed: it builds a world, brings it into some state by random calls, and then makes
 * one more, which is compared. Objects of the two worlds are known by their numbers. */
#include "support.h"

#include <string.h>

#include <arch/message.h>

#define THREADS   6
#define ENDPOINTS 3
#define CASES     8000

static struct thread *threads[THREADS];
static struct endpoint *endpoints[ENDPOINTS];
static l4_cap caps[ENDPOINTS * 2]; /* to receive, with badge 0; to send, with badge i + 1 */

/* Everything that a rendezvous may change, without addresses. */
struct thread_image {
    struct arch_registers registers;
    struct arch_return to;
    l4_word frame[L4_MESSAGE_WORDS];
    int caller, waits_on, next, prev;
    int context; /* whose it is */
    uint64_t unusual, badge;
    uint8_t priority, state, resume, borrowed;
    uint32_t core;
    bool queued, wants_reply;
};

struct image {
    struct thread_image threads[THREADS];
    struct {
        int head, tail;
        uint32_t state;
    } endpoints[ENDPOINTS];
    int current;
    uint32_t floor;
    int queue_first[L4_PRIORITIES];
    enum host_exit how;
    int ran;
};

static struct context *contexts[THREADS];
static l4_word last_call;

static int
number_of(const void *object)
{
    for (int i = 0; i < THREADS; i++)
        if (object == threads[i] || (object && object == contexts[i]))
            return i;
    for (int i = 0; i < ENDPOINTS; i++)
        if (object == endpoints[i])
            return 100 + i;
    return -1;
}

static void
image_thread(const struct thread *thread, struct thread_image *image)
{
    /* Who waits for an answer gets all of them anew. */
    if (thread->state != THREAD_RECEIVING && thread->state != THREAD_REPLYING)
        image->registers = thread->registers;
    image->to = thread->to;
    if (thread->frame)
        memcpy(image->frame, thread->frame->words, sizeof(image->frame));
    image->caller = number_of(thread->caller);
    bool waits = thread->state != THREAD_READY && thread->state != THREAD_STOPPED;
    image->waits_on = waits ? number_of(thread->waits_on) : -1;
    bool in_queue = thread->state == THREAD_SENDING || thread->state == THREAD_RECEIVING;
    image->next = in_queue ? number_of(thread->next) : -1; /* stale outside of a queue */
    image->prev = in_queue ? number_of(thread->prev) : -1;
    image->context = number_of(thread->context);
    image->unusual = thread->unusual;
    image->badge = thread->state == THREAD_SENDING ? thread->badge : 0;
    image->priority = thread->priority;
    image->state = thread->state;
    image->resume = thread->resume;
    image->borrowed = thread->borrowed;
    image->core = thread->core;
    image->queued = thread->queued;
    image->wants_reply = thread->state == THREAD_SENDING && thread->wants_reply;
}

static void
image_world(struct host_outcome outcome, struct image *image)
{
    const struct core *core = core_at(0);
    memset(image, 0, sizeof(*image)); /* padding, too: images are compared as bytes */
    for (int i = 0; i < THREADS; i++)
        image_thread(threads[i], &image->threads[i]);
    for (int i = 0; i < ENDPOINTS; i++) {
        image->endpoints[i].head = number_of(endpoints[i]->head);
        image->endpoints[i].tail = number_of(endpoints[i]->tail);
        image->endpoints[i].state = endpoints[i]->state;
    }
    image->current = number_of(core->current);
    image->floor = core->floor;
    for (unsigned i = 0; i < L4_PRIORITIES; i++)
        image->queue_first[i] = number_of(core->queue.lists[i].head);
    image->how = outcome.how;
    image->ran = number_of(outcome.thread);
}

/* Mostly all: one that is missing is soon tested. */
static l4_word
random_rights(void)
{
    return random_below(8) ? L4_RIGHT_ALL : random_below(L4_RIGHT_ALL + 1);
}

static void
make_world(void)
{
    world_start(2);
    for (int i = 0; i < ENDPOINTS; i++) {
        endpoints[i] = world_endpoint(i == ENDPOINTS - 1);
        l4_word badge = (l4_word)i + 1;
        caps[2 * i] = world_cap(L4_TYPE_ENDPOINT, endpoints[i], random_rights(), 0);
        caps[2 * i + 1] = world_cap(L4_TYPE_ENDPOINT, endpoints[i], random_rights(), badge);
    }
    for (int i = 0; i < THREADS; i++) {
        threads[i] = world_thread(0, (uint8_t)(10 + random_below(3)));
        contexts[i] = threads[i]->context;
        if (random_below(2))
            threads[i]->frame = host_allocate(sizeof(struct l4_message_frame), 1024);
    }
}

static l4_tag
random_tag(void)
{
    switch (random_below(8)) {
    case 0:
        return random_below(1u << 16);
    case 1:
        return l4_tag_make(3, random_below(L4_MESSAGE_WORDS + 2));
    default:
        return l4_tag_make(random_below(9), random_below(L4_MESSAGE_REGISTERS + 1));
    }
}

/* The arguments of the next system call into the thread's registers. */
static void
random_arguments(struct thread *thread)
{
    thread->registers.subject =
        random_below(12) ? caps[random_below(2 * ENDPOINTS)] : random_below(2000);
    thread->registers.tag = random_tag();
    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++)
        thread->registers.words[i] = random_below(1u << 30);
    if (thread->frame)
        for (unsigned i = 0; i < L4_MESSAGE_WORDS; i++)
            thread->frame->words[i] = random_below(1u << 30);
}

static void
slow_entry(void *argument)
{
    syscall_enter(argument);
}

static void
fast_entry(void *argument)
{
    struct thread *thread = argument;
    thread->resume = RESUME_MESSAGE;
    if (thread->registers.status == L4_SYS_CALL)
        fastpath_call(thread->registers.subject, thread->registers.tag, thread);
    fastpath_reply_recv(thread->registers.subject, thread->registers.tag, thread);
}

/* Threads that receive give their time away now and then, and are passive from then on. Whoever is
 * blocked gets another priority, so that some that are ready come to lie between two partners. */
static void
change_blocked(struct thread *thread)
{
    bool receiving = thread->state == THREAD_RECEIVING;
    if (thread->core != 0 || !(receiving || thread->state == THREAD_REPLYING))
        return;
    if (receiving && random_below(2))
        thread->context = NULL;
    if (!thread->queued && random_below(2))
        thread->priority = (uint8_t)(10 + random_below(3));
}

static void
random_step(struct thread *current)
{
    random_arguments(current);
    const l4_word often[] = {L4_SYS_RECV, L4_SYS_CALL, random_below(L4_SYS_SIGNAL)};
    current->registers.status = often[random_below(3)];
    host_run(slow_entry, current);
    for (int i = 0; i < THREADS; i++)
        change_blocked(threads[i]);
    host_settle();
    host_core = core_at(0);
}

/* False: nobody was left to make the last call. */
static bool
play(uint64_t seed, void (*entry)(void *argument), struct image *image)
{
    random_seed(seed);
    make_world();
    for (int i = 0; i < THREADS; i++)
        start(threads[i]);
    for (uint64_t steps = random_below(12); steps; steps--)
        if (core_at(0)->current != &core_at(0)->idle)
            random_step(core_at(0)->current);
    struct thread *current = core_at(0)->current;
    if (current == &core_at(0)->idle)
        return false;
    random_arguments(current);
    bool reply = current->caller ? random_below(5) : !random_below(5);
    last_call = reply ? L4_SYS_REPLY_RECV : L4_SYS_CALL;
    current->registers.status = last_call;
    host_event_clear();
    image_world(host_run(entry, current), image);
    return true;
}

static void
test_both_paths_do_the_same(void **state)
{
    (void)state;
    static struct image slow;
    static struct image fast;
    unsigned fast_calls = 0;
    unsigned fast_replies = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        if (!play(seed, slow_entry, &slow))
            continue;
        assert_true(play(seed, fast_entry, &fast));
        bool fast_done = host_event_count(HOST_EVENT_SLOW) == 0;
        fast_calls += fast_done && last_call == L4_SYS_CALL;
        fast_replies += fast_done && last_call == L4_SYS_REPLY_RECV;
        for (int i = 0; i < THREADS; i++)
            if (memcmp(&slow.threads[i], &fast.threads[i], sizeof(slow.threads[i])) != 0)
                fail_msg("seed %lu: thread %d differs", seed, i);
        if (memcmp(&slow, &fast, sizeof(slow)) != 0)
            fail_msg("seed %lu: endpoints or core differ", seed);
    }
    print_message("%u calls and %u replies took the fast path\n", fast_calls, fast_replies);
    /* With switch=scheduler there is none. */
    bool expected = variant_has("switch=direct");
    assert_int_equal(fast_calls > CASES / 200, expected);
    assert_int_equal(fast_replies > CASES / 200, expected);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_both_paths_do_the_same, world_end),
    };
    return cmocka_run_group_tests_name("fastpath", tests, NULL, NULL);
}
