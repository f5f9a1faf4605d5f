/*
 * From a sweep's result to one suggestion: which point, why, what it changes,
 * what is expected of it and how sure that is, and who has to look at it. Only
 * points that the policy allows are ever suggested.
 */
#ifndef DRY_REPORT_RECOMMEND_H
#define DRY_REPORT_RECOMMEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "report/change.h"
#include "report/page.h"
#include "report/policy.h"
#include "run/rule.h"
#include "sweep/compare.h"
#include "sweep/sweep_result.h"

#define DRY_RECOMMENDATION_SCHEMA "dryscale.recommendation/1"

enum dry_pick { DRY_PICK_CHEAPEST, DRY_PICK_FASTEST, DRY_PICK_KNEE };

/* "cheapest", "fastest", "knee". */
const char *dry_pick_name(enum dry_pick pick);

/* Everything is borrowed for the life of the recommendation. */
struct dry_recommend_request {
	const struct dry_sweep_result *result;  /* ranked */
	const char *result_file;
	const char *result_sha256;
	const struct dry_input *input;          /* the scenario, for configs; NULL = not at hand */
	const char *scenario_file;              /* NULL with it */
	uint32_t slo_count;
	const struct dry_rule *slo;
	enum dry_pick pick;
	const struct dry_policy *policy;        /* NULL = none; limits on configuration need the input */
};

/* One way to go: A on-demand, B spot, C both. */
struct dry_recommend_option {
	char letter;
	const char *what;               /* "performance: on-demand" */
	const struct dry_sweep_point *point;    /* NULL = no allowed point of that kind */
	double spot_share;              /* of the cost */
};

#define DRY_RECOMMEND_OPTIONS 3

struct dry_recommendation {
	struct dry_arena arena;
	struct dry_recommend_request request;
	const struct dry_sweep_point *point;
	bool is_baseline;               /* nothing to change: the present setting is the best allowed */
	struct dry_change_set changes;
	uint32_t candidates;            /* points that meet every SLO and the policy */
	uint32_t missed_slo;            /* finished points that miss an SLO */
	uint32_t missed_policy;         /* of the others, points that the policy forbids */
	struct dry_policy_verdict verdict;      /* of the chosen point */
	struct dry_compare_row row[DRY_METRIC_COUNT];   /* baseline against the point */
	struct dry_recommend_option option[DRY_RECOMMEND_OPTIONS];
	uint32_t reason_count;
	const char *reason[12];         /* whole sentences with the measured numbers */
};

/*
 * Chooses. False: DRY_ERROR_EMPTY when no point is allowed (the complaint says
 * what came nearest), DRY_ERROR_USAGE when the policy needs the scenario,
 * DRY_ERROR_INPUT when result and scenario do not match.
 * Release the recommendation in any case.
 */
bool dry_recommend(struct dry_recommendation *recommendation,
		   const struct dry_recommend_request *request, struct dry_error *err);
void dry_recommendation_release(struct dry_recommendation *recommendation);

/* The config of a point or of the baseline; NULL when the scenario is not at hand. */
const struct dry_config *dry_recommend_config(struct dry_recommendation *recommendation,
					      const struct dry_sweep_point *point, bool is_baseline);

void dry_recommendation_table(const struct dry_recommendation *recommendation, struct dry_page *page,
			      bool colour);
void dry_recommendation_markdown(const struct dry_recommendation *recommendation, struct dry_page *page);
void dry_recommendation_json(const struct dry_recommendation *recommendation, struct dry_page *page);
/* The changes as a file that --params of run, sweep and check takes. */
void dry_recommendation_params(const struct dry_recommendation *recommendation, struct dry_page *page);
/* The published schema of the document above (JSON Schema 2020-12). */
void dry_recommendation_schema(struct dry_page *page);
/* Allowed points, best first objective first: "--list". */
void dry_recommendation_list(const struct dry_recommendation *recommendation, struct dry_page *page);

#endif
