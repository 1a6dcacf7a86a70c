/* Signals from other cores, coalesced in the notification, and who waits for them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: kernel/notification.c: notification_signal notification_take_remote notification_deliver
 * Models: kernel/notification.c: notification_wait bound_receiver
 * Models: kernel/axes/async/word/async_policy.h: async_send async_receive async_give async_keep
 * Models: kernel/axes/async/word/async_policy.h: async_take async_pending
 * Models: kernel/endpoint.c: endpoint_receive
 * Models: smp/inbox.c: inbox_post inbox_take
 * Search: safety
 *
 * Two notifications of core 0, signalled from cores 1 and 2 and once from core 0 itself. A thread
 * waits for the first; the second is bound to a thread that receives from an endpoint, which
 * another thread of core 0 sends to. Before a signal comes a store, of what the signal tells about:
 * it stays in a store buffer for as long as the processor likes, but not beyond a locked
 * instruction. Who is given a bit looks at what it tells about. At the end all has been seen: no
 * signal was lost, in whatever way signals merged. Pushing to the list is one step here
 * (inbox.pml).
 *
 * BREAK_OR       the OR is left out when the bit is set already
 * BREAK_QUEUED   a signal posts without looking at QUEUED
 * BREAK_UNLINK   the owner exchanges `remote` before it takes the notification from the inbox
 * BREAK_NEXT     the owner reads a node's `next` after it has given the notification free
 * BREAK_PENDING  who begins to receive does not look at what its bound notification has kept
 * BREAK_KEEP     signals that nobody waits for are dropped */

#define NOTIFICATIONS 2
#define SOURCES 3          /* cores 1 and 2, and core 0 itself: bits 1, 2 and 4 */
#define SIGNALS 2          /* by each other core */
#define QUEUED 8
#define NONE NOTIFICATIONS

byte remote[NOTIFICATIONS];
byte bits[NOTIFICATIONS];  /* async.bits */

byte inbox = NONE;         /* core 0's */
byte next[NOTIFICATIONS];
bool posted[NOTIFICATIONS];
bool interrupt;

/* By notification and source: something was stored that the taker has not looked at since. */
#define UNSEEN(n, source) unseen[(n) * SOURCES + (source)]
bool unseen[NOTIFICATIONS * SOURCES];

/* A store buffer a core: one store to UNSEEN(about[source], source). */
bool buffered[SOURCES];
byte about[SOURCES];

/* The thread that takes from notification n: 0 waits for it, 1 receives from an endpoint. */
mtype = { THREAD_READY, THREAD_WAITING, THREAD_RECEIVING };
mtype state[NOTIFICATIONS] = THREAD_READY;
byte answer[NOTIFICATIONS];
bool sender;  /* queued in the endpoint */
bool message; /* answered with a message */
byte messages;

inline drain(source)
{
    d_step {
        buffered[source];
        UNSEEN(about[source], source) = true;
        about[source] = 0;
        buffered[source] = false
    }
}

inline inbox_post(n)
{
    d_step {
        assert(!posted[n]);
        posted[n] = true;
        next[n] = inbox;
        if
        :: inbox == NONE -> interrupt = true
        :: else
        fi;
        inbox = n
    }
}

/* async_send() is a locked instruction: it waits for the store buffer. */
inline notification_signal(n, source)
{
#ifdef BREAK_OR
    if
    :: remote[n] & (1 << source) -> goto signalled
    :: else
    fi;
#endif
    atomic {
        !buffered[source];
        old = remote[n];
        remote[n] = remote[n] | (1 << source) | QUEUED
    };
    if
#ifdef BREAK_QUEUED
    :: inbox_post(n)
#else
    :: !(old & QUEUED) -> inbox_post(n)
    :: else
#endif
    fi
}

/* All of it is the owner's. */
inline notification_deliver(n, signals)
{
    if
    :: state[n] == THREAD_WAITING || state[n] == THREAD_RECEIVING ->
       answer[n] = bits[n] | (signals); /* async_give() */
       bits[n] = 0;
       state[n] = THREAD_READY
#ifdef BREAK_KEEP
    :: else
#else
    :: else -> bits[n] = bits[n] | (signals) /* async_keep() */
#endif
    fi
}

