/* A table of functions by address, with a counter for each.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Not thread-safe: the caller holds its lock around every call. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct symbol {
    uint64_t address;
    uint64_t count;
    char *name;
};

struct symbols {
    struct symbol *table; /* by ascending address; table[0] stands for "before the first" */
    size_t count;         /* 0: not loaded */
    struct symbol **used; /* those with a count, in the order of their first instruction */
    size_t used_count;
    struct symbol *last; /* found last: the next instruction is mostly in there too */
};

/* Reads lines "hexadecimal-address name", sorted by address. False with a message on standard
 * error when the file cannot be read or is not like that. */
bool symbols_load(struct symbols *symbols, const char *path);

/* The function that an address lies in: the last one that begins at or before it. Its name is
 * "unknown" before the first. The table must be loaded. */
struct symbol *symbols_find(struct symbols *symbols, uint64_t address);

/* Counts one instruction at the address. */
void symbols_count(struct symbols *symbols, uint64_t address);

/* Writes the counts as a JSON object {"name":count,…}. */
void symbols_write(const struct symbols *symbols, FILE *out);

/* Sets every count to zero. */
void symbols_reset(struct symbols *symbols);
