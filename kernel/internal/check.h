/* The invariants of the kernel's data, checked at every exit of a debug build.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

struct core;

void check_invariants(const struct core *core);
