/* Choosing a point: SLOs, policy, pick, and the three ways to go. */
#include "report/recommend.h"

#include <math.h>
#include <string.h>

static const char *const pick_names[] = { "cheapest", "fastest", "knee" };

const char *dry_pick_name(enum dry_pick pick)
{
	return pick_names[pick];
}

/* A point that was looked at, and what the policy says of it. */
struct candidate {
	const struct dry_sweep_point *point;
	double spot_share;
};

struct chooser {
	struct dry_recommendation *r;
	const struct dry_sweep_result *result;
	struct candidate *candidate;
	uint32_t count;
	struct dry_rule *policy_slo;
	uint32_t policy_slo_count;
	struct dry_error *err;
};

static bool meets(const struct dry_rule *rule, const struct dry_sweep_point *point,
		  const struct dry_sweep_result *result)
{
	double base = result->baseline.has_metrics ? result->baseline.metric[rule->metric] : NAN;

	return rule->warns || dry_rule_test(rule, point->metric[rule->metric],
					    point->lower_bound[rule->metric], base)
					      .outcome == DRY_RULE_HOLDS;
}

static double spot_share(const struct dry_sweep_point *point)
{
	double spot = point->metric[DRY_METRIC_COST_SPOT];
	double all = spot + point->metric[DRY_METRIC_COST_ON_DEMAND] +
		     point->metric[DRY_METRIC_COST_RESERVED];

	return all > 0 ? spot / all : 0;
}

const struct dry_config *dry_recommend_config(struct dry_recommendation *r,
					      const struct dry_sweep_point *point, bool is_baseline)
{
	struct dry_config *config;
	struct dry_error err = { 0 };
	bool done;

	if (!r->request.input)
		return NULL;
	config = dry_arena_alloc(&r->arena, sizeof(*config));
	done = dry_sweep_point_config(r->request.result, is_baseline ? &r->request.result->baseline : point,
				      r->request.input, config, &r->arena, &err);
	dry_error_release(&err);
	return done ? config : NULL;
}

static void judge(struct chooser *c, const struct dry_sweep_point *point, struct dry_change_set *changes,
		  struct dry_policy_verdict *verdict)
{
	struct dry_recommendation *r = c->r;
	const struct dry_sweep_point *baseline = &c->result->baseline;
	struct dry_policy_side base = { dry_recommend_config(r, NULL, true),
					baseline->has_metrics ? baseline->metric : NULL };
	struct dry_policy_side proposal = { dry_recommend_config(r, point, false), point->metric };
	bool *breach = dry_arena_array(&r->arena, c->policy_slo_count + 1u, sizeof(*breach));

	for (uint32_t i = 0; i < c->policy_slo_count; i++)
		breach[i] = !meets(&c->policy_slo[i], point, c->result);
	dry_changes_of_point(c->result, point, &r->arena, changes);
	dry_policy_judge(r->request.policy, r->request.input, &base, &proposal, changes, breach, &r->arena,
			 verdict);
}

static bool is_allowed(struct chooser *c, const struct dry_sweep_point *point)
{
	struct dry_policy_verdict verdict;
	struct dry_change_set changes;

	if (!c->r->request.policy)
		return true;
	judge(c, point, &changes, &verdict);
	return !verdict.breached;
}

static bool read_policy_slo(struct chooser *c)
{
	const struct dry_policy *policy = c->r->request.policy;

	if (!policy || !policy->slo_count)
		return true;
	c->policy_slo = dry_arena_array(&c->r->arena, policy->slo_count, sizeof(*c->policy_slo));
	for (uint32_t i = 0; i < policy->slo_count; i++)
		if (!dry_rule_parse(&c->policy_slo[i], policy->slo[i],
				    (struct dry_where){ .file = policy->file }, &c->r->arena, c->err))
			return false;
	c->policy_slo_count = policy->slo_count;
	return true;
}

