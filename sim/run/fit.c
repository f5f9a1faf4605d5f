#include "run/fit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world/cluster.h"
#include "world/snapshot.h"

struct dry_fits {
	const struct dry_input *input;
	const struct dry_config *config;
	struct dry_cluster cluster;
	struct dry_shapes shapes;
	struct dry_arena arena;
	uint32_t *slot;                 /* an empty node, one a group */
};

static void make_cluster(struct dry_fits *fits)
{
	const struct dry_input *input = fits->input;
	struct dry_node_group *group = dry_arena_array(&fits->arena, fits->config->group_count + 1,
						       sizeof(*group));
	struct dry_cluster_spec spec = {
		.symbols = &input->symbols, .pod = &input->pod, .pod_class = input->pod_class,
		.class_count = input->class_count, .owner_count = input->owner_count,
		.resource_count = input->resource_count, .resource_name = input->resource_name,
		.daemon_set = input->daemon_set, .daemon_set_count = input->daemon_set_count,
		.group = group, .group_count = fits->config->group_count,
		.expendable_cutoff = INT64_MIN,
	};
	struct dry_cluster_hooks hooks = { 0 };

	for (uint32_t g = 0; g < spec.group_count; g++) {
		group[g] = fits->config->group[g];
		group[g].initial_size = 0;
	}
	dry_cluster_init(&fits->cluster);
	dry_cluster_reset(&fits->cluster, &spec, &fits->shapes, &hooks, NULL, DRY_NEVER);
}

struct dry_fits *dry_fits_new(const struct dry_input *input, const struct dry_config *config)
{
	struct dry_fits *fits = dry_xcalloc(1, sizeof(*fits));
	struct dry_shapes_input shapes = {
		.symbols = &input->symbols, .pod_class = input->pod_class,
		.class_count = input->class_count, .resource_name = input->resource_name,
		.resource_count = input->resource_count,
	};

	fits->input = input;
	fits->config = config;
	dry_arena_init(&fits->arena);
	dry_shapes_init(&fits->shapes, &shapes);
	make_cluster(fits);
	fits->slot = dry_arena_array(&fits->arena, config->group_count + 1, sizeof(*fits->slot));
	dry_snapshot_begin(&fits->cluster);
	return fits;
}

void dry_fits_release(struct dry_fits *fits)
{
	if (!fits)
		return;
	dry_snapshot_end(&fits->cluster);
	dry_cluster_release(&fits->cluster);
	dry_shapes_release(&fits->shapes);
	dry_arena_release(&fits->arena);
	free(fits);
}

static void find_short(const struct dry_fits *fits, uint32_t class_index, uint32_t slot,
		       struct dry_fit_answer *answer)
{
	const struct dry_shape *shape = &fits->shapes.shape[class_index];

	for (uint32_t i = 0; i < shape->request_count; i++) {
		uint32_t r = shape->request[i].resource;
		int64_t have = fits->cluster.free[r][slot];

		if (shape->request[i].amount > have) {
			answer->resource = r;
			answer->want = shape->request[i].amount;
			answer->have = have;
			return;
		}
	}
	answer->resource = DRY_RESOURCE_PODS;
	answer->want = 1;
	answer->have = fits->cluster.free[DRY_RESOURCE_PODS][slot];
}

static const struct dry_taint *find_taint(const struct dry_fits *fits, uint32_t class_index,
					  uint32_t group_index)
{
	const struct dry_symbols *symbols = &fits->input->symbols;
	const struct dry_pod_class *class = &fits->input->pod_class[class_index];
	const struct dry_node_group *group = &fits->config->group[group_index];

	for (uint32_t i = 0; i < group->taint_count; i++) {
		const struct dry_taint *taint = &group->taint[i];

		if (taint->effect != DRY_EFFECT_PREFER_NO_SCHEDULE &&
		    !dry_tolerates(symbols, class->toleration, class->toleration_count,
				   dry_symbols_text(symbols, taint->key),
				   dry_symbols_text(symbols, taint->value), taint->effect))
			return taint;
	}
	return NULL;
}

struct dry_fit_answer dry_fits_ask(struct dry_fits *fits, uint32_t class_index, uint32_t group_index)
{
	struct dry_fit_answer answer = { .resource = DRY_NONE };
	uint32_t mark = dry_snapshot_mark(&fits->cluster);
	uint32_t slot = dry_snapshot_add_fake(&fits->cluster, group_index);

