/* The gate's report for people. */
#include "report/check_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/table.h"

static const enum dry_metric_id usual[] = {
	DRY_METRIC_COST_DAY,     DRY_METRIC_P95_WAIT,	  DRY_METRIC_MAX_WAIT,	    DRY_METRIC_NEVER_SCHEDULED,
	DRY_METRIC_IDLE_RATIO,   DRY_METRIC_PEAK_NODES,	  DRY_METRIC_EVICTIONS_DAY, DRY_METRIC_INTERRUPTIONS,
	DRY_METRIC_OSCILLATION,
};

uint32_t dry_check_count(const struct dry_check_report *report, enum dry_check_outcome outcome)
{
	uint32_t count = 0;

	for (uint32_t s = 0; s < report->scenario_count; s++)
		for (uint32_t r = 0; r < report->scenario[s].row_count; r++)
			count += report->scenario[s].row[r].outcome == outcome;
	return count;
}

uint32_t dry_check_rules(const struct dry_check_report *report)
{
	uint32_t count = 0;

	for (uint32_t s = 0; s < report->scenario_count; s++)
		count += report->scenario[s].row_count;
	return count;
}

static bool differs(double a, double b)
{
	return isnan(a) != isnan(b) || (!isnan(a) && a != b);
}

bool dry_check_has_news(const struct dry_check_report *report)
{
	if (dry_check_count(report, DRY_CHECK_OK) < dry_check_rules(report))
		return true;
	for (uint32_t s = 0; s < report->scenario_count; s++) {
		if (report->scenario[s].changes.count)
			return true;
		for (size_t m = 0; m < DRY_METRIC_COUNT; m++)
			if (differs(report->scenario[s].base[m], report->scenario[s].proposal[m]))
				return true;
	}
	return false;
}

const char *dry_check_outcome_text(enum dry_check_outcome outcome)
{
	return outcome == DRY_CHECK_FAIL ? "FAIL" : outcome == DRY_CHECK_WARN ? "WARN" : "ok";
}

bool dry_check_shows(const struct dry_check_scenario *scenario, enum dry_metric_id metric)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (usual[i] == metric)
			return true;
	for (uint32_t r = 0; r < scenario->row_count; r++)
		if (scenario->row[r].rule && scenario->row[r].rule->metric == metric)
			return true;
	return false;
}

char *dry_check_change_text(enum dry_metric_id metric, double change, char *buffer, size_t size)
{
	char value[48];

	if (isnan(change)) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	snprintf(buffer, size, "%s%s", change < 0 ? "-" : change > 0 ? "+" : "",
		 dry_metric_format(metric, fabs(change), value, sizeof(value)));
	return buffer;
}

char *dry_check_row_text(const struct dry_check_row *row, char *buffer, size_t size)
{
	const struct dry_rule_result *result = &row->result;
	char observed[48], limit[48], margin[48];
	enum dry_metric_id metric;

	if (!row->rule) {
		snprintf(buffer, size, "%s", row->finding);
		return buffer;
	}
	metric = row->rule->metric;
	dry_metric_format(metric, result->observed, observed, sizeof(observed));
	dry_metric_format(metric, result->limit, limit, sizeof(limit));
	dry_metric_format(metric, fabs(result->margin), margin, sizeof(margin));
	if (isnan(result->observed))
		snprintf(buffer, size, "undefined: no pod or node to measure it on");
	else if (isnan(result->limit))
		snprintf(buffer, size, "%s; the baseline has no value", observed);
	else if (result->outcome == DRY_RULE_UNDECIDED)
		snprintf(buffer, size, ">=%s, limit %s: pods still waited at the end, it may be more", observed,
			 limit);
	else if (row->rule->operator == DRY_RULE_EQUAL)
		snprintf(buffer, size, result->outcome == DRY_RULE_HOLDS ? "%s" : "%s, must be %s", observed,
			 limit);
	else if (result->outcome == DRY_RULE_HOLDS)
		snprintf(buffer, size, "%s%s, %s left", result->lower_bound ? ">=" : "", observed, margin);
	else
		snprintf(buffer, size, "%s%s, limit %s, %s by %s", result->lower_bound ? ">=" : "", observed,
			 limit, result->observed < result->limit ? "under" : "over", margin);
	return buffer;
}

