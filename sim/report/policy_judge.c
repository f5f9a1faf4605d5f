/* Judging a step against the policy: breaches of limits, and what needs people. */
#include <math.h>
#include <string.h>

#include "autoscaler/options.h"
#include "base/units.h"
#include "report/policy.h"
#include "world/place.h"

struct judge {
	const struct dry_policy *policy;
	const struct dry_input *input;
	const struct dry_policy_side *base, *proposal;
	const struct dry_change_set *changes;
	struct dry_arena *arena;
	struct dry_policy_verdict *verdict;
	size_t capacity;
};

static void find(struct judge *j, uint32_t reviewers, const char *rule, const char *text)
{
	struct dry_policy_verdict *v = j->verdict;
	struct dry_policy_finding *list;

	if (v->count == j->capacity) {
		j->capacity = j->capacity ? 2 * j->capacity : 16;
		list = dry_arena_array(j->arena, j->capacity, sizeof(*list));
		if (v->count)
			memcpy(list, v->finding, v->count * sizeof(*list));
		v->finding = list;
	}
	v->finding[v->count++] = (struct dry_policy_finding){
		.severity = reviewers ? DRY_POLICY_REVIEW : DRY_POLICY_BREACH,
		.reviewers = reviewers,
		.rule = rule,
		.text = text,
	};
	if (!reviewers)
		v->breached = true;
	if (reviewers > v->reviewers)
		v->reviewers = reviewers;
}

/* A value against a maximum: a breach above it or when it is unknown, two reviewers when it is near. */
static void test_maximum(struct judge *j, const char *rule, const char *what, double value, double max,
			 const char *unit)
{
	if (isnan(max) || max < 0)
		return;
	if (isnan(value))
		find(j, 0, rule, dry_arena_printf(j->arena, "%s is not known, the limit is %s%.10g", what, unit, max));
	else if (value > max)
		find(j, 0, rule, dry_arena_printf(j->arena, "%s %s%.10g exceeds %s%.10g", what, unit,
						  value, unit, max));
	else if (value > max * (1 - j->policy->limit_margin) && value > 0)
		find(j, 2, rule,
		     dry_arena_printf(j->arena, "%s %s%.10g is within %.0f%% of the limit %s%.10g", what,
				      unit, value, j->policy->limit_margin * 100, unit, max));
}

static bool is_listed(const struct dry_policy_words *words, const char *word, size_t length)
{
	for (uint32_t i = 0; i < words->count; i++)
		if (strlen(words->word[i]) == length && !strncmp(words->word[i], word, length))
			return true;
	return words->count == 0;
}

/* "m5" of "m5.xlarge", "n2-standard" of "n2-standard-8", "Standard_D" of "Standard_D4s_v5". */
static size_t family_length(const char *type)
{
	const char *dot = strchr(type, '.'), *dash = strrchr(type, '-');

	if (dot)
		return (size_t)(dot - type);
	if (!strncmp(type, "Standard_", 9)) {
		size_t n = 9;

		while (type[n] && !(type[n] >= '0' && type[n] <= '9'))
			n++;
		return n;
	}
	return dash ? (size_t)(dash - type) : strlen(type);
}

static const char *symbol_text(const struct judge *j, dry_symbol symbol)
{
	if (!j->input || symbol == DRY_NONE)
		return "";
	return dry_symbols_text(&j->input->symbols, symbol);
}

static void judge_group_places(struct judge *j, const struct dry_node_group *group)
{
	const struct dry_policy *p = j->policy;
	const char *type = symbol_text(j, group->instance_type);
	const char *region = symbol_text(j, group->region);

	if (*type && !is_listed(&p->instance_families, type, family_length(type)) &&
	    !is_listed(&p->instance_families, type, strlen(type)))
		find(j, 0, "limits.instanceFamilies",
		     dry_arena_printf(j->arena, "node group %s: %s is of no approved family", group->name,
				      type));
	for (uint32_t z = 0; z < dry_group_zone_count(group); z++) {
		const char *zone = symbol_text(j, dry_group_zone(group, z));

		if (*zone && !is_listed(&p->zones, zone, strlen(zone)))
			find(j, 0, "limits.zones",
			     dry_arena_printf(j->arena, "node group %s: zone %s is not approved", group->name,
					      zone));
	}
	if (*region && !is_listed(&p->regions, region, strlen(region)))
		find(j, 0, "limits.regions",
		     dry_arena_printf(j->arena, "node group %s: region %s is not approved (data residency)",
				      group->name, region));
}

