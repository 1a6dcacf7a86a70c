/* From a machine to a root task: the kernel's first objects, and the last that it makes by itself.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Everything here comes from boot memory; afterwards all that is free is handed to the root task as
 * untyped memory, and the kernel allocates nothing more. */
#include <arch/paging.h>
#include <arch/platform.h>
#include <internal/boot.h>
#include <internal/context.h>
#include <internal/core.h>
#include <internal/endpoint.h>
#include <internal/interrupt.h>
#include <internal/panic.h>
#include <internal/print.h>
#include <internal/schedule.h>
#include <internal/space.h>
#include <internal/string.h>
#include <internal/thread.h>
#include <l4/pack.h>

#define ROOT_STACK_PAGES 16u
#define ROOT_SLOTS       (1u << L4_ROOT_TABLE_BITS)

static struct {
    struct slot *table;
    struct thread *thread;
    struct space *space;
    struct l4_bootinfo *info;
    uint32_t next; /* first slot that is not used yet */
} root;

static void
core_init(struct core *core)
{
    core->current = &core->idle;
    core->idle_here = ENDPOINT_SITUATION(ENDPOINT_IDLE, core->number);
    core->receivers_here = ENDPOINT_SITUATION(ENDPOINT_RECEIVERS, core->number);
    core->idle.core = core->number;
    core->timer_deadline = TIME_NEVER;
    string_copy(core->idle.name, "idle", sizeof(core->idle.name));
}

void
kernel_core_main(void)
{
    core_init(this_core());
    kernel_exit();
}

static void
root_fill(uint32_t index, enum l4_type type, const void *object, uint64_t data)
{
    if (index >= ROOT_SLOTS)
        panic("boot: the root task's table of %u slots is too small for this image and machine",
              ROOT_SLOTS);
    slot_fill(&root.table[index], capability_make(type, object, L4_RIGHT_ALL, data), NULL);
}

/* Map a page of the root task, and give it the capability in the next slot. */
static void
root_page(uint32_t index, l4_word address, void *page, l4_word rights, l4_word attributes)
{
    unsigned missing;
    unsigned level;
    enum l4_error error;

    while ((error = paging_map(root.space, address, pointer_physical(page), L4_PAGE_BITS, rights,
                               attributes, &missing)) == L4_ETABLE)
        paging_add_table(root.space, address, platform_allocate(L4_PAGE_SIZE, L4_PAGE_SIZE),
                         &level);
    if (error)
        panic("boot: the root task's image cannot be mapped at 0x%lx (error %u)", address, error);
    root_fill(index, L4_TYPE_FRAME, page, L4_PAGE_BITS);
    root.table[index].mapping.space = root.space;
    root.table[index].mapping.address = address;
}

/* A run of fresh pages, filled from `file` bytes at `from`. */
static void
root_segment(l4_word address, uint64_t memory, const char *from, uint64_t file, uint32_t rights,
             uint32_t attributes)
{
    struct l4_image_segment *segment = &root.info->segments[root.info->segment_count++];
    uint64_t pages = (memory + L4_PAGE_SIZE - 1) / L4_PAGE_SIZE;

    *segment = (struct l4_image_segment){
        .address = address,
        .first = root.next,
        .pages = (uint32_t)pages,
        .rights = rights,
        .attributes = attributes,
    };
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t done = i * L4_PAGE_SIZE;
        char *page = platform_allocate(L4_PAGE_SIZE, L4_PAGE_SIZE);
        if (done < file)
            memcpy(page, from + done, file - done < L4_PAGE_SIZE ? file - done : L4_PAGE_SIZE);
        root_page(root.next++, address + done, page, rights, attributes);
    }
}

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv (offset basis and prime). */
static uint64_t
checksum(const unsigned char *bytes, uint64_t size)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    for (uint64_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3ull;
    return hash;
}

