/*
 * Rules over metrics: what "check -t", "recommend --slo", a policy's slo list
 * and the filter of the screens are made of.
 *
 *     RULE  = [warn:] METRIC OPERATOR LIMIT
 *     OPERATOR = <= | < | >= | > | ==
 *     LIMIT = VALUE | base [(+|-) VALUE[%] | * NUMBER]
 *     VALUE = NUMBER[UNIT] | $NUMBER, in the metric's unit: 120, 120s, 2m, 10%, $330
 *
 * METRIC is a name or key of the metric table, or a short name (cost, p95,
 * idle, ...: "dryscale help rules").
 */
#ifndef DRY_RUN_RULE_H
#define DRY_RUN_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "run/metrics.h"

enum dry_rule_operator {
	DRY_RULE_AT_MOST,
	DRY_RULE_BELOW,
	DRY_RULE_AT_LEAST,
	DRY_RULE_ABOVE,
	DRY_RULE_EQUAL
};

enum dry_rule_base {
	DRY_RULE_ABSOLUTE,              /* limit = value */
	DRY_RULE_BASE_PLUS,             /* limit = base + value */
	DRY_RULE_BASE_TIMES             /* limit = base * value ("+ 3%" is times 1.03) */
};

struct dry_rule {
	enum dry_metric_id metric;
	enum dry_rule_operator operator;
	enum dry_rule_base base;
	double value;                   /* in the metric's unit (seconds, dollars, ratio, ...) */
	bool warns;                     /* "warn:": told, does not fail */
	const char *text;               /* as written, blanks tidied; in the arena */
};

/*
 * One rule. `where` is the place of its first character (DRY_NOWHERE on a
 * command line); complaints are usage without a place, else input.
 */
bool dry_rule_parse(struct dry_rule *rule, const char *text, struct dry_where where,
		    struct dry_arena *arena, struct dry_error *err);

/*
 * Rules one after the other on a line, as the filter takes them ("cost<250
 * p95<90"). Returns how many, at most `room`; false with a complaint.
 */
bool dry_rules_parse_line(struct dry_rule *rules, uint32_t room, uint32_t *count, const char *text,
			  struct dry_arena *arena, struct dry_error *err);

enum dry_rule_outcome {
	DRY_RULE_HOLDS,
	DRY_RULE_BROKEN,
	DRY_RULE_UNDECIDED              /* the metric, or the base it needs, is undefined */
};

struct dry_rule_result {
	enum dry_rule_outcome outcome;
	double limit;                   /* NaN = undefined */
	double observed;
	double margin;                  /* room left; negative = over; NaN = undefined or == */
	bool lower_bound;               /* observed is only a bound from below: it may be more */
};

/*
 * `lower_bound`: the truth may be larger (a censored wait is in it). A rule
 * with an upper limit that the bound itself does not break is then undecided,
 * one with a lower limit that the bound breaks too. base NaN = there is none.
 */
struct dry_rule_result dry_rule_test(const struct dry_rule *rule, double observed, bool lower_bound,
				     double base);

/* Short names of metrics, for help: pairs (short, metric), ends with NULL. */
extern const char *const dry_rule_short_names[];

#endif
