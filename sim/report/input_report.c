#include "report/input_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "report/decision_log.h"
#include "report/json.h"
#include "report/run_report.h"
#include "report/table.h"
#include "run/fit.h"

#define MISFITS_SHOWN 5

/* Pods that no group takes, by class. */
struct misfits {
	uint32_t pod_count, class_count;
	uint32_t *first_pod;            /* one a class: row of its first pod, DRY_NONE = has none */
	uint32_t *pods;
	bool *fits;
};

static void find_misfits(const struct dry_input_report *report, struct dry_fits *fits,
			 struct misfits *found)
{
	const struct dry_input *input = report->input;
	size_t count = (size_t)input->class_count + 1;

	*found = (struct misfits){ 0 };
	found->first_pod = dry_xcalloc(count, sizeof(uint32_t));
	found->pods = dry_xcalloc(count, sizeof(uint32_t));
	found->fits = dry_xcalloc(count, sizeof(bool));
	for (uint32_t p = 0; p < input->pod.count; p++) {
		uint32_t c = input->pod.class_index[p];

		if (!found->pods[c]++)
			found->first_pod[c] = p;
	}
	for (uint32_t c = 0; c < input->class_count; c++) {
		found->fits[c] = !found->pods[c] || dry_fits_anywhere(fits, c);
		if (found->fits[c])
			continue;
		found->class_count++;
		found->pod_count += found->pods[c];
	}
}

static void release_misfits(struct misfits *found)
{
	free(found->first_pod);
	free(found->pods);
	free(found->fits);
}

static const char *capacity_name(enum dry_capacity_type type)
{
	return type == DRY_SPOT ? "spot" : type == DRY_RESERVED ? "reserved" : "on-demand";
}

static const char *symbol_text(const struct dry_input *input, dry_symbol symbol)
{
	return symbol ? dry_symbols_text(&input->symbols, symbol) : "";
}

static uint32_t count_namespaces(const struct dry_input *input)
{
	uint32_t count = 0;

	for (uint32_t c = 0; c < input->class_count; c++) {
		uint32_t earlier = 0;

		while (earlier < c &&
		       input->pod_class[earlier].name_space != input->pod_class[c].name_space)
			earlier++;
		count += earlier == c;
	}
	return count;
}

static void add_demand(const struct dry_input *input, struct dry_page *page)
{
	char first[48], last[48];

	dry_page_add(page, "  demand    ");
	dry_page_add_count(page, input->pod.count);
	dry_page_printf(page, " pod%s in %u kind%s, %u namespace%s, %u owner%s",
			input->pod.count == 1 ? "" : "s", input->class_count,
			input->class_count == 1 ? "" : "s", count_namespaces(input),
			count_namespaces(input) == 1 ? "" : "s", input->owner_count,
			input->owner_count == 1 ? "" : "s");
	if (input->pod.count)
		dry_page_printf(page, ", %s to %s",
				dry_format_clock(input->pod.arrive_at_ms[0], first, sizeof(first)),
				dry_format_clock(input->pod.arrive_at_ms[input->pod.count - 1], last,
						 sizeof(last)));
	dry_page_printf(page, "\n            %u run at the start; %u other events; %u price series\n",
			input->initial_pod_count, input->trace_event_count, input->price_series_count);
	if (!input->pod.count)
		dry_page_add(page, "            the trace has no pods: a run costs the minimum sizes\n");
}

static void add_groups(const struct dry_input_report *report, struct dry_page *page)
{
	static const char *const head[] = { "group", "type", "capacity", "min", "max", "start", "cpu",
					    "memory", "price" };
	struct dry_table table;
	char text[48];

	dry_table_open(&table, "lllrrrrrr", head);
	for (uint32_t g = 0; g < report->config->group_count; g++) {
		const struct dry_node_group *group = &report->config->group[g];

		dry_table_cell(&table, group->name);
		dry_table_cell(&table, symbol_text(report->input, group->instance_type));
		dry_table_cell(&table, capacity_name(group->capacity_type));
		dry_table_cellf(&table, "%d", group->min_size);
		dry_table_cellf(&table, "%d", group->max_size);
		dry_table_cellf(&table, "%d", group->initial_size);
		dry_table_cell(&table, dry_amount_text(DRY_RESOURCE_CPU,
						       group->allocatable.amount[DRY_RESOURCE_CPU], text,
						       sizeof(text)));
		dry_table_cell(&table, dry_amount_text(DRY_RESOURCE_MEMORY,
						       group->allocatable.amount[DRY_RESOURCE_MEMORY],
						       text, sizeof(text)));
		dry_table_cellf(&table, "%s/h", dry_format_price(group->price_nusd_per_hour, text,
								 sizeof(text)));
	}
	dry_table_draw(&table, page, 2);
	dry_table_release(&table);
}

