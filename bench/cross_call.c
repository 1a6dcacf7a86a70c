/* cross/call: a message to a server on another core, and its answer.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * One-way: from before the SYSCALL (call) of a client on core 0 to after the SYSCALL (reply_recv)
 * returns of the server on core `core`. Round-trip: to after the client's call returns. The server
 * is active, in the client's space, and its core idle before; the endpoint is that core's. On
 * hardware the two cores' time-stamp counters are taken to be in step. Under counting mode the
 * sample sums what all cores executed: not a latency. */

#include <l4user/string.h>

#include "pingpong.h"
#include "settle.h"
#include "worker.h"

static void
client_one_way(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        settle();
        if (region_from(L4_SYS_CALL, pingpong.endpoint, pingpong.tag).error != 0) {
            measure_fail("the client's call failed");
        }
    }
    worker_done();
}

static void
server_one_way(l4_word argument)
{
    enum l4_syscall number = L4_SYS_RECV;
    struct region region;

    (void)argument;
    do {
        region = region_to(number, pingpong.endpoint, pingpong.tag);
        measure_add(&region);
        number = L4_SYS_REPLY_RECV;
    } while (region.error == 0);
    runtime_block();
}

static void
client_round_trip(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        settle();
        struct region region = region_around(L4_SYS_CALL, pingpong.endpoint, pingpong.tag);
        measure_add(&region);
    }
    worker_done();
}

static void
server_round_trip(l4_word argument)
{
    (void)argument;
    region_echo(pingpong.endpoint, pingpong.tag);
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    if (strcmp(parameters->direction, "one-way") == 0) {
        pingpong_run(parameters, client_one_way, server_one_way);
    } else {
        pingpong_run(parameters, client_round_trip, server_round_trip);
    }
}

static const struct parameters cases[] = {
    {.direction = "one-way", .has_words = true},
    {.direction = "round-trip", .has_words = true},
};

BENCH("cross/call", cases, COUNT_OF(cases), true, run);
