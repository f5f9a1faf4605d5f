/*
 * Models core/static_autoscaler.go RunOnce and nodeinfosprovider as of 1.36.1:
 * the steps of one loop in order. Left out: cleaning up old taints at a restart,
 * bypassed schedulers. Cases: up-new-pods-wait, new-pod-scale-up-delay,
 * scan-interval, up-from-zero*.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"
#include "world/scheduler.h"

void ca_note(struct dry_autoscaler *ca, enum dry_note_kind kind, uint32_t group, uint32_t slot, uint32_t pod,
	     const char *reason, double score, int64_t v0, int64_t v1)
{
	struct dry_note note = { .at_ms = ca->cluster->now_ms, .kind = kind, .group_index = group,
				 .node_ordinal = DRY_NONE, .pod_index = DRY_NONE, .reason = reason,
				 .score = score };

	note.value[0] = v0;
	note.value[1] = v1;
	if (slot != DRY_NONE && slot < ca->cluster->world_count)
		note.node_ordinal = ca->cluster->node[slot].ordinal;
	if (pod != DRY_NONE)
		note.pod_index = ca->cluster->pod[pod].pod_index;
	ca->observer->on_note(ca->observer->context, &note);
}

struct dry_autoscaler *dry_autoscaler_new(void)
{
	struct dry_autoscaler *ca = dry_xcalloc(1, sizeof(*ca));

	ca->reach = dry_xcalloc(1, sizeof(*ca->reach));
	return ca;
}

void dry_autoscaler_release(struct dry_autoscaler *ca)
{
	size_t i;

	if (!ca)
		return;
	for (i = 0; i < ca->group_capacity; i++)
		free(ca->group[i].cached);
	for (i = 0; i < ca->drain_capacity; i++) {
		free(ca->drain[i].pod);
		free(ca->drain[i].generation);
		free(ca->drain[i].todo);
		free(ca->drain[i].todo_generation);
	}
	free(ca->reach);
	free(ca->group);
	free(ca->drain);
	free(ca->remaining);
	free(ca->own_dest);
	free(ca->unregistered);
	free(ca->errors);
	free(ca->unneeded);
	free(ca->in_progress);
	free(ca->previous);
	free(ca->before);
	free(ca->copies);
	free(ca->failed_key);
	free(ca->failed_stamp);
	free(ca->label_kind);
	free(ca->class_memo);
	free(ca->class_failed);
	free(ca);
}

static void reset_groups(struct dry_autoscaler *ca)
{
	uint32_t g;

	ca->group_count = ca->cluster->group_count;
	ca->group = dry_grow(ca->group, &ca->group_capacity, (size_t)ca->group_count + 1, sizeof(*ca->group));
	for (g = 0; g < ca->group_count; g++) {
		const struct dry_group_options *own = &world_group(ca, g)->spec->options;
		struct ca_cached_instance *cached = ca->group[g].cached;
		size_t capacity = ca->group[g].cached_capacity;

		memset(&ca->group[g], 0, sizeof(ca->group[g]));
		ca->group[g].cached = cached;
		ca->group[g].cached_capacity = capacity;
		ca->group[g].own_provision = own->max_node_provision_ms >= 0;
		ca->group[g].own_startup = own->max_node_startup_ms >= 0;
		ca->group[g].provision_ms = ca->group[g].own_provision ? own->max_node_provision_ms
								       : ca->options->max_node_provision_ms;
		ca->group[g].startup_ms = ca->group[g].own_startup ? own->max_node_startup_ms
								   : ca->options->max_node_startup_ms;
		ca->group[g].good_node = DRY_NONE;
		ca->group[g].template_place = g;
		ca->group[g].local_up_ms = ca->group[g].local_delete_ms = ca->group[g].local_fail_ms = INT64_MIN;
	}
}

void dry_autoscaler_reset(struct dry_autoscaler *ca, const struct dry_autoscaler_setup *setup)
{
	size_t classes = setup->cluster->spec.class_count, i;

	ca->setup = *setup;
	ca->cluster = setup->cluster;
	ca->options = setup->options;
	ca->observer = setup->observer;
	ca->notes = setup->observer && setup->observer->on_note;
	ca->disabled_rules = setup->disabled_rules;
	ca->now_ms = 0;
	reset_groups(ca);
	ca->last_scale_up_ms = ca->last_delete_ms = ca->last_fail_ms = -3600000;
	ca->interval_ms = setup->options->scale_down_unneeded_ms;
	ca->interval_is_flag = true;
	dry_reach_init(ca->reach);
	ca->cooldown = DRY_REACH_COUNT;
	ca->has_label_kinds = false;
	ca->had_update = ca->updated_state = ca->disable_scale_down = false;
	ca->template_ids = 0;
	ca->marks = 0;
	ca->pack_pass = ca->removal_pass = 0;
	ca->failed_pass = 0;
	ca->random_draws = 0;
	ca->unregistered_count = ca->errors_count = ca->unneeded_count = ca->in_progress_count = 0;
	ca->copy_count = ca->before_count = ca->previous_count = 0;
	for (i = 0; i < ca->drain_count; i++)
		ca->drain[i].active = false;
	ca->class_memo = dry_grow(ca->class_memo, &ca->class_memo_capacity, classes + 1, sizeof(*ca->class_memo));
	ca->class_failed = dry_grow(ca->class_failed, &ca->class_failed_capacity, classes + 1,
				    sizeof(*ca->class_failed));
	memset(ca->class_memo, 0, classes * sizeof(*ca->class_memo));
	memset(ca->class_failed, 0, classes * sizeof(*ca->class_failed));
	if (ca->failed_capacity)
		memset(ca->failed_stamp, 0, ca->failed_capacity * sizeof(*ca->failed_stamp));
	ca_push(ca, 120000, CA_ACTION_REFRESH, 0);
}

static void visit_list(struct dry_autoscaler *ca, dry_slot_visit *visit, uint32_t *slot, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		visit(ca->cluster, &slot[i]);
}

void dry_autoscaler_each_slot(struct dry_autoscaler *ca, dry_slot_visit *visit)
{
	struct dry_event_queue *queue = &ca->cluster->queue;
	uint32_t g;
	size_t i;

	for (g = 0; g < ca->group_count; g++) {
		visit(ca->cluster, &ca->group[g].good_node);
		for (i = 0; i < ca->group[g].cached_count; i++)
			visit(ca->cluster, &ca->group[g].cached[i].slot);
	}
	visit_list(ca, visit, ca->unregistered, ca->unregistered_count);
	visit_list(ca, visit, ca->errors, ca->errors_count);
	visit_list(ca, visit, ca->before, ca->before_count);
	visit_list(ca, visit, ca->previous, ca->previous_count);
	visit_list(ca, visit, ca->in_progress, ca->in_progress_count);
	for (i = 0; i < ca->unneeded_count; i++)
		visit(ca->cluster, &ca->unneeded[i].slot);
	for (i = 0; i < ca->drain_count; i++)
		if (ca->drain[i].active)
			visit(ca->cluster, &ca->drain[i].slot);
	for (i = 0; i < queue->count; i++)
		if (dry_queue_kind(&queue->entry[i]) == DRY_QUEUE_AUTOSCALER &&
		    (queue->entry[i].b == CA_ACTION_AFTER_TAINT || queue->entry[i].b == CA_ACTION_DELETE))
			visit(ca->cluster, &queue->entry[i].a);
}

static void clear_unneeded(struct dry_autoscaler *ca)
{
	size_t i;

	for (i = 0; i < ca->unneeded_count; i++)
		ca->cluster->node[ca->unneeded[i].slot].unneeded_since_ms = -1;
	ca->unneeded_count = 0;
}

/* --- step 10: templates; of one group they differ in their identity, which hints remember, and their zone --- */

