/* Rules over metrics: their grammar and their test. */
#include "run/rule.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

const char *const dry_rule_short_names[] = {
	"cost", "cost_day",       "p50", "p50_wait",   "p90", "p90_wait",     "p95", "p95_wait",
	"p99",  "p99_wait",       "max", "max_wait",   "mean", "mean_wait",   "idle", "idle_ratio",
	"evictions", "evictions_day", "unscheduled", "never_scheduled", "nodes", "mean_nodes", NULL,
};

struct parser {
	const char *text;
	const char *at;
	struct dry_where where;
	struct dry_error *err;
};

static bool fail(const struct parser *p, const char *at, const char *what, const char *word, size_t length)
{
	struct dry_where where = p->where;

	if (where.column)
		where.column += (uint32_t)(at - p->text);
	return dry_fail(p->err, where.file ? DRY_ERROR_INPUT : DRY_ERROR_USAGE, where, "rule \"%s\": %s%s%.*s%s",
			p->text, what, length ? " \"" : "", (int)length, word, length ? "\"" : "");
}

static void skip_blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool parse_metric(struct parser *p, struct dry_rule *rule)
{
	const char *start = p->at, *nearest = NULL;
	char name[48];
	size_t length = 0;

	while (isalnum((unsigned char)*p->at) || *p->at == '_')
		p->at++;
	length = (size_t)(p->at - start);
	if (!length || length >= sizeof(name))
		return fail(p, start, "a metric is expected at", start, strcspn(start, " <>="));
	memcpy(name, start, length);
	name[length] = '\0';
	for (size_t i = 0; dry_rule_short_names[i]; i += 2)
		if (!strcmp(name, dry_rule_short_names[i])) {
			rule->metric = dry_metric_find(dry_rule_short_names[i + 1], NULL);
			return true;
		}
	rule->metric = dry_metric_find(name, &nearest);
	if (rule->metric != DRY_METRIC_COUNT)
		return true;
	fail(p, start, "unknown metric", name, length);
	if (nearest)
		return dry_fail_fix(p->err, "did you mean \"%s\"?", nearest);
	return dry_fail_fix(p->err, "dryscale help metrics lists them");
}

static bool parse_operator(struct parser *p, struct dry_rule *rule)
{
	static const char *const word[] = { "<=", ">=", "==", "<", ">" };
	static const enum dry_rule_operator operator[] = { DRY_RULE_AT_MOST, DRY_RULE_AT_LEAST,
							   DRY_RULE_EQUAL, DRY_RULE_BELOW,
							   DRY_RULE_ABOVE };

	skip_blanks(p);
	for (size_t i = 0; i < 5; i++)
		if (!strncmp(p->at, word[i], strlen(word[i]))) {
			rule->operator = operator[i];
			p->at += strlen(word[i]);
			skip_blanks(p);
			return true;
		}
	fail(p, p->at, "an operator is expected", "", 0);
	return dry_fail_expected(p->err, "<=, <, >=, > or ==");
}

static bool is_time(enum dry_metric_unit unit)
{
	return unit == DRY_UNIT_SECONDS || unit == DRY_UNIT_HOURS;
}

/* The value's word: digits, a point, letters, "%", "$". */
static size_t word_length(const char *at)
{
	size_t n = 0;

	while (isalnum((unsigned char)at[n]) || at[n] == '.' || at[n] == '$' || at[n] == '%' ||
	       (n > 0 && (at[n] == '-' || at[n] == '+') && (at[n - 1] == 'e' || at[n - 1] == 'E') &&
		isdigit((unsigned char)at[n + 1])))
		n++;
	return n;
}

/* A number with the metric's unit. percent (may be NULL) takes "3%" apart from a ratio of 0.03. */
static bool parse_value(struct parser *p, const struct dry_rule *rule, double *value, bool *percent)
{
	enum dry_metric_unit unit = dry_metric_table[rule->metric].unit;
	bool money = unit == DRY_UNIT_USD || unit == DRY_UNIT_USD_DAY;
	const char *start = p->at, *word = start;
	size_t length = word_length(start), n = length;
	int64_t ms;

	p->at += length;
	if (percent)
		*percent = false;
	if (n && *word == '$') {
		if (!money)
			return fail(p, start, "this metric is not in dollars:", start, length);
		word++;
		n--;
	}
	if (n > 1 && word[n - 1] == '%') {
		if (dry_parse_number(word, n - 1, value))
			return fail(p, start, "not a number:", start, length);
		if (percent)
			*percent = true;
		else if (unit != DRY_UNIT_RATIO)
			return fail(p, start, "a percentage of what? write base + or use the metric's unit:",
				    start, length);
		*value /= 100;
		return true;
	}
	if (n && !dry_parse_number(word, n, value))
		return true;
	if (n && is_time(unit) && !dry_parse_span_ms(word, n, &ms)) {
		*value = unit == DRY_UNIT_HOURS ? (double)ms / 3600000 : (double)ms / 1000;
		return true;
	}
	fail(p, start, length ? "not a value:" : "a value is expected at the end", start, length);
	return dry_fail_expected(p->err, is_time(unit) ? "a number of seconds or a duration such as 2m" :
				 money ? "dollars, for example 330 or $330" :
				 unit == DRY_UNIT_RATIO ? "a ratio or a percentage, for example 0.2 or 20%%" :
							  "a number");
}

