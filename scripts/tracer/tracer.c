/* The tracer: a QEMU plugin that counts instructions between two markers of the guest.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * By core, by privilege (an address in the upper half is the kernel's) and by function. Markers
 * and output are described in docs/records.md, its use in docs/tracer.md.
 *
 * Called from: QEMU's vCPU threads, one at a time in counting mode, several at once without.
 * Invariant: every region number, from 0 without gaps, gets exactly one line: figures or an error.
 * Each instruction is counted by a callback of its own when it begins, so a block that is left in
 * the middle by an exception counts right; one that faults and is begun again counts twice. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_api.h"
#include "symbols.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

#define MARKER_SIZE 7
static const uint8_t begin_marker[MARKER_SIZE] = {0x0f, 0x1f, 0x80, 0x01, 0x00, 0xe7, 0x1e};
static const uint8_t end_marker[MARKER_SIZE] = {0x0f, 0x1f, 0x80, 0x02, 0x00, 0xe7, 0x1e};

struct core {
    uint64_t kernel;
    uint64_t user;
};

/* Read without the lock by every instruction of the guest, so that those outside any region cost
 * next to nothing; written under the lock. Relaxed: whoever sees it looks again under the lock. */
static atomic_bool region_open;

/* The lock guards all below. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t region_next; /* the number of the next region; the open one's is one less */
static unsigned begin_core;
static struct core *cores;
static unsigned core_count;
static struct symbols kernel_symbols;
static struct symbols user_symbols;
static FILE *out;
static FILE *listing;
static uint64_t listing_region;

static bool
is_kernel(uint64_t address)
{
    return address >> 63;
}

static void
list_instruction(unsigned core, uint64_t address)
{
    struct symbols *symbols = is_kernel(address) ? &kernel_symbols : &user_symbols;
    fprintf(listing, "%u 0x%016" PRIx64 " %s\n", core, address,
            symbols->count ? symbols_find(symbols, address)->name : "unknown");
}

static void
count_instruction(unsigned core, uint64_t address)
{
    bool kernel = is_kernel(address);
    struct symbols *symbols = kernel ? &kernel_symbols : &user_symbols;
    if (kernel)
        cores[core].kernel++;
    else
        cores[core].user++;
    if (symbols->count)
        symbols_count(symbols, address);
    if (listing && listing_region == region_next - 1)
        list_instruction(core, address);
}

static void
on_instruction(unsigned core, void *address)
{
    if (!atomic_load_explicit(&region_open, memory_order_relaxed))
        return;
    pthread_mutex_lock(&lock);
    if (region_open)
        count_instruction(core, (uintptr_t)address);
    pthread_mutex_unlock(&lock);
}

static void
write_region(unsigned end_core)
{
    fprintf(out, "{\"region\":%" PRIu64 ",\"begin_core\":%u,\"end_core\":%u,\"cores\":[",
            region_next - 1, begin_core, end_core);
    for (unsigned i = 0; i < core_count; i++)
        fprintf(out, "%s{\"core\":%u,\"kernel\":%" PRIu64 ",\"user\":%" PRIu64 "}", i ? "," : "", i,
                cores[i].kernel, cores[i].user);
    fputs("],\"functions\":", out);
    symbols_write(&kernel_symbols, out);
    if (user_symbols.count) {
        fputs(",\"user_functions\":", out);
        symbols_write(&user_symbols, out);
    }
    fputs("}\n", out);
}

static void
write_unended(const char *why)
{
    fprintf(out,
            "{\"region\":%" PRIu64 ",\"begin_core\":%u,\"error\":\"no end marker before %s\"}\n",
            region_next - 1, begin_core, why);
}

static void
on_begin(unsigned core, void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    if (region_open)
        write_unended("the next begin marker");
    region_next++;
    begin_core = core;
    memset(cores, 0, core_count * sizeof(*cores));
    symbols_reset(&kernel_symbols);
    symbols_reset(&user_symbols);
    region_open = true;
    pthread_mutex_unlock(&lock);
}

