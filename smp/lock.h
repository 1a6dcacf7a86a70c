/* The capability lock: one writer at a time to slots, the derivation tree, and page tables.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A ticket lock: first come, first served. Held with interrupts off, for short and bounded work;
 * nothing under it waits. IPC does not take it. */
#pragma once

void capability_lock(void);
void capability_unlock(void);
