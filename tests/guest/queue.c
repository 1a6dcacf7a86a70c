/* The queue axis: threads that blocked after they had been preempted, whoever is in the run queue.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

#define SERVERS 8u
#define ROUNDS  3u

static l4_cap endpoints[SERVERS];
static l4_cap interruption; /* wakes a thread that preempts the servers */
static volatile uint32_t interruptions, answers, lower_runs;

static void
interrupter(l4_word argument)
{
    l4_word word;

    (void)argument;
    for (;;) {
        CHECK_OK(l4_wait(interruption, &word));
        interruptions++;
    }
}

static void
server(l4_word number)
{
    struct l4_message m = {0};

    CHECK_OK(l4_recv(endpoints[number], &m));
    for (;;) {
        CHECK_OK(l4_signal(interruption));
        m = message(0, 1, m.words[0] + 1);
        CHECK_OK(l4_reply_recv(endpoints[number], &m));
    }
}

/* Calls each server, so that all of them have blocked when it blocks itself. */
static void
client(l4_word first)
{
    for (uint32_t i = 0; i < SERVERS; i++) {
        struct l4_message m = message(0, 1, first + i);
        CHECK_OK(l4_call(endpoints[i], &m));
        CHECK_EQ(m.words[0], first + i + 1);
        answers++;
    }
    park();
}

static void
lower(l4_word argument)
{
    (void)argument;
    lower_runs++;
    park();
}

TEST(blocked_threads_are_passed_over)
{
    interruption = make_notification(0, 1);
    interruptions = 0;
    answers = 0;
    lower_runs = 0;
    spawn(.entry = interrupter, .priority = HIGHER);
    for (uint32_t i = 0; i < SERVERS; i++) {
        endpoints[i] = make(L4_TYPE_ENDPOINT, 0);
        spawn(.entry = server, .argument = i, .priority = HIGH, .passive = i % 2 == 0);
    }
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        spawn(.entry = lower, .priority = LOWER);
        spawn(.entry = client, .argument = round, .priority = HIGH);
        CHECK_SOON(lower_runs == round);
        CHECK_EQ(answers, round * SERVERS);
        CHECK_EQ(interruptions, round * SERVERS);
    }
}