static void gather(struct chooser *c)
{
	const struct dry_recommend_request *request = &c->r->request;

	c->candidate = dry_arena_array(&c->r->arena, c->result->point_count + 1u, sizeof(*c->candidate));
	for (uint32_t i = 0; i < c->result->point_count; i++) {
		const struct dry_sweep_point *point = &c->result->point[i];
		bool good = true;

		if (point->state != DRY_POINT_DONE)
			continue;
		for (uint32_t s = 0; s < request->slo_count; s++)
			good &= meets(&request->slo[s], point, c->result);
		if (!good) {
			c->r->missed_slo++;
			continue;
		}
		if (!is_allowed(c, point)) {
			c->r->missed_policy++;
			continue;
		}
		c->candidate[c->count++] = (struct candidate){ point, spot_share(point) };
	}
	c->r->candidates = c->count;
}

/* Smaller first objective, then the others, then the smaller index. */
static bool is_better(const struct chooser *c, const struct dry_sweep_point *a,
		      const struct dry_sweep_point *b, uint32_t first)
{
	uint32_t n = c->result->objective_count;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t o = (first + k) % n;
		double x = dry_sweep_objective(c->result, a, o), y = dry_sweep_objective(c->result, b, o);

		if (x != y)
			return x < y;
	}
	return a->index < b->index;
}

static const struct dry_sweep_point *best_by(const struct chooser *c, uint32_t objective)
{
	const struct dry_sweep_point *best = NULL;

	for (uint32_t i = 0; i < c->count; i++)
		if (!best || is_better(c, c->candidate[i].point, best, objective))
			best = c->candidate[i].point;
	return best;
}

/* The knee of the whole front when it is allowed, else the allowed point nearest to it. */
static const struct dry_sweep_point *find_knee(const struct chooser *c)
{
	const struct dry_sweep_result *result = c->result;
	const struct dry_sweep_point *knee, *best = NULL;
	double nearest = INFINITY;

	if (result->knee >= result->point_count)
		return best_by(c, 0);
	knee = &result->point[result->knee];
	for (uint32_t i = 0; i < c->count; i++) {
		const struct dry_sweep_point *point = c->candidate[i].point;
		double distance = 0;

		for (uint32_t o = 0; o < result->objective_count; o++) {
			double at = dry_sweep_objective(result, knee, o);
			double d = dry_sweep_objective(result, point, o) - at;

			distance += at != 0 ? d * d / (at * at) : d * d;
		}
		if (distance < nearest || (distance == nearest && best && point->index < best->index)) {
			nearest = distance;
			best = point;
		}
	}
	return best;
}

static uint32_t wait_objective(const struct dry_sweep_result *result)
{
	for (uint32_t o = 0; o < result->objective_count; o++)
		if (dry_metric_table[result->objective[o]].unit == DRY_UNIT_SECONDS)
			return o;
	return result->objective_count - 1;
}

static const struct dry_sweep_point *pick(const struct chooser *c)
{
	switch (c->r->request.pick) {
	case DRY_PICK_FASTEST:
		return best_by(c, wait_objective(c->result));
	case DRY_PICK_KNEE:
		return find_knee(c);
	case DRY_PICK_CHEAPEST:
		break;
	}
	return best_by(c, 0);
}

/*
 * A keeps to capacity that nobody takes back and is the fastest of such points,
 * B is the cheapest of all that use spot, C the cheapest of those where at least
 * a fifth and at most four fifths of the money goes to spot.
 */
static void choose_options(struct chooser *c)
{
	static const char *const what[] = { "performance: on-demand", "cost-optimal: spot",
					    "hybrid: some on-demand, the rest spot" };
	uint32_t wait = wait_objective(c->result);

	for (int k = 0; k < DRY_RECOMMEND_OPTIONS; k++) {
		struct dry_recommend_option *option = &c->r->option[k];

		option->letter = (char)('A' + k);
		option->what = what[k];
		for (uint32_t i = 0; i < c->count; i++) {
			const struct dry_sweep_point *point = c->candidate[i].point;
			double share = c->candidate[i].spot_share;
			bool fits = k == 0 ? share == 0 : k == 1 ? share > 0 : share >= 0.2 && share <= 0.8;

			if (fits && (!option->point || is_better(c, point, option->point, k == 0 ? wait : 0))) {
				option->point = point;
				option->spot_share = share;
			}
		}
	}
}