static bool parse_base(struct parser *p, struct dry_rule *rule)
{
	char sign;
	bool percent;

	rule->base = DRY_RULE_BASE_PLUS;
	rule->value = 0;
	skip_blanks(p);
	sign = *p->at;
	if (sign == '*') {
		const char *start;

		p->at++;
		skip_blanks(p);
		rule->base = DRY_RULE_BASE_TIMES;
		start = p->at;
		p->at += word_length(p->at);
		if (!dry_parse_number(start, (size_t)(p->at - start), &rule->value))
			return true;
		return fail(p, start, "not a factor:", start, (size_t)(p->at - start));
	}
	if (sign != '+' && sign != '-')
		return true;
	p->at++;
	skip_blanks(p);
	if (!parse_value(p, rule, &rule->value, &percent))
		return false;
	/* of a ratio too: "base + 3%" is 1.03 times the base */
	if (percent) {
		rule->base = DRY_RULE_BASE_TIMES;
		rule->value = sign == '-' ? 1 - rule->value : 1 + rule->value;
	} else if (sign == '-') {
		rule->value = -rule->value;
	}
	return true;
}

static bool parse_limit(struct parser *p, struct dry_rule *rule)
{
	static const char *const words[] = { "baseline", "base" };

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(words[i]);

		if (strncmp(p->at, words[i], n) || isalnum((unsigned char)p->at[n]))
			continue;
		p->at += n;
		return parse_base(p, rule);
	}
	rule->base = DRY_RULE_ABSOLUTE;
	return parse_value(p, rule, &rule->value, NULL);
}

static const char *tidy(const char *start, const char *end, struct dry_arena *arena)
{
	char *copy;
	size_t n = 0;

	while (start < end && isspace((unsigned char)*start))
		start++;
	copy = dry_arena_alloc(arena, (size_t)(end - start) + 1);
	for (; start < end; start++) {
		bool blank = isspace((unsigned char)*start);

		if (blank && (n == 0 || copy[n - 1] == ' '))
			continue;
		copy[n++] = blank ? ' ' : *start;
	}
	while (n && copy[n - 1] == ' ')
		n--;
	copy[n] = '\0';
	return copy;
}

static bool parse_one(struct parser *p, struct dry_rule *rule, struct dry_arena *arena)
{
	const char *start;

	memset(rule, 0, sizeof(*rule));
	skip_blanks(p);
	start = p->at;
	if (!strncmp(p->at, "warn:", 5)) {
		rule->warns = true;
		p->at += 5;
		skip_blanks(p);
	}
	if (!parse_metric(p, rule) || !parse_operator(p, rule) || !parse_limit(p, rule))
		return false;
	rule->text = tidy(start, p->at, arena);
	skip_blanks(p);
	return true;
}

bool dry_rule_parse(struct dry_rule *rule, const char *text, struct dry_where where,
		    struct dry_arena *arena, struct dry_error *err)
{
	struct parser p = { text, text, where, err };

	if (!parse_one(&p, rule, arena))
		return false;
	if (*p.at)
		return fail(&p, p.at, "the rule should end before", p.at, strlen(p.at));
	return true;
}

bool dry_rules_parse_line(struct dry_rule *rules, uint32_t room, uint32_t *count, const char *text,
			  struct dry_arena *arena, struct dry_error *err)
{
	struct parser p = { text, text, DRY_NOWHERE, err };

	*count = 0;
	skip_blanks(&p);
	while (*p.at) {
		if (*count == room)
			return fail(&p, p.at, "too many rules, from", p.at, strcspn(p.at, " "));
		if (!parse_one(&p, &rules[*count], arena))
			return false;
		(*count)++;
		if (*p.at == ',' || *p.at == ';') {
			p.at++;
			skip_blanks(&p);
		}
	}
	return true;
}

static bool holds(enum dry_rule_operator operator, double observed, double limit)
{
	switch (operator) {
	case DRY_RULE_AT_MOST:
		return observed <= limit;
	case DRY_RULE_BELOW:
		return observed < limit;
	case DRY_RULE_AT_LEAST:
		return observed >= limit;
	case DRY_RULE_ABOVE:
		return observed > limit;
	case DRY_RULE_EQUAL:
		break;
	}
	return observed == limit;
}

struct dry_rule_result dry_rule_test(const struct dry_rule *rule, double observed, bool lower_bound,
				     double base)
{
	struct dry_rule_result result = { .observed = observed, .lower_bound = lower_bound };
	bool upper = rule->operator == DRY_RULE_AT_MOST || rule->operator == DRY_RULE_BELOW;
	bool good;

	result.limit = rule->base == DRY_RULE_ABSOLUTE	  ? rule->value :
		       rule->base == DRY_RULE_BASE_PLUS ? base + rule->value :
							  base * rule->value;
	result.margin = rule->operator == DRY_RULE_EQUAL ? NAN :
			upper				 ? result.limit - observed :
							   observed - result.limit;
	if (isnan(observed) || isnan(result.limit)) {
		result.outcome = DRY_RULE_UNDECIDED;
		return result;
	}
	good = holds(rule->operator, observed, result.limit);
	result.outcome = good ? DRY_RULE_HOLDS : DRY_RULE_BROKEN;
	/* The truth may be larger: that can only break an upper limit, or heal a lower one. */
	if (lower_bound && (rule->operator == DRY_RULE_EQUAL ? observed <= result.limit : good == upper))
		result.outcome = DRY_RULE_UNDECIDED;
	return result;
}
