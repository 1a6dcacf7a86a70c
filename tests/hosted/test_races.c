/* Tests of what several cores do at once, without locks: real threads, under ThreadSanitizer.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each simulated core is a thread of the host with its own host_core. */
#include "support.h"

#include <pthread.h>
#include <sched.h>

#include <smp/inbox.h>
#include <smp/lock.h>

#define CORES  4
#define ROUNDS 2000

static unsigned begun; /* atomic: threads that have begun, */
static unsigned done;  /* and that have ended */
static void (*others_body)(void);

/* All begin together, or the first would be done before the last is there. */
static void *
other_core(void *core)
{
    host_core = core;
    __atomic_fetch_add(&begun, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&begun, __ATOMIC_RELAXED) < CORES - 1)
        sched_yield();
    others_body();
    __atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* Run `body` as cores 1 to CORES - 1, and `main_body` as core 0 until they have ended. */
static void
run_cores(void (*body)(void), void (*main_body)(void))
{
    pthread_t others[CORES];
    begun = 0;
    done = 0;
    others_body = body;
    for (uint32_t i = 1; i < CORES; i++)
        assert_int_equal(pthread_create(&others[i], NULL, other_core, core_at(i)), 0);
    host_core = core_at(0);
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < CORES - 1)
        main_body();
    for (uint32_t i = 1; i < CORES; i++)
        pthread_join(others[i], NULL);
    main_body();
}

/* Let core 0 take one interrupt, if there is one. */
static void
take_interrupt(void)
{
    struct host_outcome outcome;
    if (!host_interrupt(&outcome))
        sched_yield();
}

static struct notification *notification;
static uint64_t seen; /* bits that core 0 took */
static uint64_t count;

static void
signal_many(void)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        notification_signal(notification, 1ull << (host_core->number * 16 + i % 16));
}

static void
take_signals(void)
{
    take_interrupt();
    while (async_pending(&notification->async)) {
        seen |= async_take(&notification->async, 0);
        count++;
    }
}

/* No signal is lost: all have been seen when all is quiet. */
static void
test_remote_signals(void **state)
{
    (void)state;
    notification = world_notification(0);
    seen = 0;
    count = 0;
    run_cores(signal_many, take_signals);
    assert_int_equal(notification->remote, 0);
    if (variant_has("async=word"))
        assert_int_equal(seen, 0xffffffffffff0000ull & ~NOTIFICATION_QUEUED);
    else if (variant_has("async=semaphore"))
        assert_int_equal(count, (CORES - 1) * ROUNDS);
    else
        assert_true(count > 0);
}

#define TRAVELLERS 8

static struct thread *travellers[CORES][TRAVELLERS];
static unsigned arrived;     /* at core 0 */
static unsigned next[CORES]; /* traveller expected from each core, and how often it came */

/* Each core sends its threads round and round; core 0 sends them back by a flag. */
static void
post_many(void)
{
    struct thread **mine = travellers[host_core->number];
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct thread *thread = mine[i % TRAVELLERS];
        while (__atomic_load_n(&thread->flush_epoch, __ATOMIC_ACQUIRE) != 0)
            sched_yield(); /* still there from the last round */
        thread->flush_epoch = 1;
        thread->badge = i;
        thread->state = THREAD_SHIPPED;
        inbox_post(0, &thread->inbox);
    }
}

/* What arrives is in the run queue, in order: of each core first in, first out. */
static void
take_travellers(void)
{
    struct core *core = this_core();
    inbox_take(core);
    struct thread *thread;
    while ((thread = queue_first(&core->queue))) {
        queue_leave(&core->queue, thread);
        uint32_t from = (uint32_t)thread->flush_targets;
        assert_int_equal(thread->badge, next[from]++);
        arrived++;
        __atomic_store_n(&thread->flush_epoch, 0, __ATOMIC_RELEASE);
    }
}

static void
test_inbox(void **state)
{
    (void)state;
    arrived = 0;
    for (uint32_t i = 1; i < CORES; i++) {
        next[i] = 0;
        for (int j = 0; j < TRAVELLERS; j++) {
            travellers[i][j] = world_thread(0, 10);
            travellers[i][j]->flush_targets = i; /* free for our use: nobody flushes */
        }
    }
    run_cores(post_many, take_travellers);
    assert_int_equal(arrived, (CORES - 1) * ROUNDS);
}

static struct slot slot;
static struct endpoint *endpoints[2];
static uint64_t reads;

/* Badge and object belong together, whenever one looks. */
static void
read_many(void)
{
    for (unsigned i = 0; i < 100 * ROUNDS; i++) {
        struct capability cap = capability_read(&slot);
        if (capability_type(cap) == L4_TYPE_NULL)
            continue;
        unsigned which = capability_object(cap) == endpoints[1];
        if (capability_object(cap) != endpoints[which] || cap.data != which + 100)
            __atomic_fetch_add(&reads, 1ull << 32, __ATOMIC_RELAXED);
        __atomic_fetch_add(&reads, 1, __ATOMIC_RELAXED);
    }
}

static void
write_slot(void)
{
    static unsigned turn;
    unsigned which = turn++ % 2;
    capability_lock();
    if (!slot_empty(&slot))
        slot_clear(&slot);
    slot_fill(&slot, capability_make(L4_TYPE_ENDPOINT, endpoints[which], 7, which + 100), NULL);
    capability_unlock();
}

static void
test_reading_a_slot_that_is_written(void **state)
{
    (void)state;
    reads = 0;
    endpoints[0] = world_endpoint(0);
    endpoints[1] = world_endpoint(0);
    write_slot();
    run_cores(read_many, write_slot);
    assert_true(reads > 0);
    assert_int_equal(reads >> 32, 0);
}

static uint64_t guarded;

static void
lock_many(void)
{
    for (unsigned i = 0; i < 10 * ROUNDS; i++) {
        capability_lock();
        guarded++;
        capability_unlock();
    }
}

static void
nothing(void)
{
    sched_yield();
}

static void
test_capability_lock(void **state)
{
    (void)state;
    guarded = 0;
    run_cores(lock_many, nothing);
    assert_int_equal(guarded, (CORES - 1) * 10 * ROUNDS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_remote_signals, 4),
        TEST(test_inbox, 4),
        TEST(test_reading_a_slot_that_is_written, 4),
        TEST(test_capability_lock, 4),
    };
    return cmocka_run_group_tests_name("races", tests, NULL, NULL);
}
