/* sched/backlog: a choice of the scheduler after n threads blocked without one.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the SYSCALL (wait) of a thread that must block, to after the SYSCALL (signal) returns
 * in which the next ready thread, of lower priority, had been preempted: one choice of the
 * scheduler.
 *
 * Before, the blocker called each of n servers of its own priority. Each was preempted while it
 * served, went on, and replied straight to its caller: it was in the run queue, and then blocked,
 * and the scheduler had no reason to look at it again. Lazy queueing leaves it there until the
 * measured choice. */

#include <l4user/ipc.h>

#include "bench.h"
#include "worker.h"

#define SERVERS_MAX 64u

static l4_cap endpoints[SERVERS_MAX];
static uint32_t servers;
static l4_cap interruption; /* wakes the thread that preempts the servers */
static l4_cap turn;         /* wakes the blocker */

static void
interrupter(l4_word argument)
{
    l4_word bits;

    (void)argument;
    while (l4_wait(interruption, &bits) == L4_OK) {
    }
    runtime_block();
}

static void
server(l4_word number)
{
    struct l4_message message = {0};
    enum l4_error error = l4_recv(endpoints[number], &message);

    while (error == L4_OK) {
        (void)l4_signal(interruption);
        message.tag = 0;
        error = l4_reply_recv(endpoints[number], &message);
    }
    runtime_block();
}

static void
blocker(l4_word argument)
{
    l4_word bits;
    l4_word error = l4_wait(turn, &bits); /* until the other is in its first region */

    (void)argument;
    while (error == L4_OK) {
        for (uint32_t i = 0; i < servers; i++) {
            struct l4_message message = {0};
            if (l4_call(endpoints[i], &message) != L4_OK) {
                measure_fail("a server did not answer");
            }
        }
        error = region_shared_from(L4_SYS_WAIT, turn).error;
    }
    runtime_block();
}

static void
next(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_shared_to(L4_SYS_SIGNAL, turn, 0);
        measure_add(&region);
    }
    worker_done();
}

static void
run(const struct parameters *parameters)
{
    servers = parameters->threads;
    interruption = worker_notification(0);
    turn = worker_notification(0);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){.priority = WORKER_HIGH, .entry = interrupter});
    for (uint32_t i = 0; i < servers; i++) {
        if (endpoints[i] == 0) {
            endpoints[i] = worker_endpoint(0);
        }
        worker_start(&(struct worker){
            .priority = WORKER_MIDDLE,
            .passive = true,
            .entry = server,
            .argument = i,
        });
    }
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = blocker});
    worker_start(&(struct worker){.priority = WORKER_LOW, .entry = next});
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "one-way", .has_threads = true, .threads = 0},
    {.direction = "one-way", .has_threads = true, .threads = 1},
    {.direction = "one-way", .has_threads = true, .threads = 4},
    {.direction = "one-way", .has_threads = true, .threads = 16},
    {.direction = "one-way", .has_threads = true, .threads = SERVERS_MAX},
};

BENCH("sched/backlog", cases, COUNT_OF(cases), false, run);
