/* Results as text: the JSON with its digest, and CSV. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/units.h"
#include "io/writer.h"
#include "results_text.h"

#define PIECE_SIZE ((size_t)1 << 16)    /* what is passed on is held up to this */

void dry_results_text_release(struct dry_results_text *text)
{
	free(text->text);
	*text = (struct dry_results_text){ 0 };
}

void results_pass_on(struct dry_results_text *out)
{
	if (out->sha)
		dry_sha256_add(out->sha, out->text, out->length);
	if (out->writer)
		dry_writer_add(out->writer, out->text, out->length);
	if (out->sha || out->writer)
		out->length = 0;
}

void results_add(struct dry_results_text *out, const char *piece, size_t length)
{
	if (out->length >= PIECE_SIZE)
		results_pass_on(out);
	out->text = dry_grow(out->text, &out->capacity, out->length + length + 1, 1);
	if (length)
		memcpy(out->text + out->length, piece, length);
	out->length += length;
	out->text[out->length] = '\0';
}

void results_text(struct dry_results_text *out, const char *piece)
{
	results_add(out, piece, strlen(piece));
}

static void __attribute__((format(printf, 2, 3))) add_format(struct dry_results_text *out,
							     const char *format, ...)
{
	char text[128];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	results_text(out, text);
}

char *dry_format_double(double value, char buffer[32])
{
	if (!isfinite(value)) {
		snprintf(buffer, 32, "null");
		return buffer;
	}
	return dry_format_number(value == 0 ? 0 : value, 15, buffer);   /* no "-0" */
}

void results_number(struct dry_results_text *out, double value)
{
	char buffer[32];

	results_text(out, dry_format_double(value, buffer));
}

void results_quoted(struct dry_results_text *out, const char *value)
{
	if (!value) {
		results_text(out, "null");
		return;
	}
	results_text(out, "\"");
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\')
			add_format(out, "\\%c", *p);
		else if ((unsigned char)*p < 0x20 || *p == 0x7f)
			add_format(out, "\\u%04x", (unsigned)(unsigned char)*p);
		else
			results_add(out, p, 1);
	}
	results_text(out, "\"");
}

static void add_settings(struct dry_results_text *out, const struct dry_setting *setting, uint32_t count)
{
	results_text(out, "{");
	for (uint32_t i = 0; i < count; i++) {
		results_text(out, i ? "," : "");
		results_quoted(out, setting[i].path);
		results_text(out, ":");
		results_quoted(out, setting[i].value);
	}
	results_text(out, "}");
}

static void add_metrics(struct dry_results_text *out, const struct dry_sweep_result *result,
			const struct dry_sweep_point *point)
{
	bool any = false;

	for (uint32_t k = 0; k < result->objective_count; k++) {
		add_format(out, ",\"%s\":", dry_metric_table[result->objective[k]].key);
		results_number(out, point->metric[result->objective[k]]);
	}
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		bool is_objective = false;

		for (uint32_t k = 0; k < result->objective_count; k++)
			is_objective |= (int)result->objective[k] == i;
		if (is_objective)
			continue;
		add_format(out, ",\"%s\":", dry_metric_table[i].key);
		results_number(out, point->metric[i]);
	}
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		if (!point->lower_bound[i])
			continue;
		add_format(out, "%s\"%s\"", any ? "," : ",\"lower_bounds\":[", dry_metric_table[i].key);
		any = true;
	}
	if (any)
		results_text(out, "]");
}

static void add_replications(struct dry_results_text *out, const struct dry_sweep_point *point)
{
	add_format(out, ",\"replications\":%u", point->replications);
	if (point->interval) {
		results_text(out, ",\"intervals_95\":[");
		for (int i = 0; i < DRY_METRIC_COUNT; i++) {
			results_text(out, i ? ",[" : "[");
			results_number(out, point->interval[i].low);
			results_text(out, ",");
			results_number(out, point->interval[i].high);
			results_text(out, "]");
		}
		results_text(out, "]");
	}
	if (point->sample) {
		results_text(out, ",\"samples\":[");
		for (uint32_t r = 0; r < point->replications; r++) {
			results_text(out, r ? ",[" : "[");
			for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
				results_text(out, i ? "," : "");
				results_number(out, point->sample[(size_t)r * DRY_METRIC_COUNT + i]);
			}
			results_text(out, "]");
		}
		results_text(out, "]");
	}
}

