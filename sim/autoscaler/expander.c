/*
 * Models expander/factory/chain.go and the expanders random, most-pods,
 * least-nodes, least-waste, priority, price as of 1.36.1 with the GCE pod
 * prices. Left out: grpc. Ties at the end of the chain: the first option in
 * provider order, unless the random expander is in the chain and a stream is
 * given. Cases: expander-*.
 */
#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

/* A filter sets the score of each option and keeps some of them, order kept. */
typedef uint32_t filter_fn(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count);

static void note_scores(struct dry_autoscaler *ca, const struct ca_option *option, uint32_t count)
{
	uint32_t i;

	for (i = 0; ca->notes && i < count; i++)
		ca_note(ca, DRY_NOTE_OPTION, option[i].group_index, DRY_NONE, DRY_NONE, "score", option[i].score,
			option[i].node_count, option[i].pod_count);
}

static uint32_t keep_least(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	double least = INFINITY;
	uint32_t i, n = 0;

	note_scores(ca, option, count);
	for (i = 0; i < count; i++)
		least = option[i].score < least ? option[i].score : least;
	for (i = 0; i < count; i++)
		if (option[i].score == least)
			option[n++] = option[i];
	return n;
}

static uint32_t keep_most_pods(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		option[i].score = -(double)option[i].pod_count;
	return keep_least(ca, option, count);
}

static uint32_t keep_least_nodes(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		option[i].score = option[i].node_count;
	return keep_least(ca, option, count);
}

static uint32_t keep_least_waste(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	uint32_t i, k;

	for (i = 0; i < count; i++) {
		const struct dry_resources *capacity = &world_group(ca, option[i].group_index)->spec->capacity;
		double cores = (double)(capacity->amount[DRY_RESOURCE_CPU] * option[i].node_count);
		double bytes = (double)(capacity->amount[DRY_RESOURCE_MEMORY] * option[i].node_count);
		int64_t cpu = 0, memory = 0;

		for (k = 0; k < option[i].pod_count; k++) {
			cpu += pod_shape(ca, option[i].pod[k])->cpu;
			memory += pod_shape(ca, option[i].pod[k])->memory;
		}
		option[i].score = (cores - (double)cpu) / cores + (bytes - (double)memory) / bytes;
	}
	return keep_least(ca, option, count);
}

static bool group_priority(const struct dry_autoscaler *ca, uint32_t g, int32_t *priority)
{
	if (!ca->setup.priority || !ca->setup.priority[g].has)
		return false;
	*priority = ca->setup.priority[g].priority;
	return true;
}

static uint32_t keep_priority(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	int32_t best = -1, priority;
	uint32_t i, n = 0;
	bool any = false;

	for (i = 0; i < count; i++)
		if (group_priority(ca, option[i].group_index, &priority) && priority >= best) {
			best = priority;
			any = true;
		}
	for (i = 0; i < count; i++)
		option[i].score = group_priority(ca, option[i].group_index, &priority) ? (double)priority :
											       (double)NAN;
	note_scores(ca, option, count);
	if (!any)
		return count;
	for (i = 0; i < count; i++)
		if (group_priority(ca, option[i].group_index, &priority) && priority == best)
			option[n++] = option[i];
	return n;
}

static double pod_price(const struct dry_autoscaler *ca, uint32_t pod)
{
	const struct dry_resources *request = &pod_class(ca, pod)->request;
	const struct dry_shape *shape = pod_shape(ca, pod);
	int64_t gpus = shape->gpu_resource == DRY_NONE ? 0 : request->amount[shape->gpu_resource];

	return 0.033174 * (double)shape->cpu / 1000 + 0.004446 * (double)shape->memory / 1073741824.0 +
	       .7 * (double)gpus;
}

static double preferred_cores(uint32_t nodes)
{
	return nodes <= 2 ? 1 : nodes <= 6 ? 2 : nodes <= 20 ? 4 : nodes <= 60 ? 8 : nodes <= 200 ? 16 : 32;
}

static uint32_t keep_price(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	double stabilization = 0.033174 * .5 + 0.004446 * 500 / 1024;
	double preferred = preferred_cores(ca->cluster->registered_count);
	uint32_t i, k;

	for (i = 0; i < count; i++) {
		const int64_t price = template_place(ca, option[i].group_index)->price_nusd_per_hour;
		const struct dry_group *group = world_group(ca, option[i].group_index);
		double pods = 0, ratio, cores, unfitness, suppressed;

		for (k = 0; k < option[i].pod_count; k++)
			pods += pod_price(ca, option[i].pod[k]);
		ratio = ((double)price / 1e9 * option[i].node_count + stabilization) /
			(pods + stabilization);
		cores = (double)group->spec->capacity.amount[DRY_RESOURCE_CPU] / 1000;
		unfitness = preferred / cores > cores / preferred ? preferred / cores : cores / preferred;
		suppressed = (unfitness - 1) * (1 - tanh((double)(option[i].node_count - 1) / 15)) + 1;
		if (group->is_gpu || group->gpu_resource != DRY_NONE)
			suppressed = 1000;
		option[i].score = suppressed * ratio;
	}
	return keep_least(ca, option, count);
}

static uint32_t keep_random(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	uint32_t chosen;

	if (!ca->setup.random)
		return count;
	chosen = (uint32_t)(ca->setup.random(ca->setup.random_context, ca->random_draws++) * count);
	option[0] = option[chosen < count ? chosen : count - 1];
	option[0].score = NAN;
	return 1;
}

static const struct {
	const char *name;
	filter_fn *filter;
} expander_table[DRY_EXPANDER_COUNT] = {
	[DRY_EXPANDER_RANDOM] = { "random", keep_random },
	[DRY_EXPANDER_MOST_PODS] = { "most-pods", keep_most_pods },
	[DRY_EXPANDER_LEAST_WASTE] = { "least-waste", keep_least_waste },
	[DRY_EXPANDER_LEAST_NODES] = { "least-nodes", keep_least_nodes },
	[DRY_EXPANDER_PRICE] = { "price", keep_price },
	[DRY_EXPANDER_PRIORITY] = { "priority", keep_priority },
};

/* The options that an expander kept, with their scores. */
static void note_kept(struct dry_autoscaler *ca, const char *name, const struct ca_option *option, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		ca_note(ca, DRY_NOTE_EXPANDER, option[i].group_index, DRY_NONE, DRY_NONE, name, option[i].score,
			option[i].node_count, option[i].pod_count);
}

uint32_t ca_expand(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count)
{
	uint32_t i;

	if (count > 1)
		dry_reach_ask(ca->reach, DRY_REACH_EXPANDER);
	for (i = 0; i < ca->options->expander_count && count > 1; i++) {
		enum dry_expander expander = ca->options->expander[i];

		count = expander_table[expander].filter(ca, option, count);
		if (ca->notes)
			note_kept(ca, expander_table[expander].name, option, count);
	}
	dry_assert(count > 0);
	return 0;
}
