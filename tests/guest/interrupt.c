/* Interrupts of devices as signals, and I/O ports.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"
#include "test.h"

#include <l4user/edu.h>
#include <l4user/hpet.h>

#define LINES_MAX 256u

static volatile uint32_t count;
static l4_cap notification;

static void
count_signals(l4_word badge)
{
    l4_word bits;

    for (;;) {
        CHECK_OK(l4_wait(notification, &bits));
        CHECK_EQ(bits, badge);
        count++;
    }
}

/* Devices can be connected once: what they signal stays the same, who waits changes. */
static const struct hpet *
connected_hpet(l4_cap *signalled)
{
    static struct hpet hpet;
    static l4_cap cap;
    static const char *problem;

    if (cap == 0) {
        cap = make_notification(0, 3);
        problem = hpet_start(&hpet, 0, cap);
    }
    if (problem != NULL) {
        test_skip(problem);
    }
    *signalled = cap;
    return &hpet;
}

static const struct edu *
connected_edu(l4_cap *signalled)
{
    static struct edu edu;
    static l4_cap cap;
    static const char *problem;

    if (cap == 0) {
        cap = make_notification(bootinfo()->cores - 1, 6);
        problem = edu_start(&edu, bootinfo()->cores - 1, cap);
    }
    if (problem != NULL) {
        test_skip(problem);
    }
    *signalled = cap;
    return &edu;
}

static void
arm(const struct hpet *hpet, uint64_t us)
{
    hpet_arm(hpet, hpet_now(hpet) + us * 1000000000ull / hpet->period_fs);
}

TEST(interrupt_by_line_signals_its_badge)
{
    const struct hpet *hpet = connected_hpet(&notification);

    count = 0;
    spawn(.entry = count_signals, .argument = 3, .priority = HIGH);
    for (uint32_t i = 1; i <= 5; i++) {
        arm(hpet, 200);
        CHECK_SOON(count == i);
    }
    CHECK_OK(l4_interrupt_ack(hpet->interrupt)); /* an edge: nothing to do */
}

TEST(interrupt_by_line_waits_in_the_notification)
{
    const struct hpet *hpet = connected_hpet(&notification);
    l4_word bits = 0;

    arm(hpet, 200);
    CHECK_OK(l4_wait(notification, &bits)); /* the core idles until then */
    CHECK_EQ(bits, 3);
}

TEST(interrupt_by_message_signals_its_badge)
{
    const struct edu *edu = connected_edu(&notification);

    count = 0;
    spawn(.entry = count_signals, .argument = 6, .priority = HIGH, .core = bootinfo()->cores - 1);
    for (uint32_t i = 1; i <= 5; i++) {
        device_write32(edu->registers, EDU_RAISE, 1);
        CHECK_SOON(count == i);
        device_write32(edu->registers, EDU_ACK, 1);
    }
}

TEST(interrupt_unbound_is_lost_without_harm)
{
    const struct edu *edu = connected_edu(&notification);
    l4_word bits;

    CHECK_OK(l4_interrupt_bind(edu->interrupt, 0));
    device_write32(edu->registers, EDU_RAISE, 1);
    device_write32(edu->registers, EDU_ACK, 1);
    uint64_t start = ticks();
    while (ticks() - start < ticks_of_us(300)) {
        pause_core();
    }
    CHECK_ERROR(l4_poll(notification, &bits), L4_EAGAIN);
    CHECK_OK(l4_interrupt_bind(edu->interrupt, notification));
    device_write32(edu->registers, EDU_RAISE, 1);
    CHECK_OK(l4_wait(notification, &bits));
    device_write32(edu->registers, EDU_ACK, 1);
}

/* The first line that nobody has; none: the test is skipped. */
static l4_word
free_line(l4_cap slot, l4_word flags)
{
    for (l4_word line = 23; line > 0; line--) {
        if (l4_interrupts_line(L4_ROOT_INTERRUPTS, line, flags, L4_ROOT_TABLE, slot, 0) == L4_OK) {
            return line;
        }
    }
    test_skip("no interrupt line is free");
}

