/* The recommendation for people: a screenful of text, Markdown, a list. */
#include <math.h>
#include <string.h>

#include "report/recommend.h"
#include "report/table.h"

static const char *shown(enum dry_metric_id id, const struct dry_sweep_point *point, char *buffer, size_t size)
{
	size_t used = 0;

	if (point->lower_bound[id]) {
		memcpy(buffer, ">= ", 4);
		used = 3;
	}
	dry_metric_format(id, point->metric[id], buffer + used, size - used);
	return buffer;
}

static void add_changes(const struct dry_recommendation *r, struct dry_page *page, bool markdown)
{
	struct dry_table table;

	if (!r->changes.count)
		return;
	dry_table_init(&table, "lrr");
	dry_table_cell(&table, "change");
	dry_table_cell(&table, "from");
	dry_table_cell(&table, "to");
	for (uint32_t i = 0; i < r->changes.count; i++) {
		const struct dry_change *change = &r->changes.change[i];

		dry_table_cell(&table, change->path);
		dry_table_cell(&table, change->from ? change->from : "not set");
		dry_table_cell(&table, change->to);
	}
	dry_page_add_char(page, '\n');
	dry_table_finish(&table, page, markdown, 2);
}

static void add_options(const struct dry_recommendation *r, struct dry_page *page, bool markdown)
{
	const struct dry_sweep_result *result = r->request.result;
	struct dry_table table;
	char buffer[64], align[DRY_TABLE_COLUMNS + 1] = "ll";
	uint32_t columns = result->objective_count < 8 ? result->objective_count : 8;

	for (uint32_t o = 0; o < columns + 3; o++)
		align[2 + o] = 'r';
	align[5 + columns] = '\0';
	dry_table_init(&table, align);
	dry_table_cell(&table, "");
	dry_table_cell(&table, "option");
	dry_table_cell(&table, "id");
	for (uint32_t o = 0; o < columns; o++)
		dry_table_cell(&table, dry_metric_table[result->objective[o]].label);
	dry_table_cell(&table, "reclaims");
	dry_table_cell(&table, "spot");
	for (int k = 0; k < DRY_RECOMMEND_OPTIONS; k++) {
		const struct dry_recommend_option *option = &r->option[k];

		dry_table_cellf(&table, "%c", option->letter);
		dry_table_cell(&table, option->what);
		if (!option->point) {
			dry_table_cell(&table, "none");
			for (uint32_t o = 0; o < columns + 2; o++)
				dry_table_cell(&table, "-");
			continue;
		}
		dry_table_cellf(&table, "#%llu", (unsigned long long)option->point->index);
		for (uint32_t o = 0; o < columns; o++)
			dry_table_cell(&table, shown(result->objective[o], option->point, buffer, sizeof(buffer)));
		dry_table_cellf(&table, "%.4g", option->point->metric[DRY_METRIC_INTERRUPTIONS]);
		dry_table_cellf(&table, "%.0f%%", 100 * option->spot_share);
	}
	dry_page_add_char(page, '\n');
	dry_table_finish(&table, page, markdown, 2);
}

static void add_tags(const struct dry_recommendation *r, struct dry_page *page, const char *mark)
{
	const struct dry_policy *policy = r->request.policy;

	for (uint32_t i = 0; policy && i < policy->tag_count; i++) {
		dry_page_printf(page, "%s", i ? ", " : "\n");
		if (!i)
			dry_page_printf(page, "%stags: ", mark);
		dry_page_add_visible(page, policy->tag[i].key, strlen(policy->tag[i].key));
		dry_page_add_char(page, '=');
		dry_page_add_visible(page, policy->tag[i].value, strlen(policy->tag[i].value));
	}
	if (policy && policy->tag_count)
		dry_page_add_char(page, '\n');
}

static void add_review(const struct dry_recommendation *r, struct dry_page *page, const char *mark)
{
	const struct dry_policy *policy = r->request.policy;

	if (!policy)
		return;
	dry_page_printf(page, "\n%sreview: ", mark);
	if (r->verdict.reviewers)
		dry_page_printf(page, "%u reviewer%s", r->verdict.reviewers, r->verdict.reviewers == 1 ? "" : "s");
	else
		dry_page_add(page, "none needed");
	dry_page_printf(page, " (phase %s, ", dry_policy_phase_name(policy->phase));
	dry_page_add_visible(page, policy->file, strlen(policy->file));
	dry_page_add(page, ")\n");
	for (uint32_t i = 0; i < r->verdict.count; i++) {
		dry_page_printf(page, "%s  %s: ", mark, r->verdict.finding[i].rule);
		dry_page_add_visible(page, r->verdict.finding[i].text, strlen(r->verdict.finding[i].text));
		dry_page_add_char(page, '\n');
	}
}

