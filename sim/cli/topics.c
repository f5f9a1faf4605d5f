/*
 * "dryscale help TOPIC". What a table of the program says is taken from the
 * table; what is said here is about the command line itself.
 */
#include <stdio.h>
#include <string.h>

#include "autoscaler/options.h"
#include "autoscaler/reasons.h"
#include "cli/help.h"
#include "io/importers.h"
#include "run/config_fields.h"
#include "run/metrics.h"
#include "tui/tui.h"

static const char exit_codes[] =
	"0          done; every rule passed (warnings allowed); the reader of a pipe had enough\n"
	"1          check only: a rule failed\n"
	"2          usage: option, format, no rule, no terminal\n"
	"3          an input file is wrong\n"
	"4          a valid question with an empty answer: no point meets the SLO, no such event\n"
	"5          input or output failed, no memory, or a bug\n"
	"130, 143   stopped by SIGINT, by SIGTERM (129: by SIGHUP)\n";

static const char exit_codes_markdown[] =
	"| code | meaning |\n| --- | --- |\n"
	"| 0 | done; every rule passed (warnings allowed); the reader of a pipe had enough |\n"
	"| 1 | `check` only: a rule failed |\n"
	"| 2 | usage: option, format, no rule, no terminal |\n"
	"| 3 | an input file is wrong |\n"
	"| 4 | a valid question with an empty answer |\n"
	"| 5 | input or output failed, no memory, or a bug |\n"
	"| 130, 143 | stopped by SIGINT, by SIGTERM (129: by SIGHUP) |\n";

static const char rules[] =
	"A rule:  [warn:] METRIC (<= | < | >= | > | ==) (VALUE[UNIT] | base [+ | - VALUE[% | UNIT]])\n"
	"\n"
	"  p95_wait <= 120s              a wait; units ms, s, m, h (a plain number is seconds)\n"
	"  cost_day <= $300              money, in dollars; the $ may be left out\n"
	"  idle_ratio <= 25%             a share; 0.25 is the same\n"
	"  never_scheduled == 0          a count\n"
	"  cost_day <= base + 3%         against the scenario, or against --baseline FILE\n"
	"  p95_wait <= base + 10s        the same with an amount\n"
	"  warn: max_wait <= 600s        a warning: told, but the exit code stays 0\n"
	"\n"
	"\"dryscale help metrics\" lists the metrics. A metric that is undefined in a run (no pod\n"
	"waited, say) fails its rule. A value that is only a lower bound, because pods still waited\n"
	"at the end, fails a rule with < or <= whatever it is.\n"
	"A rules file (--rules) has one rule a line; # begins a comment.\n"
	"`dryscale check` ends with 1 when a rule failed, 0 when all passed, 2 when there is no rule.\n";

static const char record[] =
	"What dryscale needs is what pods asked for and when: one of the recordings that make a trace.\n"
	"Events or the autoscaler's log beside it tell how far to trust the model (calibrate), nodes\n"
	"and the autoscaler's Deployment make the rest of the scenario. Leave a watch running for a day\n"
	"or a week; put \"| gzip\" before the file's name, and .gz behind it, where it gets large.\n"
	"\n";

static const char record_next[] =
	"\n"
	"then\n"
	"  dryscale import -o trace.jsonl.gz FILE...   finds the kind out, and reports what it made of it\n"
	"  dryscale assemble -o my.yaml --pods pods.json --nodes nodes.json --settings ca.yaml --prices spot.json\n"
	"                                              makes the whole scenario in one step\n"
	"  dryscale calibrate my.yaml events.json      says how far to trust it: recorded against simulated\n"
	"  dryscale validate scenario.yaml             says what was understood\n"
	"  dryscale run scenario.yaml\n"
	"\n"
	"Recordings hold names of namespaces, pods and images; --anonymize KEY replaces them. Nothing\n"
	"leaves the machine: dryscale opens no network connection.\n";

