/* The serial console: COM1, driven through the root task's I/O ports, and printing on it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A 16550 UART; register numbers as in its data sheet (PC16550D, table II). The kernel has set
 * the speed already. */

#include <l4user/console.h>

#include <stdbool.h>
#include <stdint.h>

#include <l4/bootinfo.h>
#include <l4user/format.h>
#include <l4user/invoke.h>

#define COM1               0x3f8u
#define UART_DATA          0u
#define UART_FIFO_CONTROL  2u
#define UART_FIFO_ENABLE   1u
#define UART_LINE_STATUS   5u
#define UART_TRANSMIT_FREE 0x20u /* FIFO empty: 16 bytes fit */
#define UART_ALL_SENT      0x40u
#define UART_FIFO_BYTES    16u
#define UART_TRIES         100000u /* then the byte is lost: output must not hang the machine */

static char line[256];
static unsigned line_length;

static void
uart_wait(uint32_t condition)
{
    uint32_t status;

    for (unsigned i = 0; i < UART_TRIES; i++) {
        if (l4_ports_in(L4_ROOT_PORTS, COM1 + UART_LINE_STATUS, 1, &status) != L4_OK ||
            (status & condition) != 0) {
            return;
        }
    }
}

void
console_start(void)
{
    uart_wait(UART_ALL_SENT); /* enabling the FIFO loses what is under way */
    (void)l4_ports_out(L4_ROOT_PORTS, COM1 + UART_FIFO_CONTROL, 1, UART_FIFO_ENABLE);
}

void
console_flush(void)
{
    for (unsigned i = 0; i < line_length; i++) {
        if (i % UART_FIFO_BYTES == 0) {
            uart_wait(UART_TRANSMIT_FREE);
        }
        (void)l4_ports_out(L4_ROOT_PORTS, COM1 + UART_DATA, 1, (unsigned char)line[i]);
    }
    line_length = 0;
}

void
console_putc(char c)
{
    line[line_length++] = c;
    if (c == '\n' || line_length == sizeof(line)) {
        console_flush();
    }
}

void
console_vprint(const char *format, va_list arguments)
{
    format_text(console_putc, format, arguments);
}

void
console_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    console_vprint(format, arguments);
    va_end(arguments);
}
