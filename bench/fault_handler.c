/* fault/handler: a fault, its user-level handler, and back.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * One-way: from before the faulting instruction to after the handler's SYSCALL (recv or reply_recv)
 * returns with the fault message. Round-trip: to the instruction behind the faulting one, which the
 * handler makes the thread's next; the handler's own few instructions are in it. `kind`: `page`, a
 * load from where nothing is mapped, or `exception`, an undefined instruction. `space`: of the
 * faulting thread and its handler. The handler is passive. */

#include <l4user/ipc.h>
#include <l4user/string.h>

#include "bench.h"
#include "worker.h"

#define NOTHING_MAPPED 0x200000000ull

static l4_cap endpoint;

static void
page_once(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        region_load(NOTHING_MAPPED);
    }
    worker_done();
}

static void
page_and_back(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_load_around(NOTHING_MAPPED);
        region.error = 0; /* no system call was made here */
        measure_add(&region);
    }
    worker_done();
}

static void
exception_once(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        region_undefined(0);
    }
    worker_done();
}

static void
exception_and_back(l4_word argument)
{
    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        struct region region = region_undefined_around(0);
        region.error = 0;
        measure_add(&region);
    }
    worker_done();
}

/* Handler, one way: every receive ends a region. */
static void
handle_timed(l4_word argument)
{
    l4_word ip = 0;
    struct region region = region_fault_to(L4_SYS_RECV, endpoint, &ip);

    (void)argument;
    while (region.error == 0) {
        measure_add(&region);
        ip += REGION_FAULT_BYTES; /* answer: go on behind the instruction */
        region = region_fault_to(L4_SYS_REPLY_RECV, endpoint, &ip);
    }
    runtime_block();
}

/* Handler, round trip: as little as a handler can do. */
static void
handle(l4_word argument)
{
    struct l4_message message = {0};
    enum l4_error error = l4_recv(endpoint, &message);

    (void)argument;
    while (error == L4_OK) {
        message.words[0] += REGION_FAULT_BYTES;
        message.tag = l4_tag_make(0, 1);
        error = l4_reply_recv(endpoint, &message);
    }
    runtime_block();
}

static void
run(const struct parameters *parameters)
{
    bool page = strcmp(parameters->kind, "page") == 0;
    bool back = strcmp(parameters->direction, "round-trip") == 0;

    endpoint = worker_endpoint(0);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){
        .priority = WORKER_MIDDLE,
        .passive = true,
        .entry = back ? handle : handle_timed,
    });
    worker_start(&(struct worker){
        .priority = WORKER_MIDDLE,
        .apart = worker_apart(parameters->space),
        .fault_endpoint = endpoint,
        .entry = back ? (page ? page_and_back : exception_and_back)
                      : (page ? page_once : exception_once),
    });
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "one-way", .space = "same", .kind = "exception"},
    {.direction = "one-way", .space = "different", .kind = "exception"},
    {.direction = "one-way", .space = "same", .kind = "page"},
    {.direction = "one-way", .space = "different", .kind = "page"},
    {.direction = "round-trip", .space = "same", .kind = "exception"},
    {.direction = "round-trip", .space = "different", .kind = "exception"},
    {.direction = "round-trip", .space = "same", .kind = "page"},
    {.direction = "round-trip", .space = "different", .kind = "page"},
};

BENCH("fault/handler", cases, COUNT_OF(cases), false, run);