static const struct l4_pack_header *
module_check(void)
{
    const struct l4_pack_header *pack = physical_pointer(platform.module);

    if (platform.module_size < sizeof(*pack))
        panic("boot: no root task was given: the boot module must be a file made by scripts/pack");
    if (pack->magic != L4_PACK_MAGIC || pack->version != 1)
        panic("boot: the boot module is not a packed root task (scripts/pack makes one)");
    if (pack->size > platform.module_size || pack->size < sizeof(*pack) ||
        pack->segment_count > (pack->size - sizeof(*pack)) / sizeof(struct l4_pack_segment) ||
        pack->segment_count > L4_BOOT_MAX_SEGMENTS - 1)
        panic("boot: the packed root task is cut short: %lu of %lu bytes", platform.module_size,
              pack->size);
    if (checksum((const unsigned char *)(pack + 1), pack->size - sizeof(*pack)) != pack->checksum)
        panic("boot: the packed root task is damaged: its checksum is wrong");
    if (!user_address_valid(pack->entry))
        panic("boot: the packed root task begins at 0x%lx, which is not user level's", pack->entry);
    return pack;
}

static void
root_image(void)
{
    const struct l4_pack_header *pack = module_check();
    const struct l4_pack_segment *segments = (const struct l4_pack_segment *)(pack + 1);

    for (uint32_t i = 0; i < pack->segment_count; i++) {
        const struct l4_pack_segment *s = &segments[i];
        if (s->offset > pack->size || s->file > pack->size - s->offset || s->file > s->memory ||
            s->memory > pack->size + (1ull << 30))
            panic("boot: segment %u of the packed root task lies outside of it", i);
        root_segment(s->address, s->memory, (const char *)pack + s->offset, s->file, s->rights,
                     s->attributes);
    }
    root_segment(L4_ROOT_STACK_TOP - ROOT_STACK_PAGES * L4_PAGE_SIZE,
                 ROOT_STACK_PAGES * L4_PAGE_SIZE, NULL, 0, L4_RIGHT_READ | L4_RIGHT_WRITE, 0);
    registers_start(&root.thread->registers, L4_BOOTINFO_ADDRESS, 0, root.thread->to.tls);
    return_start(&root.thread->to, pack->entry, L4_ROOT_STACK_TOP);
}

/* The root thread: what THREAD_CONFIGURE and its like would make of it. */
static void
root_thread(void)
{
    struct thread *thread = root.thread;
    struct context *context = platform_allocate(sizeof(*context), sizeof(*context));
    void *message = platform_allocate(L4_PAGE_SIZE, L4_PAGE_SIZE);

    context->configured = 1;
    context->bound = 1;
    thread_init(thread, 0);
    thread->unusual = 0;
    thread->table = root.table;
    thread->table_size = ROOT_SLOTS;
    thread->space = root.space;
    thread->context = context;
    thread->frame = message;
    thread->priority = L4_ROOT_PRIORITY;
    thread->to.tls = L4_ROOT_MESSAGE_ADDRESS + L4_MESSAGE_FRAME_SIZE;
    string_copy(thread->name, "root", sizeof(thread->name));

    root_fill(L4_ROOT_TABLE, L4_TYPE_TABLE, root.table, L4_ROOT_TABLE_BITS);
    root_fill(L4_ROOT_THREAD, L4_TYPE_THREAD, thread, 0);
    root_fill(L4_ROOT_SPACE, L4_TYPE_SPACE, root.space, 0);
    root_fill(L4_ROOT_CONTEXT, L4_TYPE_CONTEXT, context, 0);
    root_fill(L4_ROOT_INTERRUPTS, L4_TYPE_INTERRUPTS, NULL, 0);
    root_fill(L4_ROOT_PORTS, L4_TYPE_PORTS, NULL, 0xffffull << 16);
    root_page(L4_ROOT_BOOTINFO, L4_BOOTINFO_ADDRESS, root.info, L4_RIGHT_READ, 0);
    root_page(L4_ROOT_MESSAGE, L4_ROOT_MESSAGE_ADDRESS, message, L4_RIGHT_READ | L4_RIGHT_WRITE, 0);
    thread->slots[THREAD_SLOT_FRAME].mapping.space = NULL;
    slot_fill(&thread->slots[THREAD_SLOT_TABLE], root.table[L4_ROOT_TABLE].cap,
              &root.table[L4_ROOT_TABLE]);
    slot_fill(&thread->slots[THREAD_SLOT_SPACE], root.table[L4_ROOT_SPACE].cap,
              &root.table[L4_ROOT_SPACE]);
    slot_fill(&thread->slots[THREAD_SLOT_FRAME], root.table[L4_ROOT_MESSAGE].cap,
              &root.table[L4_ROOT_MESSAGE]);
}