static void add_bounds(struct dry_results_text *out, const struct dry_sweep_result *result,
		       const struct dry_sweep_point *point)
{
	if (!point->bound)
		return;
	results_text(out, ",\"bounds\":[");
	for (uint32_t i = 0; i < DRY_SWEEP_CHECKPOINTS * result->objective_count; i++) {
		results_text(out, i ? "," : "");
		results_number(out, point->bound[i]);
	}
	results_text(out, "]");
}

void results_point(struct dry_results_text *out, const struct dry_sweep_result *result,
		   const struct dry_sweep_point *point)
{
	if (point->index == UINT64_MAX)
		results_text(out, "{\"id\":null");
	else
		add_format(out, "{\"id\":%" PRIu64, point->index);
	add_format(out, ",\"state\":\"%s\"",
		   dry_point_state_name(point->state == DRY_POINT_RUNNING ? DRY_POINT_PENDING : point->state));
	if (point->reason) {
		results_text(out, ",\"reason\":");
		results_quoted(out, point->reason);
	}
	if (point->is_extra)
		results_text(out, ",\"extra\":true");
	results_text(out, ",\"settings\":");
	add_settings(out, point->setting, point->setting_count);
	if (point->has_metrics) {
		if (point->rank)
			add_format(out, ",\"rank\":%u", point->rank);
		add_metrics(out, result, point);
		add_replications(out, point);
		add_bounds(out, result, point);
		add_format(out, ",\"digest\":\"%016" PRIx64 "\",\"events\":%" PRIu64, point->digest,
			   point->event_count);
	}
	results_text(out, "}");
}

static void add_parameters(struct dry_results_text *out, const struct dry_sweep_result *result)
{
	results_text(out, ",\n\"parameters\":[");
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		const struct dry_sweep_parameter *parameter = &result->parameter[p];
		bool any = false;

		results_text(out, p ? ",\n {\"path\":" : "\n {\"path\":");
		results_quoted(out, parameter->path);
		results_text(out, ",\"values\":[");
		for (uint32_t v = 0; v < parameter->value_count; v++) {
			results_text(out, v ? "," : "");
			results_quoted(out, parameter->value[v]);
		}
		results_text(out, "],\"base\":");
		results_quoted(out, result->base_value[p]);
		results_text(out, ",\"base_matches\":[");
		for (uint32_t v = 0; v < parameter->value_count; v++) {
			if (!result->base_match[p][v])
				continue;
			add_format(out, "%s%u", any ? "," : "", v);
			any = true;
		}
		results_text(out, "]}");
	}
	results_text(out, "]");
}

void results_manifest(struct dry_results_text *out, const struct dry_sweep_result *result)
{
	results_text(out, "\"scenario\":");
	results_quoted(out, result->scenario);
	results_text(out, ",\"scenario_sha256\":");
	results_quoted(out, result->scenario_sha256);
	results_text(out, ",\"trace_sha256\":");
	results_quoted(out, result->trace_sha256);
	results_text(out, ",\"version\":");
	results_quoted(out, result->version);
	add_format(out, ",\"seed\":%" PRIu64 ",\"replications\":%u", result->seed, result->replications);
	if (result->precision > 0) {
		results_text(out, ",\"precision\":");
		results_number(out, result->precision);
	}
	results_text(out, ",\"method\":");
	results_quoted(out, result->method);
	add_format(out, ",\"approximate\":%s,\"exhaustive\":%s,\"grid_count\":%" PRIu64,
		   result->approximate ? "true" : "false", result->exhaustive ? "true" : "false",
		   result->grid_count);
	if (result->selection_digest)
		add_format(out, ",\"selection\":\"%016" PRIx64 "\"", result->selection_digest);
	if (result->shard.count > 1)
		add_format(out, ",\"shard\":{\"index\":%u,\"count\":%u}", result->shard.index,
			   result->shard.count);
	results_text(out, ",\"settings\":");
	add_settings(out, result->setting, result->setting_count);
	results_text(out, ",\"objectives\":[");
	for (uint32_t k = 0; k < result->objective_count; k++)
		add_format(out, "%s\"%s\"", k ? "," : "", dry_metric_table[result->objective[k]].name);
	results_text(out, "]");
	if (result->limit_count) {
		results_text(out, ",\"limits\":[");
		for (uint32_t i = 0; i < result->limit_count; i++) {
			results_text(out, i ? "," : "");
			results_quoted(out, result->limit[i].text);
		}
		results_text(out, "]");
	}
	add_parameters(out, result);
}

