/* ipc/call: a message from client to server, one way.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the client's SYSCALL (call) to after the server's (reply_recv) returns with the
 * message. The server is passive: it runs on the client's scheduling context. */

#include "pingpong.h"
#include "worker.h"

static void
client(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        struct region region = region_from(L4_SYS_CALL, pingpong.endpoint, pingpong.tag);
        if (region.error != 0) {
            measure_fail("the client's call failed");
        }
    }
    worker_done();
}

static void
server(l4_word argument)
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
run(const struct parameters *parameters)
{
    pingpong_run(parameters, client, server);
}

static const struct parameters cases[] = {BENCH_IPC_CASES("one-way")};

BENCH("ipc/call", cases, COUNT_OF(cases), false, run);