/* Hand out a region as the largest aligned powers of two that it consists of. */
static void
root_untyped(struct memory_region region, bool device)
{
    struct l4_bootinfo *info = root.info;
    uint64_t at = region.start.raw;
    uint64_t end = at + region.size;

    while (at < end) {
        unsigned bits = at ? (unsigned)__builtin_ctzll(at) : 47;
        while (bits > 47 || 1ull << bits > end - at)
            bits--;
        if (info->untyped_count == L4_BOOT_MAX_UNTYPED || root.next == ROOT_SLOTS) {
            print("[rdv] boot: no slot for %s memory from 0x%lx to 0x%lx\n",
                  device ? "device" : "free", at, end);
            return;
        }
        root_fill(root.next++, L4_TYPE_UNTYPED, physical_pointer((paddr_t){at}),
                  bits | (device ? CAP_DEVICE : 0));
        info->untyped[info->untyped_count++] = (struct l4_untyped_region){
            .physical = at,
            .bits = (uint8_t)bits,
            .device = device,
        };
        at += 1ull << bits;
    }
}

static void
root_memory(void)
{
    root.info->untyped_caps.first = root.next;
    for (uint32_t i = 0; i < platform.memory_count; i++)
        root_untyped(platform.memory[i], false);
    for (uint32_t i = 0; i < platform.device_count; i++)
        root_untyped(platform.device[i], true);
    root.info->untyped_caps.count = root.info->untyped_count;
}

static void
root_cores(void)
{
    root.info->core_caps = (struct l4_slots){root.next, platform.core_count};
    for (uint32_t i = 0; i < platform.core_count; i++)
        root_fill(root.next++, L4_TYPE_CORE, NULL, i);
}

static void
root_describe(void)
{
    struct l4_bootinfo *info = root.info;
    info->magic = L4_BOOTINFO_MAGIC;
    info->abi_version = L4_ABI_VERSION;
    info->cores = platform.core_count;
    info->tsc_hz = platform.tsc_hz;
    info->features = platform.features;
    info->acpi_rsdp = platform.acpi_rsdp;
    info->hpet_address = platform.hpet_address;
    info->pci_ecam = platform.pci_ecam;
    string_copy(info->cpu, platform.cpu, sizeof(info->cpu));
    string_copy(info->variant, CONFIG_VARIANT, sizeof(info->variant));
    string_copy(info->version, CONFIG_VERSION, sizeof(info->version));
    string_copy(info->arguments, platform.arguments, sizeof(info->arguments));
    info->empty = (struct l4_slots){root.next, ROOT_SLOTS - root.next};
}

void
kernel_boot(void)
{
    print("[rdv] Rendezvous %s, %s\n", CONFIG_VERSION, CONFIG_VARIANT);
    core_init(this_core());
    break_on_request();
    interrupt_boot();
    root.next = L4_ROOT_FIRST_RANGE;
    root.table = platform_allocate(ROOT_SLOTS * sizeof(struct slot), L4_PAGE_SIZE);
    root.thread = platform_allocate(1u << L4_THREAD_BITS, 1u << L4_THREAD_BITS);
    root.space = platform_allocate(1u << L4_SPACE_BITS, 1u << L4_SPACE_BITS);
    root.info = platform_allocate(L4_PAGE_SIZE, L4_PAGE_SIZE);
    paging_space_init(root.space);
    root_thread();
    root_image();
    platform_start_cores();
    print("[rdv] %u of the machine's cores run\n", platform.core_count);
    root_cores();
    root_memory();
    root_describe();
    root.thread->resume = RESUME_FRAME;
    thread_wake(root.thread);
    kernel_exit();
}
