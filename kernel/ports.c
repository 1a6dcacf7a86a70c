/* I/O ports by capability: user-level drivers reach a device's ports through the kernel.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <arch/platform.h>
#include <internal/invoke.h>

int
ports_invoke(struct thread *invoker, struct invocation *invocation)
{
    const l4_word *w = invocation->words;
    uint64_t first = invocation->cap.data & 0xffff;
    uint64_t last = invocation->cap.data >> 16 & 0xffff;

    (void)invoker;
    if (w[1] != 1 && w[1] != 2 && w[1] != 4)
        return L4_EARG;
    if (w[0] < first || w[0] > last || w[1] - 1 > last - w[0])
        return L4_EARG;
    switch (invocation->operation) {
    case L4_PORTS_IN:
        invocation->answer[0] = port_in((uint16_t)w[0], (unsigned)w[1]);
        return L4_OK;
    case L4_PORTS_OUT:
        port_out((uint16_t)w[0], (unsigned)w[1], (uint32_t)w[2]);
        return L4_OK;
    default:
        return L4_EOP;
    }
}
