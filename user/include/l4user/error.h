/* Errors in words.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4/error.h>

/* The error's name and meaning, "L4_EARG: …"; never NULL. */
const char *error_name(enum l4_error error);