static const char *change_name(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_FLAG ? change->name : change->path;
}

static void add_changes(const struct dry_check_scenario *scenario, bool markdown, struct dry_page *page)
{
	struct dry_table table;

	if (!scenario->changes.count)
		return;
	dry_table_init(&table, "lll");
	if (markdown) {
		dry_table_cell(&table, "parameter");
		dry_table_cell(&table, "from");
		dry_table_cell(&table, "to");
	}
	for (uint32_t i = 0; i < scenario->changes.count; i++) {
		const struct dry_change *change = &scenario->changes.change[i];
		const char *from = change->from ? change->from : "?";

		if (markdown)
			dry_table_cell(&table, change_name(change));
		else
			dry_table_cellf(&table, "~ %s", change_name(change));
		if (markdown)
			dry_table_cell(&table, from);
		else
			dry_table_cellf(&table, " %s -> %s", from, change->to);
		dry_table_cell(&table, markdown ? change->to : "");
	}
	if (markdown)
		dry_table_markdown(&table, page);
	else
		dry_table_draw(&table, page, 2);
	dry_page_add_char(page, '\n');
	dry_table_release(&table);
}

static void add_metric(const struct dry_check_scenario *scenario, enum dry_metric_id metric,
		       struct dry_table *table)
{
	double base = scenario->base[metric], proposal = scenario->proposal[metric], change = proposal - base;
	bool changed = differs(base, proposal);
	char text[48];

	dry_table_cellf(table, "%s %s", changed ? "~" : " ", dry_metric_table[metric].label);
	dry_table_cellf(table, "%s%s", scenario->base_bound[metric] ? ">=" : "",
			dry_metric_format(metric, base, text, sizeof(text)));
	dry_table_cellf(table, "%s%s", scenario->proposal_bound[metric] ? ">=" : "",
			dry_metric_format(metric, proposal, text, sizeof(text)));
	dry_table_cell(table, changed ? dry_check_change_text(metric, change, text, sizeof(text)) : "");
	if (changed && base != 0 && isfinite(change / base))
		dry_table_cellf(table, "%+.1f%%", 100 * change / fabs(base));
	else
		dry_table_cell(table, "");
}

static void add_metrics(const struct dry_check_report *report, const struct dry_check_scenario *scenario,
			bool markdown, struct dry_page *page)
{
	struct dry_table table;
	bool any = false;

	dry_table_init(&table, "lrrrr");
	dry_table_cell(&table, markdown ? "metric" : "");
	dry_table_cell(&table, "base");
	dry_table_cell(&table, "proposal");
	dry_table_cell(&table, "change");
	dry_table_cell(&table, "");
	for (size_t m = 0; m < DRY_METRIC_COUNT; m++) {
		enum dry_metric_id metric = (enum dry_metric_id)m;
		bool changed = differs(scenario->base[m], scenario->proposal[m]);

		if (!dry_check_shows(scenario, metric) || (report->only_changes && !changed))
			continue;
		add_metric(scenario, metric, &table);
		any = true;
	}
	if (any && markdown)
		dry_table_markdown(&table, page);
	else if (any)
		dry_table_draw(&table, page, 2);
	if (any)
		dry_page_add_char(page, '\n');
	dry_table_release(&table);
}

static const char *const colour_of[] = { "\x1b[32m", "\x1b[33m", "\x1b[1;31m" };

/* Rules in order of gravity, then as given. */
static void add_rows(const struct dry_check_report *report, const struct dry_check_scenario *scenario,
		     struct dry_page *page)
{
	size_t width = 0;

	for (uint32_t r = 0; r < scenario->row_count; r++) {
		size_t columns = dry_page_columns(scenario->row[r].text, strlen(scenario->row[r].text));

		width = columns > width ? columns : width;
	}
	for (int outcome = DRY_CHECK_FAIL; outcome >= DRY_CHECK_OK; outcome--)
		for (uint32_t r = 0; r < scenario->row_count; r++) {
			const struct dry_check_row *row = &scenario->row[r];
			char text[400];

			if ((int)row->outcome != outcome || (report->only_changes && outcome == DRY_CHECK_OK))
				continue;
			dry_page_printf(page, "  %s%-4s%s  ", report->colour ? colour_of[outcome] : "",
					dry_check_outcome_text(row->outcome), report->colour ? "\x1b[0m" : "");
			dry_page_pad(page, row->text, width + 2, false);
			dry_check_row_text(row, text, sizeof(text));
			dry_page_add_visible(page, text, strlen(text));
			if (report->first_seed != report->last_seed && row->rule)
				dry_page_printf(page, " (seed %llu)", (unsigned long long)row->seed);
			dry_page_add_char(page, '\n');
		}
}

