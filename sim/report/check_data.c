/* The gate's report for programs and for CI. */
#include <math.h>
#include <string.h>

#include "report/check_report.h"
#include "report/csv.h"
#include "report/json.h"

static const char *outcome_word(const struct dry_check_row *row)
{
	return row->outcome == DRY_CHECK_FAIL ? "failed" : row->outcome == DRY_CHECK_WARN ? "warned" : "ok";
}

static void add_row_json(const struct dry_check_row *row, struct dry_json *json)
{
	char text[400];

	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "rule", row->text);
	dry_json_bool(json, "ok", row->outcome != DRY_CHECK_FAIL);
	dry_json_text(json, "outcome", outcome_word(row));
	if (row->rule) {
		dry_json_text(json, "metric", dry_metric_table[row->rule->metric].key);
		dry_json_number(json, "observed", row->result.observed);
		dry_json_bool(json, "lower_bound", row->result.lower_bound);
		dry_json_number(json, "limit", row->result.limit);
		dry_json_number(json, "margin", row->result.margin);
		dry_json_number(json, "base", row->base);
		dry_json_integer(json, "seed", (int64_t)row->seed);
	}
	dry_json_text(json, "text", dry_check_row_text(row, text, sizeof(text)));
	dry_json_close_object(json);
}

static void add_scenario_json(const struct dry_check_scenario *scenario, struct dry_json *json)
{
	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "scenario", scenario->name);
	dry_json_text(json, "scenario_sha256", scenario->scenario_sha256);
	dry_json_text(json, "trace_sha256", scenario->trace_sha256);
	dry_json_open_array(json, "changes");
	for (uint32_t i = 0; i < scenario->changes.count; i++) {
		dry_json_open_object(json, NULL);
		dry_json_text(json, "path", scenario->changes.change[i].path);
		dry_json_text(json, "from", scenario->changes.change[i].from);
		dry_json_text(json, "to", scenario->changes.change[i].to);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_newline(json);
	dry_json_open_object(json, "metrics");
	for (size_t m = 0; m < DRY_METRIC_COUNT; m++) {
		dry_json_open_object(json, dry_metric_table[m].key);
		dry_json_number(json, "base", scenario->base[m]);
		dry_json_number(json, "proposal", scenario->proposal[m]);
		dry_json_number(json, "change", scenario->proposal[m] - scenario->base[m]);
		dry_json_close_object(json);
	}
	dry_json_close_object(json);
	dry_json_open_array(json, "rules");
	for (uint32_t r = 0; r < scenario->row_count; r++)
		add_row_json(&scenario->row[r], json);
	dry_json_close_array(json);
	dry_json_close_object(json);
}

void dry_check_json(const struct dry_check_report *report, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.check/1");
	dry_json_text(&json, "version", DRY_VERSION);
	dry_json_bool(&json, "ok", !dry_check_count(report, DRY_CHECK_FAIL));
	dry_json_integer(&json, "rules", dry_check_rules(report));
	dry_json_integer(&json, "failed", dry_check_count(report, DRY_CHECK_FAIL));
	dry_json_integer(&json, "warnings", dry_check_count(report, DRY_CHECK_WARN));
	dry_json_integer(&json, "first_seed", (int64_t)report->first_seed);
	dry_json_integer(&json, "last_seed", (int64_t)report->last_seed);
	dry_json_open_array(&json, "scenarios");
	for (uint32_t s = 0; s < report->scenario_count; s++)
		add_scenario_json(&report->scenario[s], &json);
	dry_json_close_array(&json);
	dry_json_close_object(&json);
}

void dry_check_csv(const struct dry_check_report *report, struct dry_page *page)
{
	static const char *const head[] = { "scenario", "rule", "outcome", "metric", "observed", "limit",
					    "margin", "base", "seed", "text" };
	struct dry_csv csv;

	dry_csv_init(&csv, page);
	dry_csv_texts(&csv, head, sizeof(head) / sizeof(head[0]));
	dry_csv_end_row(&csv);
	for (uint32_t s = 0; s < report->scenario_count; s++)
		for (uint32_t r = 0; r < report->scenario[s].row_count; r++) {
			const struct dry_check_row *row = &report->scenario[s].row[r];
			char text[400];

			dry_csv_text(&csv, report->scenario[s].name);
			dry_csv_text(&csv, row->text);
			dry_csv_text(&csv, outcome_word(row));
			dry_csv_text(&csv, row->rule ? dry_metric_table[row->rule->metric].key : NULL);
			dry_csv_number(&csv, row->rule ? row->result.observed : NAN);
			dry_csv_number(&csv, row->rule ? row->result.limit : NAN);
			dry_csv_number(&csv, row->rule ? row->result.margin : NAN);
			dry_csv_number(&csv, row->rule ? row->base : NAN);
			dry_csv_integer(&csv, (int64_t)row->seed);
			dry_csv_text(&csv, dry_check_row_text(row, text, sizeof(text)));
			dry_csv_end_row(&csv);
		}
}

