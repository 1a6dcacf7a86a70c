/* Exceptions and page faults: what the handler is told, and how the thread goes on.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static l4_cap endpoint;
static volatile uint64_t count;
static volatile l4_word seen_sp;

static void
begin(void)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    count = 0;
    seen_sp = 0;
}

/* Each instruction at its label, so that the fault message's ip can be compared. */
void fault_ud2(l4_word argument);
void fault_divide(l4_word argument);
void fault_breakpoint(l4_word argument);
void fault_fpu(l4_word argument);
void fault_sse(l4_word argument);
void fault_hlt(l4_word argument);
void fault_in(l4_word argument);
void fault_cr3(l4_word argument);
void fault_interrupt(l4_word argument);
void fault_msr(l4_word argument);
void fault_canonical(l4_word argument);
void fault_flags_step(l4_word argument);
void fault_store(l4_word address);
extern const char fault_step_after[];

__asm__(".text\n"
        "fault_ud2: ud2\n"
        "fault_divide: xor %ecx, %ecx; xor %edx, %edx; div %rcx\n"
        "fault_breakpoint: int3\n"
        "fault_fpu: fld1\n"
        "fault_sse: xorps %xmm0, %xmm0\n"
        "fault_hlt: hlt\n"
        "fault_in: in $0x80, %al\n"
        "fault_cr3: mov %cr3, %rax\n"
        "fault_interrupt: int $0x40\n"
        "fault_msr: mov $0x1b, %ecx; rdmsr\n"
        "fault_canonical: mov $1, %rax; shl $63, %rax; mov (%rax), %rax\n"
        "fault_flags_step: pushf; orl $0x100, (%rsp); popf; nop\n"
        "fault_step_after: ud2\n"
        "fault_store: movq $1, (%rdi); jmp *%rsi\n");

#define ANY_CODE ~0ull

static const struct {
    void (*entry)(l4_word);
    l4_word offset; /* of the instruction pointer that is told */
    l4_word vector; /* Intel SDM vol. 3A, table 6-1 */
    l4_word code;
} exceptions[] = {
    {fault_ud2, 0, 6, 0},
    {fault_divide, 4, 0, 0},
    {fault_breakpoint, 1, 3, 0}, /* a trap: behind it */
    {fault_fpu, 0, 7, 0},
    {fault_sse, 0, 7, 0},
    {fault_hlt, 0, 13, 0},
    {fault_in, 0, 13, 0},
    {fault_cr3, 0, 13, 0},
    {fault_interrupt, 0, 13, ANY_CODE}, /* names the gate; emulators differ in how */
    {fault_msr, 5, 13, 0},
    {fault_canonical, 11, 13, 0},
};

TEST(exceptions_are_told)
{
    for (size_t i = 0; i < COUNT_OF(exceptions); i++) {
        struct l4_message fault = catch_fault(exceptions[i].entry, 0);
        CHECK_EQ(l4_tag_label(fault.tag) << 8 | i, L4_FAULT_EXCEPTION << 8 | i);
        CHECK_EQ(fault.words[4] << 8 | i, exceptions[i].vector << 8 | i);
        CHECK(exceptions[i].code == ANY_CODE || fault.words[3] == exceptions[i].code);
        CHECK_EQ(fault.words[2], 0);
        CHECK_EQ(fault.words[0], (l4_word)exceptions[i].entry + exceptions[i].offset);
    }
}

TEST(single_step_traps_behind_the_next_instruction)
{
    struct l4_message fault = catch_fault(fault_flags_step, 0);

    CHECK_EQ(fault.words[4], 1);
    CHECK_EQ(fault.words[0], (l4_word)fault_step_after);
}

static void
count_and_rest(l4_word argument)
{
    (void)argument;
    seen_sp = (l4_word)__builtin_frame_address(0);
    count++;
    park();
}