static bool is_good_template(const struct dry_autoscaler *ca, uint32_t slot)
{
	const struct dry_node *node = &ca->cluster->node[slot];

	return is_ready(ca, slot) && ca->now_ms - node->transition_at_ms > 60000 &&
	       !(ca->cluster->node_flags[slot] & DRY_NODE_CORDONED) && !is_tbd(ca, slot);
}

static void make_templates(struct dry_autoscaler *ca)
{
	uint32_t i, g;

	bool missing = false;

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];

		group->template_id = 0;
		/* of several zones it matters which good node is the first */
		if (group->good_node != DRY_NONE && world_group(ca, g)->zone_count == 1 &&
		    ca->cluster->node[group->good_node].registered && is_good_template(ca, group->good_node))
			group->template_id = group->cached_template_id = ++ca->template_ids;
		else
			missing = true;
	}
	for (i = 0; missing && i < ca->cluster->registered_count; i++) {
		uint32_t slot = ca->cluster->registered[i];
		struct ca_group *group = &ca->group[ca->cluster->node_group[slot]];

		if (group->template_id)
			continue;
		if (is_good_template(ca, slot)) {
			group->template_id = group->cached_template_id = ++ca->template_ids;
			group->good_node = slot;
			group->template_place = ca->cluster->node_place[slot];
		} else if (ca->now_ms - ca->cluster->node[slot].transition_at_ms <= 60000) {
			ca_due(ca, ca->cluster->node[slot].transition_at_ms + 60001);
		}
	}
	for (g = 0; g < ca->group_count; g++)
		if (!ca->group[g].template_id)
			ca->group[g].template_id = ca->group[g].cached_template_id
							   ? ca->group[g].cached_template_id
							   : ++ca->template_ids;
}

