/* The inbox: posting, taking, and waking an idle core.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: smp/inbox.c: inbox_post inbox_take reverse take_thread ship
 * Models: kernel/schedule.c: kernel_exit
 * Models: arch/x86_64/traps.c: trap_interrupt
 * Search: safety
 *
 * Three threads travel between three cores, each a few times, wherever they like. A core takes
 * interrupts when it runs or halts, not while it posts or takes. Posting and taking are locked
 * instructions, so the buffered stores of a thread are seen by whoever takes it; `interrupt` is the
 * local interrupt controller's request, which it clears when it delivers. What is checked: each
 * thread is taken once by the core that it was sent to, those from one core in the order in which
 * they were sent; and when all cores halt, no thread is left anywhere but at its journey's end.
 *
 * BREAK_INTERRUPT    the poster that finds the list empty does not interrupt
 * BREAK_PUSH         the list's head is not exchanged in one step
 * BREAK_REVERSE      the list is taken newest first
 * BREAK_ACKNOWLEDGE  the request is cleared after the inbox was taken, not before
 * BREAK_EXIT         an interrupt returns to the halted loop, not to the scheduler
 * BREAK_PUBLISH      the new owner is published after the post */

#define CORES 3
#define THREADS 3
#define JOURNEYS 2
#define NONE THREADS

byte inbox[CORES] = NONE;  /* core->inbox: the newest node */
byte next[THREADS];        /* node->next */
byte owner[THREADS];       /* thread->core */
bool shipped[THREADS];     /* thread->state is THREAD_SHIPPED */
bool interrupt[CORES];     /* VECTOR_INBOX is requested */

/* The run queues: by core and thread. */
#define QUEUED(core, thread) queued[(core) * THREADS + (thread)]
bool queued[CORES * THREADS];

byte journeys[THREADS] = JOURNEYS;
byte arrived;

/* For the order: posts from one core to another are counted, modulo more than can be on the way. */
#define PAIR(from, to) ((from) * CORES + (to))
byte sent[CORES * CORES];
byte seen[CORES * CORES];
byte poster[THREADS];
byte number[THREADS];
#define COUNT (THREADS + 1)

inline inbox_post(to, thread)
{
    head = inbox[to];
    do
    :: next[thread] = head;
#ifdef BREAK_PUSH
       if
       :: inbox[to] == head
       fi;
       d_step {
           inbox[to] = thread;
#else
       atomic {
           if
           :: inbox[to] != head -> head = inbox[to]
           :: else ->
              inbox[to] = thread;
#endif
              poster[thread] = me;
              number[thread] = sent[PAIR(me, to)];
              sent[PAIR(me, to)] = (sent[PAIR(me, to)] + 1) % COUNT;
#ifdef BREAK_PUSH
       };
       break
#else
              break
           fi
       }
#endif
    od;
    if
#ifndef BREAK_INTERRUPT
    :: head == NONE -> interrupt[to] = true
#endif
    :: else
    fi
}

/* Nobody else sees the list any more. */
inline reverse()
{
    d_step {
        oldest = NONE;
        do
        :: node != NONE ->
           following = next[node];
           next[node] = oldest;
           oldest = node;
           node = following
        :: else -> break
        od;
        node = oldest;
        following = 0;
        oldest = 0
    }
}

inline take_thread(thread)
{
    d_step {
        assert(shipped[thread] && owner[thread] == me);
        assert(number[thread] == seen[PAIR(poster[thread], me)]);
        seen[PAIR(poster[thread], me)] = (number[thread] + 1) % COUNT;
        shipped[thread] = false;
        number[thread] = 0; /* these are not read again: fewer states */
        poster[thread] = 0;
        next[thread] = 0;
        QUEUED(me, thread) = true
    }
}

inline inbox_take()
{
    d_step { node = inbox[me]; inbox[me] = NONE };
#ifndef BREAK_REVERSE
    reverse();
#endif
    do
    :: node != NONE ->
       following = next[node];
       take_thread(node);
       node = following
    :: else -> break
    od;
    atomic { node = 0; following = 0 }
}

inline ship(thread, to)
{
    shipped[thread] = true;
#ifdef BREAK_PUBLISH
    inbox_post(to, thread);
    owner[thread] = to
#else
    owner[thread] = to;
    inbox_post(to, thread)
#endif
}

/* Called with an interrupt requested. */
inline trap_interrupt()
{
#ifdef BREAK_ACKNOWLEDGE
    inbox_take();
    interrupt[me] = false
#else
    interrupt[me] = false;
    inbox_take()
#endif
}

#define IDLE (!QUEUED(me, 0) && !QUEUED(me, 1) && !QUEUED(me, 2))

active [CORES] proctype core()
{
    byte me = _pid;
    byte head, node, following, oldest;
    byte current, to;

    /* A thread on each core to begin with. */
    owner[me] = me;
    QUEUED(me, me) = true;

kernel_exit:
    do
    :: interrupt[me] -> trap_interrupt()
    :: !IDLE ->
       atomic {
           if
           :: QUEUED(me, 0) -> current = 0
           :: QUEUED(me, 1) -> current = 1
           :: QUEUED(me, 2) -> current = 2
           fi;
           QUEUED(me, current) = false;
           assert(!shipped[current] && owner[current] == me);
           if
           :: journeys[current] == 0 -> arrived++; goto kernel_exit
           :: else -> journeys[current]--
           fi;
           if
           :: to = (me + 1) % CORES
           :: to = (me + 2) % CORES
           fi
       };
       ship(current, to);
       atomic { current = 0; to = 0; head = 0 }
    :: IDLE -> break
    od;

end_halted: /* sti; hlt */
    interrupt[me];
    trap_interrupt();
#ifdef BREAK_EXIT
    goto end_halted
#else
    goto kernel_exit
#endif
}

active proctype lost()
{
    timeout -> assert(arrived == THREADS)
}