static const char formats[] =
	"scenario    YAML or JSON, version dryscale/v1: node groups, autoscaler flags by their own\n"
	"            names, what to sweep. Unknown keys are errors.\n"
	"trace       JSON lines, plain or gzip, one event a line in order of t (seconds): pod,\n"
	"            podDelete, interrupt, stockout, nodeNotReady, price.\n"
	"results     run: dryscale.run/1. sweep: dryscale.sweep/1. check: dryscale.check/1.\n"
	"            explain: dryscale.explain/1. Fields are only added within a number; what is\n"
	"            undefined is null, never NaN. Units are in the keys: cost_usd_day, p95_wait_s.\n"
	"csv         RFC 4180, a header row, no colour, no thousands separators.\n"
	"decision log (run --events): JSON lines {\"t\":120,\"event\":\"scaleUp\",\"nodeGroup\":...}:\n"
	"            scaleUp, scaleUpFailed, backoff, nodeReady, nodeGone, scaleDown, podStart,\n"
	"            podEvicted, podEnd.\n"
	"names       ending in .gz are written as gzip; gzip is recognised by its first bytes.\n"
	"            Files are written whole or not at all; an existing one needs --force.\n"
	"\n"
	"  command      forms of the result (-f)\n";

static const char *unit_text(enum dry_metric_unit unit)
{
	switch (unit) {
	case DRY_UNIT_USD: return "$";
	case DRY_UNIT_USD_DAY: return "$/day";
	case DRY_UNIT_SECONDS: return "s";
	case DRY_UNIT_COUNT: return "count";
	case DRY_UNIT_COUNT_DAY: return "count/day";
	case DRY_UNIT_RATIO: return "share";
	case DRY_UNIT_HOURS: return "h";
	case DRY_UNIT_PER_HOUR: return "1/h";
	case DRY_UNIT_CORE_HOURS: return "core-h";
	}
	return "";
}

static const char *direction_text(enum dry_direction direction)
{
	return direction == DRY_LOWER_IS_BETTER ? "lower" :
	       direction == DRY_HIGHER_IS_BETTER ? "higher" : "";
}

static void add_metrics(struct dry_page *page, bool markdown)
{
	if (markdown)
		dry_page_add(page, "| metric | key | unit | better | formula |\n"
				   "| --- | --- | --- | --- | --- |\n");
	else
		dry_page_add(page, "metric                 unit       better  what it is\n");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
		const struct dry_metric *metric = &dry_metric_table[i];

		if (markdown) {
			dry_page_printf(page, "| `%s` | `%s` | %s | %s | %s |\n", metric->name,
					metric->key, unit_text(metric->unit),
					direction_text(metric->direction), metric->formula);
			continue;
		}
		dry_page_pad(page, metric->name, 23, false);
		dry_page_pad(page, unit_text(metric->unit), 11, false);
		dry_page_pad(page, direction_text(metric->direction), 8, false);
		dry_page_printf(page, "%s\n", metric->formula);
	}
}

static void add_flags(struct dry_page *page, bool markdown)
{
	if (markdown)
		dry_page_add(page, "| flag | default | acts | help |\n| --- | --- | --- | --- |\n");
	else
		dry_page_add(page, "The autoscaler's flags (-p, -g, the scenario's \"autoscaler\"), with the\n"
				   "defaults of release 1.36.1. A flag marked - is accepted and cannot act in a\n"
				   "simulation. Besides flags: paths such as nodeGroups.spot-a.maxSize,\n"
				   "spot.hazard.perHour, placeholders.nodes.\n\n");
	for (size_t i = 0; i < dry_option_count; i++) {
		const struct dry_option *option = &dry_option_table[i];
		bool acts = option->effect == DRY_OPTION_ACTS;

		if (markdown) {
			dry_page_printf(page, "| `%s` | `%s` | %s | %s |\n", option->name,
					option->default_text ? option->default_text : "",
					acts ? "yes" : "no", option->help);
			continue;
		}
		dry_page_printf(page, "%c %s=%s\n", acts ? ' ' : '-', option->name,
				option->default_text ? option->default_text : "");
		dry_page_add_wrapped(page, option->help, 6, 90);
	}
}