/* --- step 16: upcoming nodes --- */

static void add_upcoming(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t g, i;
	int32_t k;
	bool any;
	bool *replaced = dry_arena_array(&cluster->scratch, ca->group_count + 1, sizeof(*replaced));

	for (g = 0; g < ca->group_count; g++) {
		struct ca_group *group = &ca->group[g];
		int32_t upcoming = ca_upcoming(ca, g);

		group->upcoming_first = cluster->node_count;
		group->upcoming_count = 0;
		if (upcoming <= 0 || !ca_rule_on(ca, CA_RULE_UPCOMING_NODES))
			continue;
		if (!ca->options->upcoming_without_request && (!group->has_request || ca_in_backoff(ca, g)))
			continue;
		for (k = 0; k < upcoming; k++)
			dry_snapshot_add_fake(cluster, group->template_place);
		group->upcoming_count = (uint32_t)upcoming;
		replaced[g] = true;
	}
	ca->dest = cluster->registered;
	ca->dest_count = cluster->registered_count;
	for (g = 0, any = false; g < ca->group_count; g++)
		any = any || (replaced[g] && ca->group[g].stats.not_started > 0);
	if (!any)
		return;
	ca->own_dest = dry_grow(ca->own_dest, &ca->own_dest_capacity, (size_t)cluster->registered_count + 1,
				sizeof(*ca->own_dest));
	ca->dest = ca->own_dest;
	ca->dest_count = 0;
	for (i = 0; i < cluster->registered_count; i++) {
		uint32_t slot = cluster->registered[i];

		if (replaced[cluster->node_group[slot]] && ca_category_of(ca, slot) == CA_NOT_STARTED)
			dry_snapshot_remove_node(cluster, slot);
		else
			ca->own_dest[ca->dest_count++] = slot;
	}
}

/* --- steps 18 and 19 --- */

static void drop_young(struct dry_autoscaler *ca)
{
	uint32_t i, n = 0;

	for (i = 0; i < ca->pending_count; i++) {
		uint32_t pod = ca->pending[i];
		int64_t delay = ca->options->new_pod_scale_up_delay_ms;
		int64_t own = pod_class(ca, pod)->scale_up_delay_ms;
		int64_t age = ca->now_ms - ca->cluster->pod[pod].created_at_ms;

		if (age > delay && age > own) {
			dry_reach_at_most(ca->reach, DRY_REACH_NEW_POD_DELAY, (double)(age - 1));
			ca->pending[n++] = pod;
			if (ca->notes)
				ca_note(ca, DRY_NOTE_PENDING_POD, DRY_NONE, DRY_NONE, pod, NULL, NAN, age, 0);
			continue;
		}
		if (own < age)
			dry_reach_at_least(ca->reach, DRY_REACH_NEW_POD_DELAY, (double)age);
		if (own < delay)
			ca_due_flag(ca, DRY_REACH_NEW_POD_DELAY, ca->now_ms - age, ca->now_ms - age + delay + 1);
		else
			ca_due(ca, ca->now_ms - age + own + 1);
		if (ca->notes)
			ca_note(ca, DRY_NOTE_POD_IGNORED, DRY_NONE, DRY_NONE, pod, "young", NAN, age,
				own < delay ? delay : own);
	}
	ca->pending_count = n;
}

