/* What this processor can do, and which of it is used.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Bits: Intel SDM vol. 2A, CPUID, tables 3-8 to 3-11; the same on AMD (APM vol. 3, appendix E). The
 * boot arguments nopcid, nofsgsbase, nox2apic and nodeadline switch a feature off. */
#include "machine.h"

#include <arch_impl/instructions.h>
#include <internal/string.h>

#define LEAF1_ECX_PCID              (1u << 17)
#define LEAF1_ECX_X2APIC            (1u << 21)
#define LEAF1_ECX_TSC_DEADLINE      (1u << 24)
#define LEAF1_ECX_HYPERVISOR        (1u << 31)
#define LEAF7_EBX_FSGSBASE          (1u << 0)
#define LEAF7_EBX_SMEP              (1u << 7)
#define LEAF7_EBX_INVPCID           (1u << 10)
#define LEAF7_EBX_SMAP              (1u << 20)
#define EXTENDED1_EDX_HUGE_PAGES    (1u << 26)
#define EXTENDED7_EDX_INVARIANT_TSC (1u << 8)

static uint32_t
when(bool condition, uint32_t feature)
{
    return condition ? feature : 0;
}

static uint32_t
basic_features(void)
{
    struct cpuid one = cpuid(1, 0);
    struct cpuid seven = cpuid(0, 0).eax >= 7 ? cpuid(7, 0) : (struct cpuid){0};
    bool pcid = (one.ecx & LEAF1_ECX_PCID) != 0 && !boot_argument("nopcid");
    bool fsgsbase = (seven.ebx & LEAF7_EBX_FSGSBASE) != 0 && !boot_argument("nofsgsbase");
    bool x2apic = (one.ecx & LEAF1_ECX_X2APIC) != 0 && !boot_argument("nox2apic");
    bool deadline = (one.ecx & LEAF1_ECX_TSC_DEADLINE) != 0 && !boot_argument("nodeadline");
    return when(pcid, L4_FEATURE_TAGS) |
           when(pcid && (seven.ebx & LEAF7_EBX_INVPCID) != 0, L4_FEATURE_INVPCID) |
           when(fsgsbase, L4_FEATURE_FSGSBASE) | when(x2apic, L4_FEATURE_X2APIC) |
           when(deadline, L4_FEATURE_TSC_DEADLINE) |
           when((one.ecx & LEAF1_ECX_HYPERVISOR) != 0, L4_FEATURE_HYPERVISOR) |
           when((seven.ebx & LEAF7_EBX_SMEP) != 0, L4_FEATURE_SMEP) |
           when((seven.ebx & LEAF7_EBX_SMAP) != 0, L4_FEATURE_SMAP);
}

static uint32_t
extended_features(void)
{
    struct cpuid one = cpuid(0x80000001, 0); /* boot.S made sure of this leaf */
    bool has_seven = cpuid(0x80000000, 0).eax >= 0x80000007;
    struct cpuid seven = has_seven ? cpuid(0x80000007, 0) : (struct cpuid){0};
    return when((one.edx & EXTENDED1_EDX_HUGE_PAGES) != 0, L4_FEATURE_HUGE_PAGES) |
           when((seven.edx & EXTENDED7_EDX_INVARIANT_TSC) != 0, L4_FEATURE_INVARIANT_TSC);
}

/* The brand string, 48 bytes in three leaves, without its leading spaces. */
static void
read_name(void)
{
    uint32_t words[13] = {0};
    if (cpuid(0x80000000, 0).eax < 0x80000004) {
        memcpy(platform.cpu, "unknown processor", sizeof("unknown processor"));
        return;
    }
    for (uint32_t i = 0; i < 3; i++) {
        struct cpuid part = cpuid(0x80000002 + i, 0);
        memcpy(&words[4 * i], &part, sizeof(part));
    }
    const char *name = (const char *)words;
    while (*name == ' ') {
        name++;
    }
    memcpy(platform.cpu, name, strlen(name) + 1);
}

void
cpu_features_detect(void)
{
    platform.features = basic_features() | extended_features();
    read_name();
}
