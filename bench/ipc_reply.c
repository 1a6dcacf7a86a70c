/* ipc/reply: the answer from server to client, one way.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the server's SYSCALL (reply_recv) to after the client's (call) returns with the
 * reply. The server is passive: it runs on the client's scheduling context. */

#include "pingpong.h"

#include <l4user/ipc.h>

#include "worker.h"

static void
client(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        struct region region = region_to(L4_SYS_CALL, pingpong.endpoint, pingpong.tag);
        measure_add(&region);
    }
    worker_done();
}

static void
server(l4_word argument)
{
    struct l4_message first = {.tag = pingpong.tag};
    l4_word error = l4_recv(pingpong.endpoint, &first);

    (void)argument;
    while (error == 0) {
        error = region_from(L4_SYS_REPLY_RECV, pingpong.endpoint, pingpong.tag).error;
    }
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    pingpong_run(parameters, client, server);
}

static const struct parameters cases[] = {BENCH_IPC_CASES("one-way")};

BENCH("ipc/reply", cases, COUNT_OF(cases), false, run);
