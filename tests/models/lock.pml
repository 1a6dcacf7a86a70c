/* The capability lock: mutual exclusion, first come first served, and everybody's turn comes.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: smp/lock.c: capability_lock capability_unlock
 * Search: fair
 *
 * Three cores take the lock again and again. `data` stands for what the lock protects; the holder's
 * stores become visible when its store buffer drains, at the latest with the unlocking store, which
 * comes after them in the same buffer. Tickets are counted modulo TICKETS, as the code's are modulo
 * 2^32: more than cores is enough.
 *
 * BREAK_DRAW     the ticket is drawn by a load and a store, not by one atomic addition
 * BREAK_RELEASE  the unlocking store overtakes the holder's other stores
 * BREAK_WRAP     there are fewer tickets than cores
 * BREAK_SERVE    the lock goes to anybody who waits when it is free, not to the next ticket */

#define CORES 3
#ifdef BREAK_WRAP
#define TICKETS 2
#else
#define TICKETS 4
#endif
#define NOBODY CORES

byte next;              /* lock.next */
byte serving;           /* lock.serving */
byte data;              /* what is protected, in memory */
byte holder = NOBODY;
chan drawn = [CORES] of {byte}; /* in the order in which they drew: who is to be served */
bool waiting[CORES];
bool served[CORES];

inline capability_lock()
{
#ifdef BREAK_DRAW
    ticket = next;
    atomic {
        next = (ticket + 1) % TICKETS;
        drawn!me;
        waiting[me] = true
    };
#else
    atomic {
        ticket = next;
        next = (next + 1) % TICKETS;
        drawn!me;
        waiting[me] = true
    };
#endif
    atomic {
#ifdef BREAK_SERVE
        holder == NOBODY;
#else
        serving == ticket;
#endif
        assert(holder == NOBODY);
        assert(drawn?[eval(me)]);
        drawn?eval(me);
        holder = me;
        waiting[me] = false;
        served[me] = true
    }
}

/* buffered: the holder's store to `data` that is still in its buffer. */
inline capability_unlock()
{
#ifdef BREAK_RELEASE
    atomic { serving = (serving + 1) % TICKETS; holder = NOBODY };
    data = buffered
#else
    data = buffered;
    atomic { serving = (serving + 1) % TICKETS; holder = NOBODY }
#endif
}

active [CORES] proctype core()
{
    byte me = _pid;
    byte ticket;
    byte buffered;

    do
    :: capability_lock();
       buffered = (data + 1) % 4;
       assert(holder == me);
       atomic {
           assert(buffered == (data + 1) % 4); /* nobody else wrote it */
           served[me] = false
       };
       capability_unlock()
    :: break /* this core wants it no more */
    od
}

ltl turn { [] (waiting[0] -> <> served[0]) }