inline async_receive(n)
{
    got = remote[n] & ~QUEUED;
    remote[n] = 0
}

inline reverse()
{
    d_step {
        do
        :: node != NONE ->
           following = next[node];
           next[node] = oldest;
           oldest = node;
           node = following
        :: else -> break
        od;
        node = oldest;
        oldest = NONE;
        following = NONE
    }
}

inline inbox_take()
{
#ifdef BREAK_UNLINK
    if
    :: inbox != NONE ->
       atomic { node = inbox; async_receive(node); notification_deliver(node, got) }
    :: else
    fi;
#endif
    d_step { node = inbox; inbox = NONE };
    reverse();
    do
    :: node != NONE ->
       atomic { following = next[node]; posted[node] = false };
       atomic { async_receive(node); notification_deliver(node, got); got = 0 };
#ifdef BREAK_NEXT
       following = next[node];
#endif
       node = following
    :: else -> break
    od;
    atomic { node = NONE; following = NONE }
}

inline notification_wait(n)
{
    if
    :: bits[n] -> answer[n] = bits[n]; bits[n] = 0 /* async_take() */
    :: else -> state[n] = THREAD_WAITING
    fi
}

#ifdef BREAK_PENDING
#define PENDING(n) false
#else
#define PENDING(n) (bits[n] != 0)
#endif

inline endpoint_receive(n)
{
    if
    :: PENDING(n) -> answer[n] = bits[n]; bits[n] = 0
    :: else ->
       if
       :: sender -> sender = false; message = true
       :: else -> state[n] = THREAD_RECEIVING
       fi
    fi
}

inline endpoint_send()
{
    if
    :: state[1] == THREAD_RECEIVING -> state[1] = THREAD_READY; message = true
    :: else -> sender = true
    fi
}

/* User level: look at what the bits tell about. */
inline look(n)
{
    d_step {
        assert(!(answer[n] & QUEUED));
        if
        :: answer[n] & 1 -> UNSEEN(n, 0) = false
        :: else
        fi;
        if
        :: answer[n] & 2 -> UNSEEN(n, 1) = false
        :: else
        fi;
        if
        :: answer[n] & 4 -> UNSEEN(n, 2) = false
        :: else
        fi;
        answer[n] = 0;
        if
        :: n == 1 && message -> messages++; message = false
        :: else
        fi
    }
}

active proctype owner()
{
    byte node = NONE, following = NONE, oldest = NONE;
    byte got, n;
    bool to_signal = true, to_send = true;

end_halted:
    do
    :: interrupt -> interrupt = false; inbox_take()
    :: state[0] == THREAD_READY ->
       look(0);
       atomic { notification_wait(0) }
    :: state[1] == THREAD_READY ->
       n = 1;
       look(1);
       atomic { endpoint_receive(n); n = 0 }
    :: to_signal ->
       atomic {
           to_signal = false;
           if
           :: n = 0
           :: n = 1
           fi;
           UNSEEN(n, 2) = true;
           notification_deliver(n, 4);
           n = 0
       }
    :: to_send -> atomic { to_send = false; endpoint_send() }
    od
}

proctype signaller(byte source)
{
    byte left = SIGNALS, n, old;

    do
    :: left > 0 ->
       left--;
       if
       :: n = 0
       :: n = 1
       fi;
       atomic { !buffered[source]; buffered[source] = true; about[source] = n };
       notification_signal(n, source);
signalled:
       atomic { old = 0; n = 0 }
    :: else -> break
    od
}

proctype store_buffer(byte source)
{
end_empty:
    do
    :: drain(source)
    od
}

#define ALL_SEEN(n) (!UNSEEN(n, 0) && !UNSEEN(n, 1) && !UNSEEN(n, 2))

init {
    atomic {
        run signaller(0);
        run signaller(1);
        run store_buffer(0);
        run store_buffer(1)
    };
    timeout;
    assert(ALL_SEEN(0));
    assert(ALL_SEEN(1));
    assert(messages == 1);
    assert(!buffered[0] && !buffered[1])
}
