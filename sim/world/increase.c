/* Increases of a group: which of its zones have stock, which takes each node, and when the instances are made. */
#include "base/assert.h"
#include "cloud.h"
#include "world/cluster.h"

uint32_t cloud_emptiest_place(const struct dry_cluster *cluster, const struct dry_group *group,
			      const uint8_t *passed_over)
{
	uint32_t z, best = DRY_NONE;

	for (z = 0; z < group->zone_count; z++) {
		uint32_t place = dry_group_place(group, cluster, z);

		if (passed_over && passed_over[z])
			continue;
		if (best == DRY_NONE || cluster->place[place].target < cluster->place[best].target)
			best = place;
	}
	return best;
}

/* The stock-out of the trace in force for the place: the later line holds. */
static bool trace_stockout(const struct dry_cluster *cluster, const struct dry_place *place,
			   enum dry_stockout_mode *mode)
{
	uint32_t i, order = 0;
	bool found = false;

	for (i = 0; i < cluster->spec.trace_event_count; i++) {
		const struct dry_trace_event *e = &cluster->spec.trace_event[i];

		if (e->at_ms > cluster->now_ms)
			break;
		if (e->kind == DRY_TRACE_STOCKOUT && cluster->now_ms < e->until_ms && (!found || e->order > order) &&
		    dry_event_reaches(cluster, e, place)) {
			found = true;
			order = e->order;
			*mode = e->mode;
		}
	}
	return found;
}

/* Would the place refuse to hold that many nodes now? */
static bool is_stocked_out(struct dry_cluster *cluster, uint32_t place, int32_t target, enum dry_stockout_mode *mode)
{
	return trace_stockout(cluster, &cluster->place[place], mode) ||
	       (cluster->hooks.is_stocked_out &&
		cluster->hooks.is_stocked_out(cluster->hooks.context, place, target, mode));
}

static void make_instances(struct dry_cluster *cluster, const struct dry_deferred_increase *increase)
{
	int32_t i;

	for (i = 0; i < increase->count; i++) {
		uint32_t slot = cloud_new_instance(cluster, increase->place, cluster->now_ms);
		int64_t delay;

		if (increase->stocked_out) {
			cluster->node[slot].has_error = increase->with_error;
			cluster->node[slot].never_launched = true;
			continue;
		}
		delay = cluster->hooks.provision_delay(cluster->hooks.context, cluster->node[slot].group_index,
						       cluster->node[slot].ordinal);
		if (delay >= 0)
			cloud_push_node(cluster, slot, cluster->now_ms + delay, DRY_PHASE_NODE_READY,
				  DRY_QUEUE_NODE_READY);
	}
}

void dry_cloud_make_deferred(struct dry_cluster *cluster)
{
	size_t i;

	for (i = 0; i < cluster->deferred_count; i++)
		make_instances(cluster, &cluster->deferred[i]);
	cluster->deferred_count = 0;
}

static void defer(struct dry_cluster *cluster, uint32_t place, int32_t count, bool stocked_out, bool with_error)
{
	cluster->place[place].target += count;
	cluster->deferred = dry_grow(cluster->deferred, &cluster->deferred_capacity,
				     cluster->deferred_count + 1, sizeof(*cluster->deferred));
	cluster->deferred[cluster->deferred_count++] =
		(struct dry_deferred_increase){ place, count, stocked_out, with_error };
}

static void take_back(struct dry_cluster *cluster, size_t deferred_count)
{
	while (cluster->deferred_count > deferred_count) {
		const struct dry_deferred_increase *last = &cluster->deferred[--cluster->deferred_count];

		cluster->place[last->place].target -= last->count;
	}
}

/* Node by node to the emptiest zone that has stock. False: at some node none has; *mode is the first zone's. */
static bool spread_over_zones(struct dry_cluster *cluster, struct dry_group *group, int32_t count,
			      enum dry_stockout_mode *mode)
{
	uint8_t *dry = dry_arena_array(&cluster->scratch, group->zone_count, 1);
	int32_t i;

	for (i = 0; i < count; i++) {
		uint32_t place;

		while ((place = cloud_emptiest_place(cluster, group, dry)) != DRY_NONE) {
			uint32_t z = place < cluster->group_count ? 0 : place - group->more_places + 1;
			enum dry_stockout_mode how = DRY_STOCKOUT_ERROR;

			dry[z] = is_stocked_out(cluster, place, cluster->place[place].target + 1, &how);
			if (!dry[z])
				break;
			if (!z)
				*mode = how;
		}
		if (place == DRY_NONE)
			return false;
		defer(cluster, place, 1, false, false);
	}
	return true;
}

/* In a stock-out that accepts and does not deliver: over the zones as if they had stock. */
static void spread_evenly(struct dry_cluster *cluster, struct dry_group *group, int32_t count, bool with_error)
{
	while (count-- > 0)
		defer(cluster, cloud_emptiest_place(cluster, group, NULL), 1, true, with_error);
}

/* False: refused. Else the nodes that the increase gives are deferred. */
static bool place_increase(struct dry_cluster *cluster, uint32_t group_index, int32_t count)
{
	struct dry_group *group = &cluster->group[group_index];
	enum dry_stockout_mode mode = DRY_STOCKOUT_ERROR;
	const size_t before = cluster->deferred_count;
	const bool one = group->zone_count == 1;
	bool stocked_out = one ? is_stocked_out(cluster, group_index, group->target + count, &mode)
			       : !spread_over_zones(cluster, group, count, &mode);

	if (!stocked_out && cluster->hooks.is_refused &&
	    cluster->hooks.is_refused(cluster->hooks.context, group_index)) {
		stocked_out = true;
		mode = DRY_STOCKOUT_ERROR;
	}
	if (stocked_out)
		take_back(cluster, before);
	if (stocked_out && mode == DRY_STOCKOUT_ERROR)
		return false;
	if (one)
		defer(cluster, group_index, count, stocked_out, mode == DRY_STOCKOUT_INSTANCE);
	else if (stocked_out)
		spread_evenly(cluster, group, count, mode == DRY_STOCKOUT_INSTANCE);
	return true;
}

const char *dry_cloud_increase(struct dry_cluster *cluster, uint32_t group_index, int32_t count)
{
	struct dry_group *group = &cluster->group[group_index];
	struct dry_event event = { .at_ms = cluster->now_ms, .kind = DRY_EVENT_SCALE_UP,
				   .group_index = group_index, .node_ordinal = DRY_NONE,
				   .pod_index = DRY_NONE };

	dry_assert(count > 0);
	if (group->target + count > group->spec->max_size)
		return "other";
	if (!place_increase(cluster, group_index, count))
		return "outOfResources";
	event.from = group->target;
	event.to = group->target + count;
	dry_cluster_emit(cluster, &event);
	group->target += count;
	if (!cluster->in_snapshot)
		dry_cloud_make_deferred(cluster);
	return NULL;
}