void results_body(const struct dry_sweep_result *result, struct dry_results_text *out)
{
	const struct dry_sweep_counts *counts = &result->counts;

	results_text(out, "{\"schema\":\"" DRY_SWEEP_SCHEMA "\",");
	results_manifest(out, result);
	add_format(out, ",\n\"counts\":{\"total\":%u,\"done\":%u,\"failed\":%u,\"pruned\":%u,\"pending\":%u}",
		   counts->total, counts->done, counts->failed, counts->pruned, counts->pending);
	results_text(out, ",\n\"front\":[");
	for (uint32_t i = 0; i < result->front_count; i++)
		add_format(out, "%s%" PRIu64, i ? "," : "", result->point[result->front[i]].index);
	if (result->knee == DRY_NONE)
		results_text(out, "],\"knee\":null");
	else
		add_format(out, "],\"knee\":%" PRIu64, result->point[result->knee].index);
	results_text(out, ",\n\"baseline\":");
	results_point(out, result, &result->baseline);
	results_text(out, ",\n\"points\":[");
	for (uint32_t i = 0; i < result->point_count; i++) {
		results_text(out, i ? ",\n" : "\n");
		results_point(out, result, &result->point[i]);
	}
	results_text(out, "\n]");
}

void dry_results_json(const struct dry_sweep_result *result, struct dry_results_text *out)
{
	struct dry_sha256 sha;
	size_t start = out->length;
	char hex[65];

	if (out->writer) {
		results_pass_on(out);
		dry_sha256_init(&sha);
		out->sha = &sha;
		results_body(result, out);
		results_pass_on(out);
		out->sha = NULL;
		dry_sha256_finish(&sha, hex);
	} else {
		results_body(result, out);
		dry_sha256_hex(out->text + start, out->length - start, hex);
	}
	add_format(out, ",\n\"sha256\":\"%s\"}\n", hex);
}

/* --- CSV --- */

static void add_field(struct dry_results_text *out, const char *value)
{
	const bool is_formula = dry_is_formula(value);

	if (!is_formula && !value[strcspn(value, ",\"\r\n")]) {
		results_text(out, value);
		return;
	}
	results_text(out, is_formula ? "\"'" : "\"");
	for (const char *p = value; *p; p++) {
		if (*p == '"')
			results_text(out, "\"");
		results_add(out, p, 1);
	}
	results_text(out, "\"");
}

static void add_cell(struct dry_results_text *out, double value)
{
	results_text(out, ",");
	if (isfinite(value))
		results_number(out, value);
}

/* The metrics in the order of the columns: objectives first. */
static void column_order(const struct dry_sweep_result *result, int order[DRY_METRIC_COUNT])
{
	bool taken[DRY_METRIC_COUNT] = { false };
	int count = 0;

	for (uint32_t k = 0; k < result->objective_count; k++) {
		if (taken[result->objective[k]])
			continue;
		taken[result->objective[k]] = true;
		order[count++] = (int)result->objective[k];
	}
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		if (!taken[i])
			order[count++] = i;
}

static void add_csv_row(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			const int *order, struct dry_results_text *out)
{
	add_format(out, "%" PRIu64, point->index);
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		add_cell(out, point->has_metrics ? point->metric[order[i]] : NAN);
	add_format(out, ",%s,", dry_point_state_name(point->state));
	add_field(out, point->reason ? point->reason : "");
	results_text(out, ",");
	if (point->rank)
		add_format(out, "%u", point->rank);
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		const char *value = dry_sweep_point_value(result, point, p);

		results_text(out, ",");
		add_field(out, value ? value : "");
	}
	results_text(out, "\n");
}

void dry_results_csv(const struct dry_sweep_result *result, struct dry_results_text *out)
{
	int order[DRY_METRIC_COUNT];

	column_order(result, order);
	results_text(out, "id");
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		add_format(out, ",%s", dry_metric_table[order[i]].key);
	results_text(out, ",state,reason,rank");
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		results_text(out, ",");
		add_field(out, result->parameter[p].path);
	}
	results_text(out, "\n");
	for (uint32_t i = 0; i < result->point_count; i++)
		add_csv_row(result, &result->point[i], order, out);
}
