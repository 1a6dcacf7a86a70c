/* The system calls, by number, and the registers they use.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * x86_64, by SYSCALL:
 *             in                              out
 *   rax       number                          enum l4_error
 *   rdi       capability                      badge, or the bits of a notification
 *   rsi       tag (signal: unused)            tag
 *   rbx r12 r13 r14 r15   message words 0..4  message words 0..4
 *   rsp       kept
 *   rcx r11   -                               instruction pointer, flags
 *   rax rdx rbp r8 r9 r10 : carry nothing in, are zero after (rax: the error)
 *
 * The five message registers always travel, whatever the tag says. After an error they hold
 * what the caller put there, or zero.
 *
 * What is said of a notification's bits is the choice async=word; docs/axes/async.md has the
 * others, whose waits give the badge of the waiter's own capability. */
#pragma once

enum l4_syscall {
    L4_SYS_CALL = 0,       /* send, then wait for the reply; on a kernel object: an invocation */
    L4_SYS_REPLY_RECV = 1, /* answer the last caller (if there is one), then receive */
    L4_SYS_SEND = 2,       /* wait until a receiver takes the message */
    L4_SYS_RECV = 3,       /* wait for a message, or for the bound notification */
    L4_SYS_SEND_POLL = 4,  /* send if a receiver is waiting, else L4_EAGAIN */
    L4_SYS_RECV_POLL = 5,  /* receive if a sender is waiting, else L4_EAGAIN */
    L4_SYS_REPLY = 6,      /* answer the last caller; L4_EREPLY if there is none */
    L4_SYS_SIGNAL = 7,     /* OR the capability's badge into a notification; never blocks */
    L4_SYS_WAIT = 8,       /* wait until a notification has bits, take and clear them */
    L4_SYS_POLL = 9,       /* take and clear the bits of a notification, else L4_EAGAIN */
    L4_SYS_YIELD = 10,     /* to the tail of one's priority; no capability */
    L4_SYS_NULL = 11,      /* nothing: in and out, to measure that */
    L4_SYSCALL_COUNT = 12,
};
