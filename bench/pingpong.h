/* A client and a server: the setting of the IPC benchmarks.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4/types.h>

#include "bench.h"

/* Known to client and server of the case that runs. */
struct pingpong {
    l4_cap endpoint;
    l4_tag tag; /* of messages and replies: as many words as the case has */
};

extern struct pingpong pingpong;

/* Run one case: the server, passive unless the case says otherwise, waits on the endpoint before
 * the client starts, at the same priority. Its core is the case's, where it has one. The client
 * ends with worker_done(). */
void pingpong_run(const struct parameters *parameters, void (*client)(l4_word),
                  void (*server)(l4_word));
