/* The tables of fields, their defaults, and the few fields with rules of their own. */
#include "run/config_fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "world/workload.h"

#include "base/banned.h"

#define YEARS_10 315360000.0            /* seconds */
#define NODES 1000000.0
#define HOURS 1e6
#define AT(field) offsetof(struct dry_config, field)
#define IN(field) offsetof(struct dry_node_group, field)

static const char *const zone_strategy_word[] = { "as-is", "per-zone", "multi-zone", NULL };
static const char *const reclaim_word[] = { "newest", "oldest", "random", NULL };
static const char *const stockout_word[] = { "error", "silent", "instance", NULL };
static const char *const spot_billing_word[] = { "perSecond", "hourStart", NULL };
static const char *const capacity_word[] = { "on-demand", "spot", "reserved", NULL };
static const char *const bill_from_word[] = { "launch", "ready", NULL };
static const char *const acts_word[] = { "autoscaler", "cloud", NULL };

/* --- hazard --- */

static void set_rate(struct dry_hazard *hazard, enum dry_hazard_form form, double written, double per_hour)
{
	hazard->form = form;
	hazard->written = written;
	hazard->per_hour = per_hour;
	hazard->kind = per_hour > 0 ? DRY_HAZARD_EXPONENTIAL : DRY_HAZARD_NONE;
}

static const char *set_per_hour(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_hazard *hazard = &((struct dry_config *)base)->spot.hazard;
	double value;
	const char *wrong = dry_parse_number(text, strlen(text), &value);

	(void)arena;
	if (wrong)
		return wrong;
	if (value < 0)
		return "is negative";
	if (value > 3600)
		return "is above 3600: one interruption a second";
	set_rate(hazard, DRY_HAZARD_PER_HOUR, value, value);
	return NULL;
}

static const char *set_monthly(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_hazard *hazard = &((struct dry_config *)base)->spot.hazard;
	double value;
	const char *wrong = dry_parse_number(text, strlen(text), &value);

	(void)arena;
	if (wrong)
		return wrong;
	if (value < 0)
		return "is negative";
	if (value >= 1)
		return "is not below 1: it is a share of instances, 0.05 is 5 %";
	set_rate(hazard, DRY_HAZARD_MONTHLY, value, dry_hazard_of_monthly(value));
	return NULL;
}

static const char *set_advisor(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_hazard *hazard = &((struct dry_config *)base)->spot.hazard;
	int64_t value;
	const char *wrong = dry_parse_integer(text, strlen(text), &value);

	(void)arena;
	if (wrong)
		return wrong;
	if (value < 0 || value > 4)
		return "is not a bucket of the Spot Advisor, 0 to 4";
	set_rate(hazard, DRY_HAZARD_ADVISOR, (double)value, dry_hazard_of_monthly(dry_advisor_frequency((int)value)));
	return NULL;
}

static const char *rate_text(const void *base, enum dry_hazard_form form, struct dry_arena *arena)
{
	static const struct dry_config_field number = { .kind = DRY_FIELD_NUMBER };
	const struct dry_hazard *hazard = &((const struct dry_config *)base)->spot.hazard;

	if (hazard->kind > DRY_HAZARD_EXPONENTIAL || hazard->form != form)
		return NULL;
	return dry_field_text(&number, form == DRY_HAZARD_PER_HOUR ? &hazard->per_hour : &hazard->written, arena);
}

static const char *per_hour_text(const void *base, struct dry_arena *arena)
{
	return rate_text(base, DRY_HAZARD_PER_HOUR, arena);
}

static const char *monthly_text(const void *base, struct dry_arena *arena)
{
	return rate_text(base, DRY_HAZARD_MONTHLY, arena);
}

static const char *advisor_text(const void *base, struct dry_arena *arena)
{
	return rate_text(base, DRY_HAZARD_ADVISOR, arena);
}

/* --- placeholders --- */

static const char *set_placeholder_group(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_config *config = base;
	uint32_t g;

	if (!strcmp(text, "default")) {
		config->placeholder.group_index = DRY_NONE;
		return NULL;
	}
	for (g = 0; g < config->group_count; g++)
		if (!strcmp(config->group[g].name, text)) {
			config->placeholder.group_index = g;
			return NULL;
		}
	return dry_arena_text(arena, "is no node group of this scenario");
}

