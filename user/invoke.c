/* The invocations: one function for each operation of each kernel object.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/invoke.h>

#include <l4user/ipc.h>

/* Invoke with up to five argument words; the unused ones are zero. */
static enum l4_error
invoke(l4_cap cap, l4_word operation, l4_word w0, l4_word w1, l4_word w2, l4_word w3, l4_word w4)
{
    struct l4_message message = {
        .tag = l4_tag_make(operation, L4_MESSAGE_REGISTERS),
        .words = {w0, w1, w2, w3, w4},
    };

    return l4_call(cap, &message);
}

enum l4_error
l4_untyped_retype(l4_cap untyped, enum l4_type type, l4_word size_bits, l4_cap table, l4_word slot,
                  uint32_t count, uint32_t home)
{
    l4_word home_word = (l4_word)(uint32_t)(home + 1) << 32; /* L4_HOME_CALLER becomes 0 */

    return invoke(untyped, L4_UNTYPED_RETYPE, type, size_bits, table, slot, home_word | count);
}

enum l4_error
l4_table_copy(l4_cap table, l4_word to, l4_cap source, l4_word from, l4_word rights)
{
    return invoke(table, L4_TABLE_COPY, to, source, from, rights, 0);
}

enum l4_error
l4_table_mint(l4_cap table, l4_word to, l4_cap source, l4_word from, l4_word rights, l4_word badge)
{
    return invoke(table, L4_TABLE_MINT, to, source, from, rights, badge);
}

enum l4_error
l4_thread_configure(l4_cap thread, l4_cap space, l4_cap table, l4_cap frame, l4_word offset,
                    l4_word tls_base)
{
    return invoke(thread, L4_THREAD_CONFIGURE, space, table, frame, offset, tls_base);
}

enum l4_error
l4_thread_schedule(l4_cap thread, l4_word priority, l4_cap fault_endpoint)
{
    return invoke(thread, L4_THREAD_SCHEDULE, priority, fault_endpoint, 0, 0, 0);
}

enum l4_error
l4_thread_bind_context(l4_cap thread, l4_cap context)
{
    return invoke(thread, L4_THREAD_BIND_CONTEXT, context, 0, 0, 0, 0);
}

enum l4_error
l4_thread_bind_notification(l4_cap thread, l4_cap notification)
{
    return invoke(thread, L4_THREAD_BIND_NOTIFICATION, notification, 0, 0, 0, 0);
}

enum l4_error
l4_thread_start(l4_cap thread, l4_word ip, l4_word sp, l4_word first, l4_word second)
{
    return invoke(thread, L4_THREAD_START, ip, sp, first, second, 0);
}

enum l4_error
l4_thread_stop(l4_cap thread)
{
    return invoke(thread, L4_THREAD_STOP, 0, 0, 0, 0, 0);
}

enum l4_error
l4_thread_resume(l4_cap thread)
{
    return invoke(thread, L4_THREAD_RESUME, 0, 0, 0, 0, 0);
}

enum l4_error
l4_thread_name(l4_cap thread, const char *name)
{
    l4_word words[2] = {0, 0};

    for (unsigned i = 0; i < 15 && name[i] != '\0'; i++) {
        words[i / 8] |= (l4_word)(unsigned char)name[i] << (i % 8 * 8);
    }
    return invoke(thread, L4_THREAD_NAME, words[0], words[1], 0, 0, 0);
}

enum l4_error
l4_context_configure(l4_cap context, l4_cap core, l4_word budget, l4_word period)
{
    return invoke(context, L4_CONTEXT_CONFIGURE, core, budget, period, 0, 0);
}

enum l4_error
l4_page_table_map(l4_cap page_table, l4_cap space, l4_word address)
{
    return invoke(page_table, L4_PAGE_TABLE_MAP, space, address, 0, 0, 0);
}

enum l4_error
l4_frame_map(l4_cap frame, l4_cap space, l4_word address, l4_word rights, l4_word attributes)
{
    return invoke(frame, L4_FRAME_MAP, space, address, rights, attributes, 0);
}

enum l4_error
l4_frame_unmap(l4_cap frame)
{
    return invoke(frame, L4_FRAME_UNMAP, 0, 0, 0, 0, 0);
}

enum l4_error
l4_frame_address(l4_cap frame, uint64_t *physical)
{
    struct l4_message message = {.tag = l4_tag_make(L4_FRAME_ADDRESS, 0)};
    enum l4_error error = l4_call(frame, &message);

    *physical = message.words[0];
    return error;
}

enum l4_error
l4_interrupts_line(l4_cap interrupts, l4_word line, l4_word flags, l4_cap table, l4_word slot,
                   l4_word core)
{
    return invoke(interrupts, L4_INTERRUPTS_LINE, line, flags, table, slot, core);
}

enum l4_error
l4_interrupts_message(l4_cap interrupts, l4_cap table, l4_word slot, l4_word core,
                      uint64_t *address, uint32_t *data)
{
    struct l4_message message = {
        .tag = l4_tag_make(L4_INTERRUPTS_MESSAGE, L4_MESSAGE_REGISTERS),
        .words = {0, 0, table, slot, core},
    };
    enum l4_error error = l4_call(interrupts, &message);

    *address = message.words[0];
    *data = (uint32_t)message.words[1];
    return error;
}

enum l4_error
l4_interrupt_bind(l4_cap interrupt, l4_cap notification)
{
    return invoke(interrupt, L4_INTERRUPT_BIND, notification, 0, 0, 0, 0);
}

enum l4_error
l4_interrupt_ack(l4_cap interrupt)
{
    return invoke(interrupt, L4_INTERRUPT_ACK, 0, 0, 0, 0, 0);
}

enum l4_error
l4_ports_in(l4_cap ports, uint16_t port, l4_word bytes, uint32_t *value)
{
    struct l4_message message = {
        .tag = l4_tag_make(L4_PORTS_IN, 2),
        .words = {port, bytes},
    };
    enum l4_error error = l4_call(ports, &message);

    *value = (uint32_t)message.words[0];
    return error;
}

enum l4_error
l4_ports_out(l4_cap ports, uint16_t port, l4_word bytes, uint32_t value)
{
    return invoke(ports, L4_PORTS_OUT, port, bytes, value, 0, 0);
}
