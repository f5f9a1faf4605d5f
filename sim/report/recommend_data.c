/* The recommendation for programs: one JSON document, and its schema. */
#include <math.h>
#include <string.h>

#include "report/json.h"
#include "report/recommend.h"

static const char *const kind_names[] = { "flag",       "nodeGroupSize", "nodeGroupOption",
					  "nodeGroup",  "expanderPriorities", "other" };

static void add_interval(struct dry_json *json, const char *key, const struct dry_interval *interval)
{
	if (isnan(interval->low))
		return;
	dry_json_open_array(json, key);
	dry_json_number(json, NULL, interval->low);
	dry_json_number(json, NULL, interval->high);
	dry_json_close_array(json);
}

static void add_point(const struct dry_recommendation *r, struct dry_json *json,
		      const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = r->request.result;

	dry_json_integer(json, "id", (int64_t)point->index);
	for (uint32_t o = 0; o < result->objective_count; o++)
		dry_json_number(json, dry_metric_table[result->objective[o]].key,
				point->metric[result->objective[o]]);
}

static void add_what(const struct dry_recommendation *r, struct dry_json *json)
{
	dry_json_open_object(json, "what");
	add_point(r, json, r->point);
	dry_json_text(json, "pick", dry_pick_name(r->request.pick));
	dry_json_bool(json, "is_baseline", r->is_baseline);
	dry_json_open_array(json, "changes");
	for (uint32_t i = 0; i < r->changes.count; i++) {
		const struct dry_change *change = &r->changes.change[i];

		dry_json_newline(json);
		dry_json_open_object(json, NULL);
		dry_json_text(json, "path", change->path);
		dry_json_text(json, "kind", kind_names[change->kind]);
		dry_json_text(json, "from", change->from);
		dry_json_text(json, "to", change->to);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_close_object(json);
}

static void add_why(const struct dry_recommendation *r, struct dry_json *json)
{
	dry_json_open_object(json, "why");
	dry_json_open_array(json, "slo");
	for (uint32_t i = 0; i < r->request.slo_count; i++)
		dry_json_text(json, NULL, r->request.slo[i].text);
	dry_json_close_array(json);
	dry_json_integer(json, "candidates", r->candidates);
	dry_json_integer(json, "missed_slo", r->missed_slo);
	dry_json_integer(json, "missed_policy", r->missed_policy);
	dry_json_open_array(json, "reasons");
	for (uint32_t i = 0; i < r->reason_count; i++)
		dry_json_text(json, NULL, r->reason[i]);
	dry_json_close_array(json);
	dry_json_close_object(json);
}

static void add_evidence(const struct dry_recommendation *r, struct dry_json *json)
{
	const struct dry_sweep_result *result = r->request.result;

	dry_json_open_object(json, "evidence");
	dry_json_text(json, "scenario", result->scenario);
	dry_json_text(json, "scenario_sha256", result->scenario_sha256);
	dry_json_text(json, "trace_sha256", result->trace_sha256);
	dry_json_text(json, "result_sha256", r->request.result_sha256);
	dry_json_text(json, "engine", result->version);
	dry_json_integer(json, "seed", (int64_t)result->seed);
	dry_json_integer(json, "replications", result->replications);
	dry_json_text(json, "method", result->method);
	dry_json_bool(json, "approximate", result->approximate);
	dry_json_integer(json, "points_simulated", result->counts.done);
	dry_json_integer(json, "points_failed", result->counts.failed);
	dry_json_close_object(json);
}

static void add_effect(const struct dry_recommendation *r, struct dry_json *json)
{
	static const char *const verdicts[] = { "same", "better", "worse", "different", "unclear", "undefined" };
	bool compared = r->request.result->baseline.has_metrics;

	dry_json_open_array(json, "effect");
	for (uint32_t i = 0; compared && i < DRY_METRIC_COUNT; i++) {
		const struct dry_compare_row *row = &r->row[i];

		dry_json_newline(json);
		dry_json_open_object(json, NULL);
		dry_json_text(json, "metric", dry_metric_table[i].key);
		dry_json_number(json, "base", row->a);
		dry_json_number(json, "expected", row->b);
		dry_json_number(json, "change", row->change);
		dry_json_text(json, "verdict", verdicts[row->verdict]);
		if (row->b_lower_bound)
			dry_json_bool(json, "lower_bound", true);
		if (r->point->interval)
			add_interval(json, "expected_95", &r->point->interval[i]);
		if (row->paired.count >= 2)
			add_interval(json, "change_95", &row->paired.t);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

static void add_risk(const struct dry_recommendation *r, struct dry_json *json)
{
	static const enum dry_metric_id ids[] = { DRY_METRIC_INTERRUPTIONS, DRY_METRIC_EVICTIONS_INTERRUPTION,
						  DRY_METRIC_EVICTIONS_DAY, DRY_METRIC_LOST_WORK,
						  DRY_METRIC_NEVER_SCHEDULED, DRY_METRIC_SCALE_UPS_FAILED };

	dry_json_open_object(json, "risk");
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		dry_json_number(json, dry_metric_table[ids[i]].key, r->point->metric[ids[i]]);
	if (r->point->interval)
		add_interval(json, "interruptions_95", &r->point->interval[DRY_METRIC_INTERRUPTIONS]);
	dry_json_close_object(json);
}

static void add_review(const struct dry_recommendation *r, struct dry_json *json)
{
	const struct dry_policy *policy = r->request.policy;

	dry_json_open_object(json, "review");
	dry_json_text(json, "policy", policy ? policy->file : NULL);
	dry_json_text(json, "policy_sha256", policy ? policy->sha256 : NULL);
	dry_json_text(json, "phase", policy ? dry_policy_phase_name(policy->phase) : NULL);
	dry_json_bool(json, "needed", r->verdict.reviewers > 0);
	dry_json_integer(json, "reviewers", r->verdict.reviewers);
	dry_json_open_array(json, "by");
	for (uint32_t i = 0; i < r->verdict.count; i++) {
		dry_json_open_object(json, NULL);
		dry_json_text(json, "rule", r->verdict.finding[i].rule);
		dry_json_text(json, "text", r->verdict.finding[i].text);
		dry_json_integer(json, "reviewers", r->verdict.finding[i].reviewers);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_close_object(json);
}

static void add_options(const struct dry_recommendation *r, struct dry_json *json)
{
	dry_json_open_array(json, "options");
	for (int k = 0; k < DRY_RECOMMEND_OPTIONS; k++) {
		const struct dry_recommend_option *option = &r->option[k];
		char letter[2] = { option->letter, '\0' };

		dry_json_newline(json);
		dry_json_open_object(json, NULL);
		dry_json_text(json, "option", letter);
		dry_json_text(json, "what", option->what);
		if (option->point) {
			add_point(r, json, option->point);
			dry_json_number(json, "interruptions", option->point->metric[DRY_METRIC_INTERRUPTIONS]);
			dry_json_number(json, "spot_share", option->spot_share);
		} else {
			dry_json_null(json, "id");
		}
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

static void add_tags(const struct dry_recommendation *r, struct dry_json *json)
{
	const struct dry_policy *policy = r->request.policy;

	dry_json_open_object(json, "tags");
	for (uint32_t i = 0; policy && i < policy->tag_count; i++)
		dry_json_text(json, policy->tag[i].key, policy->tag[i].value);
	dry_json_close_object(json);
}

void dry_recommendation_json(const struct dry_recommendation *r, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", DRY_RECOMMENDATION_SCHEMA);
	add_what(r, &json);
	dry_json_newline(&json);
	add_why(r, &json);
	dry_json_newline(&json);
	add_evidence(r, &json);
	dry_json_newline(&json);
	add_effect(r, &json);
	dry_json_newline(&json);
	add_risk(r, &json);
	dry_json_newline(&json);
	add_review(r, &json);
	dry_json_newline(&json);
	add_options(r, &json);
	dry_json_newline(&json);
	add_tags(r, &json);
	dry_json_close_object(&json);
}

void dry_recommendation_params(const struct dry_recommendation *r, struct dry_page *page)
{
	for (uint32_t i = 0; i < r->changes.count; i++) {
		const struct dry_change *change = &r->changes.change[i];

		dry_json_quote(page, change->path, strlen(change->path));
		dry_page_add(page, ": ");
		dry_json_quote(page, change->to, strlen(change->to));
		dry_page_add_char(page, '\n');
	}
	if (!r->changes.count)
		dry_page_add(page, "{}\n");
}

void dry_recommendation_schema(struct dry_page *page)
{
	static const char text[] =
		"{\n"
		"  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
		"  \"title\": \"" DRY_RECOMMENDATION_SCHEMA "\",\n"
		"  \"type\": \"object\",\n"
		"  \"required\": [\"schema\", \"what\", \"why\", \"evidence\", \"effect\", \"risk\", \"review\", "
		"\"options\", \"tags\"],\n"
		"  \"properties\": {\n"
		"    \"schema\": {\"const\": \"" DRY_RECOMMENDATION_SCHEMA "\"},\n"
		"    \"what\": {\"type\": \"object\", \"required\": [\"id\", \"pick\", \"is_baseline\", "
		"\"changes\"], \"properties\": {\n"
		"      \"id\": {\"type\": \"integer\", \"minimum\": 0},\n"
		"      \"pick\": {\"enum\": [\"cheapest\", \"fastest\", \"knee\"]},\n"
		"      \"is_baseline\": {\"type\": \"boolean\"},\n"
		"      \"changes\": {\"type\": \"array\", \"items\": {\"type\": \"object\",\n"
		"        \"required\": [\"path\", \"kind\", \"from\", \"to\"], \"additionalProperties\": false, "
		"\"properties\": {\n"
		"          \"path\": {\"type\": \"string\"}, \"from\": {\"type\": [\"string\", \"null\"]}, \"to\": "
		"{\"type\": \"string\"},\n"
		"          \"kind\": {\"enum\": [\"flag\", \"nodeGroupSize\", \"nodeGroupOption\", \"nodeGroup\", "
		"\"expanderPriorities\", \"other\"]}}}}}},\n"
		"    \"why\": {\"type\": \"object\", \"required\": [\"slo\", \"candidates\", \"missed_slo\", "
		"\"missed_policy\", \"reasons\"], \"properties\": {\n"
		"      \"slo\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}},\n"
		"      \"candidates\": {\"type\": \"integer\", \"minimum\": 1},\n"
		"      \"reasons\": {\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"string\"}}}},\n"
		"    \"evidence\": {\"type\": \"object\",\n"
		"      \"required\": [\"scenario\", \"scenario_sha256\", \"trace_sha256\", \"result_sha256\", "
		"\"engine\", \"seed\", \"replications\", \"method\"],\n"
		"      \"properties\": {\n"
		"        \"scenario_sha256\": {\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"},\n"
		"        \"trace_sha256\": {\"type\": \"string\", \"pattern\": \"^([0-9a-f]{64})?$\"},\n"
		"        \"result_sha256\": {\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"},\n"
		"        \"replications\": {\"type\": \"integer\", \"minimum\": 1}}},\n"
		"    \"effect\": {\"type\": \"array\", \"items\": {\"type\": \"object\",\n"
		"      \"required\": [\"metric\", \"base\", \"expected\", \"change\", \"verdict\"], \"properties\": {\n"
		"        \"metric\": {\"type\": \"string\"},\n"
		"        \"base\": {\"type\": [\"number\", \"null\"]}, \"expected\": {\"type\": [\"number\", "
		"\"null\"]},\n"
		"        \"change\": {\"type\": [\"number\", \"null\"]},\n"
		"        \"verdict\": {\"enum\": [\"same\", \"better\", \"worse\", \"different\", \"unclear\", "
		"\"undefined\"]},\n"
		"        \"expected_95\": {\"$ref\": \"#/$defs/interval\"}, \"change_95\": {\"$ref\": "
		"\"#/$defs/interval\"}}}},\n"
		"    \"risk\": {\"type\": \"object\", \"required\": [\"interruptions\"]},\n"
		"    \"review\": {\"type\": \"object\", \"required\": [\"needed\", \"reviewers\", \"by\"], "
		"\"properties\": {\n"
		"      \"needed\": {\"type\": \"boolean\"}, \"reviewers\": {\"type\": \"integer\", \"minimum\": 0, "
		"\"maximum\": 2},\n"
		"      \"by\": {\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": [\"rule\", "
		"\"text\", \"reviewers\"]}}}},\n"
		"    \"options\": {\"type\": \"array\", \"minItems\": 3, \"maxItems\": 3, \"items\": {\"type\": "
		"\"object\",\n"
		"      \"required\": [\"option\", \"what\", \"id\"], \"properties\": {\"option\": {\"enum\": [\"A\", "
		"\"B\", \"C\"]}}}},\n"
		"    \"tags\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}}\n"
		"  },\n"
		"  \"$defs\": {\"interval\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": "
		"{\"type\": [\"number\", \"null\"]}}}\n"
		"}\n";

	dry_page_add(page, text);
}
