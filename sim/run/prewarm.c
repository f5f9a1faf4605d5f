#include "run/prewarm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/statistics.h"
#include "forecast/prewarm.h"
#include "run/demand.h"
#include "base/banned.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define HOUR_MS (INT64_C(3600) * 1000)
#define WEEK_MS (7 * DAY_MS)
#define FOLDS 10
#define TAU_LEAST 0.5
#define TAU_MOST 0.99
#define LEAD_QUANTILE 0.95
#define ALPHA 0.05

struct plan {
	const struct dry_input *input;
	const struct dry_config *config;
	const struct dry_prewarm_options *options;
	struct dry_prewarm_report *report;
	struct dry_demand demand;
	size_t per_day;                 /* buckets */
	struct dry_worker *worker;
	struct dry_backtests *tests;    /* one a planned group */
	int32_t *size[2];               /* [group][day * per_day + bucket]: forecast and foresight */
	struct dry_arena arena;
};

/* --- what is planned, and by which forecast --- */

static const double *demand_of(const struct plan *plan, uint32_t group_index)
{
	return plan->demand.peak + group_index * plan->demand.bucket_count;
}

static bool is_ever_needed(const struct plan *plan, uint32_t group_index)
{
	const double *peak = demand_of(plan, group_index);
	size_t k;

	for (k = 0; k < plan->demand.bucket_count; k++)
		if (peak[k] > plan->config->group[group_index].min_size)
			return plan->config->group[group_index].max_size > plan->config->group[group_index].min_size;
	return false;
}

static size_t buckets_up(const struct plan *plan, int64_t ms)
{
	return (size_t)((ms + plan->report->bucket_ms - 1) / plan->report->bucket_ms);
}

/* The critical ratio of a missing node for a bucket and a spare one. */
static double tau_of(const struct plan *plan, const struct dry_node_group *group, int64_t lead_ms)
{
	const struct dry_prewarm_options *o = plan->options;
	double bucket_s = (double)plan->report->bucket_ms / 1000, lead_s = (double)lead_ms / 1000, tau;
	double over = bucket_s / 3600 * (double)group->price_nusd_per_hour / 1e9;
	double under = o->delay_usd_per_pod_s * o->pods_per_node * (lead_s < bucket_s ? lead_s : bucket_s);

	if (o->tau > 0)
		return o->tau;
	tau = dry_critical_ratio(under, over);
	if (!(tau > TAU_LEAST))
		return TAU_LEAST;
	return tau < TAU_MOST ? tau : TAU_MOST;
}

static void choose_method(struct plan *plan, struct dry_prewarm_group *group, struct dry_backtests *tests)
{
	const struct dry_prewarm_options *o = plan->options;
	struct dry_series series = { demand_of(plan, group->group_index), plan->report->first_day * plan->per_day, 0 };
	int64_t season[2] = { o->season_ms ? o->season_ms : DAY_MS, WEEK_MS };
	size_t horizon = plan->per_day + group->lead, choices = 1, i;
	struct dry_backtests other = { 0 };
	double best = INFINITY;

	if (!o->season_ms && (int64_t)series.count * plan->report->bucket_ms >= 3 * WEEK_MS)
		choices = 2;
	for (i = 0; i < choices; i++) {
		enum dry_forecast_method method;

		series.season = (size_t)(season[i] / plan->report->bucket_ms);
		if (!dry_backtest_run(&other, &series, horizon, group->tau, FOLDS,
				      o->has_method ? &o->method : NULL))
			continue;
		method = other.chosen;
		if (group->season && !(other.of[method].pinball < best))
			continue;
		best = other.of[method].pinball;
		dry_backtests_release(tests);
		*tests = other;
		memset(&other, 0, sizeof(other));
		group->season = series.season;
		group->method = method;
	}
	dry_backtests_release(&other);
	group->mase = tests->of[group->method].mase;
	group->coverage = tests->of[group->method].coverage;
	group->fold_count = tests->of[group->method].fold_count;
	group->too_few_folds = tests->too_few_folds;
	group->is_calibrated = group->fold_count && fabs(group->coverage - group->tau) <= 0.1;
}

