/*
 * Models clusterstate/clusterstate.go, utils/backoff/exponential_backoff.go and
 * the parts of core/static_autoscaler.go that repair sizes, as of 1.36.1.
 * Left out: suspended nodes, autoprovisioned groups. Cases: up-stockout-*,
 * up-provision-timeout, up-backoff-reset, cluster-unhealthy, zero-or-max.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

/* --- the provider's instance lists --- */

static void fetch_instances(struct dry_autoscaler *ca, uint32_t g)
{
	struct dry_group *group = world_group(ca, g);
	struct ca_group *cg = &ca->group[g];
	size_t i;

	cg->cached = dry_grow(cg->cached, &cg->cached_capacity, group->instance_count + 1, sizeof(*cg->cached));
	cg->cached_count = group->instance_count;
	cg->cache_valid = true;
	cg->cached_version = ca->cluster->instance_version;
	for (i = 0; i < group->instance_count; i++) {
		const struct dry_node *node = &ca->cluster->node[group->instance[i]];

		cg->cached[i] = (struct ca_cached_instance){ group->instance[i], node->state, node->has_error };
	}
}

void ca_refresh_instances(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++)
		fetch_instances(ca, g);
}

/* --- readiness --- */

/* Has it lasted longer than max-node-provision-time? */
bool ca_is_overdue(struct dry_autoscaler *ca, uint32_t g, int64_t since_ms)
{
	const struct ca_group *group = &ca->group[g];
	double lasted = (double)(ca->now_ms - since_ms);

	if (since_ms + group->provision_ms < ca->now_ms) {
		if (!group->own_provision)
			dry_reach_at_most(ca->reach, DRY_REACH_PROVISION_TIME, lasted - 1);
		return true;
	}
	if (group->own_provision) {
		ca_due(ca, since_ms + group->provision_ms + 1);
	} else {
		dry_reach_at_least(ca->reach, DRY_REACH_PROVISION_TIME, lasted);
		ca_due_flag(ca, DRY_REACH_PROVISION_TIME, since_ms, since_ms + group->provision_ms + 1);
	}
	return false;
}

enum ca_category ca_category_of(const struct dry_autoscaler *ca, uint32_t slot)
{
	const struct dry_node *node = &ca->cluster->node[slot];
	const struct ca_group *group = &ca->group[node->group_index];
	double age = (double)(ca->now_ms - node->created_at_ms);

	if (node->state == DRY_INSTANCE_DELETING)
		return CA_DELETED;
	if (is_ready(ca, slot))
		return CA_READY;
	if (node->created_at_ms + group->startup_ms > ca->now_ms) {
		if (!group->own_startup)
			dry_reach_at_least(ca->reach, DRY_REACH_STARTUP_TIME, age + 1);
		return CA_NOT_STARTED;
	}
	if (!group->own_startup)
		dry_reach_at_most(ca->reach, DRY_REACH_STARTUP_TIME, age);
	return CA_UNREADY;
}

static void count_registered(struct dry_autoscaler *ca)
{
	uint32_t i;

	for (i = 0; i < ca->cluster->registered_count; i++) {
		uint32_t slot = ca->cluster->registered[i];
		struct ca_group *group = &ca->group[ca->cluster->node_group[slot]];
		struct ca_stats *stats = &group->stats;
		int64_t created = ca->cluster->node[slot].created_at_ms;

		stats->registered++;
		switch (ca_category_of(ca, slot)) {
		case CA_DELETED:
			stats->deleted++;
			break;
		case CA_READY:
			stats->ready++;
			break;
		case CA_NOT_STARTED:
			stats->not_started++;
			if (group->own_startup)
				ca_due(ca, created + group->startup_ms);
			else
				ca_due_flag(ca, DRY_REACH_STARTUP_TIME, created - 1, created + group->startup_ms);
			break;
		case CA_UNREADY:
			stats->unready++;
			break;
		}
	}
}

static void count_unregistered(struct dry_autoscaler *ca)
{
	size_t i;

	for (i = 0; i < ca->unregistered_count; i++) {
		const struct dry_node *node = &ca->cluster->node[ca->unregistered[i]];
		struct ca_group *group = &ca->group[node->group_index];

		if (ca_is_overdue(ca, node->group_index, node->unregistered_since_ms))
			group->stats.long_unregistered++;
		else
			group->stats.unregistered++;
	}
}

