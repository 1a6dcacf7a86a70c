/* The report: the one writer of the protocol of docs/records.md.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/report.h>

#include <stdarg.h>
#include <stddef.h>

#include <l4user/console.h>
#include <l4user/crc32.h>
#include <l4user/format.h>
#include <l4user/runtime.h>

#define SCHEMA 1u

static uint32_t checksum;
static uint32_t records;

/* What is counted and checksummed: the header, and the lines of records and tests. */
static void
put(char c)
{
    checksum = crc32_add(checksum, (uint8_t)c);
    console_putc(c);
}

static void __attribute__((format(printf, 1, 2))) print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_text(put, format, arguments);
    va_end(arguments);
}

/* A JSON string (RFC 8259, section 7). Bytes above 0x7f pass as they are: UTF-8. */
static void
print_string(const char *text)
{
    put('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            put('\\');
            put(*text);
        } else if ((unsigned char)*text < 0x20) {
            print("\\u%04x", (unsigned)(unsigned char)*text);
        } else {
            put(*text);
        }
    }
    put('"');
}

/* ,"name":"text" */
static void
print_field(const char *name, const char *text)
{
    print(",\"%s\":", name);
    print_string(text);
}

static void
print_features(uint32_t features)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {
        {L4_FEATURE_TAGS, "tags"},
        {L4_FEATURE_FSGSBASE, "fsgsbase"},
        {L4_FEATURE_TSC_DEADLINE, "tsc-deadline"},
        {L4_FEATURE_X2APIC, "x2apic"},
        {L4_FEATURE_INVARIANT_TSC, "invariant-tsc"},
        {L4_FEATURE_HYPERVISOR, "hypervisor"},
        {L4_FEATURE_SMEP, "smep"},
        {L4_FEATURE_SMAP, "smap"},
        {L4_FEATURE_HUGE_PAGES, "huge-pages"},
        {L4_FEATURE_INVPCID, "invpcid"},
    };
    const char *separator = "";

    print(",\"features\":[");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((features & names[i].bit) != 0) {
            print("%s\"%s\"", separator, names[i].name);
            separator = ",";
        }
    }
    print("]");
}

void
report_begin(const char *root, const char *clock)
{
    const struct l4_bootinfo *info = bootinfo();

    checksum = 0;
    records = 0;
    console_putc('\n'); /* whatever the firmware left unfinished ends here */
    print("{\"rdv\":\"header\",\"schema\":%u,\"root\":\"%s\"", SCHEMA, root);
    print_field("kernel", info->version);
    print_field("variant", info->variant);
    print_field("clock", clock);
    print(",\"machine\":{\"cores\":%u,\"tsc_hz\":%lu", info->cores, info->tsc_hz);
    print_field("cpu", info->cpu);
    print_features(info->features);
    print("}");
    print_field("arguments", info->arguments);
    print("}\n");
}

void
report_progress(uint32_t done, uint32_t total, const char *name)
{
    console_print("{\"rdv\":\"progress\",\"done\":%u,\"total\":%u,\"name\":\"%s\"}\n", done, total,
                  name);
}

/* ,"name":{…} */
static void
print_object(const char *name, const struct report_parameter *params, uint32_t count)
{
    const char *separator = "";

    print(",\"%s\":{", name);
    for (uint32_t i = 0; i < count; i++) {
        const struct report_parameter *param = &params[i];
        print("%s\"%s\":", separator, param->name);
        separator = ",";
        if (param->text != NULL) {
            print_string(param->text);
        } else {
            print("%lu", param->number);
        }
    }
    print("}");
}

void
report_record(const struct report_record *record)
{
    static const char *const status[] = {
        [REPORT_OK] = "ok",
        [REPORT_SKIP] = "skip",
        [REPORT_ERROR] = "error",
    };

    print("{\"rdv\":\"record\"");
    print_field("bench", record->bench);
    print_object("params", record->params, record->params_count);
    print_field("direction", record->direction);
    print_field("clock", record->clock);
    print_field("unit", record->unit);
    print_field("status", status[record->status]);
    print_field("reason", record->reason);
    print(",\"overhead\":%lu,\"warmup\":%u,\"mark\":%lu,\"marks\":%u", record->overhead,
          record->warmup, record->mark, record->marks);
    print(",\"amortised\":%lu,\"iterations\":%lu", record->amortised, record->iterations);
    if (record->counts_count != 0) {
        print_object("counts", record->counts, record->counts_count);
    }
    print(",\"samples\":[");
    for (uint32_t i = 0; i < record->samples_count; i++) {
        print("%s%lu", i == 0 ? "" : ",", record->samples[i]);
    }
    print("]}\n");
    records++;
}

void
report_test(const struct report_test *test)
{
    static const char *const outcome[] = {
        [REPORT_PASS] = "pass",
        [REPORT_TEST_SKIP] = "skip",
        [REPORT_FAIL] = "fail",
    };

    print("{\"rdv\":\"test\"");
    print_field("name", test->name);
    print(",\"cores\":%u", bootinfo()->cores);
    print_field("status", outcome[test->outcome]);
    print_field("reason", test->reason);
    print_field("file", test->file);
    print(",\"line\":%u}\n", test->line);
    records++;
}

void
report_end(void)
{
    console_print("{\"rdv\":\"trailer\",\"records\":%u,\"checksum\":\"%08x\"}\n", records,
                  checksum);
    console_flush();
}