TEST(interrupt_line_is_had_once)
{
    l4_cap slot = make_slot();
    l4_word line = free_line(slot, L4_IRQ_LEVEL | L4_IRQ_LOW);

    CHECK_ERROR(l4_interrupts_line(L4_ROOT_INTERRUPTS, line, 0, L4_ROOT_TABLE, make_slot(), 0),
                L4_ESTATE);
    CHECK_ERROR(l4_interrupts_line(L4_ROOT_INTERRUPTS, line, 0, L4_ROOT_TABLE, slot, 0), L4_ESLOT);
    CHECK_OK(l4_interrupt_ack(slot));
    CHECK_ERROR(l4_interrupt_bind(slot, L4_ROOT_TABLE), L4_ETYPE);
    CHECK_ERROR(l4_interrupt_bind(slot, make_copy(make(L4_TYPE_NOTIFICATION, 0), L4_RIGHT_READ)),
                L4_ERIGHT);
    CHECK_OK(l4_interrupt_bind(slot, make(L4_TYPE_NOTIFICATION, 0)));
    CHECK_OK(l4_interrupt_bind(slot, 0));
}

/* IA-PC HPET Specification 1.0a, 2.3.6 and 2.3.8: timer 1 raises a level. */
#define HPET_STATUS     0x20u
#define HPET_TIMER      0x120u
#define HPET_ROUTES     0x124u
#define HPET_COMPARE    0x128u
#define HPET_LEVEL      (1u << 1)
#define HPET_ENABLE     (1u << 2)
#define HPET_LINE_SHIFT 9u
#define HPET_TIMER_BIT  (1u << 1)

/* A level-triggered line that timer 1 can raise. */
static uint32_t
level_line(const struct hpet *hpet, l4_cap slot)
{
    uint32_t routes = device_read32(hpet->registers, HPET_ROUTES);

    for (uint32_t line = 32; line-- > 16;) {
        if ((routes >> line & 1) != 0 && l4_interrupts_line(L4_ROOT_INTERRUPTS, line, L4_IRQ_LEVEL,
                                                            L4_ROOT_TABLE, slot, 0) == L4_OK) {
            return line;
        }
    }
    test_skip("the HPET's second timer has no interrupt line of its own");
}

/* Nothing is signalled for a while. */
static void
check_silence(l4_cap signalled)
{
    uint64_t start = ticks();
    l4_word bits;

    while (ticks() - start < ticks_of_us(500)) {
        pause_core();
    }
    CHECK_ERROR(l4_poll(signalled, &bits), L4_EAGAIN);
}

TEST(interrupt_by_level_waits_for_its_acknowledgement)
{
    const struct hpet *hpet = connected_hpet(&notification);
    l4_cap interrupt = make_slot();
    uint32_t line = level_line(hpet, interrupt);
    l4_cap level = make_notification(0, 9);
    l4_word bits;

    CHECK_OK(l4_interrupt_bind(interrupt, level));
    device_write64(hpet->registers, HPET_COMPARE, UINT64_MAX);
    device_write32(hpet->registers, HPET_TIMER, HPET_ENABLE | HPET_LEVEL | line << HPET_LINE_SHIFT);
    device_write64(hpet->registers, HPET_COMPARE,
                   hpet_now(hpet) + 200 * 1000000000ull / hpet->period_fs);
    CHECK_OK(l4_wait(level, &bits));
    check_silence(level); /* the device still asks, but the line is masked */
    CHECK_OK(l4_interrupt_ack(interrupt));
    CHECK_OK(l4_wait(level, &bits)); /* it still asked */
    device_write32(hpet->registers, HPET_STATUS, HPET_TIMER_BIT);
    CHECK_OK(l4_interrupt_ack(interrupt));
    check_silence(level);
    device_write32(hpet->registers, HPET_TIMER, 0);
}

#define INTERRUPTIONS 50u

static volatile uint64_t spin_over;
static const struct hpet *interrupter;

static void
interrupt_often(l4_word argument)
{
    l4_word bits;

    (void)argument;
    for (uint32_t i = 0; i < INTERRUPTIONS; i++) {
        arm(interrupter, 100 + i % 7);
        CHECK_OK(l4_wait(notification, &bits));
    }
    spin_over = 1;
    park();
}