/* Which instances are listed without a node: first seen now, or still, or no more. */
static void update_unregistered(struct dry_autoscaler *ca)
{
	uint32_t mark = ++ca->marks;
	size_t i, kept = 0;
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		for (i = 0; i < group->cached_count; i++) {
			const struct ca_cached_instance *cached = &group->cached[i];
			struct dry_node *node = &ca->cluster->node[cached->slot];

			if (node->registered || cached->state == DRY_INSTANCE_DELETING || cached->has_error)
				continue;
			ca->cluster->node_mark[cached->slot] = mark;
			if (node->unregistered_since_ms >= 0)
				continue;
			node->unregistered_since_ms = ca->now_ms;
			ca->unregistered = dry_grow(ca->unregistered, &ca->unregistered_capacity,
						    ca->unregistered_count + 1, sizeof(*ca->unregistered));
			ca->unregistered[ca->unregistered_count++] = cached->slot;
			ca_changed(ca);
		}
	}
	for (i = 0; i < ca->unregistered_count; i++) {
		struct dry_node *node = &ca->cluster->node[ca->unregistered[i]];

		if (ca->cluster->node_mark[ca->unregistered[i]] == mark) {
			ca->unregistered[kept++] = ca->unregistered[i];
		} else {
			node->unregistered_since_ms = -1;
			ca_changed(ca);
		}
	}
	ca->unregistered_count = kept;
}

int32_t ca_upcoming(const struct dry_autoscaler *ca, uint32_t g)
{
	const struct ca_group *group = &ca->group[g];

	return group->target - (group->stats.ready + group->stats.unready + group->stats.long_unregistered);
}

/* --- back-off --- */

bool ca_in_backoff(const struct dry_autoscaler *ca, uint32_t g)
{
	const struct ca_group *group = &ca->group[g];

	return group->has_backoff && group->backoff_until_ms >= ca->now_ms && ca_rule_on(ca, CA_RULE_BACKOFF);
}

static void emit_group(struct dry_autoscaler *ca, enum dry_event_kind kind, uint32_t g, const char *reason,
		       int64_t until_ms)
{
	struct dry_event event = { .at_ms = ca->now_ms, .kind = kind, .group_index = g,
				   .node_ordinal = DRY_NONE, .pod_index = DRY_NONE, .reason = reason,
				   .until_ms = until_ms };

	dry_cluster_emit(ca->cluster, &event);
}

void ca_fail(struct dry_autoscaler *ca, uint32_t g, const char *reason)
{
	struct ca_group *group = &ca->group[g];
	int64_t length = ca->options->initial_node_group_backoff_ms;

	ca_changed(ca);
	emit_group(ca, DRY_EVENT_SCALE_UP_FAILED, g, reason, 0);
	dry_reach_pin(ca->reach, DRY_REACH_BACKOFF_INITIAL, (double)length);
	if (group->has_backoff) {
		length = group->backoff_ms;
		if (group->backoff_until_ms < ca->now_ms) {
			length *= 2;
			if (length > ca->options->max_node_group_backoff_ms)
				length = ca->options->max_node_group_backoff_ms;
			dry_reach_pin(ca->reach, DRY_REACH_BACKOFF_MAX,
				      (double)ca->options->max_node_group_backoff_ms);
		}
	}
	group->has_backoff = true;
	group->backoff_ms = length;
	group->backoff_until_ms = ca->now_ms + length;
	group->backoff_last_ms = ca->now_ms;
	emit_group(ca, DRY_EVENT_BACKOFF, g, NULL, group->backoff_until_ms);
}

static void forget_backoffs(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		if (!group->has_backoff)
			continue;
		dry_reach_pin(ca->reach, DRY_REACH_BACKOFF_RESET,
			      (double)ca->options->node_group_backoff_reset_timeout_ms);
		if (group->backoff_last_ms + ca->options->node_group_backoff_reset_timeout_ms < ca->now_ms) {
			group->has_backoff = false;
			ca_changed(ca);
			continue;
		}
		ca_due(ca, group->backoff_until_ms + 1);
		ca_due(ca, group->backoff_last_ms + ca->options->node_group_backoff_reset_timeout_ms + 1);
	}
}

/* --- scale-up requests --- */

void ca_register_scale_up(struct dry_autoscaler *ca, uint32_t g, int32_t count)
{
	struct ca_group *group = &ca->group[g];

	ca_changed(ca);
	group->request_increase = (group->has_request ? group->request_increase : 0) + count;
	group->has_request = true;
	group->request_since_ms = ca->now_ms;
	group->local_up_ms = ca->now_ms;
}

static void update_requests(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		if (!group->has_request)
			continue;
		if (ca_upcoming(ca, g) <= 0) {
			group->has_request = false;
			ca_changed(ca);
		} else if (ca_is_overdue(ca, g, group->request_since_ms)) {
			ca_fail(ca, g, "timeout");
			if (!ca->options->timeout_keeps_target)
				dry_cloud_decrease_target(ca->cluster, g, (int32_t)group->request_increase);
			group->has_request = false;
		}
	}
}

