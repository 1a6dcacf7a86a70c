/* A client and a server: the setting of the IPC benchmarks.
 * SPDX-License-Identifier: BSD-2-Clause */

#include "pingpong.h"

#include <stddef.h>

#include <l4/tag.h>

#include "worker.h"

struct pingpong pingpong;

void
pingpong_run(const struct parameters *parameters, void (*client)(l4_word), void (*server)(l4_word))
{
    measure_begin(REGION_MESSAGE);
    pingpong.endpoint = worker_endpoint(parameters->core);
    pingpong.tag = l4_tag_make(0, parameters->words);
    worker_start(&(struct worker){
        .core = parameters->core,
        .priority = WORKER_MIDDLE,
        .apart = worker_apart(parameters->space),
        .passive = parameters->server == NULL && parameters->core == 0,
        .entry = server,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = client});
    workers_finish();
}
