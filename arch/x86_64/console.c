/* The console: the first serial port, polled.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * National Semiconductor PC16550D data sheet, 8.0 "Registers". The firmware's or emulator's line
 * settings are replaced: 115200 baud, 8 bits, no parity, 1 stop bit. */
#include "machine.h"

#include <arch/cpu.h>
#include <arch_impl/instructions.h>

#define COM1           0x3f8
#define COM_DATA       (COM1 + 0)
#define COM_INTERRUPTS (COM1 + 1)
#define COM_FIFO       (COM1 + 2)
#define COM_LINE       (COM1 + 3)
#define COM_MODEM      (COM1 + 4)
#define COM_STATUS     (COM1 + 5)

#define LINE_8N1        0x03
#define LINE_DIVISOR    0x80
#define FIFO_ON_CLEAR   0x07
#define MODEM_DTR_RTS   0x03
#define STATUS_CAN_SEND 0x20

/* One character takes 87 us, one look at the status about 1 us. When the port still cannot send
 * after this, it never will (a terminal that holds the line), and the character is lost. */
#define LOOKS_MAX 20000u

static bool initialised;

static void
initialise(void)
{
    port_write8(COM_INTERRUPTS, 0);
    port_write8(COM_LINE, LINE_DIVISOR | LINE_8N1);
    port_write8(COM_DATA, 1); /* divisor 1: 115200 baud */
    port_write8(COM_INTERRUPTS, 0);
    port_write8(COM_LINE, LINE_8N1);
    port_write8(COM_FIFO, FIFO_ON_CLEAR);
    port_write8(COM_MODEM, MODEM_DTR_RTS);
    initialised = true;
}

void
console_putc(char c)
{
    if (!initialised) {
        initialise();
    }
    for (uint32_t i = 0; i < LOOKS_MAX && (port_read8(COM_STATUS) & STATUS_CAN_SEND) == 0; i++) {
        cpu_pause();
    }
    port_write8(COM_DATA, (uint8_t)c);
}
