/* spot, billing, slo, scheduler, placeholders: fields by table, and what the tables cannot say. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"
#include "market/distribution.h"

#define HOUR_MS 3600000.0

/* Every field of the table that stands under this map; its own keys are for the caller. */
static void read_section(struct load *load, const struct dry_doc_node *node, const char *prefix,
			 const char *const *own)
{
	const char *known[48];
	const struct dry_doc_node *child;
	size_t length = strlen(prefix), n = 0, i;

	for (i = 0; i < dry_config_field_count; i++) {
		const char *name = dry_config_field_table[i].name;

		if (!strncmp(name, prefix, length) && !strchr(name + length, '.'))
			known[n++] = name + length;
	}
	for (; own && *own; own++)
		known[n++] = *own;
	known[n] = NULL;
	if (!load_map(load, node, known))
		return;
	for (child = node->first; child; child = child->next) {
		const struct dry_config_field *field =
			dry_config_field_find(dry_arena_printf(&load->temp, "%s%s", prefix, child->key));

		if (field)
			load_field(load, child, field, &load->input->config);
	}
}

/* Hours: a number of them, or a duration. */
static bool read_hours(struct load *load, const struct dry_doc_node *map, const char *key, double *hours)
{
	const struct dry_doc_node *node = dry_doc_find(map, key);
	int64_t ms;

	if (!node)
		return load_missing(load, map, key, "hours, or a duration such as \"30m\"");
	if (node->kind == DRY_DOC_NUMBER)
		return load_number(load, node, 0, 1e6, hours);
	if (!load_duration(load, node, &ms))
		return false;
	*hours = (double)ms / HOUR_MS;
	return true;
}

static void read_mean_median(struct load *load, const struct dry_doc_node *node, double *mean, double *median)
{
	static const char *const known[] = { "mean", "median", NULL };
	double mu, sigma;

	if (!load_map(load, node, known) || !read_hours(load, node, "mean", mean) ||
	    !read_hours(load, node, "median", median))
		return;
	if (!dry_lognormal_from_mean(*mean, *median, &mu, &sigma)) {
		load_fail(load, node, "has a mean that is not above its median, or a median that is not above 0");
		load_fix(load, "a lognormal's mean is larger than its median");
	}
}

static void read_bathtub(struct load *load, const struct dry_doc_node *node, struct dry_hazard *hazard)
{
	static const char *const known[] = { "A", "b", "tau1", "tau2", "limit", NULL };
	double limit = 0;

	if (!load_map(load, node, known))
		return;
	hazard->kind = DRY_HAZARD_BATHTUB;
	if (!dry_doc_find(node, "A"))
		load_missing(load, node, "A", "a share between 0 and 1");
	else
		load_number(load, dry_doc_find(node, "A"), 1e-6, 0.999999, &hazard->bathtub_a);
	read_hours(load, node, "b", &hazard->bathtub_b);
	read_hours(load, node, "tau1", &hazard->bathtub_tau1);
	read_hours(load, node, "tau2", &hazard->bathtub_tau2);
	if (dry_doc_find(node, "limit") && read_hours(load, node, "limit", &limit) && limit <= 0)
		load_fail(load, dry_doc_find(node, "limit"), "is not above 0");
	hazard->bathtub_limit = limit;
	if (!load->failed && (hazard->bathtub_tau1 <= 0 || hazard->bathtub_tau2 <= 0))
		load_fail(load, node, "needs tau1 and tau2 above 0");
}

static void read_weibull(struct load *load, const struct dry_doc_node *node, struct dry_hazard *hazard)
{
	static const char *const known[] = { "scale", "shape", NULL };

	if (!load_map(load, node, known))
		return;
	hazard->kind = DRY_HAZARD_WEIBULL;
	read_hours(load, node, "scale", &hazard->weibull_scale_hours);
	if (!dry_doc_find(node, "shape"))
		load_missing(load, node, "shape", "a number above 0");
	else
		load_number(load, dry_doc_find(node, "shape"), 0.01, 100, &hazard->weibull_shape);
	if (!load->failed && hazard->weibull_scale_hours <= 0)
		load_fail(load, dry_doc_find(node, "scale"), "is not above 0");
}

/* One kind at most; scale goes with any. */
static void read_hazard(struct load *load, const struct dry_doc_node *node)
{
	static const char *const own[] = { "trace", "bathtub", "lognormal", "weibull", NULL };
	static const char *const kind[] = { "perHour", "monthlyFrequency", "advisor", "trace", "bathtub", "lognormal",
					    "weibull", NULL };
	struct dry_hazard *hazard = &load->input->config.spot.hazard;
	const struct dry_doc_node *first = NULL, *child, *trace = dry_doc_find(node, "trace");
	bool only_trace = false;
	size_t i;

	if (!node)
		return;
	read_section(load, node, "spot.hazard.", own);
	for (i = 0; kind[i]; i++) {
		child = dry_doc_find(node, kind[i]);
		if (!child)
			continue;
		if (first)
			load_fail(load, child, "does not go with %s: a hazard is of one kind", first->key);
		first = first ? first : child;
	}
	if (trace && load_bool(load, trace, &only_trace) && only_trace)
		hazard->kind = DRY_HAZARD_NONE;
	if (dry_doc_find(node, "lognormal")) {
		hazard->kind = DRY_HAZARD_LOGNORMAL;
		read_mean_median(load, dry_doc_find(node, "lognormal"), &hazard->mean_hours, &hazard->median_hours);
	}
	if (dry_doc_find(node, "bathtub"))
		read_bathtub(load, dry_doc_find(node, "bathtub"), hazard);
	if (dry_doc_find(node, "weibull"))
		read_weibull(load, dry_doc_find(node, "weibull"), hazard);
}

