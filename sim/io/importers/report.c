/*
 * What an import says about itself.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "io/importers.h"
#include "io/importers/clock.h"
#include "io/importers/text.h"

void dry_import_report_init(struct dry_import_report *report)
{
	*report = (struct dry_import_report){ .kind = "", .what = "" };
	dry_arena_init(&report->arena);
}

void dry_import_report_release(struct dry_import_report *report)
{
	dry_arena_release(&report->arena);
}

static const char *const result_name[] = {
	[DRY_IMPORT_TRACE] = "trace lines",
	[DRY_IMPORT_PRICES] = "price lines",
	[DRY_IMPORT_HAZARDS] = "hazards",
	[DRY_IMPORT_NODE_GROUPS] = "node groups",
	[DRY_IMPORT_DAEMON_SETS] = "daemon sets",
	[DRY_IMPORT_SETTINGS] = "settings",
	[DRY_IMPORT_CALIBRATION] = "calibration lines",
};

static void add_instant(struct dry_text *out, const struct dry_import_report *report, int64_t ms)
{
	char buffer[DRY_CLOCK_TEXT];

	if (report->epoch || report->result != DRY_IMPORT_TRACE)
		dry_text_puts(out, dry_clock_format(ms, buffer));
	else
		dry_text_printf(out, "%ss", dry_format_seconds(ms, buffer, sizeof(buffer)));
}

static void add_counters(struct dry_text *out, const char *title,
			 const struct dry_import_counters *counters)
{
	for (uint32_t i = 0; i < counters->count; i++) {
		const struct dry_import_counter *const entry = &counters->entry[i];
		dry_text_printf(out, "  %-10s %8" PRIu64 "  %s", i ? "" : title, entry->count,
				entry->text);
		if (entry->file && entry->line)
			dry_text_printf(out, " (first: %s:%" PRIu64 ")", entry->file, entry->line);
		dry_text_char(out, '\n');
	}
}

const char *dry_import_report_text(struct dry_import_report *report)
{
	struct dry_text out = { 0 };

	dry_text_printf(&out, "import: %s: %s\n", report->kind, report->what);
	dry_text_printf(&out, "  %-10s %8" PRIu64 "  rows (%" PRIu64 " bytes)\n", "read",
			report->rows_read, report->bytes_read);
	dry_text_printf(&out, "  %-10s %8" PRIu64 "\n", "kept", report->rows_kept);
	dry_text_printf(&out, "  %-10s %8" PRIu64 "\n", "left out", report->rows_left_out);
	add_counters(&out, "  because", &report->left_out);
	dry_text_printf(&out, "  %-10s %8" PRIu64 "\n", "dropped", report->rows_dropped);
	add_counters(&out, "  because", &report->dropped);
	dry_text_printf(&out, "  %-10s %8" PRIu64 "  %s\n", "written", report->rows_written,
			result_name[report->result]);
	if (report->result == DRY_IMPORT_TRACE) {
		const double share = report->rows_written
			? 100.0 * (double)report->censored / (double)report->rows_written : 0;
		dry_text_printf(&out, "  %-10s %8" PRIu64 "  batch, %" PRIu64 " service\n", "pods",
				report->batch, report->service);
		dry_text_printf(&out, "  %-10s %8" PRIu64 "  re-created pods joined to the demand they served\n",
				"collapsed", report->collapsed);
		dry_text_printf(&out, "  %-10s %8" PRIu64 "  pods whose end is outside the record (%.1f%%)\n",
				"censored", report->censored, share);
	}
	add_counters(&out, "made up", &report->imputed);
	add_counters(&out, "resource", &report->resource);
	add_counters(&out, "note", &report->note);
	if (report->has_clock) {
		dry_text_printf(&out, "  %-10s           ", "clock");
		add_instant(&out, report, report->clock_first_ms);
		dry_text_puts(&out, " .. ");
		add_instant(&out, report, report->clock_last_ms);
		dry_text_char(&out, '\n');
	}
	const char *const text = dry_arena_text(&report->arena, dry_text_string(&out));
	dry_text_release(&out);
	return text;
}

static void json_counters(struct dry_text *out, const char *key,
			  const struct dry_import_counters *counters)
{
	dry_text_key(out, key);
	dry_text_char(out, '[');
	for (uint32_t i = 0; i < counters->count; i++) {
		const struct dry_import_counter *const entry = &counters->entry[i];
		if (i)
			dry_text_char(out, ',');
		dry_text_puts(out, "{\"what\":");
		dry_text_json(out, entry->text, strlen(entry->text));
		dry_text_printf(out, ",\"count\":%" PRIu64, entry->count);
		if (entry->file && entry->line) {
			dry_text_puts(out, ",\"file\":");
			dry_text_json(out, entry->file, strlen(entry->file));
			dry_text_printf(out, ",\"line\":%" PRIu64, entry->line);
		}
		dry_text_char(out, '}');
	}
	dry_text_char(out, ']');
}

const char *dry_import_report_json(struct dry_import_report *report)
{
	struct dry_text out = { 0 };

	dry_text_char(&out, '{');
	dry_text_key(&out, "kind");
	dry_text_json(&out, report->kind, strlen(report->kind));
	dry_text_key(&out, "result");
	dry_text_json(&out, result_name[report->result], strlen(result_name[report->result]));
	const struct { const char *key; uint64_t value; } numbers[] = {
		{ "bytes_read", report->bytes_read }, { "rows_read", report->rows_read },
		{ "rows_kept", report->rows_kept }, { "rows_left_out", report->rows_left_out },
		{ "rows_dropped", report->rows_dropped },
		{ "rows_written", report->rows_written }, { "batch", report->batch },
		{ "service", report->service }, { "collapsed", report->collapsed },
		{ "censored", report->censored },
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		dry_text_key(&out, numbers[i].key);
		dry_text_printf(&out, "%" PRIu64, numbers[i].value);
	}
	json_counters(&out, "left_out", &report->left_out);
	json_counters(&out, "dropped", &report->dropped);
	json_counters(&out, "imputed", &report->imputed);
	json_counters(&out, "resources", &report->resource);
	json_counters(&out, "notes", &report->note);
	if (report->has_clock) {
		dry_text_key(&out, "clock_first");
		dry_text_char(&out, '"');
		add_instant(&out, report, report->clock_first_ms);
		dry_text_puts(&out, "\",\"clock_last\":\"");
		add_instant(&out, report, report->clock_last_ms);
		dry_text_char(&out, '"');
	}
	dry_text_puts(&out, "}\n");
	const char *const text = dry_arena_text(&report->arena, dry_text_string(&out));
	dry_text_release(&out);
	return text;
}