static double group_limit(const struct dry_policy *policy, const char *name)
{
	double limit = policy->max_nodes_per_group < 0 ? NAN : (double)policy->max_nodes_per_group;

	for (uint32_t i = 0; i < policy->group_count; i++)
		if (!strcmp(policy->group[i].name, name) && policy->group[i].max_nodes >= 0)
			limit = (double)policy->group[i].max_nodes;
	return limit;
}

static void judge_groups(struct judge *j)
{
	const struct dry_config *config = j->proposal->config;
	double total = 0, cores = 0, steady = 0, cap = (double)config->options.max_nodes_total;

	for (uint32_t g = 0; g < config->group_count; g++) {
		const struct dry_node_group *group = &config->group[g];
		double size = group->max_size;
		double cpu = size * (double)group->capacity.amount[DRY_RESOURCE_CPU];

		total += size;
		cores += cpu;
		steady += group->capacity_type == DRY_SPOT ? 0 : cpu;
		if (group->max_size > 0)
			judge_group_places(j, group);
		test_maximum(j, "limits.maxNodesPerGroup",
			     dry_arena_printf(j->arena, "node group %s: maxSize", group->name), size,
			     group_limit(j->policy, group->name), "");
	}
	if (cap > 0 && cap < total)
		total = cap;
	test_maximum(j, "limits.maxNodesTotal", "the greatest possible number of nodes", total,
		     j->policy->max_nodes_total < 0 ? NAN : (double)j->policy->max_nodes_total, "");
	if (!isnan(j->policy->min_on_demand_share) && cores > 0 &&
	    steady / cores < j->policy->min_on_demand_share)
		find(j, 0, "limits.minOnDemandShare",
		     dry_arena_printf(j->arena,
				      "%.1f%% of the greatest possible cores are not spot, at least %.1f%% are asked "
				      "for",
				      100 * steady / cores, 100 * j->policy->min_on_demand_share));
}

/* Without the config, sizes are known from the changes alone. */
static void judge_changed_sizes(struct judge *j)
{
	for (uint32_t i = 0; i < j->changes->count; i++) {
		const struct dry_change *change = &j->changes->change[i];
		double size;

		if (change->kind != DRY_CHANGE_GROUP_SIZE || strcmp(change->name, "maxSize") ||
		    dry_parse_number(change->to, strlen(change->to), &size))
			continue;
		test_maximum(j, "limits.maxNodesPerGroup",
			     dry_arena_printf(j->arena, "node group %s: maxSize", change->group), size,
			     group_limit(j->policy, change->group), "");
	}
}

/* A flag's text as a number in its own unit; durations in seconds. NaN = it is none. */
static double flag_number(const struct dry_option *option, const char *text)
{
	double number;
	int64_t ms;

	if (!option || !text)
		return NAN;
	if (option->type == DRY_OPTION_DURATION)
		return dry_parse_duration_ms(text, strlen(text), &ms) ? NAN : (double)ms / 1000;
	return dry_parse_number(text, strlen(text), &number) ? NAN : number;
}

/* The value a flag will have: from the config, else from the changes; NULL = unknown. */
static const char *flag_value(const struct judge *j, const char *name)
{
	const struct dry_option *option = dry_option_find(name, NULL);

	if (j->proposal->config && option && option->effect == DRY_OPTION_ACTS)
		return dry_option_text(option, &j->proposal->config->options, j->arena);
	for (uint32_t i = 0; i < j->changes->count; i++)
		if (j->changes->change[i].kind == DRY_CHANGE_FLAG &&
		    !strcmp(j->changes->change[i].name, name))
			return j->changes->change[i].to;
	return NULL;
}

static void judge_flag(struct judge *j, const struct dry_policy_flag *flag)
{
	const char *text = flag_value(j, flag->name);
	double value = flag_number(dry_option_find(flag->name, NULL), text);
	const char *rule = dry_arena_printf(j->arena, "limits.flags.%s", flag->name);

	if (!text)
		return;
	if (flag->value.count && !is_listed(&flag->value, text, strlen(text)))
		find(j, 0, rule, dry_arena_printf(j->arena, "%s=%s is not one of the allowed values",
						  flag->name, text));
	if (value < flag->min)
		find(j, 0, rule, dry_arena_printf(j->arena, "%s=%s is below %s", flag->name, text,
						  flag->min_text));
	if (value > flag->max)
		find(j, 0, rule, dry_arena_printf(j->arena, "%s=%s is above %s", flag->name, text,
						  flag->max_text));
}