static void plan_groups(struct plan *plan)
{
	struct dry_prewarm_report *report = plan->report;
	uint32_t g;

	report->group = dry_xcalloc((size_t)plan->config->group_count + 1, sizeof(*report->group));
	plan->tests = dry_xcalloc((size_t)plan->config->group_count + 1, sizeof(*plan->tests));
	for (g = 0; g < plan->config->group_count; g++) {
		const struct dry_node_group *spec = &plan->config->group[g];
		struct dry_prewarm_group *group = &report->group[report->group_count];
		int64_t lead_ms = dry_distribution_value(&spec->provision_time, LEAD_QUANTILE);

		if (!is_ever_needed(plan, g))
			continue;
		group->group_index = g;
		group->tau = tau_of(plan, spec, lead_ms);
		group->lead = buckets_up(plan, lead_ms + plan->options->acquire_early_ms);
		choose_method(plan, group, &plan->tests[report->group_count++]);
	}
}

/* --- schedules --- */

static struct dry_prewarm_rules rules_of(const struct plan *plan, const struct dry_prewarm_group *group)
{
	const struct dry_node_group *spec = &plan->config->group[group->group_index];
	const struct dry_options *o = &plan->config->options;
	int64_t dwell = plan->options->dwell_ms;

	if (dwell < 0)
		dwell = o->scale_down_unneeded_ms + o->scale_down_delay_after_add_ms;
	return (struct dry_prewarm_rules){
		.min_size = spec->min_size, .max_size = spec->max_size, .lead = group->lead,
		.dwell = buckets_up(plan, dwell), .changes_max = plan->options->changes_max,
	};
}

/* Quantiles from a bucket on, by the values before it. */
static void forecast_from(const struct plan *plan, uint32_t index, size_t origin, size_t horizon, double *quantile)
{
	const struct dry_prewarm_group *group = &plan->report->group[index];
	struct dry_series series = { demand_of(plan, group->group_index), origin, group->season };
	double *mean = dry_xcalloc(horizon + 1, sizeof(*mean));

	if (!dry_forecast(group->method, &series, horizon, group->tau, &plan->tests[index].of[group->method], mean,
			  quantile))
		memset(quantile, 0, horizon * sizeof(*quantile));
	free(mean);
}

/* A day's sizes, of the forecast or of what was needed in truth (as far as the trace goes). */
static void plan_day(struct plan *plan, uint32_t index, uint32_t day, bool foresight)
{
	const struct dry_prewarm_group *group = &plan->report->group[index];
	struct dry_prewarm_rules rules = rules_of(plan, group);
	size_t origin = (plan->report->first_day + day) * plan->per_day, horizon = plan->per_day + group->lead, k;
	double *quantile = dry_xcalloc(horizon + 1, sizeof(*quantile));
	int32_t *final = dry_xcalloc(horizon + 1, sizeof(*final));
	int32_t *to = plan->size[foresight] + ((size_t)index * plan->report->day_count + day) * plan->per_day;
	const double *truth = demand_of(plan, group->group_index);

	if (!foresight)
		forecast_from(plan, index, origin, horizon, quantile);
	for (k = 0; foresight && k < horizon; k++)
		quantile[k] = origin + k < plan->demand.bucket_count ? truth[origin + k] : 0;
	dry_prewarm_schedule(quantile, horizon, &rules, &(struct dry_prewarm_steps){ .final = final });
	memcpy(to, final, plan->per_day * sizeof(*to));
	free(final);
	free(quantile);
}

