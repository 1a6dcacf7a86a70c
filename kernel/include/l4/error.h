/* Every error that a system call or an invocation can give. Each has one meaning.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

enum l4_error {
    L4_OK = 0,
    L4_ECAP = 1,     /* the index lies outside the capability table, or the slot is empty */
    L4_ETYPE = 2,    /* the capability names an object of another type than this call needs */
    L4_ERIGHT = 3,   /* the capability lacks the right that this call needs */
    L4_EARG = 4,     /* an argument is out of range or not aligned */
    L4_ESLOT = 5,    /* the destination slot is not empty */
    L4_EMEMORY = 6,  /* the untyped memory has too little left */
    L4_EAGAIN = 7,   /* a polling form would have had to wait */
    L4_ECANCEL = 8,  /* the operation was cancelled by a third party */
    L4_ESTATE = 9,   /* the object is not in a state that allows this (unbound, bound, running) */
    L4_EMAPPED = 10, /* something is mapped there already, or this capability is mapped already */
    L4_ETABLE = 11,  /* a page table is missing; word 0 is the size bits of the missing span */
    L4_EOP = 12,     /* no such system call, or the object knows no such invocation */
    L4_ECORE = 13,   /* no such core, or the object cannot be used from this thread's core */
    L4_EREPLY = 14,  /* there is nobody to reply to */
    L4_ERROR_COUNT = 15,
};
