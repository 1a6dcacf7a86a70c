/* The root task's frame: how it begins, what it was given, how it ends.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/runtime.h>

#include <stdarg.h>

#include <l4user/console.h>
#include <l4user/error.h>
#include <l4user/invoke.h>
#include <l4user/ipc.h>
#include <l4user/memory.h>
#include <l4user/thread_block.h>

#define EXIT_PORT 0xf4u /* QEMU's isa-debug-exit, where scripts put it */

_Noreturn void runtime_start(const struct l4_bootinfo *info);

/* A notification that nobody signals: what runtime_block() waits for. */
static l4_cap nothing;

/* The kernel points the root thread's FS base just behind its message frame. */
static void
root_thread_block(void)
{
    struct l4_message_frame *frame = (struct l4_message_frame *)L4_ROOT_MESSAGE_ADDRESS;
    struct l4_thread_block *block = (struct l4_thread_block *)(frame + 1);

    block->self = block;
    block->message_frame = frame;
}

_Noreturn void
runtime_start(const struct l4_bootinfo *info)
{
    console_start();
    if (info != bootinfo() || info->magic != L4_BOOTINFO_MAGIC ||
        info->abi_version != L4_ABI_VERSION) {
        runtime_fatal("the boot information is not that of ABI version %u", L4_ABI_VERSION);
    }
    root_thread_block();
    memory_start();
    runtime_require(memory_object(L4_TYPE_NOTIFICATION, 0, L4_HOME_CALLER, &nothing),
                    "the notification that blocked threads wait for");
    runtime_exit(root_main());
}

_Noreturn void
runtime_exit(enum runtime_exit status)
{
    console_flush();
    (void)l4_ports_out(L4_ROOT_PORTS, EXIT_PORT, 4, status);
    runtime_block();
}

_Noreturn void
runtime_fatal(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    console_print("\n[root] fatal: ");
    console_vprint(format, arguments);
    console_print("\n");
    va_end(arguments);
    runtime_exit(RUNTIME_TEST_FAILED);
}

void
runtime_require(enum l4_error error, const char *what)
{
    if (error != L4_OK) {
        runtime_fatal("%s: %s", what, error_name(error));
    }
}

_Noreturn void
runtime_block(void)
{
    l4_word bits;

    while (l4_wait(nothing, &bits) == L4_OK) {
    }
    __builtin_trap(); /* cannot wait here: the kernel stops the thread and says so */
}