static bool are_all_pods_new(struct dry_autoscaler *ca)
{
	int64_t oldest = INT64_MAX, oldest_gpu = INT64_MAX;
	uint32_t i;

	if (ca->options->bypassed_scheduler_names.count || !ca_rule_on(ca, CA_RULE_ALL_PODS_NEW))
		return false;
	for (i = 0; i < ca->pending_count; i++) {
		int64_t created = ca->cluster->pod[ca->pending[i]].created_at_ms;

		oldest = created < oldest ? created : oldest;
		if (pod_shape(ca, ca->pending[i])->gpu_resource != DRY_NONE && created < oldest_gpu)
			oldest_gpu = created;
	}
	return oldest + 2000 > ca->now_ms || (oldest_gpu != INT64_MAX && oldest_gpu + 30000 > ca->now_ms);
}

static void decide_scale_up(struct dry_autoscaler *ca)
{
	const char *why = NULL;

	ca->disable_scale_down = false;
	if (!ca->pending_count) {
		why = "no unschedulable pods";
	} else if (ca->options->max_nodes_total > 0 &&
		   (int64_t)ca->ready_count >= ca->options->max_nodes_total) {
		why = "max total nodes in cluster reached";
	} else if (are_all_pods_new(ca)) {
		why = "all unschedulable pods are new";
		ca->disable_scale_down = true;
	}
	if (ca->disable_scale_down)
		ca_changed(ca);
	if (why) {
		if (ca->notes)
			ca_note(ca, DRY_NOTE_NO_SCALE_UP, DRY_NONE, DRY_NONE, DRY_NONE, why, NAN, 0, 0);
		return;
	}
	ca_scale_up(ca);
}

/* --- the loop --- */

static void begin(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t i, g;

	dry_arena_reset(&cluster->scratch);
	ca->now_ms = cluster->now_ms;
	ca->quiet = true;
	ca->quiet_until_ms = INT64_MAX;
	for (i = 0; i < DRY_REACH_COUNT; i++)
		ca->waits_since_ms[i] = INT64_MAX;
	ca->cooldown = DRY_REACH_COUNT;
	ca->copy_count = 0;
	ca->tried_scale_up = false;
	ca->ready_count = 0;
	memset(&ca->waits, 0, sizeof(ca->waits));
	if (ca->options->max_nodes_total > 0 || !ca->options->scale_up_from_zero ||
	    ca->options->limits_count_ready_only || ca->notes)
		for (i = 0; i < cluster->registered_count; i++) {
			uint32_t slot = cluster->registered[i];

			ca->ready_count += is_ready(ca, slot) &&
					   !(cluster->node_flags[slot] & DRY_NODE_CORDONED);
		}
	for (g = 0; g < ca->group_count; g++)
		ca->group[g].in_progress = 0;
	for (i = 0; i < ca->before_count; i++) {
		dry_assert(cluster->node[ca->before[i]].deletion_before);
		cluster->node[ca->before[i]].deletion_before = false;
	}
	ca->before = dry_grow(ca->before, &ca->before_capacity, ca->in_progress_count + 1, sizeof(*ca->before));
	ca->before_count = ca->in_progress_count;
	for (i = 0; i < ca->in_progress_count; i++) {
		ca->before[i] = ca->in_progress[i];
		cluster->node[ca->before[i]].deletion_before = true;
		ca->group[cluster->node_group[ca->in_progress[i]]].in_progress++;
	}
	if (ca->in_progress_count)
		ca_changed(ca);
	ca->remaining = dry_grow(ca->remaining, &ca->remaining_capacity, (size_t)cluster->spec.budget_count + 1,
				 sizeof(*ca->remaining));
	for (i = 0; i < cluster->spec.budget_count; i++)
		ca->remaining[i] = dry_budget_allowed(cluster, i);
	ca->pending = dry_scheduler_pending(cluster, &cluster->scratch, &ca->pending_count);
}

static void end_early(struct dry_autoscaler *ca, const char *reason)
{
	ca_changed(ca);
	if (ca->notes)
		ca_note(ca, DRY_NOTE_LOOP_ENDS, DRY_NONE, DRY_NONE, DRY_NONE, reason, NAN, 0, 0);
}

