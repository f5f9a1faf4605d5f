/*
 * Models core/podlistprocessor (filter_out_expendable, currently_drained_nodes,
 * filter_out_schedulable, filter_out_daemon_sets) and simulator/scheduling
 * (hinting_simulator, similar_pods) as of 1.36.1. Left out: TPU requests,
 * bypassed schedulers. Cases: up-upcoming, priority-cutoff, pack-daemonsets.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "ca.h"

#define KINDS_PER_CONTROLLER 10

/* --- kinds that failed in this pass --- */

static uint64_t kind_key(const struct dry_autoscaler *ca, uint32_t pod)
{
	return (uint64_t)ca->cluster->pod[pod].owner_index << 32 | (pod_class(ca, pod)->spec_index + 1);
}

static uint32_t find_kind(const struct dry_autoscaler *ca, uint64_t key)
{
	size_t i = dry_digest_add(0, key) & (ca->failed_capacity - 1);

	while (ca->failed_stamp[i] == ca->failed_pass && ca->failed_key[i] != key)
		i = (i + 1) & (ca->failed_capacity - 1);
	return (uint32_t)i;
}

static void grow_kinds(struct dry_autoscaler *ca)
{
	size_t old_capacity = ca->failed_capacity, i;
	uint64_t *old_key = ca->failed_key;
	uint32_t *old_stamp = ca->failed_stamp;

	ca->failed_capacity = old_capacity ? old_capacity * 2 : 256;
	ca->failed_key = dry_xcalloc(ca->failed_capacity, sizeof(*ca->failed_key));
	ca->failed_stamp = dry_xcalloc(ca->failed_capacity, sizeof(*ca->failed_stamp));
	for (i = 0; i < old_capacity; i++)
		if (old_stamp[i] == ca->failed_pass) {
			uint32_t at = find_kind(ca, old_key[i]);

			ca->failed_key[at] = old_key[i];
			ca->failed_stamp[at] = ca->failed_pass;
		}
	free(old_key);
	free(old_stamp);
}

static void start_kinds(struct dry_autoscaler *ca)
{
	ca->failed_pass++;
	ca->failed_used = 0;
	if (!ca->failed_capacity)
		grow_kinds(ca);
}

static bool kind_failed(const struct dry_autoscaler *ca, uint64_t key)
{
	return ca->failed_stamp[find_kind(ca, key)] == ca->failed_pass;
}

static void put_kind(struct dry_autoscaler *ca, uint64_t key)
{
	uint32_t at;

	if ((size_t)(ca->failed_used + 1) * 2 > ca->failed_capacity)
		grow_kinds(ca);
	at = find_kind(ca, key);
	ca->failed_used += ca->failed_stamp[at] != ca->failed_pass;
	ca->failed_key[at] = key;
	ca->failed_stamp[at] = ca->failed_pass;
}

/* At most ten kinds a controller are remembered; their number is kept under kind 0. */
static void remember_kind(struct dry_autoscaler *ca, uint32_t pod)
{
	uint64_t key = kind_key(ca, pod), owner = key >> 32 << 32;
	uint32_t n;

	for (n = 0; n < KINDS_PER_CONTROLLER; n++)
		if (!kind_failed(ca, owner ^ (UINT64_C(1) << 63) ^ (uint64_t)n << 24))
			break;
	if (n == KINDS_PER_CONTROLLER)
		return;
	put_kind(ca, owner ^ (UINT64_C(1) << 63) ^ (uint64_t)n << 24);
	put_kind(ca, key);
}

/* --- hints --- */

static uint32_t hinted_slot(const struct dry_autoscaler *ca, const struct dry_hint *hint, uint32_t pass)
{
	const struct ca_group *group;

	if (!hint->pass || hint->pass + 1 < pass)
		return DRY_NONE;
	if (hint->slot != DRY_NONE) {
		const struct dry_node *node = &ca->cluster->node[hint->slot];

		return node->registered && dry_snapshot_has(ca->cluster, hint->slot) ? hint->slot : DRY_NONE;
	}
	group = &ca->group[hint->group_index];
	if (group->template_id != hint->template_id || hint->upcoming_index >= group->upcoming_count)
		return DRY_NONE;
	return group->upcoming_first + hint->upcoming_index;
}

static void set_hint(const struct dry_autoscaler *ca, struct dry_hint *hint, uint32_t pass, uint32_t slot)
{
	uint32_t g = ca->cluster->node_group[slot];

	hint->pass = pass;
	if (slot < ca->cluster->world_count) {
		hint->slot = slot;
		return;
	}
	hint->slot = DRY_NONE;
	hint->group_index = g;
	hint->template_id = ca->group[g].template_id;
	hint->upcoming_index = slot - ca->group[g].upcoming_first;
}

/* For classes that depend on nodes only: room shrinks in a pass, so what failed everywhere fails again. */
static bool class_failed(const struct dry_autoscaler *ca, uint32_t class_index)
{
	return ca->class_failed[class_index] == ca->failed_pass;
}

