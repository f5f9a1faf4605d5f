/*
 * "cost<250 p95<90 expander=priority": every condition must hold. A condition
 * about a metric is a rule as "check -t" takes it; one about a parameter of the
 * sweep (or the end of its path) compares its value, as a number or as a text.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "views.h"
#include "base/units.h"
#include "run/rule.h"

enum comparison { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL };

struct condition {
	bool is_rule;
	struct dry_rule rule;           /* text is in the arena */
	uint32_t parameter;
	enum comparison comparison;
	bool is_number;
	double number;
	char text[64];
	char whole[96];
};

#define CONDITIONS 8

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
	if (dry_parse_span_ms(text, length, &ms))
		return false;
	*number = (double)ms / 1000;
	return true;
}

static bool read_rule(const char *text, struct condition *condition, struct dry_arena *arena, char *wrong,
		      size_t size)
{
	struct dry_error err = { 0 };

	condition->is_rule = dry_rule_parse(&condition->rule, text, DRY_NOWHERE, arena, &err);
	if (!condition->is_rule)
		snprintf(wrong, size, "%s%s%s", err.count ? err.complaint[0].text : text,
			 err.count && err.complaint[0].fix ? "; " : "",
			 err.count && err.complaint[0].fix ? err.complaint[0].fix : "");
	dry_error_release(&err);
	return condition->is_rule;
}

static bool read_condition(const struct dry_sweep_result *result, const char *word, size_t length,
			   struct condition *condition, struct dry_arena *arena, char *wrong, size_t size)
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
	condition->parameter = parameter_of(result, word, name);
	if (condition->parameter == DRY_NONE)
		return read_rule(condition->whole, condition, arena, wrong, size);
	snprintf(condition->text, sizeof(condition->text), "%.*s", (int)(length - name - taken),
		 word + name + taken);
	condition->is_number = number_of(condition->text, &condition->number);
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
	enum dry_metric_id metric = condition->rule.metric;
	const char *text;
	double number;

	if (condition->is_rule)
		return point->has_metrics &&
		       dry_rule_test(&condition->rule, point->metric[metric], point->lower_bound[metric],
				     result->baseline.has_metrics ? result->baseline.metric[metric] : NAN)
				       .outcome == DRY_RULE_HOLDS;
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
			struct condition *condition, uint32_t *count, struct dry_arena *arena, char *wrong,
			size_t size)
{
	*count = 0;
	memset(condition, 0, CONDITIONS * sizeof(*condition));
	while (*filter) {
		size_t length = strcspn(filter, " ,");

		if (length) {
			if (*count == CONDITIONS) {
				snprintf(wrong, size, "at most %d conditions", CONDITIONS);
				return false;
			}
			if (!read_condition(result, filter, length, &condition[*count], arena, wrong, size))
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
	struct dry_arena arena;
	uint32_t count;
	bool ok;

	*match_count = 0;
	dry_arena_init(&arena);
	ok = read_filter(result, filter, condition, &count, &arena, wrong, size);
	for (uint32_t i = 0; ok && i < result->point_count; i++) {
		match[i] = 1;
		for (uint32_t c = 0; c < count && match[i]; c++)
			match[i] = holds(result, &result->point[i], &condition[c]);
		*match_count += match[i];
	}
	dry_arena_release(&arena);
	return ok;
}

/* The value of a metric that comes nearest to what is wanted. */
static double best_of(const struct dry_sweep_result *result, const struct dry_rule *rule)
{
	bool wants_more = rule->operator == DRY_RULE_AT_LEAST || rule->operator == DRY_RULE_ABOVE;
	double best = NAN;

	for (uint32_t i = 0; i < result->point_count; i++) {
		double at = result->point[i].has_metrics ? result->point[i].metric[rule->metric] : NAN;

		if (!isnan(at) && (isnan(best) || (wants_more ? at > best : at < best)))
			best = at;
	}
	return best;
}

void dry_filter_nothing(const struct dry_sweep_result *result, const char *filter, char *text, size_t size)
{
	struct condition condition[CONDITIONS];
	struct dry_arena arena;
	char wrong[128], value[32];
	uint32_t count;

	snprintf(text, size, "0 of %u match %s", result->counts.total, filter);
	dry_arena_init(&arena);
	if (read_filter(result, filter, condition, &count, &arena, wrong, sizeof(wrong)) && count &&
	    condition[0].is_rule && !isnan(best_of(result, &condition[0].rule)))
		snprintf(text, size, "0 of %u match %s; best is %s", result->counts.total, condition[0].whole,
			 dry_metric_format(condition[0].rule.metric, best_of(result, &condition[0].rule), value,
					   sizeof(value)));
	dry_arena_release(&arena);
}