static const char *placeholder_group_text(const void *base, struct dry_arena *arena)
{
	const struct dry_config *config = base;
	uint32_t g = config->placeholder.group_index;

	(void)arena;
	return g < config->group_count ? config->group[g].name : "default";
}

/* --- provision time --- */

static void derive(struct dry_distribution *d)
{
	dry_lognormal_from_p95((double)d->median_ms / 1000, (double)d->p95_ms / 1000, &d->mu, &d->sigma);
}

const char *dry_distribution_check(const struct dry_distribution *d)
{
	if (d->min_ms >= 0 && d->max_ms >= 0 && d->min_ms > d->max_ms)
		return "has a min above its max";
	if (d->kind == DRY_DISTRIBUTION_EMPIRICAL && !d->value_count)
		return "has no values";
	if (d->kind != DRY_DISTRIBUTION_LOGNORMAL)
		return NULL;
	if (d->median_ms <= 0)
		return "needs a median above 0s beside its p95";
	if (d->p95_ms <= 0)
		return "needs a p95 above its median";
	return d->p95_ms > d->median_ms ? NULL : "has a p95 that is not above its median";
}

static const char *parse_span(const char *text, int64_t *ms)
{
	const char *wrong = dry_parse_span_ms(text, strlen(text), ms);

	if (wrong)
		return wrong;
	if (*ms < 0)
		return "is negative";
	return (double)*ms > YEARS_10 * 1000 ? "is above 87600h" : NULL;
}

static const char *set_median(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_distribution *d = &((struct dry_node_group *)base)->provision_time;
	const char *wrong = parse_span(text, &d->median_ms);

	(void)arena;
	if (!wrong)
		d->kind = DRY_DISTRIBUTION_LOGNORMAL;
	derive(d);
	return wrong;
}

static const char *set_p95(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_distribution *d = &((struct dry_node_group *)base)->provision_time;
	const char *wrong = parse_span(text, &d->p95_ms);

	(void)arena;
	if (!wrong)
		d->kind = DRY_DISTRIBUTION_LOGNORMAL;
	derive(d);
	return wrong;
}

static const char *span_text(int64_t ms, struct dry_arena *arena)
{
	char buffer[64];

	return dry_arena_text(arena, dry_format_duration(ms, buffer, sizeof(buffer)));
}

static const char *median_text(const void *base, struct dry_arena *arena)
{
	const struct dry_distribution *d = &((const struct dry_node_group *)base)->provision_time;

	return d->kind == DRY_DISTRIBUTION_LOGNORMAL ? span_text(d->median_ms, arena) : NULL;
}

