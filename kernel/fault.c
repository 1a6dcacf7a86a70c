/* Faults and exceptions of user level, as messages to a handler.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A faulting thread calls its handler without knowing it: the message is made from `fault` in its
 * block, its registers stay as they were, and the reply lets it go on with all of them. */
#include <internal/fault.h>

#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/print.h>
#include <internal/schedule.h>
#include <internal/thread.h>
#include <smp/inbox.h>

static const char *
fault_name(const struct thread *thread)
{
    return thread->fault.kind == L4_FAULT_PAGE ? "page fault" : "exception";
}

/* Nobody handles it: say who, where, why, and let the thread rest. */
static void
fault_stop(struct thread *thread, const char *why)
{
    print("[rdv] thread %p (%s) stopped: %s (vector %u, code %lx) at ip %lx, sp %lx, address %lx; "
          "%s\n",
          (void *)thread, thread->name[0] ? thread->name : "unnamed", fault_name(thread),
          thread->fault.vector, thread->fault.code, thread->to.ip, thread->to.sp,
          thread->fault.address, why);
    thread->fault.kind = 0;
    thread->unusual &= ~(uint64_t)UNUSUAL_FAULT;
    schedule_leave(this_core(), thread);
    thread->resume = RESUME_FRAME;
    thread->state = THREAD_STOPPED;
}

void
fault_raise(struct thread *thread, enum l4_fault kind, uint32_t vector, uint64_t address,
            uint64_t code)
{
    thread->fault = (struct fault){
        .kind = kind,
        .vector = vector,
        .address = address,
        .code = code,
    };
    thread->unusual |= UNUSUAL_FAULT;
    fault_send(thread);
}

void
fault_send(struct thread *thread)
{
    struct capability handler = capability_read(&thread->slots[THREAD_SLOT_HANDLER]);
    struct endpoint *endpoint = capability_object(handler);

    if (capability_type(handler) != L4_TYPE_ENDPOINT) {
        fault_stop(thread, "it has no fault handler");
        return;
    }
    if (endpoint->core != this_core()->number) {
        inbox_ship_call(thread, endpoint->core);
        return;
    }
    thread->resume = RESUME_FRAME;
    endpoint_send(endpoint, thread, handler.data, true, false);
}

void
fault_abandon(struct thread *thread)
{
    fault_stop(thread, "its fault handler gave no reply");
}

uint64_t
fault_word(const struct thread *thread, unsigned i)
{
    const uint64_t words[L4_FAULT_WORDS] = {
        thread->to.ip,      thread->to.sp,        thread->fault.address,
        thread->fault.code, thread->fault.vector,
    };
    return words[i];
}

void
fault_resume(struct thread *thread, unsigned words, uint64_t ip, uint64_t sp)
{
    if (words >= 1 && user_address_valid(ip))
        thread->to.ip = ip;
    if (words >= 2 && user_address_valid(sp))
        thread->to.sp = sp;
    thread->fault.kind = 0;
    thread->unusual &= ~(uint64_t)UNUSUAL_FAULT;
    thread->resume = RESUME_FRAME;
}
