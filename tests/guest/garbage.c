/* Anything at all from a thread that has little: errors are right, panics and hangs are not.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The numbers are drawn from a fixed seed, so that a failure comes again. */
#include "test.h"

#define CALLS      20000u
#define TABLE_BITS 4u

static struct {
    uint64_t state; /* of the generator */
    volatile uint32_t done;
    l4_cap table;
} fuzz;

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators". */
static uint64_t
draw(void)
{
    fuzz.state ^= fuzz.state >> 12;
    fuzz.state ^= fuzz.state << 25;
    fuzz.state ^= fuzz.state >> 27;
    return fuzz.state * 0x2545f4914f6cdd1dull;
}

/* A number that is likely to be somebody's limit, or anything. */
static l4_word
draw_word(void)
{
    switch (draw() % 8) {
    case 0:
        return draw();
    case 1:
        return 0 - draw() % 16;
    case 2:
        return 1ull << draw() % 64;
    case 3:
        return (draw() % 512) << 12;
    case 4:
        return 0x7ffffffff000ull + (draw() % 3 - 1) * 0x1000;
    default:
        return draw() % 20;
    }
}

/* Calls that could wait for ever are left out: nobody would come. */
static void
fuzz_once(void)
{
    static const uint8_t numbers[] = {
        L4_SYS_CALL,  L4_SYS_CALL,   L4_SYS_CALL, L4_SYS_CALL,  L4_SYS_SEND_POLL, L4_SYS_RECV_POLL,
        L4_SYS_REPLY, L4_SYS_SIGNAL, L4_SYS_POLL, L4_SYS_YIELD, L4_SYS_NULL,      200,
    };
    struct l4_message m = {.tag = draw() % 2 == 0 ? draw() : l4_tag_make(draw() % 9, draw() % 66)};
    l4_word number = numbers[draw() % sizeof(numbers)];

    for (unsigned i = 0; i < L4_MESSAGE_REGISTERS; i++) {
        m.words[i] = draw_word();
    }
    l4_word error = l4_syscall_message((enum l4_syscall)number, draw_word(), &m);
    CHECK(error < L4_ERROR_COUNT);
}

static void
fuzz_all(l4_word calls)
{
    for (l4_word i = 0; i < calls; i++) {
        fuzz_once();
        fuzz.done++;
    }
    fuzz.done = UINT32_MAX;
    park();
}

static void
give(l4_word slot, l4_cap cap)
{
    CHECK_OK(l4_table_copy(fuzz.table, slot, L4_ROOT_TABLE, cap, L4_RIGHT_ALL));
}

/* Slots 1 to 9. An endpoint is not among them: calling it would wait. */
static void
fill_table(void)
{
    static const enum l4_type types[] = {L4_TYPE_NOTIFICATION, L4_TYPE_CONTEXT, L4_TYPE_FRAME,
                                         L4_TYPE_SPACE, L4_TYPE_TABLE};

    fuzz.table = make(L4_TYPE_TABLE, TABLE_BITS);
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        l4_word bits = types[i] == L4_TYPE_FRAME ? 12 : types[i] == L4_TYPE_TABLE ? 3 : 0;
        give(i + 1, make(types[i], bits));
    }
    give(6, core_cap(0));
    give(7, make(L4_TYPE_THREAD, 0));
    give(8, fuzz.table);
    CHECK_OK(l4_untyped_retype(make(L4_TYPE_UNTYPED, 16), L4_TYPE_UNTYPED, 15, fuzz.table, 9, 1,
                               L4_HOME_CALLER));
}

TEST(garbage_gives_errors)
{
    fill_table();
    fuzz.state = 0x9e3779b97f4a7c15ull;
    fuzz.done = 0;
    struct thread *thread = spawn(.entry = fuzz_all, .argument = CALLS);
    CHECK_OK(l4_thread_stop(thread->cap));
    CHECK_OK(l4_thread_configure(thread->cap, L4_ROOT_SPACE, fuzz.table, 0, 0,
                                 (l4_word)(thread_message_frame(thread) + 1)));
    CHECK_OK(l4_thread_resume(thread->cap));
    CHECK_SOON(fuzz.done == UINT32_MAX);
}
