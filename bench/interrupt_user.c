/* interrupt/user: from an interrupt to its user-level handler, and back to what it interrupted.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A handler of high priority waits for the notification that the interrupt signals, while a thread
 * of low priority runs on the same core and in the same space.
 *
 * `phase` = `entry`: to after the handler's SYSCALL (wait) returns, from
 *   `source` = `timer`:  the deadline that the HPET was given, in ticks of the time-stamp counter.
 *              The deadline is swept, so that the interrupt meets different instructions of the
 *              interrupted thread: the samples are a distribution. No markers: nothing is executed
 *              at the deadline. The HPET knows time to one of its own ticks only (QEMU's: 10 ns,
 *              which are 10 instructions in counting mode), and so does the sample.
 *   `source` = `device`: before the store that makes the edu device raise its interrupt.
 * `phase` = `return`: from before the handler's next SYSCALL (wait) to when the interrupted
 * thread's loop of two instructions sees that it runs again; one more instruction when the
 * interrupt met the second. */

#include <stddef.h>

#include <l4user/edu.h>
#include <l4user/hpet.h>
#include <l4user/ipc.h>
#include <l4user/runtime.h>
#include <l4user/string.h>

#include "bench.h"
#include "worker.h"

#define DEADLINE_FS  100000000000ull /* 100 µs ahead: 100 thousand instructions of counting mode */
#define ARM_TRIES    8u
#define SWEEP_TICKS  16u /* deadlines differ by up to so many HPET ticks */
#define SWEEP_STEPS  13u /* and its programming by so many instructions; coprime */
#define CALIBRATIONS 16u
#define SPAN_TICKS   20000u   /* HPET ticks that ticks_of() can convert without overflow */
#define PATIENCE_US  1000000u /* an interrupt that takes longer does not come */

static l4_cap notification;
static bool timed_by_hpet;
static struct hpet hpet;
static struct edu edu;

/* Written by the interrupted thread before the interrupt, read by the handler after it. */
static volatile uint64_t deadline_ticks;

/* Time-stamp ticks in `count` HPET ticks, count <= SPAN_TICKS: count * period_fs * tsc_hz / 10^15,
 * in steps that fit 64 bits. */
static uint64_t
ticks_of(uint64_t count)
{
    return count * hpet.period_fs * (bootinfo()->tsc_hz / 1000) / 1000000000000ull;
}

/* The time stamp at which the HPET comes to base + ahead. The HPET is coarser than the time-stamp
 * counter: a reading is late by up to one of its ticks, so the earliest of many is taken. */
static uint64_t
deadline_after(uint64_t base, uint64_t ahead)
{
    uint64_t earliest = UINT64_MAX;

    for (uint32_t i = 0; i < CALIBRATIONS; i++) {
        uint64_t counter = hpet_now(&hpet);
        uint64_t origin = region_ticks() - ticks_of(counter - base);
        earliest = origin < earliest ? origin : earliest;
    }
    return earliest + ticks_of(ahead);
}

/* Execute a few instructions more each time. */
static void
vary(uint32_t step)
{
    for (volatile uint32_t i = 0; i < step; i++) {
    }
}

/* Give the HPET a deadline. Where it passed before that was done (an emulator whose host was busy),
 * it is tried again; false when it always does. */
static bool
arm(uint32_t round)
{
    uint64_t ahead = DEADLINE_FS / hpet.period_fs + round % SWEEP_TICKS;

    for (uint32_t i = 0; i < ARM_TRIES; i++) {
        uint64_t base = hpet_now(&hpet);
        deadline_ticks = deadline_after(base, ahead);
        vary(round % SWEEP_STEPS);
        hpet_arm(&hpet, base + ahead);
        if (hpet_now(&hpet) < base + ahead || region_flag != 0) {
            return true;
        }
    }
    return false;
}

/* Something to interrupt, until the handler has run; false when it does not come to that. */
static bool
run_until_seen(void)
{
    uint64_t start = region_ticks();
    uint64_t patience = bootinfo()->tsc_hz / 1000000 * PATIENCE_US;

    while (region_flag == 0) {
        if (region_ticks() - start > patience) {
            return false;
        }
    }
    return true;
}

/* Is the path alive at all? One interrupt, with a bound on the waiting. */
static bool
try_once(void)
{
    region_flag = 0;
    if (timed_by_hpet) {
        return arm(0) && run_until_seen();
    }
    device_write32(edu.registers, EDU_RAISE, 1);
    return run_until_seen();
}