static void judge_flags(struct judge *j)
{
	const struct dry_policy *p = j->policy;
	const char *expander = p->expanders.count ? flag_value(j, "expander") : NULL;

	for (uint32_t i = 0; i < j->changes->count; i++) {
		const struct dry_change *change = &j->changes->change[i];

		if (change->kind == DRY_CHANGE_FLAG &&
		    !is_listed(&p->allowed_flags, change->name, strlen(change->name)))
			find(j, 0, "limits.allowedFlags",
			     dry_arena_printf(j->arena, "%s may not be changed", change->name));
	}
	while (expander && *expander) {
		size_t length = strcspn(expander, ",");

		if (!is_listed(&p->expanders, expander, length))
			find(j, 0, "limits.expanders",
			     dry_arena_printf(j->arena, "expander %.*s is not approved", (int)length,
					      expander));
		expander += length + (expander[length] == ',');
	}
	for (uint32_t i = 0; i < p->flag_count; i++)
		judge_flag(j, &p->flag[i]);
}

static void judge_measured(struct judge *j, const bool *slo_breach)
{
	const double *metric = j->proposal->metric;

	for (uint32_t i = 0; slo_breach && i < j->policy->slo_count; i++)
		if (slo_breach[i])
			find(j, 0, "limits.slo", dry_arena_printf(j->arena, "%s does not hold",
								  j->policy->slo[i]));
	if (!metric)
		return;
	test_maximum(j, "limits.maxCostDay", "cost a day", metric[DRY_METRIC_COST_DAY],
		     j->policy->max_cost_day_usd, "$");
	test_maximum(j, "limits.maxCostHour", "mean cost an hour", metric[DRY_METRIC_COST_DAY] / 24,
		     j->policy->max_cost_hour_usd, "$");
	if (j->policy->max_nodes_total >= 0 &&
	    metric[DRY_METRIC_PEAK_NODES] > (double)j->policy->max_nodes_total)
		find(j, 0, "limits.maxNodesTotal",
		     dry_arena_printf(j->arena, "peak of %.0f nodes exceeds %lld",
				      metric[DRY_METRIC_PEAK_NODES],
				      (long long)j->policy->max_nodes_total));
}

static double share_of_spot(const double *metric)
{
	double spot = metric[DRY_METRIC_COST_SPOT];
	double all = spot + metric[DRY_METRIC_COST_ON_DEMAND] + metric[DRY_METRIC_COST_RESERVED];

	return all > 0 ? spot / all : 0;
}

/* Shares are quotients: what is equal on paper may differ in the last bit. */
static bool exceeds(double share, double threshold)
{
	return isnan(share) || share > threshold + 1e-9;
}

static void review_measured(struct judge *j)
{
	const struct dry_policy *p = j->policy;
	const double *a = j->base->metric, *b = j->proposal->metric;
	double cost, wait, spot;

	if (!a || !b)
		return;
	cost = a[DRY_METRIC_COST_DAY] > 0 ? b[DRY_METRIC_COST_DAY] / a[DRY_METRIC_COST_DAY] - 1 : 0;
	if (exceeds(cost, p->cost_rise) && !isnan(cost))
		find(j, 2, "review.costRise", dry_arena_printf(j->arena, "cost rises by %.1f%% (more than %.1f%%)",
							       100 * cost, 100 * p->cost_rise));
	else if (exceeds(fabs(cost), p->cost_change))
		find(j, 1, "review.costChange",
		     dry_arena_printf(j->arena, "cost changes by %+.1f%% (more than %.1f%%)", 100 * cost,
				      100 * p->cost_change));
	wait = b[DRY_METRIC_P95_WAIT] - a[DRY_METRIC_P95_WAIT];
	if (wait > 0 && wait > (p->wait_change + 1e-9) * a[DRY_METRIC_P95_WAIT])
		find(j, 2, "review.waitChange",
		     dry_arena_printf(j->arena, "p95 wait rises from %.1f s to %.1f s",
				      a[DRY_METRIC_P95_WAIT], b[DRY_METRIC_P95_WAIT]));
	else if (wait > 0 || isnan(b[DRY_METRIC_P95_WAIT]))
		find(j, 1, "review.waitChange",
		     dry_arena_printf(j->arena, "p95 wait gets worse: %.1f s to %.1f s",
				      a[DRY_METRIC_P95_WAIT], b[DRY_METRIC_P95_WAIT]));
	spot = share_of_spot(b) - share_of_spot(a);
	if (exceeds(spot, p->spot_share_rise))
		find(j, 2, "review.spotShareRise",
		     dry_arena_printf(j->arena, "spot's share of the cost rises by %.0f points", 100 * spot));
}