/* With foresight too, or by the forecast alone. */
static void plan_days(struct plan *plan, bool foresight)
{
	struct dry_prewarm_report *report = plan->report;
	size_t cells = (size_t)report->group_count * report->day_count * plan->per_day;
	uint32_t index, day, kind;
	size_t k;

	for (kind = 0; kind < (foresight ? 2u : 1u); kind++) {
		plan->size[kind] = dry_xcalloc(cells + 1, sizeof(**plan->size));
		for (index = 0; index < report->group_count; index++)
			for (day = 0; day < report->day_count; day++)
				plan_day(plan, index, day, kind == 1);
	}
	for (index = 0; index < report->group_count; index++) {
		const int32_t *size = plan->size[0] + (size_t)index * report->day_count * plan->per_day;
		double sum = 0;

		for (k = 0; k < report->day_count * plan->per_day; k++)
			sum += size[k];
		report->group[index].mean_need = sum / (double)(report->day_count * plan->per_day);
	}
}

/* One season from the end of the trace on, for days to come; instants within the period. */
static void plan_future(struct plan *plan, uint32_t index)
{
	struct dry_prewarm_group *group = &plan->report->group[index];
	struct dry_prewarm_rules rules = rules_of(plan, group);
	size_t season = group->season, horizon = season + group->lead, end = plan->demand.bucket_count, k;
	double *quantile = dry_xcalloc(horizon + 1, sizeof(*quantile));
	int32_t *final = dry_xcalloc(horizon + 1, sizeof(*final)), *turned = dry_xcalloc(season + 1, sizeof(*turned));

	rules.changes_max *= (season + plan->per_day - 1) / plan->per_day;
	forecast_from(plan, index, end, horizon, quantile);
	dry_prewarm_schedule(quantile, horizon, &rules, &(struct dry_prewarm_steps){ .final = final });
	for (k = 0; k < season; k++)
		turned[(end + k) % season] = final[k];
	group->step = dry_xcalloc(season + 1, sizeof(*group->step));
	group->period_ms = (int64_t)season * plan->report->bucket_ms;
	for (k = 0; k < season; k++)
		if (!k || turned[k] != turned[k - 1])
			group->step[group->step_count++] = (struct dry_size_step){
				(int64_t)k * plan->report->bucket_ms, turned[k] };
	free(turned);
	free(final);
	free(quantile);
}

/* --- proof: the held-out days, each arm on the same random numbers --- */

static struct dry_size_step *day_steps(struct plan *plan, uint32_t index, uint32_t day, bool foresight, uint32_t *count)
{
	const struct dry_prewarm_group *group = &plan->report->group[index];
	const int32_t *size = plan->size[foresight] +
			      ((size_t)index * plan->report->day_count + day) * plan->per_day;
	struct dry_size_step *step = dry_arena_array(&plan->arena, plan->per_day + 2, sizeof(*step));
	int64_t start = (int64_t)(plan->report->first_day + day) * DAY_MS;
	size_t k;

	*count = 0;
	for (k = 0; k < plan->per_day; k++)
		if (!k || size[k] != size[k - 1])
			step[(*count)++] = (struct dry_size_step){ start + (int64_t)k * plan->report->bucket_ms,
								   size[k] };
	step[(*count)++] = (struct dry_size_step){ start + DAY_MS, plan->config->group[group->group_index].min_size };
	return step;
}

/* The cloud keeps the minimum, unless the autoscaler is told to. */
static void act(const struct plan *plan, struct dry_node_group *group)
{
	if (!plan->config->options.enforce_node_group_min_size)
		group->min_size_acts_cloud = true;
}

static void set_arm(struct plan *plan, struct dry_config *config, enum dry_prewarm_arm_kind kind, uint32_t day)
{
	const struct dry_prewarm_report *report = plan->report;
	double most = 0;
	uint32_t i;

	for (i = 0; i < report->group_count; i++) {
		struct dry_node_group *group = &config->group[report->group[i].group_index];
		int32_t constant = (int32_t)floor(report->group[i].mean_need + 1e-9);

		switch (kind) {
		case DRY_PREWARM_SCHEDULE:
		case DRY_PREWARM_ORACLE:
			group->schedule = day_steps(plan, i, day, kind == DRY_PREWARM_ORACLE, &group->schedule_count);
			group->schedule_period_ms = 0;
			act(plan, group);
			break;
		case DRY_PREWARM_FIXED:
			group->min_size = constant > group->min_size ? constant : group->min_size;
			act(plan, group);
			break;
		case DRY_PREWARM_HEADROOM:
			if (report->group[i].mean_need - group->min_size > most) {
				most = report->group[i].mean_need - group->min_size;
				config->placeholder.group_index = report->group[i].group_index;
				config->placeholder.node_count = (uint32_t)floor(most + 1e-9);
			}
			break;
		case DRY_PREWARM_BASE:
		case DRY_PREWARM_ARM_COUNT:
			break;
		}
	}
}

