/* Passive servers called from other cores: the server comes to its caller's time, and goes back.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: kernel/endpoint.c: endpoint_send endpoint_receive endpoint_reply reply_bind reply_unbind
 * Models: kernel/endpoint.c: borrower endpoint_forget_caller endpoint_drop_caller
 * Models: kernel/thread.c: thread_invoke partners_here servers_here thread_start
 * Models: kernel/thread.c: thread_halt thread_wake thread_home
 * Models: smp/inbox.c: ship inbox_ship_call inbox_ship_home take_thread
 * Models: kernel/schedule.c: schedule_ready kernel_exit restart
 * Models: kernel/syscall.c: syscall_send syscall_receive syscall_reply_receive
 * Search: safety
 * Scenes: SCENE_CHAIN SCENE_CLIENTS
 *
 * SCENE_CLIENTS: a passive server, whose endpoint is core 1's, is called by clients of cores 0 and
 * 2. SCENE_CHAIN: it is called by one client, of core 0, and asks a second passive server before it
 * answers, lending on what it was lent; that one polls a notification of core 2 before it answers.
 * In both a thread of core 0 stops the client or the server and resumes it, or starts it. What is
 * checked, besides what ship.pml does: each context is with one thread and no thread runs where its
 * context is not; at the end, if no call was cancelled and the server let alone, all are answered.
 *
 * BREAK_LEND    a server without time does not get its caller's
 * BREAK_UNBIND  a lent context is not given back with the reply
 * BREAK_HOME    a server that was lent time stays where its endpoint is
 * BREAK_BIND    the caller stays there
 * BREAK_CHAIN   who stops a thread asks for its server only, not for whom that lent time on to */

#ifdef SCENE_CHAIN
#define THREADS 4
#define SECOND 3   /* a passive server; its endpoint is core 0's */
#else
#define THREADS 4
#define OTHER_CLIENT 3
#endif
#define ENDPOINTS 2
#define NONE 15
#define POLLED_CORE 2
#define MORE_THREADS :: MAY_RUN(3) -> t = 3

#define SERVER 0
#define CLIENT 1
#define MANAGER 2

#define endpoint_of(t) T[t].object
#define core_of(e) (1 - (e))
#define OBJECT_HERE(t, endpoint) (core_of(endpoint) == me)

inline wait_again(t, at)
{
    T[t].call = L4_SYS_REPLY_RECV;
    T[t].object = at;
    T[t].step = 0
}

/* The message is passed on, and comes back, unchanged. */
inline server_user(t)
{
#ifdef SCENE_CHAIN
    if
    :: T[t].step == 0 -> T[t].call = L4_SYS_CALL; T[t].object = 1; T[t].step = 1
    :: else -> wait_again(t, 0)
    fi
#else
    wait_again(t, 0)
#endif
}

inline second_user(t)
{
    if
    :: T[t].step == 0 -> T[t].call = L4_SYS_POLL; T[t].step = 1
    :: else -> wait_again(t, 1)
    fi
}

inline client_user(t)
{
    if
    :: T[t].step == 0 -> T[t].step = 1; T[t].word = t; T[t].call = L4_SYS_CALL; T[t].object = 0
    :: else ->
       assert(T[t].result != L4_OK || T[t].word == t);
       T[t].step = 2;
       T[t].state = THREAD_STOPPED
    fi
}

inline manager_user(t)
{
    if
    :: T[t].step == 0 ->
       if
       :: T[t].call = L4_THREAD_STOP
       :: T[t].call = L4_THREAD_START
       fi;
       if
       :: T[t].object = CLIENT
       :: T[t].object = SERVER
       fi
    :: T[t].step == 1 && T[t].call == L4_THREAD_STOP -> T[t].call = L4_THREAD_RESUME
    :: else -> T[t].state = THREAD_STOPPED
    fi;
    T[t].step++
}

inline user(t)
{
    if
    :: t == SERVER -> server_user(t)
    :: t == CLIENT -> client_user(t)
    :: t == MANAGER -> manager_user(t)
#ifdef SCENE_CHAIN
    :: t == SECOND -> second_user(t)
#else
    :: t == OTHER_CLIENT -> client_user(t)
#endif
    fi
}

#include "thread.inc"

inline thread_of(t, at)
{
    T[t].core = at;
    T[t].context = t;
    context_core[t] = at;
    T[t].state = THREAD_READY;
    T[t].queued = true
}

inline passive_at(t, e)
{
    T[t].core = core_of(e);
    T[t].state = THREAD_RECEIVING;
    T[t].call = L4_SYS_RECV;
    T[t].object = e;
    T[t].waits_on = e;
    endpoint_queue[e]!t;
    endpoint_state[e] = ENDPOINT_RECEIVERS
}

#define HAS(t, c) (T[t].context == c)
#define WITH_ONE(c) (HAS(0, c) + HAS(1, c) + HAS(2, c) + HAS(3, c) == 1)
#define RESTS(t) (T[t].state != THREAD_SHIPPED && !thread_can_run(t))
#define SERVED(t) \
    (T[t].state == THREAD_STOPPED || cancelled || T[MANAGER].object == SERVER)

init {
    atomic {
        passive_at(SERVER, 0);
        thread_of(MANAGER, 0);
#ifdef SCENE_CHAIN
        thread_of(CLIENT, 0);
        passive_at(SECOND, 1);
#else
        thread_of(CLIENT, 2);
        thread_of(OTHER_CLIENT, 0);
#endif
        run kernel(0);
        run kernel(1);
        run kernel(2)
    };
    timeout;
    assert(RESTS(0) && RESTS(1) && RESTS(2) && RESTS(3));
    assert(WITH_ONE(CLIENT) && WITH_ONE(MANAGER));
    assert(T[MANAGER].state == THREAD_STOPPED);
#ifndef SCENE_CHAIN
    assert(WITH_ONE(OTHER_CLIENT));
    assert(SERVED(OTHER_CLIENT));
#endif
    assert(SERVED(CLIENT))
}