/* Steps 11 to 15. False: the loop ends here. */
static bool check_cluster(struct dry_autoscaler *ca)
{
	ca_update_state(ca);
	ca_remove_unregistered(ca);
	if (!ca_is_cluster_healthy(ca)) {
		clear_unneeded(ca);
		end_early(ca, "cluster is not healthy");
		return false;
	}
	ca_delete_errors(ca);
	if (ca_fix_sizes(ca)) {
		end_early(ca, "node group sizes were fixed");
		return false;
	}
	return true;
}

/* Steps 16 to 21 up to the choice; the snapshot is closed when it returns. */
static void look_and_decide(struct dry_autoscaler *ca, uint32_t **empty, uint32_t *empty_count,
			    uint32_t **drain, uint32_t *drain_count)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t scan_last;
	size_t i;

	dry_snapshot_begin(cluster);
	add_upcoming(ca);
	scan_last = cluster->scan_last;
	ca_pack(ca);
	drop_young(ca);
	decide_scale_up(ca);
	if (ca->options->enforce_node_group_min_size)
		ca_count_usage(ca, &ca->usage);
	*empty_count = *drain_count = 0;
	ca->in_cooldown = true;
	if (ca->options->scale_down_enabled && !(ca->options->stop_after_scale_up && ca->tried_scale_up)) {
		ca_plan_scale_down(ca);
		*empty = dry_arena_array(&cluster->scratch, ca->unneeded_count + 1, sizeof(uint32_t));
		*drain = dry_arena_array(&cluster->scratch, ca->unneeded_count + 1, sizeof(uint32_t));
		ca->in_cooldown = ca_is_in_cooldown(ca);
		if (!ca->in_cooldown && ca->unneeded_count)
			ca_choose_deletions(ca, *empty, empty_count, *drain, drain_count);
	}
	if (cluster->scan_last != scan_last)
		ca_changed(ca);
	dry_snapshot_end(cluster);
	for (i = 0; i < ca->copy_count; i++)
		dry_pod_free_copy(cluster, ca->copies[i]);
	ca->copy_count = 0;
}

void dry_autoscaler_run_once(struct dry_autoscaler *ca)
{
	uint32_t *empty = NULL, *drain = NULL, empty_count, drain_count;

	begin(ca);
	if (ca->notes)
		ca_note(ca, DRY_NOTE_LOOP, DRY_NONE, DRY_NONE, DRY_NONE, NULL, NAN, ca->pending_count,
			ca->ready_count);
	if (!ca->options->scale_up_from_zero && !ca->ready_count) {
		clear_unneeded(ca);
		end_early(ca, "no ready node (scale-up-from-zero is false)");
		return;
	}
	make_templates(ca);
	if (!check_cluster(ca))
		return;
	look_and_decide(ca, &empty, &empty_count, &drain, &drain_count);
	ca_start_deletions(ca, empty, empty_count, drain, drain_count);
	if (ca->options->stop_after_scale_up && ca->tried_scale_up)
		return;
	if (ca->options->scale_down_enabled &&
	    !(ca->options->soft_taints_only_outside_cooldown &&
	      (ca->in_cooldown || empty_count || drain_count)))
		ca_update_soft_taints(ca);
	if (ca->options->enforce_node_group_min_size)
		ca_raise_to_minimum(ca);
}

bool dry_autoscaler_was_productive(const struct dry_autoscaler *ca, int64_t since_ms)
{
	return ca->last_scale_up_ms >= since_ms || ca->last_delete_ms >= since_ms;
}

int64_t dry_autoscaler_quiet_until(const struct dry_autoscaler *ca)
{
	return ca->quiet ? ca->quiet_until_ms : INT64_MIN;
}

void dry_autoscaler_skip_to(struct dry_autoscaler *ca, int64_t last_skipped_ms)
{
	ca_reach_skipped(ca, last_skipped_ms);
	if (!ca->had_update || !ca->options->scale_down_enabled)
		return;
	ca->previous_update_ms = last_skipped_ms;
}

const struct dry_reach *dry_autoscaler_reach(const struct dry_autoscaler *ca)
{
	return ca->reach;
}

struct dry_wait_counts dry_autoscaler_wait_counts(const struct dry_autoscaler *ca)
{
	return ca->waits;
}