static void read_stockouts(struct load *load, const struct dry_doc_node *node)
{
	static const char *const own[] = { "up", "down", NULL };
	struct dry_stockout_process *stockouts = &load->input->config.spot.stockouts;
	const struct dry_doc_node *up = dry_doc_find(node, "up"), *down = dry_doc_find(node, "down");

	if (!node)
		return;
	stockouts->enabled = true;
	/* Measured on spot GPU zones (methods.md 2.2): the default of both durations. */
	stockouts->up_mean_hours = 3.2;
	stockouts->up_median_hours = 0.54;
	stockouts->down_mean_hours = 1.8;
	stockouts->down_median_hours = 0.49;
	read_section(load, node, "spot.stockouts.", own);
	if (up)
		read_mean_median(load, up, &stockouts->up_mean_hours, &stockouts->up_median_hours);
	if (down)
		read_mean_median(load, down, &stockouts->down_mean_hours, &stockouts->down_median_hours);
	if (!dry_doc_find(node, "unavailable") && node->kind == DRY_DOC_MAP)
		load_missing(load, node, "unavailable", "the share of time in which a zone has none, such as 0.04");
}

/* --- availability: {"metadata": {"gap_seconds": g}, "data": [n, ...]} --- */

static bool read_series(struct load *load, const struct dry_doc_node *root, struct dry_availability *series)
{
	const struct dry_doc_node *gap = dry_doc_find(dry_doc_find(root, "metadata"), "gap_seconds");
	const struct dry_doc_node *data = dry_doc_find(root, "data"), *child;
	double seconds;
	int32_t *capacity;

	if (!load_is_map(load, root))
		return false;
	if (!gap || !data)
		return load_fail_expected(load, root, "{\"metadata\": {\"gap_seconds\": 600}, \"data\": [4, 4, 0]}",
					  "is no availability trace: it has no %s",
					  gap ? "data" : "metadata.gap_seconds");
	if (!load_number(load, gap, 0.001, 1e9, &seconds) || !load_is_list(load, data))
		return false;
	if (!data->count)
		return load_fail(load, data, "is empty: there is no availability to follow");
	capacity = dry_arena_array(load->arena, data->count, sizeof(*capacity));
	for (child = data->first; child; child = child->next)
		if (!load_int32(load, child, 0, INT32_MAX, &capacity[child->index]))
			return false;
	series->gap_ms = (int64_t)(seconds * 1000 + 0.5);
	series->capacity = capacity;
	series->count = data->count;
	return true;
}

static void read_file(struct load *load, const struct dry_doc_node *node, const char *folder,
		      struct dry_availability *series)
{
	const struct dry_doc *scenario = load->doc;
	struct dry_doc doc;

	if (!load_is_scalar(load, node, "the name of a file"))
		return;
	if (!dry_doc_read(&doc, load_path(load, folder, node->text), load->limits, load->err)) {
		load->failed = true;
	} else {
		load->doc = &doc;
		read_series(load, doc.root, series);
		load->doc = scenario;
	}
	dry_doc_release(&doc);
}

static void read_availability_entry(struct load *load, const struct dry_doc_node *node, const char *folder,
				    struct dry_availability *series)
{
	static const char *const known[] = { "file", "nodeGroup", "zone", "scale", "atLeast", NULL };

	series->group_index = DRY_NONE;
	series->scale = 1;
	if (node->kind != DRY_DOC_MAP) {
		read_file(load, node, folder, series);
		return;
	}
	load_map(load, node, known);
	if (!dry_doc_find(node, "file"))
		load_missing(load, node, "file", "the name of a file");
	if (dry_doc_find(node, "nodeGroup"))
		series->group_index = load_group_named(load, dry_doc_find(node, "nodeGroup"));
	load_zone_of(load, dry_doc_find(node, "zone"), series->group_index, &series->zone);
	load_number(load, dry_doc_find(node, "scale"), 0, 1e6, &series->scale);
	load_bool(load, dry_doc_find(node, "atLeast"), &series->at_least);
	if (dry_doc_find(node, "file"))
		read_file(load, dry_doc_find(node, "file"), folder, series);
}

static void read_availability(struct load *load, const struct dry_doc_node *node, const char *folder)
{
	struct dry_availability *list;
	const struct dry_doc_node *child;
	uint32_t n = 0;

	if (!node)
		return;
	list = dry_arena_array(load->arena, node->kind == DRY_DOC_LIST ? node->count : 1, sizeof(*list));
	if (node->kind == DRY_DOC_LIST)
		for (child = node->first; child; child = child->next)
			read_availability_entry(load, child, folder, &list[n++]);
	else
		read_availability_entry(load, node, folder, &list[n++]);
	load->input->config.spot.availability = list;
	load->input->config.spot.availability_count = n;
}