	answer.fit = dry_snapshot_check(&fits->cluster, class_index, slot);
	if (answer.fit == DRY_NODE_RESOURCES)
		find_short(fits, class_index, slot, &answer);
	else if (answer.fit == DRY_TAINT_TOLERATION)
		answer.taint = find_taint(fits, class_index, group_index);
	dry_snapshot_revert(&fits->cluster, mark);
	return answer;
}

int64_t dry_fits_room(struct dry_fits *fits, uint32_t group_index, uint32_t resource)
{
	uint32_t mark = dry_snapshot_mark(&fits->cluster);
	uint32_t slot = dry_snapshot_add_fake(&fits->cluster, group_index);
	int64_t room = fits->cluster.free[resource][slot];

	dry_snapshot_revert(&fits->cluster, mark);
	return room;
}

uint32_t dry_fits_per_node(struct dry_fits *fits, uint32_t class_index, uint32_t group_index)
{
	const struct dry_shape *shape = &fits->shapes.shape[class_index];
	uint32_t mark = dry_snapshot_mark(&fits->cluster);
	uint32_t slot = dry_snapshot_add_fake(&fits->cluster, group_index);
	int64_t most = fits->cluster.free[DRY_RESOURCE_PODS][slot];

	for (uint32_t i = 0; i < shape->request_count; i++) {
		int64_t room = fits->cluster.free[shape->request[i].resource][slot] / shape->request[i].amount;

		most = room < most ? room : most;
	}
	if (dry_snapshot_check(&fits->cluster, class_index, slot) != DRY_FITS)
		most = 0;
	dry_snapshot_revert(&fits->cluster, mark);
	return most > 0 ? (uint32_t)most : 0;
}

bool dry_fits_anywhere(struct dry_fits *fits, uint32_t class_index)
{
	for (uint32_t g = 0; g < fits->config->group_count; g++)
		if (dry_fits_ask(fits, class_index, g).fit == DRY_FITS)
			return true;
	return false;
}

static char *bytes_text(int64_t amount, char *buffer, size_t size)
{
	static const struct {
		int64_t unit;
		const char *suffix;
	} units[] = { { INT64_C(1) << 40, "Ti" }, { INT64_C(1) << 30, "Gi" }, { INT64_C(1) << 20, "Mi" },
		      { INT64_C(1) << 10, "Ki" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (amount < units[i].unit)
			continue;
		if (amount % units[i].unit == 0)
			snprintf(buffer, size, "%" PRId64 "%s", amount / units[i].unit, units[i].suffix);
		else
			snprintf(buffer, size, "%.2f%s", (double)amount / (double)units[i].unit,
				 units[i].suffix);
		return buffer;
	}
	snprintf(buffer, size, "%" PRId64, amount);
	return buffer;
}

char *dry_amount_text(uint32_t resource, int64_t amount, char *buffer, size_t size)
{
	if (resource == DRY_RESOURCE_MEMORY || resource == DRY_RESOURCE_EPHEMERAL_STORAGE)
		return bytes_text(amount, buffer, size);
	if (resource != DRY_RESOURCE_CPU)
		snprintf(buffer, size, "%" PRId64, amount);
	else if (amount % 1000)
		snprintf(buffer, size, "%" PRId64 "m", amount);
	else
		snprintf(buffer, size, "%" PRId64, amount / 1000);
	return buffer;
}

char *dry_fit_text(const struct dry_input *input, const struct dry_fit_answer *answer, char *buffer,
		   size_t size)
{
	char want[40], have[40];

	if (answer->fit == DRY_NODE_RESOURCES && answer->resource == DRY_RESOURCE_PODS)
		snprintf(buffer, size, "Too many pods (a node takes %" PRId64 ")", answer->have);
	else if (answer->fit == DRY_NODE_RESOURCES && answer->resource != DRY_NONE)
		snprintf(buffer, size, "Insufficient %s (wants %s, an empty node has %s)",
			 input->resource_name[answer->resource],
			 dry_amount_text(answer->resource, answer->want, want, sizeof(want)),
			 dry_amount_text(answer->resource, answer->have, have, sizeof(have)));
	else if (answer->fit == DRY_TAINT_TOLERATION && answer->taint)
		snprintf(buffer, size, "node(s) had untolerated taint {%s: %s}",
			 dry_symbols_text(&input->symbols, answer->taint->key),
			 dry_symbols_text(&input->symbols, answer->taint->value));
	else
		snprintf(buffer, size, "%s", answer->fit == DRY_FITS ? "fits" : dry_fit_reason(answer->fit));
	return buffer;
}
