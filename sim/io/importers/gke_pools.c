/*
 * gcloud container node-pools describe (or list) --format=json. Minimum and
 * maximum are of each zone unless the pool says "total"; 64-bit numbers are
 * texts.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/catalogue.h"
#include "io/importers/detect.h"
#include "io/importers/groups.h"

static const char *const lists[] = { "nodePools", NULL };

int dry_gke_pools_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length, "machineType") &&
	       (start_has(start, length, "initialNodeCount") || start_has(start, length, "minNodeCount")) ? 92 : 0;
}

/* Accelerators that are attached to a machine, with their list price an hour. */
static const struct { const char *type; int64_t nusd; } attached[] = {
	{ "nvidia-tesla-t4", 350000000 }, { "nvidia-tesla-p4", 600000000 }, { "nvidia-tesla-v100", 2480000000 },
	{ "nvidia-tesla-p100", 1460000000 }, { "nvidia-tesla-k80", 450000000 },
};

static void add_accelerator(struct dry_import_job *job, struct group_draft *draft, const struct dry_tree *tree,
			    uint32_t accelerator)
{
	const struct dry_instance_type *const type = dry_catalogue_find(draft->instance_type, draft->region);
	const char *const name = groups_text(job, tree, dry_tree_find(tree, accelerator, "acceleratorType"));
	int64_t count = 0;

	dry_tree_integer(tree, dry_tree_find(tree, accelerator, "acceleratorCount"), &count);
	if (!name || count < 1)
		return;
	group_add_label(job, draft, "cloud.google.com/gke-accelerator", 32, name, strlen(name));
	group_add_taint(job, draft, "nvidia.com/gpu", "present", "NoSchedule");
	DRY_NOTE(job, "GKE taints nodes with accelerators nvidia.com/gpu=present:NoSchedule by itself");
	if (!type || type->gpu_count)
		return;
	const dry_symbol cpu = dry_symbols_add_text(&job->symbols, "cpu");
	const dry_symbol memory = dry_symbols_add_text(&job->symbols, "memory");
	dry_amounts_set(&draft->capacity, cpu, type->milli_cpu);
	dry_amounts_set(&draft->capacity, memory, type->memory_bytes);
	dry_amounts_set(&draft->capacity, dry_symbols_add_text(&job->symbols, "nvidia.com/gpu"), count);
	if (draft->max_pods < 0)
		draft->max_pods = type->max_pods;
	for (size_t i = 0; i < sizeof(attached) / sizeof(attached[0]); i++)
		if (!strcmp(attached[i].type, name) && type->on_demand_nusd_per_hour >= 0)
			draft->price_nusd = type->on_demand_nusd_per_hour + count * attached[i].nusd;
}

static bool read_sizes(struct dry_import_job *job, const struct dry_items *items, struct group_draft *draft,
		       struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t scaling = dry_tree_find(tree, items->item, "autoscaling");
	const uint32_t total = group_sub(tree, scaling, "totalMaxNodeCount");
	const uint32_t initial = dry_tree_find(tree, items->item, "initialNodeCount");
	const uint32_t enabled = group_sub(tree, scaling, "enabled");

	draft->sizes_of_zone = !total;
	if (!groups_size(items, initial, "initialNodeCount", &draft->initial_size, err))
		return false;
	if (!scaling || (enabled && !dry_tree_true(tree, enabled))) {
		DRY_NOTE(job, "a pool that is not autoscaled keeps its size");
		draft->min_size = draft->max_size = draft->initial_size;
		return true;
	}
	if (total)
		return groups_size(items, dry_tree_find(tree, scaling, "totalMinNodeCount"), "totalMinNodeCount",
				   &draft->min_size, err) &&
		       groups_size(items, total, "totalMaxNodeCount", &draft->max_size, err);
	return groups_size(items, dry_tree_find(tree, scaling, "minNodeCount"), "minNodeCount", &draft->min_size,
			   err) &&
	       groups_size(items, dry_tree_find(tree, scaling, "maxNodeCount"), "maxNodeCount", &draft->max_size, err);
}

/* "us-central1-a" is in "us-central1". */
static const char *region_of(struct dry_import_job *job, const struct dry_tree *tree, uint32_t locations)
{
	size_t length;
	const char *const zone = dry_tree_text(tree, locations ? dry_tree_first(tree, locations) : 0, &length);
	const char *const dash = zone ? memrchr(zone, '-', length) : NULL;

	return dash ? dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, zone, (size_t)(dash - zone)))
		    : NULL;
}

static bool read_pool(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t config = dry_tree_find(tree, items->item, "config");
	const uint32_t locations = dry_tree_find(tree, items->item, "locations");
	const uint32_t pods = group_sub(tree, dry_tree_find(tree, items->item, "maxPodsConstraint"), "maxPodsPerNode");
	const uint32_t accelerators = group_sub(tree, config, "accelerators");
	const char *const name = groups_text(job, tree, dry_tree_find(tree, items->item, "name"));
	const struct dry_where where = dry_items_where(items, items->item);

	job->report->rows_read++;
	if (!name || !config)
		return dry_fail(err, DRY_ERROR_INPUT, where, "%s is missing", name ? "config" : "name");
	struct group_draft *const draft = groups_add(job, groups, name, strlen(name), where);
	draft->instance_type = groups_text(job, tree, dry_tree_find(tree, config, "machineType"));
	if (!draft->instance_type)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, config), "machineType is missing");
	const bool spot = dry_tree_true(tree, dry_tree_find(tree, config, "spot"));
	const bool preemptible = dry_tree_true(tree, dry_tree_find(tree, config, "preemptible"));
	draft->capacity_type = spot || preemptible ? "spot" : "on-demand";
	draft->region = region_of(job, tree, locations);
	if (!read_sizes(job, items, draft, err) || !groups_size(items, pods, "maxPodsPerNode", &draft->max_pods, err))
		return false;
	group_add_label(job, draft, "cloud.google.com/gke-nodepool", 29, name, strlen(name));
	if (spot)
		group_add_label(job, draft, "cloud.google.com/gke-spot", 25, "true", 4);
	if (preemptible)
		group_add_label(job, draft, "cloud.google.com/gke-preemptible", 32, "true", 4);
	group_add_labels(job, draft, tree, dry_tree_find(tree, config, "labels"));
	if (!group_add_taints(job, draft, items, dry_tree_find(tree, config, "taints"), err))
		return false;
	for (uint32_t i = accelerators ? dry_tree_first(tree, accelerators) : 0; i; i = dry_tree_next(tree, i))
		add_accelerator(job, draft, tree, i);
	groups_spread(job, groups, groups->count - 1, tree, locations, NULL);
	job->report->rows_kept++;
	return true;
}

bool dry_gke_pools_read(struct dry_import_job *job, struct dry_error *err)
{
	return groups_import(job, lists, read_pool, err);
}
