/* TLB shootdown: epochs, the space's generation, and who has published the space.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: smp/flush.c: flush_space cores_with flush_answer flush_complete flush_interrupt
 * Models: arch/x86_64/include/arch_impl/paging.h: paging_load
 * Models: arch/x86_64/paging.c: paging_unmap paging_flush_local paging_load_kernel
 * Models: kernel/schedule.c: kernel_exit
 * Search: safety
 * Scenes: SCENE_ORDER SCENE_EPOCHS
 *
 * One space with a tag. SCENE_ORDER: core 0 unmaps a page, while the others load the space, another
 * one, or the kernel's, and their processors enter into the TLB what they find in the tables.
 * SCENE_EPOCHS: cores 0 and 1 unmap a page each while all are in the space. What is checked: a core
 * that is at user level in the space has no translation in its TLB of a page whose unmapping has
 * returned; and unmapping does return. (When a core notes that it has flushed makes no difference
 * to that: it is back at user level only after both.)
 *
 * Each core has a store buffer, drained in order at any time. It holds the stores to page tables,
 * generation and core->space. Only what the code counts on drains it at once: cpu_fence() in
 * flush_space(), and the loading of a space, which is serialising. (On x86 the locked addition and
 * the local flush in flush_space() do so, too; the fence is what other machines will need, and it
 * is the only one that the model takes for granted.) A core sees its own stores. The capability
 * lock is left out: more may happen at once than in the kernel.
 *
 * BREAK_FENCE       no fence between the change and the look at who has the space
 * BREAK_SERIAL      loading a space does not wait for the store that published it
 * BREAK_PUBLISH     a space is published after it is loaded
 * BREAK_GENERATION  who loads the space does not compare generations
 * BREAK_RAISE       the generation is raised after the look at who has the space
 * BREAK_LOCAL       the shooter does not flush its own TLB
 * BREAK_EPOCH       a core that flushes reads the epoch afterwards
 * BREAK_ASK         the shooter interrupts without having said who asks */

#define CORES 3
#define PAGES 2

#ifdef SCENE_ORDER
#define SHOOTERS 1
#define LOADS (me == 0 -> 1 : me) /* by each core */
#else
#define SHOOTERS 2
#define LOADS 0
#endif

#define KERNEL 0 /* no space: core->space is NULL */
#define SPACE 1
#define OTHER 2

/* Memory. */
bool pte[PAGES] = true;
byte generation;
byte space[CORES] = SPACE;   /* core->space */
byte epoch;
byte flush_done[CORES];
byte flush_askers[CORES];    /* cores by bit */
bool interrupt[CORES];       /* VECTOR_FLUSH is requested */

/* Processors. */
byte cr3[CORES] = SPACE;
#define TLB(core, page) tlb[(core) * PAGES + (page)]
bool tlb[CORES * PAGES] = true;
mtype = { PTE, GENERATION, PUBLISHED };
chan buffer[CORES] = [3] of {mtype, byte};

bool cleared[PAGES];  /* by the core of the same number, which sees its own store */
bool unmapped[PAGES]; /* L4_FRAME_UNMAP has returned */

inline store(variable, value)
{
    buffer[me]!variable(value)
}

inline drain()
{
    empty(buffer[me])
}

/* The processor enters what it finds as soon as it can: later would be no worse, since nothing but
 * the check depends on it. */
#define PRESENT(page) (pte[page] && !(cleared[page] && me == (page)))

inline fill()
{
    TLB(me, 0) = TLB(me, 0) || PRESENT(0);
    TLB(me, 1) = TLB(me, 1) || PRESENT(1)
}

inline drop_translations()
{
    d_step {
        TLB(me, 0) = PRESENT(0);
        TLB(me, 1) = PRESENT(1)
    }
}

/* Drops those of the tag that is loaded. */
inline paging_flush_local()
{
    if
    :: cr3[me] == SPACE -> drop_translations()
    :: else
    fi
}

inline cr3_write(to)
{
    cr3[me] = to;
    if
    :: to == SPACE -> fill()
    :: else
    fi
}

