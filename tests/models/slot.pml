/* Capability slots, read without a lock while they change.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Models: kernel/capability.c: slot_write slot_fill slot_clear
 * Models: kernel/internal/capability.h: capability_read
 * Models: kernel/fastpath.c: fast_lookup
 * Search: safety
 *
 * One slot, in which a core exchanges two capabilities: each time it is cleared and filled with the
 * other one. Writers hold the capability lock (lock.pml), so one process stands for all of them.
 * One core reads as capability_read() does, one as fast_lookup(). A capability is its object and
 * its badge; A's badge is A, so a reader that gets an object with another badge was shown a
 * forgery. Stores and loads each take place in their order: x86 keeps it, elsewhere acquire and
 * release do.
 *
 * The limit: an exchange raises the generation by 4 (two writes of two steps each). A reader that
 * is held up between its two looks at word 0 while the generation comes all the way round, which is
 * 8192 exchanges of 2^15 generations, is fooled: BREAK_WRAP has as few generations as it takes
 * here.
 *
 * BREAK_GENERATION  writing does not raise the generation
 * BREAK_AGAIN       the reader does not look at word 0 again
 * BREAK_EMPTY       the slot is not empty while its data changes
 * BREAK_ORDER       data is written before the slot is made empty
 * BREAK_WRAP        the generation comes round within the exchanges of one read */

#define EXCHANGES 3
#ifdef BREAK_WRAP
#define GENERATIONS 8
#else
#define GENERATIONS (4 * EXCHANGES + 4)
#endif
#define EMPTY 0
#define A 1
#define B 2

/* slot->cap: word 0 is generation and object, in one store; word 1 is the badge. */
#define WORD(generation, object) ((generation) * 4 + (object))
#define OBJECT(word) ((word) % 4)
#define GENERATION(word) ((word) / 4)
byte word = WORD(0, A);
byte data = A;

inline raise()
{
#ifndef BREAK_GENERATION
    generation = (generation + 1) % GENERATIONS
#else
    skip
#endif
}

inline slot_write(object)
{
    generation = GENERATION(word);
    raise();
#ifdef BREAK_ORDER
    data = object;
#endif
#ifndef BREAK_EMPTY
    word = WORD(generation, EMPTY);
#endif
    data = object;
    raise();
    word = WORD(generation, object)
}

inline capability_read()
{
    do
    :: seen = word;
       badge = data;
#ifndef BREAK_AGAIN
       if
       :: seen == word -> break
       :: else
       fi
#else
       break
#endif
    od
}

inline fast_lookup()
{
    seen = word;
    badge = data;
#ifndef BREAK_AGAIN
    if
    :: seen == word
    :: else -> seen = WORD(0, EMPTY)
    fi
#endif
}

active proctype writer()
{
    byte generation, count, object = B;

    do
    :: count < EXCHANGES ->
       slot_write(EMPTY); /* slot_clear() */
       slot_write(object); /* slot_fill() */
       object = A + B - object;
       count++
    :: else -> break
    od
}

#define WHOLE (OBJECT(seen) == EMPTY || OBJECT(seen) == badge)

active proctype reader()
{
    byte seen, badge;

    do
    :: capability_read();
       assert(WHOLE)
    od
}

active proctype fast_reader()
{
    byte seen, badge;

    do
    :: fast_lookup();
       assert(WHOLE)
    od
}
