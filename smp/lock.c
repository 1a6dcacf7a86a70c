/* The capability lock.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <smp/lock.h>

#include <stdint.h>

#include <arch/cpu.h>

static struct {
    _Alignas(64) uint32_t next;    /* ticket to draw */
    _Alignas(64) uint32_t serving; /* ticket whose turn it is */
} lock;

void
capability_lock(void)
{
    uint32_t ticket = __atomic_fetch_add(&lock.next, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&lock.serving, __ATOMIC_ACQUIRE) != ticket)
        cpu_pause();
}

void
capability_unlock(void)
{
    /* Only the holder writes it. */
    __atomic_store_n(&lock.serving, lock.serving + 1, __ATOMIC_RELEASE);
}