/* --- JUnit --- */

/* Text for XML: the five entities; what XML 1.0 cannot hold becomes "?". */
static void add_xml(struct dry_page *page, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(text + i, length - i, &code);
		bool bad = !taken || (code < 0x20 && code != '\t') || code == 0x7f || code == 0xfffe ||
			   code == 0xffff;

		if (bad)
			dry_page_add_char(page, '?');
		else if (code == '&')
			dry_page_add(page, "&amp;");
		else if (code == '<')
			dry_page_add(page, "&lt;");
		else if (code == '>')
			dry_page_add(page, "&gt;");
		else if (code == '"')
			dry_page_add(page, "&quot;");
		else
			dry_page_add_span(page, text + i, taken);
		i += taken ? taken : 1;
	}
}

static uint32_t count_in(const struct dry_check_scenario *scenario, enum dry_check_outcome outcome)
{
	uint32_t count = 0;

	for (uint32_t r = 0; r < scenario->row_count; r++)
		count += scenario->row[r].outcome == outcome;
	return count;
}

static void add_case(const struct dry_check_scenario *scenario, const struct dry_check_row *row,
		     struct dry_page *page)
{
	char text[400];

	dry_check_row_text(row, text, sizeof(text));
	dry_page_add(page, "    <testcase classname=\"dryscale.");
	add_xml(page, scenario->name);
	dry_page_add(page, "\" name=\"");
	add_xml(page, row->text);
	if (row->outcome == DRY_CHECK_FAIL) {
		dry_page_add(page, "\">\n      <failure type=\"rule\" message=\"");
		add_xml(page, text);
		dry_page_add(page, "\">");
		add_xml(page, row->text);
		dry_page_add(page, ": ");
		add_xml(page, text);
		dry_page_add(page, "</failure>\n    </testcase>\n");
		return;
	}
	dry_page_add(page, "\">\n      <system-out>");
	dry_page_add(page, row->outcome == DRY_CHECK_WARN ? "WARN " : "ok ");
	add_xml(page, text);
	dry_page_add(page, "</system-out>\n    </testcase>\n");
}

void dry_check_junit(const struct dry_check_report *report, struct dry_page *page)
{
	dry_page_printf(page, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dryscale check\" "
			      "tests=\"%u\" failures=\"%u\" errors=\"0\">\n",
			dry_check_rules(report), dry_check_count(report, DRY_CHECK_FAIL));
	for (uint32_t s = 0; s < report->scenario_count; s++) {
		const struct dry_check_scenario *scenario = &report->scenario[s];

		dry_page_add(page, "  <testsuite name=\"");
		add_xml(page, scenario->name);
		dry_page_printf(page, "\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"0\">\n",
				scenario->row_count, count_in(scenario, DRY_CHECK_FAIL));
		for (uint32_t r = 0; r < scenario->row_count; r++)
			add_case(scenario, &scenario->row[r], page);
		dry_page_add(page, "  </testsuite>\n");
	}
	dry_page_add(page, "</testsuites>\n");
}

/* --- GitHub's workflow commands --- */

/* Data of a workflow command: what would end or begin one is percent-encoded. */
static void add_command_text(struct dry_page *page, const char *text, bool is_property)
{
	struct dry_page shown = { 0 };

	dry_page_add_visible(&shown, text, strlen(text));
	for (const char *p = dry_page_string(&shown); *p; p++) {
		if (*p == '%' || *p == '\r' || *p == '\n' || (is_property && (*p == ':' || *p == ',')))
			dry_page_printf(page, "%%%02X", (unsigned char)*p);
		else
			dry_page_add_char(page, *p);
	}
	dry_page_release(&shown);
}

void dry_check_github(const struct dry_check_report *report, struct dry_page *page)
{
	uint32_t rules = dry_check_rules(report), failed = dry_check_count(report, DRY_CHECK_FAIL);

	for (uint32_t s = 0; s < report->scenario_count; s++)
		for (uint32_t r = 0; r < report->scenario[s].row_count; r++) {
			const struct dry_check_scenario *scenario = &report->scenario[s];
			const struct dry_check_row *row = &scenario->row[r];
			char text[400];

			if (row->outcome == DRY_CHECK_OK)
				continue;
			dry_page_add(page, row->outcome == DRY_CHECK_FAIL ? "::error file=" : "::warning file=");
			add_command_text(page, scenario->path, true);
			dry_page_add(page, ",title=dryscale check::");
			add_command_text(page, row->text, false);
			dry_page_add(page, "  ");
			add_command_text(page, dry_check_row_text(row, text, sizeof(text)), false);
			dry_page_add_char(page, '\n');
		}
	dry_page_printf(page, "::notice title=dryscale check::%u of %u rules hold\n", rules - failed, rules);
}
