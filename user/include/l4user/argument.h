/* Boot arguments: words of the form key or key=value, separated by spaces.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#define ARGUMENT_MAX 128u /* characters of a key or value, with the final zero */

/* The value of the last argument with this key ("" when it has none), cut to ARGUMENT_MAX - 1
 * characters; false when there is no such argument. */
bool argument_value(const char *key, char value[ARGUMENT_MAX]);

/* Is there an argument whose key is neither the kernel's nor in `known` (ends with NULL)? Gives
 * that key. */
bool argument_unknown(const char *const *known, char key[ARGUMENT_MAX]);

/* The arguments that the kernel itself reads; ends with NULL. */
extern const char *const argument_of_kernel[];
