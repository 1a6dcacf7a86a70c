/* The threads that benchmarks run on: a pool, since no thread can be deleted.
 * SPDX-License-Identifier: BSD-2-Clause */

#include "worker.h"

#include <l4user/invoke.h>
#include <l4user/ipc.h>
#include <l4user/memory.h>
#include <l4user/space.h>
#include <l4user/string.h>
#include <l4user/thread.h>

#define BADGE 1u /* the bit that a signal sets */

static struct thread pool[THREAD_MAX];
static bool busy[THREAD_MAX];
static uint32_t pool_count;

static l4_cap second_space;
static l4_cap done;

void
workers_prepare(void)
{
    runtime_require(l4_thread_schedule(L4_ROOT_THREAD, WORKER_ROOT, 0),
                    "lower the root thread's priority");
    runtime_require(space_create_shared(&second_space), "make the second address space");
    done = worker_notification(0);
}

l4_cap
worker_endpoint(uint32_t home)
{
    l4_cap cap;

    runtime_require(memory_object(L4_TYPE_ENDPOINT, 0, home, &cap), "make an endpoint");
    return cap;
}

l4_cap
worker_notification(uint32_t home)
{
    l4_cap plain, badged;

    runtime_require(memory_object(L4_TYPE_NOTIFICATION, 0, home, &plain), "make a notification");
    runtime_require(memory_slots(1, &badged), "find a slot for a badge");
    runtime_require(l4_table_mint(L4_ROOT_TABLE, badged, L4_ROOT_TABLE, plain, L4_RIGHT_ALL, BADGE),
                    "give a notification a badge");
    return badged;
}

bool
worker_apart(const char *space)
{
    return space != NULL && strcmp(space, "different") == 0;
}

/* A thread of that core that no worker uses. */
static struct thread *
take(uint32_t core)
{
    for (uint32_t i = 0; i < pool_count; i++) {
        if (pool[i].core == core && !busy[i]) {
            busy[i] = true;
            return &pool[i];
        }
    }
    runtime_require(pool_count == THREAD_MAX ? L4_EMEMORY : L4_OK, "one more thread");
    runtime_require(thread_create(&pool[pool_count], core), "make a thread");
    busy[pool_count] = true;
    return &pool[pool_count++];
}

void
worker_start(const struct worker *worker)
{
    struct thread *thread = take(worker->core);
    struct thread_options options = {
        .space = worker->apart ? second_space : L4_ROOT_SPACE,
        .priority = worker->priority,
        .fault_endpoint = worker->fault_endpoint,
        .entry = worker->entry,
        .argument = worker->argument,
    };

    runtime_require(thread_start(thread, &options), "start a thread");
    if (worker->passive) {
        runtime_require(thread_make_passive(thread), "make a server passive");
    }
}

void
workers_finish(void)
{
    l4_word bits;

    runtime_require(l4_wait(done, &bits), "wait for the workers");
    for (uint32_t i = 0; i < pool_count; i++) {
        if (busy[i]) {
            runtime_require(thread_stop(&pool[i]), "stop a thread");
            busy[i] = false;
        }
    }
}

_Noreturn void
worker_done(void)
{
    (void)l4_signal(done);
    runtime_block();
}
