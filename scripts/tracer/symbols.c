/* A table of functions by address, with a counter for each.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Adds an entry, doubling the table at each power of two. */
static bool
append(struct symbols *symbols, uint64_t address, const char *name)
{
    size_t count = symbols->count;
    if ((count & (count - 1)) == 0) {
        size_t room = count ? 2 * count : 1;
        struct symbol *table = realloc(symbols->table, room * sizeof(*table));
        if (!table)
            return false;
        symbols->table = table;
    }
    char *copy = strdup(name);
    if (!copy)
        return false;
    symbols->table[count] = (struct symbol){.address = address, .name = copy};
    symbols->count = count + 1;
    return true;
}

/* One line of the file; names go into JSON as they are, so they may not need escaping. */
static bool
parse_line(struct symbols *symbols, char *line)
{
    char *end;
    errno = 0;
    uint64_t address = strtoull(line, &end, 16);
    char *name = end + 1;
    if (errno || end == line || *end != ' ')
        return false;
    name[strcspn(name, "\n")] = '\0';
    if (!*name || strpbrk(name, "\"\\ \t\r") ||
        address < symbols->table[symbols->count - 1].address)
        return false;
    return append(symbols, address, name);
}

bool
symbols_load(struct symbols *symbols, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "tracer: cannot read symbols %s: %s\n", path, strerror(errno));
        return false;
    }
    char *line = NULL;
    size_t room = 0;
    unsigned number = 1;
    bool good = append(symbols, 0, "unknown");
    for (; good && getline(&line, &room, file) > 0; number++)
        good = parse_line(symbols, line);
    free(line);
    fclose(file);
    symbols->used = calloc(symbols->count, sizeof(struct symbol *));
    if (!good || !symbols->used) {
        fprintf(stderr, "tracer: %s:%u: expected \"hexadecimal-address name\", sorted by address\n",
                path, number - 1);
        return false;
    }
    symbols->last = symbols->table;
    return true;
}

static bool
contains(const struct symbols *symbols, const struct symbol *symbol, uint64_t address)
{
    bool is_last = symbol + 1 == symbols->table + symbols->count;
    return symbol->address <= address && (is_last || address < symbol[1].address);
}

struct symbol *
symbols_find(struct symbols *symbols, uint64_t address)
{
    if (contains(symbols, symbols->last, address))
        return symbols->last;
    /* The answer is in [low, high): table[0] has address 0, so there always is one. */
    size_t low = 0, high = symbols->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (symbols->table[middle].address <= address)
            low = middle;
        else
            high = middle;
    }
    symbols->last = &symbols->table[low];
    return symbols->last;
}

void
symbols_count(struct symbols *symbols, uint64_t address)
{
    struct symbol *symbol = symbols_find(symbols, address);
    if (symbol->count++ == 0)
        symbols->used[symbols->used_count++] = symbol;
}

void
symbols_write(const struct symbols *symbols, FILE *out)
{
    fputc('{', out);
    for (size_t i = 0; i < symbols->used_count; i++)
        fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", symbols->used[i]->name,
                symbols->used[i]->count);
    fputc('}', out);
}

void
symbols_reset(struct symbols *symbols)
{
    for (size_t i = 0; i < symbols->used_count; i++)
        symbols->used[i]->count = 0;
    symbols->used_count = 0;
}
