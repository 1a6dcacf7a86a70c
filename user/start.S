/* Where a root task begins: the kernel gives it a stack and, in rdi, the boot information.
 * SPDX-License-Identifier: BSD-2-Clause */

    .section .text.start, "ax"
    .globl _start
_start:
    xor     %ebp, %ebp
    call    runtime_start /* aligns the stack as the ABI of C wants it; does not return */
    ud2

    .section .note.GNU-stack, "", @progbits