static void
on_end(unsigned core, void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    if (region_open)
        write_region(core);
    else
        fprintf(out,
                "{\"region\":null,\"end_core\":%u,\"error\":\"end marker without begin marker\"}\n",
                core);
    region_open = false;
    pthread_mutex_unlock(&lock);
}

/* The instruction's first bytes, as many as a marker has; false when it is of another size. */
static bool
marker_bytes(const struct qemu_plugin_insn *insn, uint8_t bytes[static MARKER_SIZE])
{
    if (qemu_plugin_insn_size(insn) != MARKER_SIZE)
        return false;
#if QEMU_PLUGIN_VERSION >= 3
    return qemu_plugin_insn_data(insn, bytes, MARKER_SIZE) == MARKER_SIZE;
#else
    memcpy(bytes, qemu_plugin_insn_data(insn), MARKER_SIZE);
    return true;
#endif
}

static qemu_plugin_vcpu_udata_cb_t
callback_of(const struct qemu_plugin_insn *insn)
{
    uint8_t bytes[MARKER_SIZE];
    if (!marker_bytes(insn, bytes))
        return on_instruction;
    if (!memcmp(bytes, begin_marker, MARKER_SIZE))
        return on_begin;
    return memcmp(bytes, end_marker, MARKER_SIZE) ? on_instruction : on_end;
}

/* The address itself is the callback's argument: nothing is allocated for an instruction. */
static void
on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        void *address = (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, callback_of(insn), QEMU_PLUGIN_CB_NO_REGS,
                                               address);
    }
}

static void
close_file(FILE *file, const char *what)
{
    if (ferror(file) | fclose(file))
        fprintf(stderr, "tracer: the %s file could not be written; it is not complete\n", what);
}

/* When QEMU exits, also when the guest ends it. QEMU's other threads may still run: the lock is
 * kept for good, so that none of them writes to a closed file. */
static void
finish(void)
{
    pthread_mutex_lock(&lock);
    if (region_open)
        write_unended("the end of the run");
    close_file(out, "output");
    if (listing)
        close_file(listing, "listing");
}

static FILE *
create(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fprintf(stderr, "tracer: cannot create %s: %s\n", path, strerror(errno));
    return file;
}

/* True and the value when the argument is "name=value". */
static bool
has_name(const char *argument, const char *name, const char **value)
{
    size_t length = strlen(name);
    *value = argument + length + 1;
    return !strncmp(argument, name, length) && argument[length] == '=';
}

static bool
take_number(const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (!errno && end != text && !*end)
        return true;
    fprintf(stderr, "tracer: listing=%s: expected the number of a region, from 0\n", text);
    return false;
}

static bool
take_argument(const char *argument)
{
    const char *value;
    if (has_name(argument, "out", &value))
        return out || (out = create(value));
    if (has_name(argument, "symbols", &value))
        return symbols_load(&kernel_symbols, value);
    if (has_name(argument, "user_symbols", &value))
        return symbols_load(&user_symbols, value);
    if (has_name(argument, "listing", &value))
        return take_number(value, &listing_region);
    if (has_name(argument, "listing_out", &value))
        return listing || (listing = create(value));
    fprintf(stderr,
            "tracer: unknown argument %s; known: out=FILE, symbols=FILE, user_symbols=FILE, "
            "listing=REGION with listing_out=FILE\n",
            argument);
    return false;
}

static bool
take_guest(const qemu_info_t *info)
{
    if (!info->system_emulation || strcmp(info->target_name, "x86_64")) {
        fprintf(stderr, "tracer: knows the markers of x86_64 machines only, not of %s\n",
                info->target_name);
        return false;
    }
    core_count = (unsigned)info->system.max_vcpus;
    cores = calloc(core_count, sizeof(*cores));
    return cores;
}

QEMU_PLUGIN_EXPORT int
qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (!take_guest(info))
        return -1;
    for (int i = 0; i < argc; i++)
        if (!take_argument(argv[i]))
            return -1;
    if (!out) {
        fputs("tracer: no output: give out=FILE\n", stderr);
        return -1;
    }
    /* The C library's own list rather than QEMU's: its callback changed between versions. */
    if (atexit(finish))
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
