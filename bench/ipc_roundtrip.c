/* ipc/roundtrip: a message to the server and its answer.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the client's SYSCALL (call) to after it returns with the reply, five instructions of
 * the server's own in between (region_echo). The server is passive; `server` = `active` says that
 * it runs on a scheduling context of its own instead. */

#include "pingpong.h"
#include "worker.h"

static void
client(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        struct region region = region_around(L4_SYS_CALL, pingpong.endpoint, pingpong.tag);
        measure_add(&region);
    }
    measure_amortised(region_loop(L4_SYS_CALL, pingpong.endpoint, pingpong.tag, MEASURE_LOOP),
                      MEASURE_LOOP);
    worker_done();
}

static void
server(l4_word argument)
{
    (void)argument;
    region_echo(pingpong.endpoint, pingpong.tag);
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    pingpong_run(parameters, client, server);
}

static const struct parameters cases[] = {
    BENCH_IPC_CASES("round-trip"),
    {.direction = "round-trip", .space = "same", .server = "active", .has_words = true},
    {.direction = "round-trip", .space = "different", .server = "active", .has_words = true},
};

BENCH("ipc/roundtrip", cases, COUNT_OF(cases), false, run);