/* --- billing --- */

static bool read_reserved(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "instanceType", "count", "rate", NULL };
	static const char *const expected[] = { "m5.xlarge", "how many are owned", "dollars an hour, used or not" };
	struct dry_reserved *row = element;
	size_t i;

	(void)context;
	if (!load_map(load, node, known))
		return true;
	for (i = 0; known[i]; i++)
		if (!dry_doc_find(node, known[i]))
			load_missing(load, node, known[i], expected[i]);
	load_symbol(load, dry_doc_find(node, "instanceType"), &row->instance_type);
	load_integer(load, dry_doc_find(node, "count"), 0, 1000000, &row->count);
	load_price(load, dry_doc_find(node, "rate"), &row->rate_nusd_per_hour);
	return true;
}

static void read_rates(struct load *load, const struct dry_doc_node *node, struct dry_savings_plan *plan)
{
	const struct dry_doc_node *child;
	struct dry_savings_rate *list;

	if (!load_is_map(load, node))
		return;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		struct dry_savings_rate *rate = &list[plan->rate_count++];

		rate->instance_type = dry_symbols_add_text(load->symbols, child->key);
		load_price(load, child, &rate->nusd_per_hour);
	}
	plan->rate = list;
}

static bool read_plan(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "commitment", "rates", "kind", NULL };
	static const char *const kind[] = { "compute", "ec2-instance", NULL };
	struct dry_savings_plan *plan = element;
	uint32_t index = 0;

	(void)context;
	plan->is_compute = true;
	if (!load_map(load, node, known))
		return true;
	if (!dry_doc_find(node, "commitment"))
		load_missing(load, node, "commitment", "dollars an hour");
	if (!dry_doc_find(node, "rates"))
		load_missing(load, node, "rates", "{m5.xlarge: 0.139}");
	load_price(load, dry_doc_find(node, "commitment"), &plan->commitment_nusd_per_hour);
	read_rates(load, dry_doc_find(node, "rates"), plan);
	if (dry_doc_find(node, "kind") && load_word(load, dry_doc_find(node, "kind"), kind, &index))
		plan->is_compute = index == 0;
	return true;
}

/* billFrom here is for the groups that do not say. */
static void read_bill_from(struct load *load, const struct dry_doc_node *node, const struct dry_doc_node *groups)
{
	static const char *const word[] = { "launch", "ready", NULL };
	const struct dry_doc_node *child;
	uint32_t index;

	if (!node || !load_word(load, node, word, &index) || !groups)
		return;
	for (child = groups->first; child; child = child->next)
		if (child->index < load->input->config.group_count && !dry_doc_find(child, "billFrom"))
			load->input->config.group[child->index].bill_from_ready = index == 1;
}

static void read_billing(struct load *load, const struct dry_doc_node *node, const struct dry_doc_node *groups)
{
	static const char *const own[] = { "reserved", "savingsPlans", "billFrom", "wasteWeights", NULL };
	struct dry_billing_config *billing = &load->input->config.billing;
	struct load_list list;

	if (!node)
		return;
	read_section(load, node, "billing.", own);
	if (dry_doc_find(node, "wasteWeights"))
		read_section(load, dry_doc_find(node, "wasteWeights"), "billing.wasteWeights.", NULL);
	if (load_list(load, dry_doc_find(node, "reserved"), sizeof(*billing->reserved), read_reserved, NULL, &list)) {
		billing->reserved = list.element;
		billing->reserved_count = list.count;
	}
	if (load_list(load, dry_doc_find(node, "savingsPlans"), sizeof(*billing->savings_plan), read_plan, NULL,
		      &list)) {
		billing->savings_plan = list.element;
		billing->savings_plan_count = list.count;
	}
	read_bill_from(load, dry_doc_find(node, "billFrom"), groups);
}

void load_market(struct load *load, const struct dry_doc_node *root, const char *folder)
{
	static const char *const spot_own[] = { "hazard", "stockouts", "availability", NULL };
	static const char *const section[][2] = {
		{ "slo", "slo." }, { "scheduler", "scheduler." }, { "placeholders", "placeholders." },
	};
	const struct dry_doc_node *spot = dry_doc_find(root, "spot");
	size_t i;

	if (spot) {
		read_section(load, spot, "spot.", spot_own);
		read_hazard(load, dry_doc_find(spot, "hazard"));
		read_stockouts(load, dry_doc_find(spot, "stockouts"));
		read_availability(load, dry_doc_find(spot, "availability"), folder);
	}
	read_billing(load, dry_doc_find(root, "billing"), dry_doc_find(root, "nodeGroups"));
	for (i = 0; i < sizeof(section) / sizeof(section[0]); i++)
		if (dry_doc_find(root, section[i][0]))
			read_section(load, dry_doc_find(root, section[i][0]), section[i][1], NULL);
}
