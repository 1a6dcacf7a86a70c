/* Threads: making them, starting them, stopping them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A thread keeps its stack, message frame and thread block in memory of the image, so that it has
 * them in every space that shares the image. Ownership: the fields belong to the thread that
 * created it. */
#pragma once

#include <stdbool.h>

#include <l4/error.h>
#include <l4/types.h>
#include <l4user/thread_block.h>

#define THREAD_MAX 96u /* threads a program can create */

struct thread_memory;

struct thread {
    l4_cap cap;
    l4_cap context;
    uint32_t core;
    bool bound; /* to its context */
    struct thread_memory *memory;
};

struct thread_options {
    l4_cap space;
    l4_word priority;
    l4_cap fault_endpoint;           /* 0: none */
    void (*entry)(l4_word argument); /* must not return */
    l4_word argument;
};

/* A stopped thread whose home is `core`, with a scheduling context of unlimited budget there.
 * L4_EMEMORY when THREAD_MAX threads exist. */
enum l4_error thread_create(struct thread *thread, uint32_t core);

/* Start a new or stopped thread on its own context. It preempts a caller of lower priority on the
 * same core at once. */
enum l4_error thread_start(struct thread *thread, const struct thread_options *options);

/* Take a blocked thread's context away: from now on it runs on its callers'. */
enum l4_error thread_make_passive(struct thread *thread);

enum l4_error thread_stop(struct thread *thread);

/* The thread's message frame. */
struct l4_message_frame *thread_message_frame(const struct thread *thread);