void dry_recommendation_table(const struct dry_recommendation *r, struct dry_page *page, bool colour)
{
	const char *bold = colour ? "\x1b[1m" : "", *plain = colour ? "\x1b[0m" : "";

	dry_page_add(page, bold);
	dry_page_add_visible(page, r->request.result->scenario, strlen(r->request.result->scenario));
	dry_page_printf(page, ": #%llu%s\n\n", (unsigned long long)r->point->index, plain);
	for (uint32_t i = 0; i < r->reason_count; i++)
		dry_page_add_wrapped(page, r->reason[i], 2, 78);
	add_changes(r, page, false);
	add_options(r, page, false);
	add_review(r, page, "  ");
	add_tags(r, page, "  ");
}

void dry_recommendation_markdown(const struct dry_recommendation *r, struct dry_page *page)
{
	dry_page_add(page, "### ");
	dry_markdown_add(page, r->request.result->scenario);
	dry_page_printf(page, ": setting #%llu\n\n", (unsigned long long)r->point->index);
	for (uint32_t i = 0; i < r->reason_count; i++) {
		dry_page_add(page, "- ");
		dry_markdown_add(page, r->reason[i]);
		dry_page_add_char(page, '\n');
	}
	add_changes(r, page, true);
	add_options(r, page, true);
	add_review(r, page, "");
	add_tags(r, page, "");
	dry_page_printf(page, "\n<sub>scenario %.12s, traces %.12s, result %.12s, engine %s, seed %llu</sub>\n",
			r->request.result->scenario_sha256, r->request.result->trace_sha256,
			r->request.result_sha256, r->request.result->version,
			(unsigned long long)r->request.result->seed);
}

static bool is_listed(const struct dry_recommendation *r, const struct dry_sweep_point *point)
{
	for (uint32_t i = 0; i < r->request.slo_count; i++) {
		const struct dry_rule *rule = &r->request.slo[i];
		const struct dry_sweep_point *base = &r->request.result->baseline;

		if (!rule->warns &&
		    dry_rule_test(rule, point->metric[rule->metric], point->lower_bound[rule->metric],
				  base->has_metrics ? base->metric[rule->metric] : NAN)
				    .outcome != DRY_RULE_HOLDS)
			return false;
	}
	return true;
}

void dry_recommendation_list(const struct dry_recommendation *r, struct dry_page *page)
{
	const struct dry_sweep_result *result = r->request.result;
	struct dry_table table;
	char buffer[64], align[DRY_TABLE_COLUMNS + 1] = "lr";
	uint32_t columns = result->objective_count < 8 ? result->objective_count : 8;

	for (uint32_t o = 0; o < columns; o++)
		align[2 + o] = 'r';
	align[2 + columns] = 'l';
	align[3 + columns] = '\0';
	dry_table_init(&table, align);
	dry_table_cell(&table, "");
	dry_table_cell(&table, "id");
	for (uint32_t o = 0; o < columns; o++)
		dry_table_cell(&table, dry_metric_table[result->objective[o]].label);
	dry_table_cell(&table, "changes from base");
	for (uint32_t i = 0; i < result->front_count; i++) {
		const struct dry_sweep_point *point = &result->point[result->front[i]];
		struct dry_sweep_change change[16];
		uint32_t count;
		struct dry_page text = { 0 };

		if (!is_listed(r, point))
			continue;
		dry_table_cell(&table, result->front[i] == result->knee ? "k" : point == r->point ? ">" : "");
		dry_table_cellf(&table, "%llu", (unsigned long long)point->index);
		for (uint32_t o = 0; o < columns; o++)
			dry_table_cell(&table, shown(result->objective[o], point, buffer, sizeof(buffer)));
		count = dry_sweep_point_changes(result, point, change, 16);
		for (uint32_t k = 0; k < count && k < 16; k++)
			dry_page_printf(&text, "%s%s %s", k ? ", " : "", change[k].path, change[k].to);
		if (count > 16)
			dry_page_printf(&text, ", %u more", count - 16);
		dry_table_cell(&table, text.length ? dry_page_string(&text) : "none");
		dry_page_release(&text);
	}
	dry_table_draw(&table, page, 0);
	dry_table_release(&table);
}