inline paging_load(to)
{
#ifdef BREAK_PUBLISH
    atomic { cr3_write(to) };
    store(PUBLISHED, to);
#else
    store(PUBLISHED, to);
#ifdef BREAK_SERIAL
    atomic { cr3_write(to) };
#else
    atomic { drain(); cr3_write(to) };
#endif
#endif
    if
    :: to == SPACE ->
#ifndef BREAK_GENERATION
       now = generation;
       if
       :: seen != now -> seen = now; drop_translations()
       :: else
       fi;
#endif
       now = 0
    :: else
    fi
}

/* kernel_exit() when nothing is ready. */
inline paging_load_kernel()
{
    atomic { drain(); cr3[me] = KERNEL };
    store(PUBLISHED, KERNEL)
}

#define HAS(core) ((core != me && space[core] == SPACE) << (core))

inline cores_with()
{
    targets = HAS(0);
    targets = targets | HAS(1);
    targets = targets | HAS(2)
}

inline ask(core)
{
    if
    :: targets & (1 << core) ->
#ifdef BREAK_ASK
       interrupt[core] = true;
       flush_askers[core] = flush_askers[core] | (1 << me)
#else
       flush_askers[core] = flush_askers[core] | (1 << me);
       interrupt[core] = true
#endif
    :: else
    fi
}

inline tell(core)
{
    if
    :: askers & (1 << core) -> interrupt[core] = true
    :: else
    fi
}

/* frame_unmap(): core `me` unmaps the page of its own number. */
inline flush_space()
{
    atomic { cleared[me] = true; store(PTE, me) }; /* paging_unmap() */
#ifndef BREAK_RAISE
    store(GENERATION, 0);
#endif
#ifndef BREAK_LOCAL
    paging_flush_local();
#endif
#ifndef BREAK_FENCE
    drain();
#endif
    cores_with();
#ifdef BREAK_RAISE
    store(GENERATION, 0);
#endif
    if
    :: targets == 0 -> unmapped[me] = true
    :: else ->
       atomic { epoch++; flush_epoch = epoch };
       ask(0);
       ask(1);
       ask(2)
    fi
}

inline flush_answer()
{
    atomic { askers = flush_askers[me]; flush_askers[me] = 0 };
    if
    :: askers ->
#ifdef BREAK_EPOCH
       paging_flush_local();
       now = epoch;
       flush_done[me] = now;
#else
       now = epoch;
       paging_flush_local();
       flush_done[me] = now;
#endif
       tell(0);
       tell(1);
       tell(2);
       atomic { now = 0; askers = 0 }
    :: else
    fi
}

#define FLUSHED(core) (!(targets & (1 << (core))) || flush_done[core] >= flush_epoch)

inline flush_interrupt()
{
    interrupt[me] = false;
    flush_answer();
    if
    :: targets && FLUSHED(0) && FLUSHED(1) && FLUSHED(2) -> /* flush_complete() */
       atomic { targets = 0; flush_epoch = 0; unmapped[me] = true }
    :: else
    fi
}

#define STALE(page) (cr3[me] == SPACE && TLB(me, page) && unmapped[page])

active [CORES] proctype core()
{
    byte me = _pid;
    byte seen;                 /* space->seen[me] */
    byte now, askers;
    byte targets, flush_epoch; /* of the thread in core->flush_wait; 0: there is none */
    byte loads = LOADS;

end_user:
    do
    :: STALE(0) || STALE(1) -> assert(false)
    :: interrupt[me] -> flush_interrupt()
    :: me < SHOOTERS && !cleared[me] -> flush_space()
    :: loads > 0 ->
       loads--;
       if
       :: cr3[me] != SPACE -> paging_load(SPACE)
       :: cr3[me] != OTHER -> paging_load(OTHER)
       :: cr3[me] != KERNEL -> paging_load_kernel()
       fi
    od
}

proctype store_buffer(byte me)
{
    byte value;

end_empty:
    do
    :: d_step { buffer[me]?PTE(value) -> pte[value] = false; value = 0 }
    :: d_step { buffer[me]?GENERATION(value) -> generation++ }
    :: d_step { buffer[me]?PUBLISHED(value) -> space[me] = value; value = 0 }
    od
}

init {
    atomic { run store_buffer(0); run store_buffer(1); run store_buffer(2) };
    timeout;
    assert(unmapped[0] && (SHOOTERS == 1 || unmapped[1]))
}
