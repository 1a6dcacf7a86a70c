/* Kernel objects: their types, rights, sizes, and the invocations that each understands.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * An invocation is a call on a capability that is not an endpoint: the tag's label is the
 * operation, the message words are its arguments, w0 to w4 below. The answer is an error in rax;
 * where an operation gives something back, it says so. "cap" is an index in the caller's table. */
#pragma once

enum l4_type {
    L4_TYPE_NULL = 0,
    L4_TYPE_UNTYPED = 1,
    L4_TYPE_TABLE = 2, /* capability table; size bits: log2 of its number of slots */
    L4_TYPE_THREAD = 3,
    L4_TYPE_ENDPOINT = 4,
    L4_TYPE_NOTIFICATION = 5,
    L4_TYPE_REPLY = 6,
    L4_TYPE_CONTEXT = 7, /* scheduling context */
    L4_TYPE_SPACE = 8,   /* address space */
    L4_TYPE_PAGE_TABLE = 9,
    L4_TYPE_FRAME = 10,      /* size bits: 12, 21 or 30 */
    L4_TYPE_INTERRUPT = 11,  /* one interrupt's handler right */
    L4_TYPE_INTERRUPTS = 12, /* authority to make interrupt capabilities */
    L4_TYPE_PORTS = 13,      /* a range of x86 I/O ports */
    L4_TYPE_CORE = 14,       /* a core, to which scheduling contexts can be given */
    L4_TYPE_COUNT = 15,
};

/* Rights. On an endpoint read is receive and write is send; on a notification wait and signal. */
#define L4_RIGHT_READ  1u
#define L4_RIGHT_WRITE 2u
#define L4_RIGHT_GRANT 4u
#define L4_RIGHT_ALL   7u

/* log2 of the bytes that one object takes from untyped memory. */
#define L4_SLOT_BITS         6u /* a table of 2^n slots takes 2^(n + L4_SLOT_BITS) bytes */
#define L4_TABLE_MIN_BITS    1u
#define L4_TABLE_MAX_BITS    20u
#define L4_THREAD_BITS       10u
#define L4_ENDPOINT_BITS     6u
#define L4_NOTIFICATION_BITS 7u
#define L4_CONTEXT_BITS      7u
#define L4_SPACE_BITS        13u
#define L4_PAGE_TABLE_BITS   12u
#define L4_FRAME_BITS        12u
#define L4_FRAME_LARGE_BITS  21u
#define L4_FRAME_HUGE_BITS   30u

enum l4_untyped_op {
    /* w0: type. w1: size bits (table, frame, untyped; else 0). w2: cap of the table that gets the
     * capabilities. w3: its first slot. w4: count, 1 to L4_RETYPE_MAX (low 32 bits) | home core + 1
     * (high 32 bits; 0: the caller's core). Memory of the new objects is zero, but in device
     * memory. */
    L4_UNTYPED_RETYPE = 1,
};

#define L4_RETYPE_MAX 64u

enum l4_table_op {
    /* w0: destination slot in the invoked table. w1: cap of the source table. w2: source slot.
     * w3: rights to keep. */
    L4_TABLE_COPY = 1,
    /* As copy, with w4: the badge, which the source must not have yet (else L4_EARG). Endpoints
     * and notifications only. */
    L4_TABLE_MINT = 2,
};

enum l4_thread_op {
    /* w0: space cap. w1: table cap. w2: frame cap holding the message frame, or 0 for none.
     * w3: offset of the message frame in it. w4: TLS base. The thread must be stopped. */
    L4_THREAD_CONFIGURE = 1,
    /* w0: priority. w1: endpoint cap of the fault handler, with send right, or 0 for none. */
    L4_THREAD_SCHEDULE = 2,
    /* w0: scheduling context cap, or 0 to unbind: a thread without one is passive and runs on
     * its caller's. The thread must be stopped or wait to receive (else L4_ESTATE). */
    L4_THREAD_BIND_CONTEXT = 3,
    /* w0: notification cap, or 0 to unbind; on the thread's own core. */
    L4_THREAD_BIND_NOTIFICATION = 4,
    /* w0: instruction pointer. w1: stack pointer. w2, w3: first and second argument (rdi, rsi).
     * Starts a stopped thread there; a blocked one has its IPC cancelled first. */
    L4_THREAD_START = 5,
    L4_THREAD_STOP = 6,
    L4_THREAD_RESUME = 7,
    /* w0, w1: up to 15 characters for debug output. */
    L4_THREAD_NAME = 8,
};

enum l4_context_op {
    /* w0: core cap. w1: budget in microseconds, L4_BUDGET_UNLIMITED for no limit. w2: period in
     * microseconds, at least the budget. The context must not be bound. */
    L4_CONTEXT_CONFIGURE = 1,
};

#define L4_BUDGET_UNLIMITED 0u

enum l4_page_table_op {
    /* w0: space cap. w1: virtual address. Becomes the first table that is missing there. */
    L4_PAGE_TABLE_MAP = 1,
};

enum l4_frame_op {
    /* w0: space cap. w1: virtual address. w2: rights. w3: L4_MAP_* attributes. */
    L4_FRAME_MAP = 1,
    L4_FRAME_UNMAP = 2,
    /* Answer w0: the physical address. */
    L4_FRAME_ADDRESS = 3,
};

#define L4_MAP_EXECUTE  1u /* else execute-never, where the machine can */
#define L4_MAP_UNCACHED 2u /* for device registers */

enum l4_interrupts_op {
    /* w0: global interrupt number (I/O APIC line). w1: L4_IRQ_* flags. w2: table cap. w3: slot for
     * the new capability. w4: core number that takes the interrupt. */
    L4_INTERRUPTS_LINE = 1,
    /* As above but w0, w1 ignored. Answer w0: message address, w1: message data, for the device. */
    L4_INTERRUPTS_MESSAGE = 2,
};

#define L4_IRQ_LEVEL 1u /* else edge */
#define L4_IRQ_LOW   2u /* active low, else high */

enum l4_interrupt_op {
    /* w0: notification cap with write right (its badge is what is signalled), or 0 to unbind. */
    L4_INTERRUPT_BIND = 1,
    /* Let a level-triggered line raise again. Edge and message: nothing to do, no error. */
    L4_INTERRUPT_ACK = 2,
};

enum l4_ports_op {
    /* w0: port. w1: bytes (1, 2 or 4). Answer w0: the value. */
    L4_PORTS_IN = 1,
    /* w0: port. w1: bytes. w2: value. */
    L4_PORTS_OUT = 2,
};

/* Fault messages: label, with L4_TAG_FAULT set; words: ip, sp, address, error code, vector.
 * The reply resumes the thread: with 0 words at the same instruction; with 1 or more, word 0 is
 * the new instruction pointer, and with 2 or more word 1 the new stack pointer. */
enum l4_fault {
    L4_FAULT_PAGE = 1,      /* address: what could not be accessed */
    L4_FAULT_EXCEPTION = 2, /* vector, error code: the processor's */
};
#define L4_FAULT_WORDS 5u