/* Runs an arm up to the end of a day; waits of pods that came that day. */
static void run_day(struct plan *plan, enum dry_prewarm_arm_kind kind, uint32_t day, int64_t end_day,
		    struct dry_result *result)
{
	struct dry_config config = *plan->config;
	struct dry_run_request request = { .input = plan->input, .config = &config, .seed = plan->config->seed };

	dry_arena_reset(&plan->arena);
	config.group = dry_arena_array(&plan->arena, (size_t)config.group_count + 1, sizeof(*config.group));
	memcpy(config.group, plan->config->group, config.group_count * sizeof(*config.group));
	config.horizon_ms = end_day * DAY_MS;
	config.warmup_ms = (end_day - 1) * DAY_MS;
	set_arm(plan, &config, kind, day);
	dry_run(plan->worker, &request, result);
}

static void prove_arm(struct plan *plan, enum dry_prewarm_arm_kind kind, const double *base_before)
{
	struct dry_prewarm_report *report = plan->report;
	struct dry_prewarm_arm *arm = &report->arm[kind];
	bool daily = kind == DRY_PREWARM_SCHEDULE || kind == DRY_PREWARM_ORACLE;
	struct dry_result result;
	double before;
	uint32_t day;

	dry_result_init(&result);
	arm->cost_usd = dry_xcalloc(4 * (size_t)report->day_count + 1, sizeof(double));
	arm->p95_wait_s = arm->cost_usd + report->day_count;
	arm->breaches = arm->p95_wait_s + report->day_count;
	arm->never = arm->breaches + report->day_count;
	run_day(plan, daily ? DRY_PREWARM_BASE : kind, 0, report->first_day, &result);
	before = result.metric[DRY_METRIC_COST_TOTAL];
	for (day = 0; day < report->day_count; day++) {
		run_day(plan, kind, day, (int64_t)report->first_day + day + 1, &result);
		if (daily)              /* the days before are the base's own */
			before = base_before[day];
		arm->cost_usd[day] = result.metric[DRY_METRIC_COST_TOTAL] - before;
		before = result.metric[DRY_METRIC_COST_TOTAL];
		arm->p95_wait_s[day] = result.metric[DRY_METRIC_P95_WAIT];
		arm->breaches[day] = result.metric[DRY_METRIC_SLO_BREACHES];
		arm->never[day] = result.metric[DRY_METRIC_NEVER_SCHEDULED];
	}
	dry_result_release(&result);
}

/* What the base had cost when each held-out day began. */
static double *base_costs(const struct dry_prewarm_report *report, struct plan *plan)
{
	double *before = dry_xcalloc((size_t)report->day_count + 1, sizeof(*before));
	struct dry_result result;
	uint32_t day;

	dry_result_init(&result);
	run_day(plan, DRY_PREWARM_BASE, 0, report->first_day, &result);
	before[0] = result.metric[DRY_METRIC_COST_TOTAL];
	dry_result_release(&result);
	for (day = 1; day < report->day_count; day++)
		before[day] = before[day - 1] + report->arm[DRY_PREWARM_BASE].cost_usd[day - 1];
	return before;
}

/* Days without pods have no wait: they do not count in its mean. */
static double mean_of(const double *value, uint32_t count)
{
	double sum = 0, n = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (isnan(value[i]))
			continue;
		sum += value[i];
		n++;
	}
	return n > 0 ? sum / n : NAN;
}

