/* What the host's files share and tests do not see.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <arch_impl/host.h>

void host_event(enum host_event event, uint64_t value);

/* Do what the vector asks for, as an interrupt's handler. */
void host_dispatch(uint8_t vector);

/* The lowest raised vector of host_core, not raised any more; 0 when there is none. */
uint8_t host_take_vector(void);
