/* The invocations: one function for each operation of each kernel object.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * All give L4_OK or an error of l4/error.h. Common to all: L4_ECAP (no such capability), L4_ETYPE
 * (it names something else), L4_ERIGHT (it lacks the right). The errors named below are what an
 * operation can give beside these. */
#pragma once

#include <l4/error.h>
#include <l4/object.h>
#include <l4/types.h>

/* "The caller's core", for the home of new objects. */
#define L4_HOME_CALLER UINT32_MAX

/* Make `count` objects out of untyped memory; their capabilities go to slot, slot+1, … of `table`.
 * size_bits: of a table, a frame or smaller untyped memory, else 0. home: number of the core that
 * will own them. L4_EARG: bad type, size, count or slot; L4_ESLOT: a slot is not empty;
 * L4_EMEMORY: too little left; L4_ECORE: no such core. */
enum l4_error l4_untyped_retype(l4_cap untyped, enum l4_type type, l4_word size_bits, l4_cap table,
                                l4_word slot, uint32_t count, uint32_t home);

/* Copy the capability in slot `from` of `source` to slot `to` of `table`, keeping `rights`.
 * L4_EARG: no such slot; L4_ESLOT: the destination is not empty. */
enum l4_error l4_table_copy(l4_cap table, l4_word to, l4_cap source, l4_word from, l4_word rights);

/* As l4_table_copy, giving the copy a badge; L4_EARG when it has one already. */
enum l4_error l4_table_mint(l4_cap table, l4_word to, l4_cap source, l4_word from, l4_word rights,
                            l4_word badge);

/* Give a stopped thread its space, its capability table, its message frame at `offset` of `frame`
 * (0: none) and its FS base. L4_ESTATE: it is not stopped; L4_EARG: offset or base out of range. */
enum l4_error l4_thread_configure(l4_cap thread, l4_cap space, l4_cap table, l4_cap frame,
                                  l4_word offset, l4_word tls_base);

/* Set priority and fault handler (0: none). L4_EARG: no such priority. */
enum l4_error l4_thread_schedule(l4_cap thread, l4_word priority, l4_cap fault_endpoint);

/* Bind a scheduling context, 0: unbind. L4_ESTATE: bound already, or the thread is neither stopped
 * nor waiting to receive. */
enum l4_error l4_thread_bind_context(l4_cap thread, l4_cap context);

/* Bind a notification, 0: unbind. L4_ESTATE: bound already; L4_ECORE: of another core. */
enum l4_error l4_thread_bind_notification(l4_cap thread, l4_cap notification);

/* Start a stopped thread at `ip`, with two arguments in rdi and rsi. A blocked one has its IPC
 * cancelled first. L4_ESTATE: not configured; L4_EARG: address out of range. */
enum l4_error l4_thread_start(l4_cap thread, l4_word ip, l4_word sp, l4_word first, l4_word second);

enum l4_error l4_thread_stop(l4_cap thread);
enum l4_error l4_thread_resume(l4_cap thread);

/* Name for debug output; 15 characters are kept. */
enum l4_error l4_thread_name(l4_cap thread, const char *name);

/* Give an unbound scheduling context a core and a budget a period, in microseconds.
 * L4_EARG: period shorter than budget; L4_ESTATE: it is bound. */
enum l4_error l4_context_configure(l4_cap context, l4_cap core, l4_word budget, l4_word period);

/* Make the page table the first one that is missing for `address` in `space`.
 * L4_EMAPPED: none is missing, or this one is in use; L4_EARG: not a user address. */
enum l4_error l4_page_table_map(l4_cap page_table, l4_cap space, l4_word address);

/* Map a frame. L4_EMAPPED: something is there, or this capability is mapped already; L4_ETABLE: a
 * page table is missing; L4_EARG: address not aligned or not user level's. */
enum l4_error l4_frame_map(l4_cap frame, l4_cap space, l4_word address, l4_word rights,
                           l4_word attributes);

/* L4_ESTATE: it is not mapped. */
enum l4_error l4_frame_unmap(l4_cap frame);
enum l4_error l4_frame_address(l4_cap frame, uint64_t *physical);

/* Make the handler right of an interrupt line, taken by `core`. flags: L4_IRQ_*. L4_EARG: no such
 * line; L4_ESLOT; L4_ESTATE: the line is taken; L4_EMEMORY: no vector is left. */
enum l4_error l4_interrupts_line(l4_cap interrupts, l4_word line, l4_word flags, l4_cap table,
                                 l4_word slot, l4_word core);

/* Likewise of a message-signalled interrupt; gives what the device must write, and where. */
enum l4_error l4_interrupts_message(l4_cap interrupts, l4_cap table, l4_word slot, l4_word core,
                                    uint64_t *address, uint32_t *data);

/* Bind to a notification capability, whose badge is what is signalled; 0: unbind. */
enum l4_error l4_interrupt_bind(l4_cap interrupt, l4_cap notification);
enum l4_error l4_interrupt_ack(l4_cap interrupt);

/* Read or write an I/O port, 1, 2 or 4 bytes. L4_EARG: outside the capability's range. */
enum l4_error l4_ports_in(l4_cap ports, uint16_t port, l4_word bytes, uint32_t *value);
enum l4_error l4_ports_out(l4_cap ports, uint16_t port, l4_word bytes, uint32_t value);