static void
spin_known(l4_word argument)
{
    struct probe probe = {0};
    const uint64_t *out = (const uint64_t *)&probe.out;
    uint64_t *in = (uint64_t *)&probe.in;

    (void)argument;
    for (size_t i = 0; i < sizeof(probe.in) / sizeof(*in); i++) {
        in[i] = 0x4b4b000000000000ull + i;
    }
    probe_spin(&probe, &spin_over);
    for (size_t i = 1; i < sizeof(probe.in) / sizeof(*in); i++) {
        CHECK_EQ(out[i], in[i]);
    }
    count = 1;
    park();
}

TEST(registers_survive_interrupts_of_devices)
{
    interrupter = connected_hpet(&notification);
    count = 0;
    spin_over = 0;
    spawn(.entry = interrupt_often, .priority = HIGH);
    spawn(.entry = spin_known);
    CHECK_SOON(count == 1);
}

TEST(interrupt_arguments_are_checked)
{
    l4_cap slot = make_slot();
    l4_cap parent = L4_ROOT_INTERRUPTS;
    uint64_t address;
    uint32_t data;

    CHECK_ERROR(l4_interrupts_line(parent, 100000, 0, L4_ROOT_TABLE, slot, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, ~0ull, 0, L4_ROOT_TABLE, slot, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, 1ull << 32, 0, L4_ROOT_TABLE, slot, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 4, L4_ROOT_TABLE, slot, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 0, L4_ROOT_TABLE, 0, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 0, L4_ROOT_TABLE, ~0ull, 0), L4_EARG);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 0, 0, slot, 0), L4_ECAP);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 0, L4_ROOT_SPACE, slot, 0), L4_ETYPE);
    CHECK_ERROR(l4_interrupts_line(parent, 1, 0, L4_ROOT_TABLE, slot, bootinfo()->cores), L4_ECORE);
    CHECK_ERROR(l4_interrupts_message(parent, L4_ROOT_TABLE, slot, 1u << 31, &address, &data),
                L4_ECORE);
    CHECK_ERROR(l4_interrupts_message(parent, L4_ROOT_TABLE, ~0ull, 0, &address, &data), L4_EARG);
}

TEST(interrupt_messages_differ)
{
    uint64_t address[2];
    uint32_t data[2];

    for (unsigned i = 0; i < 2; i++) {
        CHECK_OK(l4_interrupts_message(L4_ROOT_INTERRUPTS, L4_ROOT_TABLE, make_slot(), 0,
                                       &address[i], &data[i]));
        CHECK_EQ(address[i] >> 20, 0xfee); /* Intel SDM vol. 3A, 10.11.1 */
    }
    CHECK(data[0] != data[1] || address[0] != address[1]);
}

TEST(ports_are_read_and_written)
{
    uint32_t value = 0;

    CHECK_OK(l4_ports_out(L4_ROOT_PORTS, 0xcf8, 4, 0x80000010));
    CHECK_OK(l4_ports_in(L4_ROOT_PORTS, 0xcf8, 4, &value));
    CHECK_EQ(value, 0x80000010);
}

TEST(ports_arguments_are_checked)
{
    static const l4_word bad[][2] = {
        {0x80, 0},   {0x80, 3},    {0x80, 5},       {0x80, 8},  {0x80, ~0ull}, {0xffff, 2},
        {0xfffd, 4}, {0x10000, 1}, {1ull << 32, 1}, {~0ull, 1}, {~0ull, 4},
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        for (l4_word operation = L4_PORTS_IN; operation <= L4_PORTS_OUT; operation++) {
            struct l4_message m = {.words = {bad[i][0], bad[i][1], 0}};
            CHECK_ERROR(invoke_raw(L4_ROOT_PORTS, operation, &m), L4_EARG);
        }
    }
    CHECK_ERROR(invoke_raw(L4_ROOT_PORTS, 7, &(struct l4_message){.words = {0x80, 1}}), L4_EOP);
}