/* Nearest to the root first: fields of the scenario, then of a node group. */
static void add_fields(struct dry_page *page, const struct dry_config_field *field, size_t count,
		       const char *prefix, bool markdown)
{
	struct dry_arena arena;

	dry_arena_init(&arena);
	for (size_t i = 0; i < count; i++) {
		const char *expected = dry_field_expected(&field[i], &arena);

		if (markdown) {
			dry_page_printf(page, "| `%s%s` | %s |\n", prefix, field[i].name, expected);
			continue;
		}
		dry_page_printf(page, "  %s%s\n", prefix, field[i].name);
		dry_page_add_wrapped(page, expected, 6, 90);
	}
	dry_arena_release(&arena);
}

static void add_parameters(struct dry_page *page, bool markdown)
{
	if (markdown)
		dry_page_add(page, "| path | value |\n| --- | --- |\n");
	else
		dry_page_add(page, "What -p, -g, --params and the scenario's \"sweep\" may change: a flag of the\n"
				   "autoscaler by its own name (dryscale help flags), or one of these paths. NAME is\n"
				   "a node group, or a pattern such as spot-*; \"default\" stands for not given.\n\n");
	add_fields(page, dry_config_field_table, dry_config_field_count, "", markdown);
	add_fields(page, dry_group_field_table, dry_group_field_count, "nodeGroups.NAME.", markdown);
}

static void add_reasons(struct dry_page *page, bool markdown)
{
	if (markdown)
		dry_page_add(page, "| where | reason | meaning |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < dry_reason_count; i++) {
		const struct dry_reason *reason = &dry_reason_table[i];

		if (markdown) {
			dry_page_printf(page, "| %s | `%s` | %s |\n", dry_reason_kind_name(reason->kind), reason->text,
					reason->meaning);
			continue;
		}
		if (!i || reason->kind != dry_reason_table[i - 1].kind)
			dry_page_printf(page, "%s%s\n", i ? "\n" : "", dry_reason_kind_name(reason->kind));
		dry_page_printf(page, "  %s\n      %s\n", reason->text, reason->meaning);
	}
}

static void add_formats(struct dry_page *page)
{
	dry_page_add(page, formats);
	for (size_t i = 0; dry_commands[i]; i++) {
		if (!dry_commands[i]->formats)
			continue;
		dry_page_add(page, "  ");
		dry_page_pad(page, dry_commands[i]->name, 13, false);
		dry_page_printf(page, "%s\n", dry_commands[i]->formats);
	}
}

void dry_help_recording(struct dry_page *page)
{
	for (size_t i = 0; i < dry_import_kind_count; i++) {
		const struct dry_import_kind *const kind = &dry_import_kinds[i];
		dry_page_printf(page, "  %s: %s\n", kind->name, kind->what);
		for (const char *at = kind->record; at && *at;) {
			const size_t length = strcspn(at, "\n");
			dry_page_printf(page, "    %.*s\n", (int)length, at);
			at += length + (at[length] == '\n');
		}
	}
}

static void add_record(struct dry_page *page)
{
	dry_page_add(page, record);
	dry_help_recording(page);
	dry_page_add(page, record_next);
}

const char *const dry_help_topics[] = { "exit-codes", "metrics", "flags", "parameters", "rules", "record",
					"formats", "options", "reasons", "keys", "man", "man-formats", NULL };

bool dry_help_topic(struct dry_page *page, const char *topic, bool markdown)
{
	if (!strcmp(topic, "exit-codes"))
		dry_page_add(page, markdown ? exit_codes_markdown : exit_codes);
	else if (!strcmp(topic, "metrics"))
		add_metrics(page, markdown);
	else if (!strcmp(topic, "flags"))
		add_flags(page, markdown);
	else if (!strcmp(topic, "parameters"))
		add_parameters(page, markdown);
	else if (!strcmp(topic, "rules"))
		dry_page_add(page, rules);
	else if (!strcmp(topic, "record"))
		add_record(page);
	else if (!strcmp(topic, "formats"))
		add_formats(page);
	else if (!strcmp(topic, "options"))
		dry_help_options(page);
	else if (!strcmp(topic, "reasons"))
		add_reasons(page, markdown);
	else if (!strcmp(topic, "keys"))
		dry_tui_keys_page(page, markdown);
	else if (!strcmp(topic, "man-formats"))
		dry_help_manual_formats(page);
	else if (!strcmp(topic, "man"))
		dry_help_manual(page);
	else
		return false;
	return true;
}
