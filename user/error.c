/* Errors in words.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/error.h>

static const char *const names[L4_ERROR_COUNT] = {
    [L4_OK] = "L4_OK: no error",
    [L4_ECAP] = "L4_ECAP: there is no such capability",
    [L4_ETYPE] = "L4_ETYPE: the capability names an object of another type",
    [L4_ERIGHT] = "L4_ERIGHT: the capability lacks the right",
    [L4_EARG] = "L4_EARG: an argument is out of range or not aligned",
    [L4_ESLOT] = "L4_ESLOT: the destination slot is not empty",
    [L4_EMEMORY] = "L4_EMEMORY: too little untyped memory is left",
    [L4_EAGAIN] = "L4_EAGAIN: the call would have had to wait",
    [L4_ECANCEL] = "L4_ECANCEL: a third party cancelled the operation",
    [L4_ESTATE] = "L4_ESTATE: the object is not in a state that allows this",
    [L4_EMAPPED] = "L4_EMAPPED: something is mapped there, or this capability is mapped",
    [L4_ETABLE] = "L4_ETABLE: a page table is missing",
    [L4_EOP] = "L4_EOP: no such system call or invocation",
    [L4_ECORE] = "L4_ECORE: no such core, or not from this core",
    [L4_EREPLY] = "L4_EREPLY: there is nobody to reply to",
};

const char *
error_name(enum l4_error error)
{
    if ((unsigned)error >= L4_ERROR_COUNT) {
        return "an error number that l4/error.h does not know";
    }
    return names[error];
}
