/* The system calls as inline functions: sending, receiving, signalling.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A system call keeps rsp and carries the message registers; every other register comes back as
 * zero. The compiler is told exactly that, so it saves what is live and nothing else. Errors are
 * those of l4/error.h; which call gives which stands in the manual.
 *
 * Words from L4_MESSAGE_REGISTERS on lie in the calling thread's message frame; see
 * thread_block.h. */
#pragma once

#include <l4/error.h>
#include <l4/syscall.h>
#include <l4/tag.h>

/* What a message carries in registers. */
struct l4_message {
    l4_tag tag;
    l4_word badge; /* out: of the sender's capability, or the bits of a notification */
    l4_word words[L4_MESSAGE_REGISTERS];
};

#define L4_INLINE static inline __attribute__((always_inline))

/* A system call that carries a message, in and out. */
L4_INLINE enum l4_error
l4_syscall_message(enum l4_syscall number, l4_cap cap, struct l4_message *message)
{
    l4_word result = number;
    l4_word word0 = message->words[0];
    register l4_word word1 __asm__("r12") = message->words[1];
    register l4_word word2 __asm__("r13") = message->words[2];
    register l4_word word3 __asm__("r14") = message->words[3];
    register l4_word word4 __asm__("r15") = message->words[4];

    /* "memory": other threads run before this returns, and the message frame may be written. */
    __asm__ volatile("syscall"
                     : "+a"(result), "+D"(cap), "+S"(message->tag), "+b"(word0), "+r"(word1),
                       "+r"(word2), "+r"(word3), "+r"(word4)
                     :
                     : "rcx", "rdx", "rbp", "r8", "r9", "r10", "r11", "memory");
    message->badge = cap;
    message->words[0] = word0;
    message->words[1] = word1;
    message->words[2] = word2;
    message->words[3] = word3;
    message->words[4] = word4;
    return (enum l4_error)result;
}

/* A system call without a message; *cap: in the capability, out the notification's bits. */
L4_INLINE enum l4_error
l4_syscall_plain(enum l4_syscall number, l4_word *cap)
{
    l4_word result = number;
    l4_word tag = 0;

    __asm__ volatile("syscall"
                     : "+a"(result), "+D"(*cap), "+S"(tag)
                     :
                     : "rbx", "rcx", "rdx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "memory");
    return (enum l4_error)result;
}

/* Send to an endpoint and wait for the reply; on a kernel object, an invocation. */
L4_INLINE enum l4_error
l4_call(l4_cap cap, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_CALL, cap, message);
}

/* Answer the last caller, if there is one, then receive from an endpoint. */
L4_INLINE enum l4_error
l4_reply_recv(l4_cap endpoint, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_REPLY_RECV, endpoint, message);
}

L4_INLINE enum l4_error
l4_send(l4_cap endpoint, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_SEND, endpoint, message);
}

L4_INLINE enum l4_error
l4_recv(l4_cap endpoint, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_RECV, endpoint, message);
}

/* As l4_send, but L4_EAGAIN when no receiver waits. */
L4_INLINE enum l4_error
l4_send_poll(l4_cap endpoint, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_SEND_POLL, endpoint, message);
}

/* As l4_recv, but L4_EAGAIN when no sender waits. */
L4_INLINE enum l4_error
l4_recv_poll(l4_cap endpoint, struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_RECV_POLL, endpoint, message);
}

/* Answer the last caller; L4_EREPLY when there is none. */
L4_INLINE enum l4_error
l4_reply(struct l4_message *message)
{
    return l4_syscall_message(L4_SYS_REPLY, 0, message);
}

/* OR the capability's badge into its notification. Never blocks. */
L4_INLINE enum l4_error
l4_signal(l4_cap notification)
{
    return l4_syscall_plain(L4_SYS_SIGNAL, &notification);
}

/* Wait until the notification has bits; take and clear them. */
L4_INLINE enum l4_error
l4_wait(l4_cap notification, l4_word *bits)
{
    *bits = notification;
    return l4_syscall_plain(L4_SYS_WAIT, bits);
}

/* As l4_wait, but L4_EAGAIN when there are none. */
L4_INLINE enum l4_error
l4_poll(l4_cap notification, l4_word *bits)
{
    *bits = notification;
    return l4_syscall_plain(L4_SYS_POLL, bits);
}

/* To the tail of the caller's priority. */
L4_INLINE enum l4_error
l4_yield(void)
{
    l4_word none = 0;

    return l4_syscall_plain(L4_SYS_YIELD, &none);
}

/* Into the kernel and back. */
L4_INLINE enum l4_error
l4_null(void)
{
    l4_word none = 0;

    return l4_syscall_plain(L4_SYS_NULL, &none);
}
