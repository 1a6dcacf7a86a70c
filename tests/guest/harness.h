/* Between the parts of the harness.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "test.h"

/* Stop all threads of the pool and make them as new. */
void threads_clean_up(void);
