/*
 * "cost<250 p95<90 expander=priority": every condition must hold. Left of the
 * sign is a metric (or the beginning of its name) or a parameter of the sweep
 * (or the end of its path), right of it a number with its unit or a text.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "base/units.h"

enum comparison { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL };

struct condition {
	enum dry_metric_id metric;      /* DRY_METRIC_COUNT = a parameter */
	uint32_t parameter;
	enum comparison comparison;
	bool is_number;
	double number;
	char text[64];
	char whole[96];
};

#define CONDITIONS 8

static enum dry_metric_id metric_of(const char *name, size_t length)
{
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		if (strlen(dry_metric_table[i].name) == length && !memcmp(dry_metric_table[i].name, name, length))
			return (enum dry_metric_id)i;
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		if (!strncmp(dry_metric_table[i].name, name, length))
			return (enum dry_metric_id)i;
	return DRY_METRIC_COUNT;
}

static uint32_t parameter_of(const struct dry_sweep_result *result, const char *name, size_t length)
{
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		const char *path = result->parameter[p].path;
		size_t all = strlen(path);

		if (all >= length && !memcmp(path + all - length, name, length) &&
		    (all == length || path[all - length - 1] == '.' || path[all - length - 1] == '-'))
			return p;
	}
	return DRY_NONE;
}

/* "250", "$250", "25%", "90s", "10m": in the unit of metrics. */
static bool number_of(const char *text, double *number)
{
	size_t length = strlen(text);
	int64_t ms;

	if (*text == '$') {
		text++;
		length--;
	}
	if (length && text[length - 1] == '%') {
		if (dry_parse_number(text, length - 1, number))
			return false;
		*number /= 100;
		return true;
	}
	if (!dry_parse_number(text, length, number))
		return true;
	if (dry_parse_duration_ms(text, length, &ms))
		return false;
	*number = (double)ms / 1000;
	return true;
}

static bool read_condition(const struct dry_sweep_result *result, const char *word, size_t length,
			   struct condition *condition, char *wrong, size_t size)
{
	static const struct {
		const char *sign;
		enum comparison comparison;
	} sign[] = { { "<=", LESS_EQUAL }, { ">=", GREATER_EQUAL }, { "==", EQUAL }, { "!=", NOT_EQUAL },
		     { "<", LESS }, { ">", GREATER }, { "=", EQUAL } };
	size_t name = strcspn(word, "<>=!"), taken = 0;

	snprintf(condition->whole, sizeof(condition->whole), "%.*s", (int)length, word);
	for (size_t i = 0; i < sizeof(sign) / sizeof(sign[0]) && name < length && !taken; i++)
		if (!strncmp(word + name, sign[i].sign, strlen(sign[i].sign))) {
			taken = strlen(sign[i].sign);
			condition->comparison = sign[i].comparison;
		}
	if (!taken || !name || name + taken >= length) {
		snprintf(wrong, size, "\"%s\" is no condition; one is p95<90", condition->whole);
		return false;
	}
	snprintf(condition->text, sizeof(condition->text), "%.*s", (int)(length - name - taken),
		 word + name + taken);
	condition->is_number = number_of(condition->text, &condition->number);
	condition->parameter = parameter_of(result, word, name);
	condition->metric = condition->parameter == DRY_NONE ? metric_of(word, name) : DRY_METRIC_COUNT;
	if (condition->parameter == DRY_NONE && condition->metric == DRY_METRIC_COUNT) {
		snprintf(wrong, size, "no metric or parameter is called \"%.*s\"", (int)name, word);
		return false;
	}
	if (condition->metric != DRY_METRIC_COUNT && !condition->is_number) {
		snprintf(wrong, size, "\"%s\" is no number", condition->text);
		return false;
	}
	return true;
}

static bool compare(enum comparison comparison, double left, double right)
{
	switch (comparison) {
	case LESS:
		return left < right;
	case LESS_EQUAL:
		return left <= right;
	case GREATER:
		return left > right;
	case GREATER_EQUAL:
		return left >= right;
	case EQUAL:
		return left == right;
	default:
		return left != right;
	}
}

static bool holds(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
		  const struct condition *condition)
{
	const char *text;
	double number;

	if (condition->metric != DRY_METRIC_COUNT)
		return point->has_metrics && compare(condition->comparison, point->metric[condition->metric],
						     condition->number);
	text = dry_sweep_point_value(result, point, condition->parameter);
	if (!text)
		return false;
	if (condition->is_number && number_of(text, &number))
		return compare(condition->comparison, number, condition->number);
	if (condition->comparison == EQUAL)
		return !strcasecmp(text, condition->text);
	return condition->comparison == NOT_EQUAL && strcasecmp(text, condition->text) != 0;
}

static bool read_filter(const struct dry_sweep_result *result, const char *filter,
			struct condition *condition, uint32_t *count, char *wrong, size_t size)
{
	*count = 0;
	while (*filter) {
		size_t length = strcspn(filter, " ,");

		if (length) {
			if (*count == CONDITIONS) {
				snprintf(wrong, size, "at most %d conditions", CONDITIONS);
				return false;
			}
			if (!read_condition(result, filter, length, &condition[*count], wrong, size))
				return false;
			(*count)++;
		}
		filter += length;
		filter += strspn(filter, " ,");
	}
	return true;
}

bool dry_filter_points(const struct dry_sweep_result *result, const char *filter, uint8_t *match,
		       uint32_t *match_count, char *wrong, size_t size)
{
	struct condition condition[CONDITIONS];
	uint32_t count;

	*match_count = 0;
	if (!read_filter(result, filter, condition, &count, wrong, size))
		return false;
	for (uint32_t i = 0; i < result->point_count; i++) {
		match[i] = 1;
		for (uint32_t c = 0; c < count && match[i]; c++)
			match[i] = holds(result, &result->point[i], &condition[c]);
		*match_count += match[i];
	}
	return true;
}

void dry_filter_nothing(const struct dry_sweep_result *result, const char *filter, char *text, size_t size)
{
	struct condition condition[CONDITIONS];
	char wrong[128], value[32];
	double best = NAN;
	uint32_t count;

	snprintf(text, size, "0 of %u match %s", result->counts.total, filter);
	if (!read_filter(result, filter, condition, &count, wrong, sizeof(wrong)) || !count ||
	    condition[0].metric == DRY_METRIC_COUNT)
		return;
	for (uint32_t i = 0; i < result->point_count; i++) {
		double at = result->point[i].has_metrics ? result->point[i].metric[condition[0].metric] : NAN;
		bool wants_more = condition[0].comparison == GREATER || condition[0].comparison == GREATER_EQUAL;

		if (!isnan(at) && (isnan(best) || (wants_more ? at > best : at < best)))
			best = at;
	}
	if (!isnan(best))
		snprintf(text, size, "0 of %u match %s; best is %s", result->counts.total, condition[0].whole,
			 dry_metric_format(condition[0].metric, best, value, sizeof(value)));
}
