/* Which kernel the tests run on: what holds for one choice of an axis only.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "test.h"

/* Was the kernel built with this choice? Such as "async=word". */
bool has_choice(const char *choice);

/* Takes by `cap`, which has the badge `badge`, all that `count` signals left there whose badges OR
 * to `bits`: at once under async=word, one by one under async=semaphore, as one under async=virq.
 */
void check_taken(l4_cap cap, l4_word badge, l4_word bits, unsigned count);

/* What a wait by a capability with the badge `badge` is told of one signal with the badge `bits`.
 */
l4_word told(l4_word badge, l4_word bits);