static void add_flags(const struct dry_input_report *report, struct dry_page *page)
{
	struct dry_options fresh;
	struct dry_arena arena;
	bool any = false;

	dry_options_init(&fresh);
	dry_arena_init(&arena);
	for (size_t i = 0; i < dry_option_count; i++) {
		const struct dry_option *option = &dry_option_table[i];
		const char *now, *usual;

		if (option->effect != DRY_OPTION_ACTS)
			continue;
		now = dry_option_text(option, &report->config->options, &arena);
		usual = dry_option_text(option, &fresh, &arena);
		if (!strcmp(now, usual))
			continue;
		dry_page_printf(page, "%s", any ? "            " : "  flags     ");
		dry_page_printf(page, "%s=", option->name);
		dry_page_add_visible(page, now, strlen(now));
		dry_page_printf(page, "   (default %s)\n", *usual ? usual : "empty");
		any = true;
	}
	if (!any)
		dry_page_add(page, "  flags     every one at its default\n");
	dry_arena_release(&arena);
}

static void add_sweep(const struct dry_input *input, struct dry_page *page)
{
	double points = 1;

	if (!input->parameter_count)
		return;
	for (uint32_t i = 0; i < input->parameter_count; i++)
		points *= input->parameter[i].value_count;
	dry_page_printf(page, "  sweep     %.0f points of %u parameter%s, %u replication%s each\n", points,
			input->parameter_count, input->parameter_count == 1 ? "" : "s",
			input->replications, input->replications == 1 ? "" : "s");
}

static void add_misfits(const struct dry_input_report *report, struct dry_page *page)
{
	struct dry_fits *fits = dry_fits_new(report->input, report->config);
	struct misfits found;
	uint32_t shown = 0;

	find_misfits(report, fits, &found);
	if (found.pod_count) {
		dry_page_printf(page, "\n  %s%u pod%s no node group:%s\n",
				report->colour ? "\x1b[1;31m" : "", found.pod_count,
				found.pod_count == 1 ? " fits" : "s fit", report->colour ? "\x1b[0m" : "");
		for (uint32_t c = 0; c < report->input->class_count && shown < MISFITS_SHOWN; c++) {
			char name[300], reason[240];

			if (found.fits[c])
				continue;
			shown++;
			dry_pod_name(report->input, found.first_pod[c], name, sizeof(name));
			dry_page_add(page, "    ");
			dry_page_add_visible(page, name, strlen(name));
			if (found.pods[c] > 1)
				dry_page_printf(page, " and %u like it", found.pods[c] - 1);
			dry_page_add_char(page, '\n');
			for (uint32_t g = 0; g < report->config->group_count && g < MISFITS_SHOWN; g++) {
				struct dry_fit_answer answer = dry_fits_ask(fits, c, g);

				dry_page_printf(page, "      %s: %s\n", report->config->group[g].name,
						dry_fit_text(report->input, &answer, reason,
							     sizeof(reason)));
			}
		}
		if (found.class_count > shown)
			dry_page_printf(page, "    and %u more kinds\n", found.class_count - shown);
	}
	release_misfits(&found);
	dry_fits_release(fits);
}

void dry_input_report_table(const struct dry_input_report *report, struct dry_page *page)
{
	const struct dry_input *input = report->input;
	char text[48];

	if (report->colour)
		dry_page_add(page, "\x1b[1m");
	dry_page_add_visible(page, input->name, strlen(input->name));
	if (report->colour)
		dry_page_add(page, "\x1b[0m");
	dry_page_printf(page, "   valid   %u node group%s   horizon %s   seed %llu\n",
			report->config->group_count, report->config->group_count == 1 ? "" : "s",
			report->config->horizon_ms == DRY_NEVER ?
				"the end of the trace" :
				dry_format_duration(report->config->horizon_ms, text, sizeof(text)),
			(unsigned long long)report->config->seed);
	if (input->description && *input->description) {
		dry_page_add(page, "  ");
		dry_page_add_visible(page, input->description, strlen(input->description));
		dry_page_add_char(page, '\n');
	}
	dry_page_add_char(page, '\n');
	add_demand(input, page);
	add_flags(report, page);
	add_sweep(input, page);
	dry_page_add_char(page, '\n');
	add_groups(report, page);
	add_misfits(report, page);
}

