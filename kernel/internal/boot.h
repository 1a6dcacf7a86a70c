/* What the kernel does on request while booting.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Boot argument break=assert|loop|triple: fail in that way on purpose, so that the tests can see
 * that the host side reports it. */
void break_on_request(void);