static const char *p95_text(const void *base, struct dry_arena *arena)
{
	const struct dry_distribution *d = &((const struct dry_node_group *)base)->provision_time;

	return d->kind == DRY_DISTRIBUTION_LOGNORMAL ? span_text(d->p95_ms, arena) : NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The text up to one of the ends, without blanks around it; *at stands on the end. */
static char *take(const char **at, const char *ends, struct dry_arena *arena)
{
	const char *from = *at, *to;

	while (*from == ' ')
		from++;
	to = from + strcspn(from, ends);
	*at = to;
	while (to > from && to[-1] == ' ')
		to--;
	return dry_arena_copy(arena, from, (size_t)(to - from));
}

static const char *set_values(struct dry_distribution *d, const char **at, struct dry_arena *arena)
{
	int64_t *value = dry_arena_array(arena, strlen(*at) + 1, sizeof(*value));
	uint32_t n = 0;

	while (**at == ' ')
		++*at;
	if (**at != '[')
		return "has values that are no list";
	do {
		const char *wrong;

		++*at;
		wrong = parse_span(take(at, ",]", arena), &value[n++]);
		if (wrong)
			return wrong;
	} while (**at == ',');
	if (*(*at)++ != ']')
		return "has a list of values without its end";
	qsort(value, n, sizeof(*value), by_value);
	d->kind = DRY_DISTRIBUTION_EMPIRICAL;
	d->value_count = n;
	d->value_ms = value;
	return NULL;
}

/* One "key: value" of the map form. */
static const char *set_part(struct dry_distribution *d, const char **at, struct dry_arena *arena)
{
	const char *key = take(at, ":,}", arena), *text;
	int64_t *place = !strcmp(key, "median") ? &d->median_ms : !strcmp(key, "p95") ? &d->p95_ms
			 : !strcmp(key, "min") ? &d->min_ms : !strcmp(key, "max") ? &d->max_ms : NULL;

	if (*(*at)++ != ':')
		return "is not a map such as {median: 75s, p95: 140s}";
	if (!strcmp(key, "values"))
		return set_values(d, at, arena);
	text = take(at, ",}", arena);
	if (!strcmp(key, "interpolate")) {
		d->interpolate = !strcmp(text, "true");
		return d->interpolate || !strcmp(text, "false") ? NULL : "has an interpolate that is not true or false";
	}
	if (!place)
		return dry_arena_printf(arena,
					"has an unknown key \"%s\": median, p95, min, max, values or interpolate",
					key);
	if (place == &d->median_ms || place == &d->p95_ms)
		d->kind = DRY_DISTRIBUTION_LOGNORMAL;
	return parse_span(text, place);
}

static const char *set_provision(void *base, const char *text, struct dry_arena *arena)
{
	struct dry_distribution *to = &((struct dry_node_group *)base)->provision_time;
	struct dry_distribution d = { .min_ms = -1, .max_ms = -1 };
	const char *wrong = NULL;

	if (*text != '{') {
		wrong = parse_span(text, &d.constant_ms);
	} else {
		do {
			text++;
			wrong = set_part(&d, &text, arena);
			while (!wrong && *text == ' ')
				text++;
		} while (!wrong && *text == ',');
		if (!wrong && (*text != '}' || text[1]))
			wrong = "is not a map such as {median: 75s, p95: 140s}";
		if (!wrong && d.kind == DRY_DISTRIBUTION_CONSTANT)
			wrong = "has neither median and p95 nor values";
		if (!wrong && d.value_count && (d.median_ms || d.p95_ms))
			wrong = "has both values and a median or p95";
		if (!wrong)
			wrong = dry_distribution_check(&d);
	}
	if (wrong)
		return wrong;
	derive(&d);
	*to = d;
	return NULL;
}

static const char *provision_text(const void *base, struct dry_arena *arena)
{
	const struct dry_distribution *d = &((const struct dry_node_group *)base)->provision_time;
	const char *text;
	uint32_t i;

	if (d->kind == DRY_DISTRIBUTION_CONSTANT)
		return span_text(d->constant_ms, arena);
	if (d->kind == DRY_DISTRIBUTION_LOGNORMAL) {
		text = dry_arena_printf(arena, "{median: %s, p95: %s", span_text(d->median_ms, arena),
					span_text(d->p95_ms, arena));
	} else {
		text = "{values: [";
		for (i = 0; i < d->value_count; i++)
			text = dry_arena_printf(arena, "%s%s%s", text, i ? ", " : "", span_text(d->value_ms[i], arena));
		text = dry_arena_printf(arena, "%s]%s", text, d->interpolate ? ", interpolate: true" : "");
	}
	if (d->min_ms >= 0)
		text = dry_arena_printf(arena, "%s, min: %s", text, span_text(d->min_ms, arena));
	if (d->max_ms >= 0)
		text = dry_arena_printf(arena, "%s, max: %s", text, span_text(d->max_ms, arena));
	return dry_arena_printf(arena, "%s}", text);
}

/* --- the tables --- */

#define DURATION(name, offset, least, most) { name, DRY_FIELD_DURATION, offset, least, most, 0, 0, 0, 0, 0, 0 }
#define SPAN(name, offset) DURATION(name, offset, 0, YEARS_10)
#define SPAN_OR(name, offset, none) { name, DRY_FIELD_DURATION, offset, 0, YEARS_10, true, none, 0, 0, 0, 0 }
#define NUMBER(name, offset, least, most) { name, DRY_FIELD_NUMBER, offset, least, most, 0, 0, 0, 0, 0, 0 }
#define SHARE(name, offset) NUMBER(name, offset, 0, 1)
#define HAZARD_HOURS(name, offset, kind) { name, DRY_FIELD_HAZARD_HOURS, offset, 0, 1e6, false, kind, 0, 0, 0, 0 }
#define SHARE_OR(name, offset) { name, DRY_FIELD_NUMBER, offset, 0, 1, true, -1, 0, 0, 0, 0 }
#define BOOL(name, offset) { name, DRY_FIELD_BOOL, offset, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PRICE(name, offset) { name, DRY_FIELD_PRICE, offset, 0, 1e6, 0, 0, 0, 0, 0, 0 }
#define PRICE_OR(name, offset) { name, DRY_FIELD_PRICE, offset, 0, 1e6, true, -1, 0, 0, 0, 0 }
#define INT(name, offset, least, most) { name, DRY_FIELD_INT32, offset, least, most, 0, 0, 0, 0, 0, 0 }
#define WORD(name, offset, list) { name, DRY_FIELD_WORD, offset, 0, 0, 0, 0, list, 0, 0, 0 }
#define WORDS2(name, offset, list) { name, DRY_FIELD_WORD_BOOL, offset, 0, 0, 0, 0, list, 0, 0, 0 }
#define OWN(name, expected, set, text) { name, DRY_FIELD_OWN, 0, 0, 0, 0, 0, 0, expected, set, text }

const struct dry_config_field dry_config_field_table[] = {
	{ "seed", DRY_FIELD_SEED, AT(seed), 0, 0, 0, 0, 0, 0, 0, 0 },
	{ "horizon", DRY_FIELD_DURATION, AT(horizon_ms), 0.001, YEARS_10, true, DRY_NEVER, 0, 0, 0, 0 },
	SPAN("warmup", AT(warmup_ms)),
	DURATION("loopDuration", AT(loop_duration_ms), 0, 86400),
	WORD("zoneStrategy", AT(zone_strategy), zone_strategy_word),
	BOOL("scheduler.preemption", AT(preemption)),
	OWN("spot.hazard.perHour", "interruptions of a node in an hour, such as 0.02", set_per_hour, per_hour_text),
	OWN("spot.hazard.monthlyFrequency", "share of instances interrupted in a month, such as 0.05", set_monthly,
	    monthly_text),
	OWN("spot.hazard.advisor", "a bucket of the Spot Advisor, 0 to 4", set_advisor, advisor_text),
	NUMBER("spot.hazard.scale", AT(spot.hazard.scale), 0, 1000),
	HAZARD_HOURS("spot.hazard.lognormal.mean", AT(spot.hazard.mean_hours), DRY_HAZARD_LOGNORMAL),
	HAZARD_HOURS("spot.hazard.lognormal.median", AT(spot.hazard.median_hours), DRY_HAZARD_LOGNORMAL),
	{ "spot.hazard.bathtub.A", DRY_FIELD_HAZARD_NUMBER, AT(spot.hazard.bathtub_a), 1e-6, 0.999999, false,
	  DRY_HAZARD_BATHTUB, 0, 0, 0, 0 },
	HAZARD_HOURS("spot.hazard.bathtub.b", AT(spot.hazard.bathtub_b), DRY_HAZARD_BATHTUB),
	HAZARD_HOURS("spot.hazard.bathtub.tau1", AT(spot.hazard.bathtub_tau1), DRY_HAZARD_BATHTUB),
	HAZARD_HOURS("spot.hazard.bathtub.tau2", AT(spot.hazard.bathtub_tau2), DRY_HAZARD_BATHTUB),
	HAZARD_HOURS("spot.hazard.bathtub.limit", AT(spot.hazard.bathtub_limit), DRY_HAZARD_BATHTUB),
	HAZARD_HOURS("spot.hazard.weibull.scale", AT(spot.hazard.weibull_scale_hours), DRY_HAZARD_WEIBULL),
	{ "spot.hazard.weibull.shape", DRY_FIELD_HAZARD_NUMBER, AT(spot.hazard.weibull_shape), 0.01, 100, false,
	  DRY_HAZARD_WEIBULL, 0, 0, 0, 0 },
	DURATION("spot.notice", AT(spot.notice_ms), 0, 86400),
	PRICE_OR("spot.maxPrice", AT(spot.max_price_nusd_per_hour)),
	SHARE("spot.burst", AT(spot.burst)),
	SHARE("spot.burstShare", AT(spot.burst_share)),
	BOOL("spot.priceInterrupts", AT(spot.price_interrupts)),
	BOOL("spot.interruptionHandler", AT(spot.interruption_handler)),
	BOOL("spot.capacityRebalance", AT(spot.capacity_rebalance)),
	WORD("spot.reclaimOrder", AT(spot.reclaim_order), reclaim_word),
	BOOL("spot.stockouts.enabled", AT(spot.stockouts.enabled)),
	NUMBER("spot.stockouts.unavailable", AT(spot.stockouts.unavailable), 0, 0.999),
	SHARE("spot.stockouts.correlation", AT(spot.stockouts.correlation)),
	WORD("spot.stockouts.mode", AT(spot.stockouts.mode), stockout_word),
	WORDS2("billing.spotBilling", AT(billing.spot_hour_start), spot_billing_word),
	DURATION("billing.billingUnit", AT(billing.unit_ms), 1, 86400),
	DURATION("billing.minimum", AT(billing.minimum_ms), 0, 86400),
	DURATION("billing.freeIfReclaimedWithin", AT(billing.free_if_reclaimed_within_ms), 0, 86400),
	NUMBER("billing.wasteWeights.core", AT(billing.core_usd_per_hour), 0, 1e6),
	NUMBER("billing.wasteWeights.gib", AT(billing.gib_usd_per_hour), 0, 1e6),
	NUMBER("billing.wasteWeights.gpu", AT(billing.gpu_usd_per_hour), 0, 1e6),
	SPAN("slo.service", AT(slo.service_wait_ms)),
	SPAN("slo.interactive", AT(slo.interactive_wait_ms)),
	SPAN("slo.batch", AT(slo.batch_wait_ms)),
	SHARE("slo.availabilityTolerance", AT(slo.availability_tolerance)),
	{ "placeholders.nodes", DRY_FIELD_UINT32, AT(placeholder.node_count), 0, 100000, 0, 0, 0, 0, 0, 0 },
	OWN("placeholders.nodeGroup", "the name of a node group, or \"default\" (the first)", set_placeholder_group,
	    placeholder_group_text),
	INT("placeholders.priority", AT(placeholder.priority), INT32_MIN, INT32_MAX),
	{ "prewarm.quantile", DRY_FIELD_NUMBER, AT(prewarm.quantile), 0.001, 0.999, true, 0, 0, 0, 0, 0 },
	{ "prewarm.heldOut", DRY_FIELD_UINT32, AT(prewarm.held_days), 1, 366, 0, 0, 0, 0, 0, 0 },
	DURATION("prewarm.bucket", AT(prewarm.bucket_ms), 60, 86400),
	SPAN_OR("prewarm.dwell", AT(prewarm.dwell_ms), -1),
	{ "prewarm.changes", DRY_FIELD_UINT32, AT(prewarm.changes_max), 1, 288, 0, 0, 0, 0, 0, 0 },
};

const size_t dry_config_field_count = sizeof(dry_config_field_table) / sizeof(dry_config_field_table[0]);

const struct dry_config_field dry_group_field_table[] = {
	INT("minSize", IN(min_size), 0, NODES),
	INT("maxSize", IN(max_size), 0, NODES),
	INT("initialSize", IN(initial_size), 0, NODES),
	WORD("capacityType", IN(capacity_type), capacity_word),
	PRICE("price", IN(price_nusd_per_hour)),
	PRICE_OR("maxPrice", IN(max_price_nusd_per_hour)),
	OWN("provisionTime", "a duration, or {median: 75s, p95: 140s}, or {values: [80s, 95s]}", set_provision,
	    provision_text),
	OWN("provisionTime.median", "a duration such as \"75s\"", set_median, median_text),
	OWN("provisionTime.p95", "a duration above the median", set_p95, p95_text),
	SPAN_OR("provisionTime.min", IN(provision_time.min_ms), -1),
	SPAN_OR("provisionTime.max", IN(provision_time.max_ms), -1),
	SHARE("failureProbability", IN(failure_probability)),
	SHARE("stockoutProbability", IN(stockout_probability)),
	SPAN("deletionTime", IN(deletion_ms)),
	WORDS2("billFrom", IN(bill_from_ready), bill_from_word),
	INT("priority", IN(priority), INT32_MIN, INT32_MAX),
	WORDS2("minSizeActs", IN(min_size_acts_cloud), acts_word),
	SPAN("schedulePeriod", IN(schedule_period_ms)),
	{ "capacity.cpu", DRY_FIELD_CPU, IN(capacity.amount[DRY_RESOURCE_CPU]), 0.001, 1e6, 0, 0, 0, 0, 0, 0 },
	{ "capacity.memory", DRY_FIELD_AMOUNT, IN(capacity.amount[DRY_RESOURCE_MEMORY]), 1, 1e15, 0, 0, 0, 0, 0, 0 },
	{ "capacity.pods", DRY_FIELD_AMOUNT, IN(capacity.amount[DRY_RESOURCE_PODS]), 1, 100000, 0, 0, 0, 0, 0, 0 },
	{ "allocatable.cpu", DRY_FIELD_CPU, IN(allocatable.amount[DRY_RESOURCE_CPU]), 0.001, 1e6, 0, 0, 0, 0, 0, 0 },
	{ "allocatable.memory", DRY_FIELD_AMOUNT, IN(allocatable.amount[DRY_RESOURCE_MEMORY]), 1, 1e15, 0, 0, 0, 0, 0,
	  0 },
	{ "allocatable.pods", DRY_FIELD_AMOUNT, IN(allocatable.amount[DRY_RESOURCE_PODS]), 1, 100000, 0, 0, 0, 0, 0,
	  0 },
	SPAN_OR("options.scaleDownUnneededTime", IN(options.scale_down_unneeded_ms), -1),
	SPAN_OR("options.scaleDownUnreadyTime", IN(options.scale_down_unready_ms), -1),
	SPAN_OR("options.maxNodeProvisionTime", IN(options.max_node_provision_ms), -1),
	SPAN_OR("options.maxNodeStartupTime", IN(options.max_node_startup_ms), -1),
	SHARE_OR("options.scaleDownUtilizationThreshold", IN(options.scale_down_utilization_threshold)),
	SHARE_OR("options.scaleDownGpuUtilizationThreshold", IN(options.scale_down_gpu_utilization_threshold)),
	{ "options.ignoreDaemonSetsUtilization", DRY_FIELD_TRISTATE, IN(options.ignore_daemonsets_utilization), 0, 0,
	  true, -1, 0, 0, 0, 0 },
	BOOL("options.zeroOrMaxNodeScaling", IN(options.zero_or_max_node_scaling)),
	BOOL("options.allowNonAtomicScaleUpToMax", IN(options.allow_non_atomic_scale_up_to_max)),
};

const size_t dry_group_field_count = sizeof(dry_group_field_table) / sizeof(dry_group_field_table[0]);

/* --- defaults --- */

void dry_config_init(struct dry_config *config)
{
	memset(config, 0, sizeof(*config));
	config->seed = 1;
	config->horizon_ms = DRY_NEVER;
	dry_options_init(&config->options);
	config->spot.hazard.scale = 1;
	config->spot.notice_ms = 120000;
	config->spot.max_price_nusd_per_hour = -1;
	config->spot.burst = 0.75;
	config->spot.burst_share = 0.7;
	config->spot.price_interrupts = true;
	config->spot.interruption_handler = true;
	config->billing.unit_ms = 1000;
	config->billing.minimum_ms = 60000;
	config->billing.core_usd_per_hour = 0.031611;
	config->billing.gib_usd_per_hour = 0.004237;
	config->billing.gpu_usd_per_hour = 0.95;
	config->slo.service_wait_ms = 120000;
	config->slo.interactive_wait_ms = 60000;
	config->slo.batch_wait_ms = 900000;
	config->placeholder.group_index = DRY_NONE;
	config->placeholder.priority = -5;
	config->prewarm = (struct dry_prewarm_config){ .held_days = 5, .changes_max = 12, .bucket_ms = 900000,
						       .dwell_ms = -1 };
}

void dry_node_group_init(struct dry_node_group *group)
{
	struct dry_group_options *options = &group->options;

	memset(group, 0, sizeof(*group));
	group->max_price_nusd_per_hour = -1;
	group->on_demand_price_nusd_per_hour = -1;
	group->price_series = DRY_NONE;
	group->provision_time.min_ms = group->provision_time.max_ms = -1;
	options->scale_down_unneeded_ms = options->scale_down_unready_ms = -1;
	options->max_node_provision_ms = options->max_node_startup_ms = -1;
	options->scale_down_utilization_threshold = options->scale_down_gpu_utilization_threshold = -1;
	options->ignore_daemonsets_utilization = -1;
}