static uint32_t find_place(struct dry_autoscaler *ca, uint32_t pod, const struct ca_try *try, uint32_t pass)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t original = cluster->pod[pod].original, slot;
	uint32_t class_index = cluster->pod[pod].class_index;
	uint32_t owner = cluster->pod[pod].owner_index;
	struct dry_hint *hint = try->for_removal ? &cluster->pod[original].removal_hint
						 : &cluster->pod[original].hint;
	bool has_kind = owner != DRY_NONE;

	slot = hinted_slot(ca, hint, pass);
	if (slot != DRY_NONE && (!try->accept || try->accept(try->context, cluster, slot)) &&
	    dry_snapshot_check(cluster, class_index, slot) == DRY_FITS) {
		set_hint(ca, hint, pass, slot);
		return slot;
	}
	if (class_failed(ca, class_index) || (has_kind && kind_failed(ca, kind_key(ca, pod))))
		return DRY_NONE;
	if (!ca_rule_on(ca, CA_RULE_NEXT_FIT))
		cluster->scan_last = cluster->list_count ? cluster->list_count - 1 : 0;
	slot = dry_snapshot_scan(cluster, class_index, try->accept, try->context);
	if (slot != DRY_NONE) {
		set_hint(ca, hint, pass, slot);
		ca_changed(ca);
		return slot;
	}
	if (has_kind && !cluster->pod[pod].is_daemon)
		remember_kind(ca, pod);
	if (!ca->setup.plain_scan && !(cluster->shapes->shape[class_index].flags & DRY_SHAPE_RELATED))
		ca->class_failed[class_index] = ca->failed_pass;
	return DRY_NONE;
}

bool ca_try_schedule(struct dry_autoscaler *ca, const struct ca_try *try)
{
	uint32_t pass = try->for_removal ? ca->removal_pass : ca->pack_pass, i;
	bool all = true;

	start_kinds(ca);
	for (i = 0; i < try->count; i++) {
		uint32_t slot = find_place(ca, try->pod[i], try, pass);

		if (slot != DRY_NONE)
			dry_snapshot_add_pod(ca->cluster, try->pod[i], slot);
		if (try->placed)
			try->placed[i] = slot != DRY_NONE;
		if (slot == DRY_NONE) {
			all = false;
			if (try->for_removal)
				return false;
		}
	}
	return all;
}

/* --- the processors, in order --- */

static void copy_drained_pods(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t i, pod;

	for (i = 0; i < cluster->list_count; i++) {
		uint32_t slot = cluster->list[i];

		if (slot >= cluster->world_count || cluster->node[slot].deletion != CA_DELETING_DRAIN)
			continue;
		for (pod = cluster->node[slot].first_pod; pod != DRY_NONE; pod = cluster->pod[pod].next) {
			uint32_t copy;

			if (cluster->pod[pod].phase == DRY_POD_TERMINATING || cluster->pod[pod].is_daemon ||
			    pod_class(ca, pod)->mirror)
				continue;
			copy = dry_pod_make_copy(cluster, pod);
			ca->copies = dry_grow(ca->copies, &ca->copy_capacity, ca->copy_count + 1,
					      sizeof(*ca->copies));
			ca->copies[ca->copy_count++] = copy;
		}
	}
}

/* Stable merge of the copies behind the pending pods of the same priority. */
static void merge_copies(struct dry_autoscaler *ca)
{
	uint32_t *merged = dry_arena_array(&ca->cluster->scratch, ca->pending_count + ca->copy_count + 1,
					   sizeof(*merged));
	uint32_t *copy = ca->copies;
	size_t i, k, n = 0;

	for (i = 1; i < ca->copy_count; i++)    /* insertion sort: few, and stable */
		for (k = i; k > 0 && pod_class(ca, copy[k])->priority > pod_class(ca, copy[k - 1])->priority;
		     k--) {
			uint32_t swap = copy[k];

			copy[k] = copy[k - 1];
			copy[k - 1] = swap;
		}
	for (i = k = 0; i < ca->pending_count || k < ca->copy_count;) {
		if (k == ca->copy_count ||
		    (i < ca->pending_count &&
		     pod_class(ca, ca->pending[i])->priority >= pod_class(ca, copy[k])->priority))
			merged[n++] = ca->pending[i++];
		else
			merged[n++] = copy[k++];
	}
	ca->pending = merged;
	ca->pending_count = (uint32_t)n;
}

void ca_pack(struct dry_autoscaler *ca)
{
	struct ca_try try = { 0 };
	bool *placed;
	uint32_t i, n = 0;

	for (i = 0; i < ca->pending_count; i++) {
		uint32_t pod = ca->pending[i];

		if (pod_class(ca, pod)->priority < ca->options->expendable_pods_priority_cutoff &&
		    ca_rule_on(ca, CA_RULE_EXPENDABLE)) {
			if (ca->notes)
				ca_note(ca, DRY_NOTE_POD_IGNORED, DRY_NONE, DRY_NONE, pod, "expendable", NAN, 0, 0);
			continue;
		}
		ca->pending[n++] = pod;
	}
	ca->pending_count = n;
	copy_drained_pods(ca);
	if (ca->copy_count)
		merge_copies(ca);
	placed = dry_arena_array(&ca->cluster->scratch, ca->pending_count + 1, sizeof(*placed));
	ca->pack_pass++;
	try.pod = ca->pending;
	try.count = ca->pending_count;
	try.placed = placed;
	ca_try_schedule(ca, &try);
	for (i = 0, n = 0; i < ca->pending_count; i++) {
		uint32_t pod = ca->pending[i];

		if (placed[i]) {
			if (ca->cluster->pod[pod].node >= ca->cluster->world_count)
				ca->waits.on_the_way++;
			else
				ca->waits.other++;
			if (ca->notes)
				ca_note(ca, DRY_NOTE_PACKED_POD, ca->cluster->node_group[ca->cluster->pod[pod].node],
					ca->cluster->pod[pod].node, pod, NULL, NAN,
					ca->now_ms - ca->cluster->pod[pod].created_at_ms, 0);
			continue;
		}
		if (ca->cluster->pod[pod].is_daemon) {
			if (ca->notes)
				ca_note(ca, DRY_NOTE_POD_IGNORED, DRY_NONE, DRY_NONE, pod, "daemon", NAN, 0, 0);
			continue;
		}
		ca->pending[n++] = pod;
	}
	ca->pending_count = n;
}