/* How far a change moves, as a ratio; NaN when the values are no numbers. */
static double movement(const struct dry_change *change)
{
	const struct dry_option *option =
		change->kind == DRY_CHANGE_FLAG ? dry_option_find(change->name, NULL) : NULL;
	double from, to;

	if (!change->from)
		return NAN;
	if (option) {
		from = flag_number(option, change->from);
		to = flag_number(option, change->to);
	} else if (dry_parse_number(change->from, strlen(change->from), &from) ||
		   dry_parse_number(change->to, strlen(change->to), &to)) {
		return NAN;
	}
	if (isnan(from) || isnan(to))
		return NAN;
	if (from == 0)
		return to == 0 ? 0 : INFINITY;
	return fabs(to - from) / fabs(from);
}

static void review_changes(struct judge *j)
{
	const struct dry_policy *p = j->policy;

	if ((int64_t)j->changes->count > p->parameter_count)
		find(j, 1, "review.parameterCount",
		     dry_arena_printf(j->arena, "%u parameters change (more than %lld)", j->changes->count,
				      (long long)p->parameter_count));
	for (uint32_t i = 0; i < j->changes->count; i++) {
		const struct dry_change *change = &j->changes->change[i];
		bool is_size = change->kind == DRY_CHANGE_GROUP_SIZE && !strcmp(change->name, "maxSize");
		double by = movement(change), most = is_size ? p->max_size_change : p->parameter_change;

		if (exceeds(by, most))
			find(j, 1, is_size ? "review.maxSizeChange" : "review.parameterChange",
			     dry_arena_printf(j->arena, "%s %s -> %s", change->path,
					      change->from ? change->from : "not set", change->to));
	}
}

static bool has_type(const struct dry_config *config, dry_symbol type)
{
	for (uint32_t g = 0; g < config->group_count; g++)
		if (config->group[g].instance_type == type)
			return true;
	return false;
}

static void review_types(struct judge *j)
{
	const struct dry_config *a = j->base->config, *b = j->proposal->config;

	if (!a || !b || !j->policy->new_instance_type)
		return;
	for (uint32_t g = 0; g < b->group_count; g++)
		if (b->group[g].max_size > 0 && !has_type(a, b->group[g].instance_type))
			find(j, 1, "review.newInstanceType",
			     dry_arena_printf(j->arena, "instance type %s is new",
					      symbol_text(j, b->group[g].instance_type)));
}

static void breaches_first(struct dry_policy_verdict *verdict, struct dry_arena *arena)
{
	struct dry_policy_finding *list = dry_arena_array(arena, verdict->count + 1u, sizeof(*list));
	uint32_t n = 0;

	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < verdict->count; i++)
			if ((verdict->finding[i].severity == DRY_POLICY_BREACH) == (round == 0))
				list[n++] = verdict->finding[i];
	verdict->finding = list;
}

void dry_policy_judge(const struct dry_policy *policy, const struct dry_input *input,
		      const struct dry_policy_side *base, const struct dry_policy_side *proposal,
		      const struct dry_change_set *changes, const bool *slo_breach,
		      struct dry_arena *arena, struct dry_policy_verdict *verdict)
{
	struct judge j = { policy, input, base, proposal, changes, arena, verdict, 0 };

	memset(verdict, 0, sizeof(*verdict));
	if (proposal->config)
		judge_groups(&j);
	else
		judge_changed_sizes(&j);
	judge_flags(&j);
	judge_measured(&j, slo_breach);
	if (changes->count) {
		review_measured(&j);
		review_changes(&j);
		review_types(&j);
		if (policy->phase != DRY_POLICY_SUPERVISED && !verdict->reviewers)
			find(&j, 1, "phase",
			     policy->phase == DRY_POLICY_GATED ?
				     "phase gated: every change is reviewed" :
				     "phase observe: nothing is in force before a person says so");
	}
	breaches_first(verdict, arena);
}