static void paired(const double *arm, const double *base, uint32_t count, double *change, double *reach)
{
	double *d = dry_xcalloc((size_t)count + 1, sizeof(*d));
	uint32_t n = 0, i;

	for (i = 0; i < count; i++)
		if (!isnan(arm[i]) && !isnan(base[i]))
			d[n++] = arm[i] - base[i];
	*change = dry_mean(d, n);
	*reach = dry_student_half_width(dry_sample_deviation(d, n), n, ALPHA);
	free(d);
}

static void sum_up(struct dry_prewarm_report *report)
{
	const struct dry_prewarm_arm *base = &report->arm[DRY_PREWARM_BASE], *with = &report->arm[DRY_PREWARM_SCHEDULE];
	int kind;

	for (kind = 0; kind < DRY_PREWARM_ARM_COUNT; kind++) {
		struct dry_prewarm_arm *arm = &report->arm[kind];

		arm->cost_mean = mean_of(arm->cost_usd, report->day_count);
		arm->p95_mean = mean_of(arm->p95_wait_s, report->day_count);
		arm->breaches_mean = mean_of(arm->breaches, report->day_count);
		arm->never_mean = mean_of(arm->never, report->day_count);
		paired(arm->cost_usd, base->cost_usd, report->day_count, &arm->cost_change, &arm->cost_reach);
		paired(arm->p95_wait_s, base->p95_wait_s, report->day_count, &arm->p95_change, &arm->p95_reach);
		paired(arm->breaches, base->breaches, report->day_count, &arm->breaches_change,
		       &arm->breaches_reach);
	}
	report->saved_s_per_usd = with->cost_change > 0 ? -with->p95_change / with->cost_change : NAN;
	report->is_worth_it = (with->p95_change + with->p95_reach < 0 ||
			       with->breaches_change + with->breaches_reach < 0) &&
			      !(with->p95_change > 0) && !(with->breaches_change > 0);
}

/* --- all of it --- */

static bool is_long_enough(struct plan *plan, struct dry_error *err)
{
	const struct dry_prewarm_options *o = plan->options;
	int64_t days = o->end_ms / DAY_MS, season_days = (o->season_ms + DAY_MS - 1) / DAY_MS;
	int64_t history = days - o->held_days, least = 2 * (season_days > 1 ? season_days : 1);
	size_t season = (size_t)((o->season_ms ? o->season_ms : DAY_MS) / o->bucket_ms);

	if (DAY_MS % o->bucket_ms || season < 2)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"a day has to be a whole number of buckets, a season at least two");
	if (history < least || (size_t)(history * (DAY_MS / o->bucket_ms)) < dry_forecast_least(season)) {
		dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE,
			 "the trace has %lld whole days; with %u held out, %lld are left to forecast from",
			 (long long)days, o->held_days, (long long)(history > 0 ? history : 0));
		return dry_fail_fix(err, "give a longer trace (at least %lld days), fewer held-out days or a "
				    "shorter season", (long long)least + o->held_days);
	}
	plan->per_day = (size_t)(DAY_MS / o->bucket_ms);
	plan->report->day_count = o->held_days;
	plan->report->first_day = (uint32_t)history;
	return true;
}

