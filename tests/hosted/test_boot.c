/* Tests of booting: the checks of the packed module, and what the root task is given.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include <string.h>

#include <l4/bootinfo.h>
#include <l4/pack.h>

#define CODE_ADDRESS 0x400000ull

static struct l4_pack_header *pack;

static void
seal(void)
{
    uint64_t hash = 0xcbf29ce484222325ull; /* FNV-1a */
    const unsigned char *bytes = (const unsigned char *)(pack + 1);
    for (uint64_t i = 0; i < pack->size - sizeof(*pack); i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3ull;
    pack->checksum = hash;
}

/* A module with one segment: 5000 bytes in the module, 9000 in memory. */
static struct l4_pack_segment *
make_module(void)
{
    pack = host_allocate(8192, 4096);
    struct l4_pack_segment *segment = (struct l4_pack_segment *)(pack + 1);
    uint64_t offset = sizeof(*pack) + sizeof(*segment);
    *pack = (struct l4_pack_header){
        .magic = L4_PACK_MAGIC,
        .version = 1,
        .segment_count = 1,
        .entry = CODE_ADDRESS + 16,
        .size = offset + 5000,
    };
    *segment = (struct l4_pack_segment){
        .address = CODE_ADDRESS,
        .memory = 9000,
        .file = 5000,
        .offset = offset,
        .rights = L4_RIGHT_READ,
        .attributes = L4_MAP_EXECUTE,
    };
    memset((char *)pack + offset, 0x5a, 5000);
    seal();
    platform.module = pointer_physical(pack);
    platform.module_size = 8192;
    return segment;
}

static void
boot_entry(void *argument)
{
    (void)argument;
    kernel_boot();
}

static const void *
at(struct space *space, l4_word address)
{
    struct host_mapping mapping;
    assert_true(host_translate(space, address, &mapping));
    return physical_pointer(mapping.physical);
}

static void
test_the_root_task_starts(void **state)
{
    (void)state;
    make_module();
    strcpy(platform.arguments, "filter=ipc");
    struct host_outcome outcome = host_run(boot_entry, NULL);
    assert_int_equal(outcome.how, HOST_FRAME);
    struct thread *root = outcome.thread;
    assert_int_equal(root->to.ip, CODE_ADDRESS + 16);
    assert_int_equal(root->to.sp, L4_ROOT_STACK_TOP);
    assert_int_equal(root->priority, L4_ROOT_PRIORITY);

    const unsigned char *second = at(root->space, CODE_ADDRESS + 4096);
    assert_int_equal(second[0], 0x5a);
    assert_int_equal(second[5000 - 4096], 0);
    assert_non_null(at(root->space, CODE_ADDRESS + 8192));
    assert_non_null(at(root->space, L4_ROOT_STACK_TOP - 4096));

    const struct l4_bootinfo *info = at(root->space, L4_BOOTINFO_ADDRESS);
    assert_int_equal(info->magic, L4_BOOTINFO_MAGIC);
    assert_int_equal(info->cores, 2);
    assert_string_equal(info->arguments, "filter=ipc");
    assert_string_equal(info->variant, CONFIG_VARIANT);
    assert_int_equal(info->core_caps.count, 2);
    assert_int_equal(capability_type(root->table[info->core_caps.first + 1].cap), L4_TYPE_CORE);
    assert_int_equal(root->table[info->core_caps.first + 1].cap.data, 1);
    assert_true(slot_empty(&root->table[info->empty.first]));
    assert_false(slot_empty(&root->table[info->empty.first - 1]));
}

/* The untyped capabilities cover all memory, each byte once, each aligned to its size. */
static void
test_memory_is_handed_out_whole(void **state)
{
    (void)state;
    make_module();
    const struct memory_region regions[] = {{{0x1000}, 0x9f000}, {{0x123000}, 0x7edd000}};
    memcpy(platform.memory, regions, sizeof(regions));
    platform.memory_count = 2;
    platform.device[0] = (struct memory_region){{0xfec00000}, 0x3000};
    platform.device_count = 1;
    struct thread *root = host_run(boot_entry, NULL).thread;
    const struct l4_bootinfo *info = at(root->space, L4_BOOTINFO_ADDRESS);
    uint64_t expected = regions[0].start.raw;
    for (uint32_t i = 0; i < info->untyped_count; i++) {
        const struct l4_untyped_region *region = &info->untyped[i];
        if (expected == regions[0].start.raw + regions[0].size)
            expected = regions[1].start.raw;
        else if (expected == regions[1].start.raw + regions[1].size)
            expected = 0xfec00000;
        assert_int_equal(region->physical, expected);
        assert_int_equal(region->physical % (1ull << region->bits), 0);
        assert_int_equal(region->device, expected >= 0xfec00000);
        struct capability cap = root->table[info->untyped_caps.first + i].cap;
        assert_ptr_equal(capability_object(cap), physical_pointer((paddr_t){expected}));
        assert_int_equal(cap.data, region->bits | (region->device ? CAP_DEVICE : 0));
        expected += 1ull << region->bits;
    }
    assert_int_equal(expected, 0xfec03000);
}

static void
test_bad_modules_are_refused(void **state)
{
    (void)state;
    struct l4_pack_segment *segment = make_module();
    platform.module_size = 0;
    assert_panics(boot_entry, NULL, "no root task was given");
    platform.module_size = pack->size - 1;
    assert_panics(boot_entry, NULL, "cut short");
    platform.module_size = 8192;
    pack->magic++;
    assert_panics(boot_entry, NULL, "not a packed root task");
    pack->magic--;
    pack->checksum++;
    assert_panics(boot_entry, NULL, "checksum is wrong");
    pack->checksum--;
    pack->entry = 1ull << 47;
    assert_panics(boot_entry, NULL, "not user level's");
    pack->entry = CODE_ADDRESS;
    segment->offset = pack->size;
    seal();
    assert_panics(boot_entry, NULL, "lies outside");
}

static void
test_breaking_on_request(void **state)
{
    (void)state;
    make_module();
    strcpy(platform.arguments, "break=assert");
    assert_panics(boot_entry, NULL, "break=assert was asked for");
    strcpy(platform.arguments, "break=nonsense");
    assert_panics(boot_entry, NULL, "break=nonsense is not known");
    strcpy(platform.arguments, "break=triple");
    assert_int_equal(host_run(boot_entry, NULL).how, HOST_HALT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_root_task_starts, 2),
        TEST(test_memory_is_handed_out_whole, 1),
        TEST(test_bad_modules_are_refused, 1),
        TEST(test_breaking_on_request, 1),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
