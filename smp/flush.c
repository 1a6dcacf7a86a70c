/* TLB shootdown.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Epochs: each shootdown draws a number; a core that flushes has, afterwards, satisfied every
 * number drawn before it looked. Who waits is a list of threads on the shooter's own core. */
#include <smp/flush.h>

#include <stdbool.h>

#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/platform.h>
#include <internal/core.h>
#include <internal/schedule.h>
#include <internal/space.h>
#include <internal/thread.h>

static uint64_t epoch; /* atomic: last number drawn */

/* The other cores that have the space loaded now. One that loads it after the fence walks the
 * tables as they are after the change: loading is serialising (Intel SDM vol. 3, 8.3), and each
 * core publishes the space before it loads it. */
static uint64_t
cores_with(const struct space *space)
{
    uint64_t cores = 0;
    for (uint32_t i = 0; i < platform.core_count; i++) {
        const struct core *core = core_at(i);
        if (core && core != this_core() && __atomic_load_n(&core->space, __ATOMIC_ACQUIRE) == space)
            cores |= 1ull << i;
    }
    return cores;
}

_Bool
flush_space(struct space *space, struct thread *thread)
{
    struct core *core = this_core();
    __atomic_fetch_add(&space->generation, 1, __ATOMIC_RELEASE);
    paging_flush_local();
    cpu_fence();
    uint64_t targets = cores_with(space);
    if (!targets)
        return false;

    thread->flush_epoch = __atomic_add_fetch(&epoch, 1, __ATOMIC_ACQ_REL);
    thread->flush_targets = targets;
    thread_answer(thread, L4_OK, 0, 0);
    schedule_leave(core, thread);
    thread->state = THREAD_FLUSHING;
    thread->next = core->flush_wait;
    core->flush_wait = thread;
    for (uint32_t i = 0; i < platform.core_count; i++) {
        if (!(targets >> i & 1))
            continue;
        __atomic_fetch_or(&core_at(i)->flush_askers, 1ull << core->number, __ATOMIC_ACQ_REL);
        core_interrupt(i, VECTOR_FLUSH);
    }
    return true;
}

/* Flush for those who asked, and tell them. */
static void
flush_answer(struct core *core)
{
    uint64_t askers = __atomic_exchange_n(&core->flush_askers, 0, __ATOMIC_ACQ_REL);
    if (!askers)
        return;
    uint64_t now = __atomic_load_n(&epoch, __ATOMIC_ACQUIRE);
    paging_flush_local();
    __atomic_store_n(&core->flush_done, now, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < platform.core_count; i++)
        if (askers >> i & 1)
            core_interrupt(i, VECTOR_FLUSH);
}

static bool
flush_complete(const struct thread *thread)
{
    for (uint32_t i = 0; i < platform.core_count; i++)
        if (thread->flush_targets >> i & 1 &&
            __atomic_load_n(&core_at(i)->flush_done, __ATOMIC_ACQUIRE) < thread->flush_epoch)
            return false;
    return true;
}

void
flush_interrupt(struct core *core)
{
    flush_answer(core);
    struct thread **at = &core->flush_wait;
    while (*at) {
        struct thread *thread = *at;
        if (!flush_complete(thread)) {
            at = &thread->next;
            continue;
        }
        *at = thread->next;
        thread->next = NULL;
        thread_wake(thread);
    }
}