/* --- create errors --- */

static bool has_create_error(const struct ca_cached_instance *cached)
{
	return cached->state == DRY_INSTANCE_CREATING && cached->has_error;
}

static void update_errors(struct dry_autoscaler *ca)
{
	size_t i;
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];
		int64_t fresh = 0;

		for (i = 0; i < group->cached_count; i++)
			fresh += has_create_error(&group->cached[i]) &&
				 !ca->cluster->node[group->cached[i].slot].had_error;
		if (!fresh || !group->has_request || ca_upcoming(ca, g) <= 0)
			continue;
		group->request_increase -= fresh;
		if (group->request_increase <= 0)
			group->has_request = false;
		ca_fail(ca, g, "outOfResources");
	}
	for (i = 0; i < ca->errors_count; i++) {
		dry_assert(ca->cluster->node[ca->errors[i]].had_error);
		ca->cluster->node[ca->errors[i]].had_error = false;
	}
	ca->errors_count = 0;
	for (g = 0; g < ca->group_count; g++)
		for (i = 0; i < ca->group[g].cached_count; i++) {
			uint32_t slot = ca->group[g].cached[i].slot;

			if (!has_create_error(&ca->group[g].cached[i]))
				continue;
			ca->cluster->node[slot].had_error = true;
			ca->errors = dry_grow(ca->errors, &ca->errors_capacity, ca->errors_count + 1,
					      sizeof(*ca->errors));
			ca->errors[ca->errors_count++] = slot;
			ca_changed(ca);
		}
}

/* --- wrong sizes --- */

static void update_wrong_sizes(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];
		const struct ca_stats *s = &group->stats;
		bool wrong = s->registered > group->target ||
			     s->registered < group->target - (s->unregistered + s->long_unregistered);

		if (!(s->registered || s->unregistered || s->long_unregistered))
			wrong = false;
		if (!wrong) {
			group->is_wrong = false;
			continue;
		}
		if (!group->is_wrong || group->wrong_target != group->target ||
		    group->wrong_registered != s->registered) {
			group->is_wrong = true;
			group->wrong_target = group->target;
			group->wrong_registered = s->registered;
			group->wrong_since_ms = ca->now_ms;
			ca_changed(ca);
		}
		ca_due(ca, group->wrong_since_ms + group->provision_ms + 1);
	}
}

/* Nothing that the statistics are made of has changed since they were. */
static bool is_state_same(const struct dry_autoscaler *ca)
{
	uint32_t g;

	if (!ca->updated_state || ca->unregistered_count || ca->errors_count || ca->setup.plain_scan ||
	    ca->state_instances != ca->cluster->instance_version ||
	    ca->state_conditions != ca->cluster->condition_version)
		return false;
	for (g = 0; g < ca->group_count; g++) {
		const struct ca_group *group = &ca->group[g];

		if (!group->cache_valid || group->stats.not_started ||
		    group->target != world_group(ca, g)->target || group->cached_version != group->counted_version)
			return false;
	}
	return true;
}

void ca_update_state(struct dry_autoscaler *ca)
{
	uint32_t g;

	if (is_state_same(ca)) {
		update_requests(ca);
		forget_backoffs(ca);
		update_wrong_sizes(ca);
		return;
	}
	ca->state_instances = ca->cluster->instance_version;
	ca->state_conditions = ca->cluster->condition_version;
	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		if (group->has_request && ca->updated_state && ca_upcoming(ca, g) > 0)
			group->cache_valid = false;
	}
	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		group->target = world_group(ca, g)->target;
		if (!group->cache_valid)
			fetch_instances(ca, g);
		group->counted_version = group->cached_version;
		memset(&group->stats, 0, sizeof(group->stats));
	}
	update_unregistered(ca);
	count_registered(ca);
	count_unregistered(ca);
	ca->updated_state = true;
	update_requests(ca);
	update_errors(ca);
	forget_backoffs(ca);
	update_wrong_sizes(ca);
}

/* --- health --- */

bool ca_is_cluster_healthy(const struct dry_autoscaler *ca)
{
	int64_t unready = 0;
	uint32_t g;

	for (g = 0; g < ca->group_count; g++)
		unready += ca->group[g].stats.unready;
	return !(unready > ca->options->ok_total_unready_count &&
		 (double)unready > ca->options->max_total_unready_percentage / 100.0 *
					   (double)ca->cluster->registered_count);
}

