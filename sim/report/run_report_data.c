/* The run report for programs: JSON and CSV. */

#include "report/csv.h"
#include "report/json.h"
#include "report/policy.h"
#include "report/run_report.h"

static void add_metrics(const struct dry_run_report *report, struct dry_json *json)
{
	dry_json_open_object(json, "metrics");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++)
		dry_json_number(json, dry_metric_table[i].key,
				dry_run_report_mean(report, (enum dry_metric_id)i, NULL));
	dry_json_close_object(json);
	dry_json_open_array(json, "lower_bounds");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
		bool bound = false;
		for (uint32_t r = 0; r < report->replications; r++)
			bound |= report->result[r].lower_bound[i];
		if (bound)
			dry_json_text(json, NULL, dry_metric_table[i].key);
	}
	dry_json_close_array(json);
	if (report->replications < 2)
		return;
	dry_json_open_object(json, "intervals_95");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
		struct dry_interval interval;

		dry_run_report_mean(report, (enum dry_metric_id)i, &interval);
		dry_json_open_array(json, dry_metric_table[i].key);
		dry_json_number(json, NULL, interval.low);
		dry_json_number(json, NULL, interval.high);
		dry_json_close_array(json);
	}
	dry_json_close_object(json);
}

static void add_groups(const struct dry_run_report *report, struct dry_json *json)
{
	const struct dry_result *result = report->result;

	dry_json_open_array(json, "groups");
	for (uint32_t g = 0; g < result->group_count; g++) {
		const struct dry_group_result *group = &result->group[g];

		dry_json_newline(json);
		dry_json_open_object(json, NULL);
		dry_json_text(json, "name", report->config->group[g].name);
		dry_json_number(json, "cost_usd", (double)group->cost_nusd / 1e9);
		dry_json_number(json, "node_hours", group->node_hours);
		dry_json_number(json, "mean_price_usd_per_hour", group->mean_price_usd_per_hour);
		dry_json_integer(json, "min_nodes", group->min_nodes);
		dry_json_number(json, "mean_nodes", group->mean_nodes);
		dry_json_integer(json, "peak_nodes", group->peak_nodes);
		dry_json_integer(json, "nodes_added", group->nodes_added);
		dry_json_integer(json, "nodes_removed", group->nodes_removed);
		dry_json_integer(json, "interruptions", group->interruptions);
		dry_json_integer(json, "scale_ups", group->scale_ups);
		dry_json_integer(json, "scale_ups_failed", group->scale_ups_failed);
		dry_json_integer(json, "scale_downs", group->scale_downs);
		dry_json_number(json, "time_at_max_s", group->time_at_max_s);
		dry_json_integer(json, "pods_started", group->pods_started);
		dry_json_number(json, "p95_wait_s", group->p95_wait_s);
		dry_json_integer(json, "final_target", group->final_target);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

static void add_splits(struct dry_json *json, const char *key, const struct dry_wait_split *split,
		       uint32_t count)
{
	dry_json_newline(json);
	dry_json_open_array(json, key);
	for (uint32_t i = 0; i < count; i++) {
		dry_json_open_object(json, NULL);
		dry_json_text(json, "name", split[i].name);
		dry_json_integer(json, "pods", split[i].pods);
		dry_json_integer(json, "started", split[i].started);
		dry_json_integer(json, "never_scheduled", split[i].never_scheduled);
		dry_json_integer(json, "slo_breaches", split[i].slo_breaches);
		dry_json_number(json, "p50_wait_s", split[i].p50_wait_s);
		dry_json_number(json, "p95_wait_s", split[i].p95_wait_s);
		dry_json_number(json, "max_wait_s", split[i].max_wait_s);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

static void add_causes(const struct dry_result *result, struct dry_json *json)
{
	const struct dry_wait_causes *causes = &result->wait_causes;

	dry_json_newline(json);
	dry_json_open_object(json, "wait_causes");
	dry_json_number(json, "provisioning", causes->provisioning);
	dry_json_number(json, "at_max", causes->at_max);
	dry_json_number(json, "backoff", causes->backoff);
	dry_json_number(json, "loop", causes->loop);
	dry_json_number(json, "never_fits", causes->never_fits);
	dry_json_number(json, "other", causes->other);
	dry_json_close_object(json);
	dry_json_open_object(json, "worst");
	dry_json_seconds(json, "t", result->worst_at_ms);
	dry_json_integer(json, "pending", result->worst_pending);
	dry_json_close_object(json);
}

static void add_worst_service(const struct dry_run_report *report, struct dry_json *json)
{
	const struct dry_service_owner *worst = &report->result->worst_service;
	const struct dry_owner *owner;

	if (worst->owner_index == DRY_NONE)
		return;
	owner = &report->input->owner[worst->owner_index];
	dry_json_open_object(json, "worst_service");
	dry_json_text(json, "namespace", dry_symbols_text(&report->input->symbols, owner->name_space));
	dry_json_text(json, "kind", dry_symbols_text(&report->input->symbols, owner->kind));
	dry_json_text(json, "name", dry_symbols_text(&report->input->symbols, owner->name));
	dry_json_number(json, "availability", worst->availability);
	dry_json_number(json, "under_replicas_s", worst->under_s);
	dry_json_close_object(json);
}

static void add_tags(const struct dry_policy *policy, struct dry_json *json)
{
	dry_json_open_object(json, "tags");
	for (uint32_t i = 0; i < policy->tag_count; i++)
		dry_json_text(json, policy->tag[i].key, policy->tag[i].value);
	dry_json_close_object(json);
}

void dry_run_report_json(const struct dry_run_report *report, struct dry_page *page)
{
	const struct dry_result *result = report->result;
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.run/1");
	dry_json_text(&json, "scenario", report->input->name);
	dry_json_text(&json, "scenario_sha256", report->input->scenario_sha256);
	dry_json_text(&json, "trace_sha256", report->input->trace_sha256);
	dry_json_text(&json, "version", DRY_VERSION);
	dry_json_integer(&json, "seed", (int64_t)report->seed);
	dry_json_integer(&json, "replications", report->replications);
	dry_json_bool(&json, "deterministic", !result->stochastic);
	dry_json_open_object(&json, "parameters");
	for (uint32_t i = 0; i < report->setting_count; i++)
		dry_json_text(&json, report->setting[i].path, report->setting[i].value);
	dry_json_close_object(&json);
	if (report->policy)
		add_tags(report->policy, &json);
	dry_json_seconds(&json, "end_s", result->end_at_ms);
	dry_json_newline(&json);
	add_metrics(report, &json);
	dry_json_newline(&json);
	add_groups(report, &json);
	add_splits(&json, "workloads", result->workload_split, result->workload_split_count);
	add_splits(&json, "namespaces", result->namespace_split, result->namespace_split_count);
	add_splits(&json, "owners_that_waited_most", result->owner_split, result->owner_split_count);
	add_worst_service(report, &json);
	add_causes(result, &json);
	dry_json_digest(&json, "digest", result->digest);
	dry_json_integer(&json, "engine_events", (int64_t)result->event_count);
	dry_json_integer(&json, "loops", (int64_t)result->loop_count);
	dry_json_integer(&json, "loops_skipped", (int64_t)result->loops_skipped);
	dry_json_close_object(&json);
}

void dry_run_report_csv(const struct dry_run_report *report, struct dry_page *page)
{
	static const char *const head[] = {
		"group", "cost_usd", "node_hours", "mean_price_usd_per_hour", "min_nodes", "mean_nodes",
		"peak_nodes", "nodes_added", "nodes_removed", "interruptions", "scale_ups",
		"scale_ups_failed", "scale_downs", "time_at_max_s", "pods_started", "p95_wait_s",
		"final_target"
	};
	struct dry_page name = { 0 };
	struct dry_csv csv;

	dry_csv_init(&csv, page);
	dry_csv_texts(&csv, head, sizeof(head) / sizeof(head[0]));
	for (uint32_t i = 0; report->policy && i < report->policy->tag_count; i++) {
		dry_page_clear(&name);
		dry_page_add(&name, "tag:");
		dry_page_add(&name, report->policy->tag[i].key);
		dry_csv_text(&csv, dry_page_string(&name));
	}
	dry_page_release(&name);
	dry_csv_end_row(&csv);
	for (uint32_t g = 0; g < report->result->group_count; g++) {
		const struct dry_group_result *group = &report->result->group[g];

		dry_csv_text(&csv, report->config->group[g].name);
		dry_csv_number(&csv, (double)group->cost_nusd / 1e9);
		dry_csv_number(&csv, group->node_hours);
		dry_csv_number(&csv, group->mean_price_usd_per_hour);
		dry_csv_integer(&csv, group->min_nodes);
		dry_csv_number(&csv, group->mean_nodes);
		dry_csv_integer(&csv, group->peak_nodes);
		dry_csv_integer(&csv, group->nodes_added);
		dry_csv_integer(&csv, group->nodes_removed);
		dry_csv_integer(&csv, group->interruptions);
		dry_csv_integer(&csv, group->scale_ups);
		dry_csv_integer(&csv, group->scale_ups_failed);
		dry_csv_integer(&csv, group->scale_downs);
		dry_csv_number(&csv, group->time_at_max_s);
		dry_csv_integer(&csv, group->pods_started);
		dry_csv_number(&csv, group->p95_wait_s);
		dry_csv_integer(&csv, group->final_target);
		for (uint32_t i = 0; report->policy && i < report->policy->tag_count; i++)
			dry_csv_text(&csv, report->policy->tag[i].value);
		dry_csv_end_row(&csv);
	}
}
