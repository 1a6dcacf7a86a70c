/* Where things are in the kernel half of every address space. For C and assembly.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *   0xffff800000000000  direct map: all RAM below 512 GiB, at its physical address + this
 *   0xffffff0000000000  window: device registers (uncached), then the cores' stacks
 *   0xffffffff80000000  the kernel image, at its physical address + this
 *
 * Each is one entry of the top-level table; kernel_pml4 has them all before the first address
 * space is made, and they never change afterwards. */
#pragma once

#define DIRECT_MAP_BASE    0xffff800000000000
#define DIRECT_MAP_SIZE    0x8000000000
#define DEVICE_WINDOW_BASE 0xffffff0000000000
#define STACK_WINDOW_BASE  0xffffff0040000000
#define KERNEL_BASE        0xffffffff80000000
#define KERNEL_LOAD        0x100000

/* One slot of the stack window a core; a stack never shares a page with anything, and below each
 * lies an unmapped page, so that an overflow faults and does not overwrite. */
#define STACK_SLOT_BITS           16
#define STACK_SLOT_SIZE           0x10000
#define STACK_KERNEL_START        0x1000
#define STACK_KERNEL_TOP          0x5000
#define STACK_DOUBLE_FAULT_START  0x6000
#define STACK_NMI_START           0x8000
#define STACK_MACHINE_CHECK_START 0xa000
#define STACK_EXCEPTION_SIZE      0x1000

/* The page below 1 MiB where the other cores start in real mode; the startup interrupt carries
 * its page number (Intel SDM vol. 3A, 10.6.1 "Interrupt Command Register"). */
#define TRAMPOLINE_ADDRESS 0x8000
