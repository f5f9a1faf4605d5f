/*
 * A limit of a policy is never crossed: over seeded sweeps and policies, what
 * is recommended (the point and the three options) holds every limit by a check
 * of its own, and nothing is recommended only when no point holds them.
 *
 *     policy [FIRST_SEED]
 */
#include <inttypes.h>

#include "report/recommend.h"
#include "support/tap.h"
#include "unit/sweep_fixture.h"

#define SWEEPS 40
#define POLICIES 12

/* The limits as numbers, beside the file that says them. */
struct limits {
	double cost, wait, slo;         /* at most; INFINITY = none */
	double unneeded_min_s;
	double spot_nodes, all_nodes;
	double on_demand_share;         /* at least; 0 = none */
	bool only_us, no_c5, only_least_waste, no_expander_change;
};

static uint64_t step(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

static bool chance(uint64_t *state, unsigned percent)
{
	return step(state) % 100 < percent;
}

static struct limits draw_limits(uint64_t *state)
{
	struct limits l = { INFINITY, INFINITY, INFINITY, 0, INFINITY, INFINITY, 0, false, false, false, false };

	if (chance(state, 50))
		l.cost = 60 + (double)(step(state) % 80);
	if (chance(state, 50))
		l.wait = 30 + (double)(step(state) % 180);
	if (chance(state, 40))
		l.slo = 20 + (double)(step(state) % 180);
	if (chance(state, 40))
		l.unneeded_min_s = 60 * (double)(step(state) % 12);
	if (chance(state, 40))
		l.spot_nodes = (double)(step(state) % 45);
	if (chance(state, 40))
		l.all_nodes = (double)(15 + step(state) % 50);
	if (chance(state, 30))
		l.on_demand_share = (double)(step(state) % 100) / 100;
	l.only_us = chance(state, 15);
	l.no_c5 = chance(state, 15);
	l.only_least_waste = chance(state, 20);
	l.no_expander_change = chance(state, 20);
	return l;
}

static bool write_policy(const struct limits *l, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fprintf(file, "version: dryscale/v1\nlimits:\n  maxCostDay: %.17g\n", isinf(l->cost) ? 1e9 : l->cost);
	if (!isinf(l->wait))
		fprintf(file, "  slo: ['p95_wait <= %.17g']\n", l->wait);
	if (l->unneeded_min_s > 0)
		fprintf(file, "  flags: {scale-down-unneeded-time: {min: %.0fs}}\n", l->unneeded_min_s);
	if (!isinf(l->spot_nodes))
		fprintf(file, "  nodeGroups: {spot.pool-a: {maxNodes: %.0f}}\n", l->spot_nodes);
	if (!isinf(l->all_nodes))
		fprintf(file, "  maxNodesTotal: %.0f\n", l->all_nodes);
	if (l->on_demand_share > 0)
		fprintf(file, "  minOnDemandShare: %.17g\n", l->on_demand_share);
	if (l->only_us)
		fprintf(file, "  regions: [us-east-1]\n");
	if (l->no_c5)
		fprintf(file, "  instanceFamilies: [m5]\n");
	if (l->only_least_waste)
		fprintf(file, "  expanders: [least-waste]\n");
	if (l->no_expander_change)
		fprintf(file, "  allowedFlags: [scale-down-unneeded-time]\n");
	return fclose(file) == 0;
}

static const char *value_of(const struct dry_sweep_point *point, const char *path)
{
	for (uint32_t i = 0; i < point->setting_count; i++)
		if (!strcmp(point->setting[i].path, path))
			return point->setting[i].value;
	return "";
}

/* From the texts of the setting and the metrics alone. */
static bool holds(const struct limits *l, const struct dry_sweep_point *point)
{
	double spot = atof(value_of(point, "nodeGroups.spot.pool-a.maxSize"));
	double minutes = atof(value_of(point, "scale-down-unneeded-time"));
	const char *expander = value_of(point, "expander");
	double steady = 20 * 4, cores = steady + spot * 8;

	return point->metric[DRY_METRIC_COST_DAY] <= l->cost && point->metric[DRY_METRIC_P95_WAIT] <= l->wait &&
	       point->metric[DRY_METRIC_P95_WAIT] <= l->slo && 60 * minutes >= l->unneeded_min_s &&
	       spot <= l->spot_nodes && 20 + spot <= l->all_nodes &&
	       point->metric[DRY_METRIC_PEAK_NODES] <= l->all_nodes && steady / cores >= l->on_demand_share &&
	       !((l->only_us || l->no_c5) && spot > 0) &&
	       !((l->only_least_waste || l->no_expander_change) && strcmp(expander, "least-waste") != 0);
}

/* One sweep under one policy. */
static bool law(struct sweep_fixture *f, const struct limits *l, const char *path, enum dry_pick pick,
		uint32_t *recommended)
{
	struct dry_recommend_request request = { .result = &f->result, .result_file = "r", .result_sha256 = "",
						 .input = &f->input, .scenario_file = f->path, .pick = pick };
	struct dry_recommendation r = { 0 };
	struct dry_error err = { 0 };
	struct dry_policy policy;
	struct dry_rule slo = { .metric = DRY_METRIC_P95_WAIT, .operator = DRY_RULE_AT_MOST, .value = l->slo,
				.text = "p95_wait" };
	uint32_t good = 0;
	bool ok = write_policy(l, path) && dry_policy_read(&policy, path, &err);

	request.policy = &policy;
	request.slo = &slo;
	request.slo_count = !isinf(l->slo);
	for (uint32_t i = 0; i < f->result.point_count; i++)
		good += holds(l, &f->result.point[i]);
	if (ok && dry_recommend(&r, &request, &err)) {
		ok = holds(l, r.point) && r.candidates == good && !r.verdict.breached;
		for (int k = 0; k < DRY_RECOMMEND_OPTIONS; k++)
			ok = ok && (!r.option[k].point || holds(l, r.option[k].point));
		(*recommended)++;
	} else {
		ok = ok && good == 0 && err.code == DRY_ERROR_EMPTY;
	}
	if (!ok)
		tap_note("%u points hold, %u counted, point %" PRIu64 "; %s", good, r.candidates,
			 r.point ? r.point->index : UINT64_MAX, err.count ? err.complaint[0].text : "");
	dry_recommendation_release(&r);
	dry_policy_release(&policy);
	dry_error_release(&err);
	unlink(path);
	return ok;
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint32_t recommended = 0, tried = 0;
	bool all = true;

	for (uint64_t seed = first; seed < first + SWEEPS && all; seed++) {
		struct sweep_fixture f;
		uint64_t state = seed * 77;
		char path[96];

		all = fixture_begin(&f, seed, 1);
		snprintf(path, sizeof(path), "%s/policy.yaml", f.folder);
		for (int p = 0; p < POLICIES && all; p++, tried++) {
			struct limits l = draw_limits(&state);

			all = law(&f, &l, path, (enum dry_pick)(p % 3), &recommended);
			if (!all)
				tap_note("seed %" PRIu64 ", policy %d", seed, p);
		}
		fixture_end(&f);
	}
	tap_ok(all, "no recommendation crosses a limit of its policy (%u policies over %d sweeps)", tried, SWEEPS);
	tap_ok(recommended > tried / 10 && recommended < tried, "some policies leave points (%u), some none", recommended);
	return tap_done();
}
