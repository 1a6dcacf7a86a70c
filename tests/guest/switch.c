/* The switch axis: who runs after a rendezvous, and that priorities hold on every choice.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "variant.h"

enum who {
    NOBODY,
    SERVER,
    BYSTANDER,
};

static l4_cap endpoint;
static l4_cap bystander_may_run;
static volatile enum who first;

static void
run_first(enum who who)
{
    if (first == NOBODY) {
        first = who;
    }
}

static void
server(l4_word argument)
{
    struct l4_message m = {0};

    (void)argument;
    CHECK_OK(l4_recv(endpoint, &m));
    run_first(SERVER);
    CHECK_OK(l4_reply(&m));
    park();
}

static void
bystander(l4_word argument)
{
    l4_word word;

    (void)argument;
    CHECK_OK(l4_wait(bystander_may_run, &word));
    run_first(BYSTANDER);
    park();
}

/* Makes the bystander ready before it calls the server. */
static void
client(l4_word argument)
{
    struct l4_message m = {0};

    (void)argument;
    CHECK_OK(l4_signal(bystander_may_run));
    CHECK_OK(l4_call(endpoint, &m));
    park();
}

static void
race(l4_word server_priority, l4_word bystander_priority)
{
    endpoint = make(L4_TYPE_ENDPOINT, 0);
    bystander_may_run = make_notification(0, 1);
    first = NOBODY;
    spawn(.entry = server, .priority = server_priority);
    spawn(.entry = bystander, .priority = bystander_priority);
    let_run();
    spawn(.entry = client, .priority = HIGH);
    let_run();
}

TEST(switch_to_partner_of_the_same_priority)
{
    race(HIGH, HIGH);
    CHECK_EQ(first, has_choice("switch=direct") ? SERVER : BYSTANDER);
}

TEST(switch_keeps_priorities)
{
    race(HIGHER, HIGH);
    CHECK_EQ(first, SERVER);
    race(LOW, HIGH);
    CHECK_EQ(first, BYSTANDER);
    race(HIGH, LOW);
    CHECK_EQ(first, SERVER);
}