bool dry_prewarm(struct dry_prewarm_report *report, const struct dry_input *input, const struct dry_config *config,
		 const struct dry_prewarm_options *options, struct dry_error *err)
{
	struct plan plan = { .input = input, .config = config, .options = options, .report = report };
	double *before;
	uint32_t i;

	memset(report, 0, sizeof(*report));
	report->bucket_ms = options->bucket_ms;
	if (!is_long_enough(&plan, err))
		return false;
	dry_arena_init(&plan.arena);
	plan.worker = dry_worker_new();
	dry_demand_replay(&plan.demand, input, config, options->bucket_ms,
			  (int64_t)(report->first_day + report->day_count) * DAY_MS);
	plan_groups(&plan);
	plan_days(&plan, true);
	for (i = 0; i < report->group_count; i++)
		plan_future(&plan, i);
	prove_arm(&plan, DRY_PREWARM_BASE, NULL);
	before = base_costs(report, &plan);
	for (i = DRY_PREWARM_SCHEDULE; i < DRY_PREWARM_ARM_COUNT; i++)
		prove_arm(&plan, (enum dry_prewarm_arm_kind)i, before);
	sum_up(report);
	free(before);
	for (i = 0; i < report->group_count; i++)
		dry_backtests_release(&plan.tests[i]);
	free(plan.tests);
	free(plan.size[0]);
	free(plan.size[1]);
	dry_demand_release(&plan.demand);
	dry_worker_release(plan.worker);
	dry_arena_release(&plan.arena);
	return true;
}

/* --- the schedules of a setting --- */

int64_t dry_prewarm_trace_end_ms(const struct dry_input *input)
{
	int64_t last = 0;
	uint32_t i;

	for (i = 0; i < input->pod.count; i++)
		if (input->pod.arrive_at_ms[i] > last)
			last = input->pod.arrive_at_ms[i];
	return last + HOUR_MS;
}

/* All held-out days of a group one after the other, then its own minimum again. */
static void set_schedule(const struct plan *plan, uint32_t index, struct dry_node_group *group, struct dry_arena *arena)
{
	const size_t buckets = plan->report->day_count * plan->per_day;
	const int32_t *size = plan->size[0] + (size_t)index * buckets;
	struct dry_size_step *step = dry_arena_array(arena, buckets + 1, sizeof(*step));
	int64_t start = (int64_t)plan->report->first_day * DAY_MS;
	uint32_t count = 0;
	size_t k;

	for (k = 0; k < buckets; k++)
		if (!k || size[k] != size[k - 1])
			step[count++] = (struct dry_size_step){ start + (int64_t)k * plan->report->bucket_ms, size[k] };
	step[count++] = (struct dry_size_step){ start + (int64_t)buckets * plan->report->bucket_ms, group->min_size };
	group->schedule = step;
	group->schedule_count = count;
	group->schedule_period_ms = 0;
	act(plan, group);
}

bool dry_prewarm_apply(struct dry_config *config, const struct dry_input *input, struct dry_arena *arena,
		       struct dry_error *err)
{
	const struct dry_prewarm_config *o = &config->prewarm;
	struct dry_prewarm_options options = { .bucket_ms = o->bucket_ms, .tau = o->quantile, .dwell_ms = o->dwell_ms,
					       .held_days = o->held_days, .changes_max = o->changes_max,
					       .end_ms = dry_prewarm_trace_end_ms(input) };
	struct dry_prewarm_report report = { .bucket_ms = o->bucket_ms };
	struct plan plan = { .input = input, .config = config, .options = &options, .report = &report };
	uint32_t i;

	if (!(o->quantile > 0))
		return true;
	if (!is_long_enough(&plan, err))
		return false;
	dry_demand_replay(&plan.demand, input, config, options.bucket_ms,
			  (int64_t)(report.first_day + report.day_count) * DAY_MS);
	plan_groups(&plan);
	plan_days(&plan, false);
	for (i = 0; i < report.group_count; i++)
		set_schedule(&plan, i, &config->group[report.group[i].group_index], arena);
	for (i = 0; i < report.group_count; i++)
		dry_backtests_release(&plan.tests[i]);
	free(plan.tests);
	free(plan.size[0]);
	dry_demand_release(&plan.demand);
	dry_prewarm_release(&report);
	return true;
}

void dry_prewarm_release(struct dry_prewarm_report *report)
{
	uint32_t i;

	for (i = 0; i < DRY_PREWARM_ARM_COUNT; i++)
		free(report->arm[i].cost_usd);
	for (i = 0; i < report->group_count; i++)
		free(report->group[i].step);
	free(report->group);
	memset(report, 0, sizeof(*report));
}