TEST(fault_reply_resumes_at_the_same_instruction)
{
    struct l4_message fault = {0};
    volatile uint64_t *page;
    l4_cap frame = make_page(&page, 0);

    begin();
    CHECK_OK(l4_frame_unmap(frame));
    struct thread *thread =
        spawn(.entry = fault_store, .argument = (l4_word)page, .fault_endpoint = endpoint);
    CHECK_OK(l4_recv(endpoint, &fault));
    CHECK_EQ(fault.words[0], (l4_word)fault_store);
    CHECK_EQ(fault.words[2], (l4_word)page);
    /* Nothing mended: it faults again. */
    CHECK_OK(l4_reply_recv(endpoint, &(struct l4_message){0}));
    CHECK_OK(l4_frame_map(frame, L4_ROOT_SPACE, (l4_word)page, L4_RIGHT_READ | L4_RIGHT_WRITE, 0));
    fault = (struct l4_message){0};
    CHECK_OK(l4_reply_recv(endpoint, &fault)); /* its jump to 0 */
    CHECK_EQ(page[0], 1);
    CHECK_EQ(fault.words[0], 0);
    CHECK_OK(l4_thread_stop(thread->cap));
}

TEST(fault_reply_resumes_elsewhere)
{
    struct l4_message fault = {0};

    begin();
    spawn(.entry = fault_ud2, .fault_endpoint = make_badged(endpoint, 99));
    CHECK_OK(l4_recv(endpoint, &fault));
    CHECK_EQ(fault.badge, 99);
    l4_word sp = fault.words[1] - 256;
    fault = (struct l4_message){.tag = 2, .words = {(l4_word)count_and_rest, sp}};
    CHECK_OK(l4_reply(&fault));
    CHECK_SOON(count == 1);
    CHECK(seen_sp <= sp && sp - seen_sp < 64);
}

TEST(fault_without_handler_stops_the_thread_only)
{
    begin();
    struct thread *thread = spawn(.entry = fault_ud2);
    spawn(.entry = count_and_rest, .priority = LOWER);
    let_run();
    CHECK_EQ(count, 1);
    l4_word stack = (l4_word)thread_message_frame(thread) - 8;
    CHECK_OK(l4_thread_start(thread->cap, (l4_word)count_and_rest, stack, 0, 0));
    CHECK_SOON(count == 2);
}

TEST(fault_whose_handler_receives_again_stops_the_thread)
{
    struct l4_message m = {0};

    begin();
    spawn(.entry = fault_ud2, .fault_endpoint = endpoint);
    CHECK_OK(l4_recv(endpoint, &m));
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
    let_run();
    CHECK_ERROR(l4_reply(&m), L4_EREPLY);
}

static void
handle(l4_word argument)
{
    struct l4_message m = {0};
    enum l4_error error = l4_recv(endpoint, &m);

    (void)argument;
    for (;;) {
        CHECK_OK(error);
        CHECK_EQ(m.tag & L4_TAG_FLAGS_MASK, L4_TAG_FAULT);
        m = (struct l4_message){.tag = 1, .words = {m.words[0] + 2}};
        error = l4_reply_recv(endpoint, &m);
    }
}

static void
fault_often(l4_word argument)
{
    (void)argument;
    for (uint64_t i = 0x1234; i < 0x1234 + 100; i++) {
        uint64_t kept = i;
        __asm__ volatile("ud2" : "+r"(kept));
        CHECK_EQ(kept, i);
        count++;
    }
    park();
}

TEST(faults_are_handled_by_active_and_passive_servers)
{
    begin();
    struct thread *handler = spawn(.entry = handle, .priority = HIGH);
    spawn(.entry = fault_often, .fault_endpoint = endpoint);
    spawn(.entry = fault_often, .fault_endpoint = endpoint, .space = other_space());
    CHECK_SOON(count == 200);
    CHECK_OK(thread_make_passive(handler));
    spawn(.entry = fault_often, .fault_endpoint = endpoint);
    spawn(.entry = fault_often, .fault_endpoint = endpoint, .space = other_space());
    CHECK_SOON(count == 400);
}

TEST(fault_handler_is_taken_away_by_schedule)
{
    struct l4_message m = {0};

    begin();
    struct thread *thread = spawn(.entry = fault_ud2, .fault_endpoint = endpoint);
    CHECK_OK(l4_thread_schedule(thread->cap, LOW, 0));
    let_run();
    CHECK_ERROR(l4_recv_poll(endpoint, &m), L4_EAGAIN);
}
