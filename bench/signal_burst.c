/* signal/burst: what a driver makes of a burst of k signals.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From before the device's first SYSCALL (signal) to after the SYSCALL (signal) returns in which
 * the next ready thread, of the lowest priority, had been preempted: until the driver has nothing
 * left to do. `driver`: `waiting` has a higher priority than the device and takes each signal at
 * once; `busy` has a lower one: the first signal makes it ready, the others come before it runs.
 *
 * The driver is one event loop for all choices of the async axis: wait, then take whatever the ring
 * holds. The ring loses nothing; the signals may merge. Counts, of each burst: `signals` sent,
 * `wakeups` of the driver, `merged` signals that had no wake-up of their own (lost, to a driver
 * that counts them), and `empty` wake-ups that found nothing in the ring. */

#include <l4user/ipc.h>
#include <l4user/string.h>

#include "bench.h"
#include "worker.h"

static l4_cap events; /* wakes the driver */
static l4_cap turn;   /* wakes the device */

/* Shared memory of device and driver: how many events were put in, and taken. */
static volatile uint32_t produced, consumed;

static uint32_t burst;
static volatile uint32_t wakeups, empty;

static void
driver(l4_word argument)
{
    l4_word bits;

    (void)argument;
    while (l4_wait(events, &bits) == L4_OK) {
        wakeups++;
        if (consumed == produced) {
            empty++;
        }
        while (consumed != produced) {
            consumed++;
        }
    }
    runtime_block();
}

static void
device(l4_word argument)
{
    l4_word bits;
    l4_word error = l4_wait(turn, &bits); /* until the other is in its first region */

    (void)argument;
    while (error == L4_OK) {
        produced++;
        error = region_shared_from(L4_SYS_SIGNAL, events).error;
        for (uint32_t i = 1; i < burst; i++) {
            produced++;
            error |= l4_signal(events);
        }
        error |= l4_wait(turn, &bits);
    }
    runtime_block();
}

/* Begins each burst, and sees when all is done. */
static void
next(l4_word argument)
{
    uint32_t before = 0;

    (void)argument;
    for (uint32_t i = 0; i < measure_total(); i++) {
        wakeups = 0;
        empty = 0;
        struct region region = region_shared_to(L4_SYS_SIGNAL, turn, 0);
        measure_add(&region);
        if (consumed != produced || (i > 0 && wakeups != before)) {
            measure_fail("the driver did not handle every burst in the same way");
        }
        before = wakeups;
    }
    measure_counted("signals", burst);
    measure_counted("wakeups", wakeups);
    measure_counted("merged", burst - wakeups);
    measure_counted("empty", empty);
    worker_done();
}

static void
run(const struct parameters *parameters)
{
    bool waiting = strcmp(parameters->driver, "waiting") == 0;

    burst = parameters->signals;
    produced = 0;
    consumed = 0;
    events = worker_notification(0);
    turn = worker_notification(0);
    measure_begin(REGION_SHARED);
    worker_start(&(struct worker){
        .priority = waiting ? WORKER_HIGH : WORKER_LOW,
        .entry = driver,
    });
    worker_start(&(struct worker){.priority = WORKER_MIDDLE, .entry = device});
    worker_start(&(struct worker){.priority = WORKER_LOWEST, .entry = next});
    workers_finish();
}

#define CASES(driver_)                                                                             \
    {.direction = "event", .driver = driver_, .signals = 1},                                       \
        {.direction = "event", .driver = driver_, .signals = 4},                                   \
        {.direction = "event", .driver = driver_, .signals = 16},                                  \
    {                                                                                              \
        .direction = "event", .driver = driver_, .signals = 64                                     \
    }

static const struct parameters cases[] = {CASES("waiting"), CASES("busy")};

BENCH("signal/burst", cases, COUNT_OF(cases), false, run);
