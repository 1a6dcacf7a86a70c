/* Memory, cores, console and ports of the simulated machine.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <internal/core.h>
#include <internal/interrupt.h>

#define ALLOCATIONS_MAX 4096
#define CONSOLE_SIZE    65536

struct platform platform;

static void *allocations[ALLOCATIONS_MAX];
static unsigned allocation_count;
static struct core *cores[L4_MAX_CORES];
static char console[CONSOLE_SIZE];
static size_t console_used;

/* An object's address must fit a capability: 64-byte aligned, below 2^47. */
void *
host_allocate(size_t size, size_t align)
{
    align = align < 64 ? 64 : align;
    size = (size + align - 1) & ~(align - 1);
    void *memory = aligned_alloc(align, size);
    if (!memory || (uintptr_t)memory >> 47 || allocation_count == ALLOCATIONS_MAX) {
        fprintf(stderr, "host: no memory for %zu bytes\n", size);
        abort();
    }
    allocations[allocation_count++] = memory;
    return memset(memory, 0, size);
}

void *
platform_allocate(size_t size, size_t align)
{
    return host_allocate(size, align);
}

static void
core_main(void *argument)
{
    (void)argument;
    kernel_core_main();
}

void
host_start(uint32_t count)
{
    host_stop();
    memset(&platform, 0, sizeof(platform));
    platform.core_count = count;
    platform.tsc_hz = 1000000000; /* a thousand ticks a microsecond */
    host_clock = 1000;
    for (uint32_t i = 0; i < count; i++) {
        cores[i] = host_allocate(sizeof(struct core), 64);
        cores[i]->number = i;
        cores[i]->self = cores[i];
        cores[i]->arch.timer = UINT64_MAX;
        host_core = cores[i];
        host_run(core_main, NULL);
    }
    host_core = cores[0];
    interrupt_boot();
    host_event_clear();
    host_console_clear();
}

void
host_stop(void)
{
    while (allocation_count)
        free(allocations[--allocation_count]);
    memset(cores, 0, sizeof(cores));
    host_core = NULL;
}

struct core *
core_at(uint32_t number)
{
    return number < L4_MAX_CORES ? cores[number] : NULL;
}

/* host_start() has started them. */
void
platform_start_cores(void)
{
}

void
console_putc(char c)
{
    if (console_used < CONSOLE_SIZE - 1)
        console[console_used++] = c;
}

const char *
host_console(void)
{
    return console;
}

void
host_console_clear(void)
{
    memset(console, 0, sizeof(console));
    console_used = 0;
}

/* Each port reads as its own number. */
uint32_t
port_in(uint16_t port, unsigned bytes)
{
    host_event(HOST_EVENT_PORT_IN, (uint64_t)port << 8 | bytes);
    return port;
}

void
port_out(uint16_t port, unsigned bytes, uint32_t value)
{
    (void)value;
    host_event(HOST_EVENT_PORT_OUT, (uint64_t)port << 8 | bytes);
}
