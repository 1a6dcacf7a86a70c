/* QEMU's plugin interface: the installed header where there is one, else version 1 in our words.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * QEMU 7.2 offers version 1, and Debian ships no header for it; QEMU 9 and later refuse version 1
 * and need their own header. Only what the tracer calls is declared here. RDV_PLUGIN_OWN_API
 * chooses the declarations below although a header is installed: it may belong to another QEMU
 * than the one that runs. */
#pragma once

#if !defined(RDV_PLUGIN_OWN_API) && __has_include(<qemu-plugin.h>)

#include <qemu-plugin.h>

#else

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_VERSION 1
#define QEMU_PLUGIN_EXPORT  __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

/* What QEMU tells about itself and its guest; valid during qemu_plugin_install only. */
typedef struct {
    const char *target_name;
    struct {
        int min;
        int cur;
    } version;
    bool system_emulation;
    union {
        struct {
            int smp_vcpus;
            int max_vcpus;
        } system;
    };
} qemu_info_t;

struct qemu_plugin_tb;   /* a block of instructions in translation */
struct qemu_plugin_insn; /* one of them */

enum qemu_plugin_cb_flags {
    QEMU_PLUGIN_CB_NO_REGS = 0, /* the callback touches no guest register: the cheapest kind */
};

typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned int vcpu_index, void *userdata);

/* Read by QEMU before it calls qemu_plugin_install, which returns 0 for "loaded". */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv);

/* Calls back for every block that is translated, before it first runs. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t cb);
/* Calls back before every execution of an instruction; to be asked for during translation. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            qemu_plugin_vcpu_udata_cb_t cb,
                                            enum qemu_plugin_cb_flags flags, void *userdata);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);

#endif