static void add_total(const struct dry_check_report *report, struct dry_page *page)
{
	uint32_t failed = dry_check_count(report, DRY_CHECK_FAIL), warned = dry_check_count(report, DRY_CHECK_WARN);
	uint32_t rules = dry_check_rules(report);

	if (failed)
		dry_page_printf(page, "failed: %u of %u rule%s", failed, rules, rules == 1 ? "" : "s");
	else
		dry_page_printf(page, "passed: %u rule%s", rules, rules == 1 ? "" : "s");
	if (warned)
		dry_page_printf(page, " (%u warning%s)", warned, warned == 1 ? "" : "s");
	dry_page_add_char(page, '\n');
}

static void add_head(const struct dry_check_report *report, const struct dry_check_scenario *scenario,
		     struct dry_page *page)
{
	dry_page_add_visible(page, scenario->name, strlen(scenario->name));
	dry_page_printf(page, ": %u parameter%s changed", scenario->changes.count,
			scenario->changes.count == 1 ? "" : "s");
	if (report->first_seed != report->last_seed)
		dry_page_printf(page, "   seeds %llu..%llu: means, and the worst of each rule",
				(unsigned long long)report->first_seed, (unsigned long long)report->last_seed);
	dry_page_add(page, "\n\n");
}

void dry_check_table(const struct dry_check_report *report, struct dry_page *page)
{
	if (report->only_changes && !dry_check_has_news(report))
		return;
	for (uint32_t s = 0; s < report->scenario_count; s++) {
		const struct dry_check_scenario *scenario = &report->scenario[s];

		add_head(report, scenario, page);
		add_changes(scenario, false, page);
		add_metrics(report, scenario, false, page);
		add_rows(report, scenario, page);
		dry_page_add_char(page, '\n');
	}
	add_total(report, page);
}

static void add_rows_markdown(const struct dry_check_report *report, const struct dry_check_scenario *scenario,
			      struct dry_page *page)
{
	struct dry_table table;
	bool any = false;

	dry_table_init(&table, "lll");
	dry_table_cell(&table, "");
	dry_table_cell(&table, "rule");
	dry_table_cell(&table, "measured");
	for (int outcome = DRY_CHECK_FAIL; outcome >= DRY_CHECK_OK; outcome--)
		for (uint32_t r = 0; r < scenario->row_count; r++) {
			const struct dry_check_row *row = &scenario->row[r];
			char text[400];

			if ((int)row->outcome != outcome || (report->only_changes && outcome == DRY_CHECK_OK))
				continue;
			any = true;
			dry_table_cell(&table, dry_check_outcome_text(row->outcome));
			dry_table_cell(&table, row->text);
			dry_table_cell(&table, dry_check_row_text(row, text, sizeof(text)));
		}
	if (any)
		dry_table_markdown(&table, page);
	if (any)
		dry_page_add_char(page, '\n');
	dry_table_release(&table);
}

void dry_check_markdown(const struct dry_check_report *report, struct dry_page *page)
{
	struct dry_page total = { 0 };

	if (report->only_changes && !dry_check_has_news(report))
		return;
	for (uint32_t s = 0; s < report->scenario_count; s++) {
		const struct dry_check_scenario *scenario = &report->scenario[s];

		dry_page_add(page, "### dryscale check: ");
		dry_markdown_add(page, scenario->name);
		dry_page_add(page, "\n\n");
		add_changes(scenario, true, page);
		add_metrics(report, scenario, true, page);
		add_rows_markdown(report, scenario, page);
	}
	add_total(report, &total);
	dry_page_printf(page, "**%.*s**\n", (int)(total.length - 1), dry_page_string(&total));
	dry_page_release(&total);
}