bool ca_is_group_healthy(const struct dry_autoscaler *ca, uint32_t g)
{
	const struct ca_group *group = &ca->group[g];
	const struct ca_stats *s = &group->stats;
	int64_t minimum = group->target - s->long_unregistered -
			  (group->has_request ? group->request_increase : 0);
	int64_t missing = minimum - s->ready > 0 ? minimum - s->ready : 0;

	if (!(s->registered || s->unregistered || s->long_unregistered))
		return group->target == 0 || (minimum == 0 && group->target > 0);
	return !(missing > ca->options->ok_total_unready_count &&
		 (double)missing > ca->options->max_total_unready_percentage / 100.0 *
					   (double)(s->ready + s->unready + s->not_started));
}

/* --- repairs --- */

/* Instances are taken by name, as text: a-10 before a-2. */
static int compare_names(const void *a, const void *b, void *context)
{
	const struct dry_cluster *cluster = context;
	char x[16], y[16];

	snprintf(x, sizeof(x), "%u", cluster->node[*(const uint32_t *)a].ordinal);
	snprintf(y, sizeof(y), "%u", cluster->node[*(const uint32_t *)b].ordinal);
	return strcmp(x, y);
}

static void delete_listed(struct dry_autoscaler *ca, uint32_t g, uint32_t *slot, size_t count, size_t most)
{
	size_t i;

	qsort_r(slot, count, sizeof(*slot), compare_names, ca->cluster);
	for (i = 0; i < count && i < most; i++)
		dry_cloud_delete(ca->cluster, slot[i]);
	ca->group[g].cache_valid = false;
	ca_changed(ca);
}

/* An atomic group loses all its instances, unless only a part failed and partial growth is allowed. */
static bool widen_to_atomic(struct dry_autoscaler *ca, uint32_t g, uint32_t **slot, size_t *count)
{
	struct dry_group *group = world_group(ca, g);

	if (!group->spec->options.zero_or_max_node_scaling)
		return true;
	if (group->spec->options.allow_non_atomic_scale_up_to_max && *count < group->instance_count)
		return false;
	*slot = dry_arena_array(&ca->cluster->scratch, group->instance_count + 1, sizeof(**slot));
	memcpy(*slot, group->instance, group->instance_count * sizeof(**slot));
	*count = group->instance_count;
	return true;
}

void ca_remove_unregistered(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct dry_group *group = world_group(ca, g);
		uint32_t *old = dry_arena_array(&ca->cluster->scratch, ca->unregistered_count + 1, sizeof(*old));
		size_t count = 0, i;
		int64_t most;

		for (i = 0; i < ca->unregistered_count; i++) {
			const struct dry_node *node = &ca->cluster->node[ca->unregistered[i]];

			if (node->group_index == g && ca_is_overdue(ca, g, node->unregistered_since_ms))
				old[count++] = ca->unregistered[i];
		}
		if (!count)
			continue;
		most = ca->options->force_delete_unregistered_nodes ? (int64_t)count
								    : group->target - group->min_size;
		if (most <= 0)
			continue;
		if (!widen_to_atomic(ca, g, &old, &count))
			continue;
		if (group->spec->options.zero_or_max_node_scaling)
			most = (int64_t)count;
		delete_listed(ca, g, old, count, (size_t)most);
	}
}

void ca_delete_errors(struct dry_autoscaler *ca)
{
	uint32_t g, h;

	for (g = 0; ca->errors_count && g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];
		uint32_t *failed;
		size_t count = 0, i;

		for (i = 0; i < group->cached_count; i++)
			count += has_create_error(&group->cached[i]);
		if (!count)
			continue;
		failed = dry_arena_array(&ca->cluster->scratch, count, sizeof(*failed));
		for (count = 0, i = 0; i < group->cached_count; i++)
			if (has_create_error(&group->cached[i]))
				failed[count++] = group->cached[i].slot;
		if (!widen_to_atomic(ca, g, &failed, &count))
			continue;
		delete_listed(ca, g, failed, count, count);
		for (h = 0; h < ca->group_count; h++)
			ca->group[h].target = world_group(ca, h)->target;
	}
}

bool ca_fix_sizes(struct dry_autoscaler *ca)
{
	bool changed = false;
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		const struct ca_group *group = &ca->group[g];

		if (group->is_wrong && ca_is_overdue(ca, g, group->wrong_since_ms) &&
		    group->wrong_registered < group->wrong_target &&
		    dry_cloud_decrease_target(ca->cluster, g, group->wrong_target - group->wrong_registered))
			changed = true;
	}
	if (changed)
		ca_changed(ca);
	return changed;
}