/* The interrupted thread: makes interrupts, one after the other. argument: enum phase below. */
enum phase {
    PHASE_ENTRY,
    PHASE_RETURN,
};

static void
interrupted_by_timer(l4_word phase)
{
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        region_flag = 0;
        if (!arm(i)) {
            measure_fail("the HPET's deadlines pass before they are set");
        } else if (phase == PHASE_RETURN) {
            struct region region = region_see();
            region.error = 0;
            measure_add(&region);
        } else if (!run_until_seen()) {
            measure_fail("the HPET's interrupt did not come");
        }
    }
}

static void
interrupted_by_device(l4_word phase)
{
    for (uint32_t i = 0; i < measure_total() && !measure_failed(); i++) {
        region_flag = 0;
        if (phase == PHASE_RETURN) {
            device_write32(edu.registers, EDU_RAISE, 1);
            struct region region = region_see();
            region.error = 0;
            measure_add(&region);
        } else {
            region_store((volatile char *)edu.registers + EDU_RAISE);
        }
    }
}

static void
interrupted(l4_word phase)
{
    if (!try_once()) {
        measure_fail("the interrupt does not come");
    } else if (timed_by_hpet) {
        interrupted_by_timer(phase);
    } else {
        interrupted_by_device(phase);
    }
    worker_done();
}

/* Make the device ready to raise again, and let the interrupted thread know. */
static void
handled(void)
{
    if (!timed_by_hpet) {
        device_write32(edu.registers, EDU_ACK, 1);
    }
    region_flag = 1;
}

static void
handle_entry(l4_word argument)
{
    l4_word bits;
    l4_word error = l4_wait(notification, &bits); /* that of try_once() */

    (void)argument;
    while (error == 0) {
        struct region region;
        handled();
        if (timed_by_hpet) {
            error = l4_wait(notification, &bits);
            region = (struct region){deadline_ticks, region_ticks(), error};
        } else {
            region = region_shared_to(L4_SYS_WAIT, notification, 0);
            error = region.error;
        }
        measure_add(&region);
    }
    runtime_block();
}

static void
handle_return(l4_word argument)
{
    l4_word bits;
    l4_word error = l4_wait(notification, &bits); /* that of try_once() */

    (void)argument;
    handled();
    error |= l4_wait(notification, &bits);
    while (error == 0) {
        handled();
        error = region_shared_from(L4_SYS_WAIT, notification).error;
    }
    runtime_block();
}

/* Find the source and connect it, once; NULL, or the reason why it is not there. */
static const char *
connect(void)
{
    static struct {
        bool tried;
        const char *problem;
        l4_cap notification;
    } sources[2];
    unsigned which = timed_by_hpet ? 1 : 0;

    if (!sources[which].tried) {
        sources[which].tried = true;
        sources[which].notification = worker_notification(0);
        sources[which].problem = timed_by_hpet ? hpet_start(&hpet, 0, sources[which].notification)
                                               : edu_start(&edu, 0, sources[which].notification);
    }
    notification = sources[which].notification;
    return sources[which].problem;
}

static void
run(const struct parameters *parameters)
{
    bool entry = strcmp(parameters->phase, "entry") == 0;
    const char *problem;

    timed_by_hpet = strcmp(parameters->source, "timer") == 0;
    problem = connect();
    if (problem != NULL) {
        measure_skip(problem);
        return;
    }
    measure_begin(!entry ? REGION_SEEN : timed_by_hpet ? REGION_UNMARKED : REGION_SHARED);
    worker_start(&(struct worker){
        .priority = WORKER_HIGH,
        .entry = entry ? handle_entry : handle_return,
    });
    worker_start(&(struct worker){
        .priority = WORKER_LOW,
        .entry = interrupted,
        .argument = entry ? PHASE_ENTRY : PHASE_RETURN,
    });
    workers_finish();
}

static const struct parameters cases[] = {
    {.direction = "event", .source = "timer", .phase = "entry", .varies = true},
    {.direction = "event", .source = "timer", .phase = "return"},
    {.direction = "event", .source = "device", .phase = "entry"},
    {.direction = "event", .source = "device", .phase = "return"},
};

BENCH("interrupt/user", cases, COUNT_OF(cases), false, run);
