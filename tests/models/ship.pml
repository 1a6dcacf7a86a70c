/* Shipped calls, forwarding, the way home, and operations on threads that move.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: smp/inbox.c: ship inbox_ship_call inbox_ship_home take_thread
 * Models: kernel/schedule.c: kernel_exit restart
 * Models: kernel/syscall.c: object_here syscall_send syscall_receive syscall_reply_receive
 * Models: kernel/endpoint.c: endpoint_send endpoint_receive endpoint_reply reply_bind reply_unbind
 * Models: kernel/endpoint.c: endpoint_forget_caller endpoint_drop_caller
 * Models: kernel/thread.c: thread_invoke partners_here servers_here thread_start
 * Models: kernel/thread.c: thread_halt thread_wake thread_home
 * Search: safety
 *
 * A server of core 0 with time of its own receives from an endpoint of core 1, which a client of
 * core 2 calls. At any moment both capabilities may come to name another endpoint, of core 2. A
 * third thread, of core 2, stops one of the two and resumes it, or starts it. What is checked: a
 * thread is only touched by its core, and never while it is on its way; it executes user level at
 * home only; an answered client has its own answer; at the end no thread is on its way or ready and
 * forgotten, no sender waits beside a receiver, and the third thread's operations have happened or
 * failed with L4_ECORE.
 *
 * BREAK_PUBLISH   the new owner is published after the post
 * BREAK_RESTART   a shipped call is not executed again
 * BREAK_FORWARD   who arrives does not ask again whether the object is here
 * BREAK_HOME      who is answered elsewhere is not sent home
 * BREAK_BIND      a caller stays with the endpoint's core when its server goes home
 * BREAK_OWNER     an operation does not go to the thread's owner
 * BREAK_SHIPPED   an operation does not wait for a thread that is on its way
 * BREAK_PARTNERS  an operation does not ask where the thread's partners are */

#define THREADS 3
#define ENDPOINTS 2
#define NONE 15
#define POLLED_CORE 0
#define MORE_THREADS

#define SERVER 0
#define CLIENT 1
#define MANAGER 2
#define CALLS 2

byte named; /* the endpoint that both capabilities name */
#define endpoint_of(t) named
#define core_of(e) (1 + (e))
#ifdef BREAK_FORWARD
#define OBJECT_HERE(t, endpoint) (core_of(endpoint) == me || context_core[t] != me)
#else
#define OBJECT_HERE(t, endpoint) (core_of(endpoint) == me)
#endif

#define ANSWER(word) ((word) + 8)

inline server_user(t)
{
    if
    :: T[t].caller != NONE -> T[t].word = ANSWER(T[t].word)
    :: else
    fi;
    T[t].call = L4_SYS_REPLY_RECV
}

inline client_user(t)
{
    if
    :: T[t].step > 0 && T[t].result == L4_OK -> assert(T[t].word == ANSWER(T[t].step))
    :: else
    fi;
    if
    :: T[t].step == CALLS -> T[t].state = THREAD_STOPPED
    :: else -> T[t].step++; T[t].word = T[t].step; T[t].call = L4_SYS_CALL
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
       :: T[t].object = SERVER
       :: T[t].object = CLIENT
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

#define RESTS(t) (T[t].state != THREAD_SHIPPED && !thread_can_run(t))

init {
    atomic {
        thread_of(SERVER, 0);
        thread_of(CLIENT, 2);
        thread_of(MANAGER, 2);
        run kernel(0);
        run kernel(1);
        run kernel(2)
    };
    if
    :: named = 1 /* another capability comes into the slot */
    :: skip
    fi;
    timeout;
    assert(RESTS(SERVER) && RESTS(CLIENT));
    assert(T[MANAGER].state == THREAD_STOPPED);
    assert(!(T[SERVER].state == THREAD_RECEIVING && T[CLIENT].state == THREAD_SENDING &&
             T[SERVER].waits_on == T[CLIENT].waits_on));
    assert(T[CLIENT].step >= 1)
}
