/* What the root task is given: its first capabilities, its memory, and what machine this is.
 * SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <l4/types.h>

/* Fixed slots of the root task's capability table, which has 2^L4_ROOT_TABLE_BITS slots. */
enum l4_root_slot {
    L4_ROOT_TABLE = 1,
    L4_ROOT_THREAD = 2,
    L4_ROOT_SPACE = 3,
    L4_ROOT_CONTEXT = 4,
    L4_ROOT_INTERRUPTS = 5,
    L4_ROOT_PORTS = 6,
    L4_ROOT_BOOTINFO = 7, /* frame that holds this structure */
    L4_ROOT_MESSAGE = 8,  /* frame that holds the root thread's message frame, at offset 0 */
    L4_ROOT_FIRST_RANGE = 16,
};
#define L4_ROOT_TABLE_BITS 12u
#define L4_ROOT_PRIORITY   128u

#define L4_BOOTINFO_MAGIC       0x4f464e4956445221ull
#define L4_BOOTINFO_ADDRESS     0x7ffffe000000ull /* where it is mapped, read-only */
#define L4_ROOT_MESSAGE_ADDRESS 0x7ffffe010000ull /* the root thread's message frame */
#define L4_ROOT_STACK_TOP       0x7ffffd000000ull /* 16 pages of stack lie below, in image_frames */
#define L4_BOOT_MAX_UNTYPED     128u
#define L4_BOOT_ARGUMENTS       1024u

/* A run of slots: first, first+1, … */
struct l4_slots {
    uint32_t first;
    uint32_t count;
};

struct l4_untyped_region {
    uint64_t physical;
    uint8_t bits;   /* log2 of its size */
    uint8_t device; /* 1: not memory; frames only, never cleared */
    uint8_t reserved[6];
};

/* Where the image's frames are mapped: frame i of image_frames is at image_address[i]... the
 * segments are contiguous runs, so they are described as such. */
struct l4_image_segment {
    uint64_t address; /* virtual, page aligned */
    uint32_t first;   /* slot of its first frame */
    uint32_t pages;
    uint32_t rights;     /* L4_RIGHT_* */
    uint32_t attributes; /* L4_MAP_* */
};
#define L4_BOOT_MAX_SEGMENTS 8u

enum l4_feature {
    L4_FEATURE_TAGS = 1u << 0,         /* tagged TLB (PCID) in use */
    L4_FEATURE_FSGSBASE = 1u << 1,     /* user level may change its segment bases */
    L4_FEATURE_TSC_DEADLINE = 1u << 2, /* the timer is programmed in TSC ticks */
    L4_FEATURE_X2APIC = 1u << 3,
    L4_FEATURE_INVARIANT_TSC = 1u << 4,
    L4_FEATURE_HYPERVISOR = 1u << 5, /* CPUID says that this is a virtual machine */
    L4_FEATURE_SMEP = 1u << 6,
    L4_FEATURE_SMAP = 1u << 7,
    L4_FEATURE_HUGE_PAGES = 1u << 8, /* 1 GiB pages */
    L4_FEATURE_INVPCID = 1u << 9,
};

struct l4_bootinfo {
    uint64_t magic;
    uint32_t abi_version;
    uint32_t cores;    /* that came up, numbered from 0 */
    uint64_t tsc_hz;   /* ticks of the time-stamp counter a second */
    uint32_t features; /* enum l4_feature */
    uint32_t untyped_count;
    struct l4_slots core_caps;
    struct l4_slots untyped_caps; /* slot first+i: untyped[i] */
    struct l4_slots empty;        /* unused slots */
    uint32_t segment_count;
    uint32_t reserved;
    uint64_t acpi_rsdp;    /* physical address, 0: none */
    uint64_t hpet_address; /* physical, 0: none */
    uint64_t pci_ecam;     /* physical base of PCI configuration space, bus 0; 0: none */
    char cpu[64];          /* the processor's own name */
    char variant[128];     /* the design choices this kernel was built with: "queue=benno,…" */
    char version[64];      /* of the kernel */
    char arguments[L4_BOOT_ARGUMENTS]; /* boot arguments, zero-terminated */
    struct l4_image_segment segments[L4_BOOT_MAX_SEGMENTS];
    struct l4_untyped_region untyped[L4_BOOT_MAX_UNTYPED];
};

_Static_assert(sizeof(struct l4_bootinfo) <= L4_PAGE_SIZE, "boot information fits its frame");
