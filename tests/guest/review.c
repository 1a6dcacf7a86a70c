/* What a hostile reader of the kernel tried: each test is an attack that once worked.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

#include <l4user/space.h>

#define LOCAL_SELECTOR 0x0fu /* entry 1 of the local descriptor table, for user level */

static l4_cap front, back;
static l4_cap elsewhere;
static l4_cap memory, slot;
static volatile uint64_t seen;
static volatile uint64_t begun;
static volatile uint64_t seen_before;

static void
begin(void)
{
    front = make(L4_TYPE_ENDPOINT, 0);
    back = make(L4_TYPE_ENDPOINT, 0);
    seen = 0;
    begun = 0;
    seen_before = 0;
}

/* Faults if the processor looks for the descriptor in memory. */
static void
look_at_local_segment(l4_word argument)
{
    uint32_t rights = 0;
    uint8_t found;

    (void)argument;
    __asm__ volatile("lar %2, %1\n\tsetz %0"
                     : "=r"(found), "+r"(rights)
                     : "r"(LOCAL_SELECTOR)
                     : "cc");
    seen = found ? 2 : 1;
    park();
}

/* After reset the local descriptor table lies at address 0, which is user level's to map: a call
 * gate there would lead into the kernel. */
TEST(no_core_has_a_local_descriptor_table)
{
    for (uint32_t core = 0; core < bootinfo()->cores; core++) {
        begin();
        spawn(.entry = look_at_local_segment, .core = core);
        CHECK_SOON(seen != 0);
        CHECK_EQ(seen, 1);
    }
}

/* It would run at address 0, with flags that nobody set: interrupts off. */
TEST(thread_resumed_before_its_start_can_be_interrupted)
{
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);
    l4_cap space = make(L4_TYPE_SPACE, 0);
    l4_cap thread = make(L4_TYPE_THREAD, 0);
    l4_cap context = make(L4_TYPE_CONTEXT, 0);

    page[0] = 0xfeeb; /* jmp to itself */
    CHECK_OK(space_map(space, make_copy(frame, L4_RIGHT_ALL), 0, L4_RIGHT_READ, L4_MAP_EXECUTE));
    CHECK_OK(l4_context_configure(context, core_cap(0), 50, 1000));
    CHECK_OK(l4_thread_configure(thread, space, L4_ROOT_TABLE, 0, 0, 0));
    CHECK_OK(l4_thread_schedule(thread, LOW, 0));
    CHECK_OK(l4_thread_bind_context(thread, context));
    CHECK_OK(l4_thread_resume(thread));
    let_run();
    CHECK_OK(l4_thread_stop(thread));
}

static void
call_front(l4_word argument)
{
    struct l4_message m = message(0, 1, argument);

    (void)l4_call(front, &m);
    park();
}

/* Receives at the front, and passes it on to the back. */
static void
serve_front(l4_word argument)
{
    struct l4_message m = {0};

    (void)argument;
    (void)l4_recv(front, &m);
    (void)l4_call(back, &m);
    park();
}

/* Receives at the back, and goes to another core with the time that it was lent. */
static void
serve_back(l4_word argument)
{
    struct l4_message m = {0};
    l4_word bits;

    (void)argument;
    (void)l4_recv(back, &m);
    seen = 1;
    (void)l4_wait(elsewhere, &bits);
    seen = 2;
    (void)l4_reply_recv(back, &m);
    park();
}

TEST(time_lent_on_to_another_core_is_not_taken_back_from_here)
{
    test_needs_cores(2);
    begin();
    elsewhere = make_notification(1, 1);
    struct thread *last = spawn(.entry = serve_back, .priority = HIGH, .passive = true);
    struct thread *middle = spawn(.entry = serve_front, .priority = HIGH, .passive = true);
    struct thread *client = spawn(.entry = call_front, .priority = HIGH);
    CHECK_EQ(seen, 1);
    CHECK_ERROR(l4_thread_stop(client->cap), L4_ECORE);
    CHECK_ERROR(l4_thread_stop(middle->cap), L4_ECORE);
    CHECK_OK(l4_thread_stop(last->cap)); /* it waits there for ever, but can be called back */
    CHECK_ERROR(l4_thread_stop(client->cap), L4_ECORE);
    CHECK_OK(l4_thread_resume(last->cap));
    CHECK_SOON(seen == 2);
    enum l4_error error;
    CHECK_SOON((error = l4_thread_stop(client->cap)) != L4_ECORE);
    CHECK_OK(error);
}

/* Serves one caller: a retype that takes long, in many steps. */
static void
serve_slowly(l4_word argument)
{
    struct l4_message m = {0};

    (void)argument;
    (void)l4_recv(front, &m);
    begun = 1;
    (void)l4_untyped_retype(memory, L4_TYPE_TABLE, 15, L4_ROOT_TABLE, slot, 1, L4_HOME_CALLER);
    seen++;
    park();
}

/* Runs now and then, and takes the server's time away while it is in the kernel. */
static void
stop_client(l4_word client)
{
    while (!begun) {
        pause_core();
    }
    CHECK_OK(l4_thread_stop(client));
    seen_before = seen; /* 1 if the retype was faster, as it may be where time is not counted */
    begun = 2;
    park();
}

TEST(server_that_loses_its_time_in_a_long_invocation_rests)
{
    begin();
    memory = make(L4_TYPE_UNTYPED, 21);
    slot = make_slot();
    spawn(.entry = serve_slowly, .passive = true);
    struct thread *client = spawn(.entry = call_front);
    spawn(.entry = stop_client, .argument = client->cap, .priority = HIGH, .budget_us = 20,
          .period_us = 300);
    CHECK_SOON(begun == 2);
    let_run();
    let_run();
    CHECK_EQ(seen, seen_before);
}