static const char *metric_text(struct dry_recommendation *r, enum dry_metric_id id,
			       const struct dry_sweep_point *point)
{
	char buffer[64];

	dry_metric_format(id, point->metric[id], buffer, sizeof(buffer));
	return dry_arena_printf(&r->arena, "%s%s", point->lower_bound[id] ? ">= " : "", buffer);
}

static void give_reason(struct dry_recommendation *r, const char *reason)
{
	if (r->reason_count < sizeof(r->reason) / sizeof(r->reason[0]))
		r->reason[r->reason_count++] = reason;
}

static const char *slo_text(struct dry_recommendation *r)
{
	const char *text = "";

	for (uint32_t i = 0; i < r->request.slo_count; i++)
		text = dry_arena_printf(&r->arena, "%s%s%s", text, i ? " and " : "", r->request.slo[i].text);
	return text;
}

static void explain_choice(struct dry_recommendation *r)
{
	const struct dry_sweep_result *result = r->request.result;
	bool slo = r->request.slo_count > 0;

	give_reason(r, dry_arena_printf(
			       &r->arena, "#%llu is the %s of %u point%s%s%s of %u simulated.",
			       (unsigned long long)r->point->index,
			       r->request.pick == DRY_PICK_KNEE ? "knee" : pick_names[r->request.pick],
			       r->candidates, r->candidates == 1 ? "" : "s", slo ? " with " : "", slo_text(r),
			       result->counts.done));
	if (r->missed_policy)
		give_reason(r, dry_arena_printf(&r->arena,
						"The policy forbids %u point%s that would otherwise have counted.",
						r->missed_policy, r->missed_policy == 1 ? "" : "s"));
	if (r->is_baseline)
		give_reason(r, "The present setting is already the best of these: nothing to change.");
}

/* "Cost a day falls from $312.76 to $224.08 (-28.4 %)." */
static void explain_metric(struct dry_recommendation *r, enum dry_metric_id id)
{
	const struct dry_compare_row *row = &r->row[id];
	const char *verb = row->b < row->a ? "falls" : "rises";

	if (row->verdict == DRY_VERDICT_SAME) {
		give_reason(r, dry_arena_printf(&r->arena, "%s stays at %s.", dry_metric_table[id].label,
						metric_text(r, id, r->point)));
		return;
	}
	if (isnan(row->a) || isnan(row->b))
		return;
	give_reason(r, dry_arena_printf(
			       &r->arena, "%s %s from %s to %s%s%s", dry_metric_table[id].label, verb,
			       metric_text(r, id, &r->request.result->baseline), metric_text(r, id, r->point),
			       isnan(row->ratio) ? "" :
						   dry_arena_printf(&r->arena, " (%+.1f%%)", 100 * row->ratio),
			       row->verdict == DRY_VERDICT_UNCLEAR ?
				       "; over the replications the difference cannot be told from none." :
				       "."));
}

static void explain_risk(struct dry_recommendation *r)
{
	const struct dry_sweep_point *point = r->point;
	double interruptions = point->metric[DRY_METRIC_INTERRUPTIONS];

	if (interruptions > 0)
		give_reason(r, dry_arena_printf(
				       &r->arena,
				       "Spot takes %.0f%% of the cost; %.4g node%s reclaimed, %.4g pods evicted by it.",
				       100 * spot_share(point), interruptions,
				       interruptions == 1 ? " was" : "s were",
				       point->metric[DRY_METRIC_EVICTIONS_INTERRUPTION]));
	else
		give_reason(r, "No node was reclaimed in the simulation.");
	if (r->request.result->replications < 2)
		give_reason(r, "One replication: the numbers have no interval; sweep with --replications 10 for one.");
	if (r->request.result->approximate)
		give_reason(r, dry_arena_printf(&r->arena,
						"The sweep looked at a part of the grid only (%s): a better point "
						"may exist.",
						r->request.result->method));
}