static void add_group_json(const struct dry_input_report *report, struct dry_json *json, uint32_t g)
{
	const struct dry_node_group *group = &report->config->group[g];

	dry_json_open_object(json, NULL);
	dry_json_text(json, "name", group->name);
	dry_json_text(json, "instance_type", symbol_text(report->input, group->instance_type));
	dry_json_text(json, "capacity_type", capacity_name(group->capacity_type));
	if (group->zone_count > 1) {
		dry_json_open_array(json, "zones");
		for (uint32_t z = 0; z < group->zone_count; z++)
			dry_json_text(json, NULL, symbol_text(report->input, group->zones[z].zone));
		dry_json_close_array(json);
	} else {
		dry_json_text(json, "zone", symbol_text(report->input, group->zone));
	}
	dry_json_integer(json, "min_size", group->min_size);
	dry_json_integer(json, "max_size", group->max_size);
	dry_json_integer(json, "initial_size", group->initial_size);
	dry_json_number(json, "price_usd_per_hour", (double)group->price_nusd_per_hour / 1e9);
	dry_json_open_object(json, "allocatable");
	for (uint32_t r = 0; r < report->input->resource_count; r++) {
		if (!group->allocatable.amount[r])
			continue;
		if (r == DRY_RESOURCE_CPU)
			dry_json_number(json, "cpu", (double)group->allocatable.amount[r] / 1000);
		else
			dry_json_integer(json, report->input->resource_name[r],
					 group->allocatable.amount[r]);
	}
	dry_json_close_object(json);
	dry_json_close_object(json);
}

static void add_misfits_json(const struct dry_input_report *report, struct dry_json *json)
{
	struct dry_fits *fits = dry_fits_new(report->input, report->config);
	struct misfits found;

	find_misfits(report, fits, &found);
	dry_json_integer(json, "pods_that_fit_nowhere", found.pod_count);
	dry_json_open_array(json, "misfits");
	for (uint32_t c = 0; c < report->input->class_count; c++) {
		char text[300];

		if (found.fits[c])
			continue;
		dry_json_newline(json);
		dry_json_open_object(json, NULL);
		dry_json_text(json, "pod", dry_pod_name(report->input, found.first_pod[c], text, sizeof(text)));
		dry_json_integer(json, "pods", found.pods[c]);
		dry_json_open_object(json, "reasons");
		for (uint32_t g = 0; g < report->config->group_count; g++) {
			struct dry_fit_answer answer = dry_fits_ask(fits, c, g);

			dry_json_text(json, report->config->group[g].name,
				      dry_fit_text(report->input, &answer, text, sizeof(text)));
		}
		dry_json_close_object(json);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	release_misfits(&found);
	dry_fits_release(fits);
}

void dry_input_report_json(const struct dry_input_report *report, struct dry_page *page)
{
	const struct dry_input *input = report->input;
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.validate/1");
	dry_json_bool(&json, "ok", true);
	dry_json_text(&json, "scenario", input->name);
	dry_json_text(&json, "scenario_sha256", input->scenario_sha256);
	dry_json_text(&json, "trace_sha256", input->trace_sha256);
	dry_json_integer(&json, "pods", input->pod.count);
	dry_json_integer(&json, "pod_kinds", input->class_count);
	dry_json_integer(&json, "initial_pods", input->initial_pod_count);
	dry_json_integer(&json, "other_events", input->trace_event_count);
	dry_json_integer(&json, "price_series", input->price_series_count);
	if (input->pod.count) {
		dry_json_seconds(&json, "first_arrival_s", input->pod.arrive_at_ms[0]);
		dry_json_seconds(&json, "last_arrival_s", input->pod.arrive_at_ms[input->pod.count - 1]);
	}
	dry_json_open_array(&json, "groups");
	for (uint32_t g = 0; g < report->config->group_count; g++) {
		dry_json_newline(&json);
		add_group_json(report, &json, g);
	}
	dry_json_close_array(&json);
	add_misfits_json(report, &json);
	dry_json_close_object(&json);
}