static bool fail_empty(struct chooser *c)
{
	struct dry_recommendation *r = c->r;
	const struct dry_rule *rule = r->request.slo_count ? &r->request.slo[0] : NULL;
	const struct dry_sweep_point *best = NULL;
	bool up = rule && (rule->operator == DRY_RULE_AT_LEAST || rule->operator == DRY_RULE_ABOVE);

	if (!c->result->counts.done)
		return dry_fail(c->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "%s: no point of the sweep is finished",
				r->request.result_file);
	if (r->missed_policy) {
		dry_fail(c->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "the policy forbids all %u points%s%s",
			 r->missed_policy, rule ? " with " : "", slo_text(r));
		return dry_fail_fix(c->err, "dryscale recommend without --policy shows what they are; sweep within "
					    "the limits");
	}
	for (uint32_t i = 0; rule && i < c->result->point_count; i++) {
		const struct dry_sweep_point *point = &c->result->point[i];
		double value = point->metric[rule->metric];

		if (point->state != DRY_POINT_DONE || isnan(value))
			continue;
		if (!best || (up ? value > best->metric[rule->metric] : value < best->metric[rule->metric]))
			best = point;
	}
	dry_fail(c->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no point meets %s", slo_text(r));
	if (best)
		dry_fail_fix(c->err, "the best %s is %s (#%llu)", dry_metric_table[rule->metric].label,
			     metric_text(r, rule->metric, best), (unsigned long long)best->index);
	return false;
}

static bool check_scenario(struct chooser *c)
{
	const struct dry_recommend_request *request = &c->r->request;

	if (!request->input || !strcmp(request->input->scenario_sha256, c->result->scenario_sha256))
		return true;
	dry_fail(c->err, DRY_ERROR_INPUT, (struct dry_where){ .file = request->scenario_file },
		 "is not the scenario that %s was made from", request->result_file);
	return dry_fail_fix(c->err, "sweep again, or give the scenario as it was");
}

/* Limits on sizes, types, places and flags are judged on whole settings, not on what changes alone. */
static bool check_policy(struct chooser *c)
{
	const struct dry_policy *p = c->r->request.policy;

	if (!p || c->r->request.input ||
	    !(p->max_nodes_per_group >= 0 || p->max_nodes_total >= 0 || p->group_count || p->instance_families.count ||
	      p->zones.count || p->regions.count || p->expanders.count || p->flag_count ||
	      !isnan(p->min_on_demand_share)))
		return true;
	dry_fail(c->err, DRY_ERROR_USAGE, DRY_NOWHERE,
		 "%s limits what a setting configures, and the result alone does not say",
		 p->file);
	return dry_fail_fix(c->err, "add --scenario FILE");
}

bool dry_recommend(struct dry_recommendation *r, const struct dry_recommend_request *request,
		   struct dry_error *err)
{
	struct chooser c = { .r = r, .result = request->result, .err = err };

	memset(r, 0, sizeof(*r));
	dry_arena_init(&r->arena);
	r->request = *request;
	if (!check_scenario(&c) || !check_policy(&c) || !read_policy_slo(&c))
		return false;
	gather(&c);
	r->point = c.count ? pick(&c) : NULL;
	if (!r->point)
		return fail_empty(&c);
	choose_options(&c);
	dry_changes_of_point(c.result, r->point, &r->arena, &r->changes);
	r->is_baseline = r->changes.count == 0;
	if (request->policy)
		judge(&c, r->point, &r->changes, &r->verdict);
	if (c.result->baseline.has_metrics)
		dry_compare_points(&c.result->baseline, r->point, 0.05, 1, c.result->seed, r->row);
	explain_choice(r);
	if (c.result->baseline.has_metrics && !r->is_baseline)
		for (uint32_t o = 0; o < c.result->objective_count; o++)
			explain_metric(r, c.result->objective[o]);
	explain_risk(r);
	return true;
}

void dry_recommendation_release(struct dry_recommendation *r)
{
	dry_arena_release(&r->arena);
	memset(r, 0, sizeof(*r));
}
