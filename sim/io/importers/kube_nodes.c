/*
 * kubectl get nodes -o json: the best description of node groups there is, for
 * it has what real nodes hold. A node's group is named by the label its
 * provider puts on it; labels and taints that all nodes of a group share are
 * the group's. Sizes come from the autoscaler's status ConfigMap when that is
 * among the files (kubectl get cm -n kube-system cluster-autoscaler-status), or
 * from the --nodes flags of its Deployment.
 */
#include "io/importers/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/groups.h"
#include "io/importers/kube_status.h"

static const char *const lists[] = { "items", NULL };
static const char *const skipped[] = { "managedFields", "images", "volumesInUse", "volumesAttached",
				       "nodeInfo", "addresses", NULL };

/* Where providers name the group, most telling first. */
static const char *const group_label[] = {
	"eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name", "cloud.google.com/gke-nodepool",
	"kubernetes.azure.com/agentpool", "agentpool", "karpenter.sh/nodepool",
	"kops.k8s.io/instancegroup", "machine.openshift.io/cluster-api-machineset",
	"node.cluster.x-k8s.io/pool", "spectrocloud.com/machine-pool-name", "nodegroup", "node-pool",
	"pool",
};
static const char *const group_annotation[] = {
	"cluster-autoscaler.kwok.nodegroup/name", "cluster.x-k8s.io/owner-name",
};

struct nodes {
	struct groups groups;
	struct kube_status status;
	dry_symbol *seen;               /* uids */
	size_t seen_count, seen_capacity;
};

int dry_kube_nodes_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (start_pair(start, length < START_NEAR ? length : START_NEAR, "kind", "NodeList"))
		return 95;
	const size_t near = length < 512 ? length : 512;
	return (start_has(start, near, "items") || start_pair(start, near, "kind", "Node")) &&
	       start_pair(start, length, "kind", "Node") && !start_pair(start, length, "kind", "Pod")
		? 85 : 0;
}

static uint32_t sub(const struct dry_tree *tree, uint32_t node, const char *key)
{
	return node ? dry_tree_find(tree, node, key) : 0;
}

static bool is_first_sight(struct dry_import_job *job, struct nodes *nodes, const struct dry_tree *tree,
			   uint32_t metadata)
{
	const uint32_t uid = sub(tree, metadata, "uid");
	const char *const text = groups_text(job, tree, uid ? uid : sub(tree, metadata, "name"));
	const dry_symbol symbol = dry_symbols_add_text(&job->symbols, text ? text : "");

	for (size_t i = 0; i < nodes->seen_count; i++)
		if (nodes->seen[i] == symbol)
			return false;
	nodes->seen = dry_grow(nodes->seen, &nodes->seen_capacity, nodes->seen_count + 1,
			       sizeof(*nodes->seen));
	nodes->seen[nodes->seen_count++] = symbol;
	return true;
}

static bool is_control_plane(const struct dry_tree *tree, uint32_t labels)
{
	return sub(tree, labels, "node-role.kubernetes.io/control-plane") ||
	       sub(tree, labels, "node-role.kubernetes.io/master");
}

static bool is_ready(const struct dry_tree *tree, uint32_t status)
{
	const uint32_t list = sub(tree, status, "conditions");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i))
		if (dry_tree_is(tree, dry_tree_find(tree, i, "type"), "Ready"))
			return dry_tree_is(tree, dry_tree_find(tree, i, "status"), "True");
	return false;
}

static const char *find_group(struct dry_import_job *job, const struct dry_tree *tree, uint32_t labels,
			      uint32_t annotations)
{
	for (size_t i = 0; i < sizeof(group_label) / sizeof(group_label[0]); i++) {
		const char *const name = groups_text(job, tree, sub(tree, labels, group_label[i]));
		if (name)
			return name;
	}
	for (size_t i = 0; i < sizeof(group_annotation) / sizeof(group_annotation[0]); i++) {
		const char *const name = groups_text(job, tree, sub(tree, annotations, group_annotation[i]));
		if (name)
			return name;
	}
	return NULL;
}

/* Groups of these providers are one Auto Scaling group or scale set over all zones of their nodes. */
static bool is_one_group(const struct dry_tree *tree, uint32_t labels)
{
	return sub(tree, labels, "eks.amazonaws.com/nodegroup") || sub(tree, labels, "kubernetes.azure.com/agentpool");
}

static const char *first_text(struct dry_import_job *job, const struct dry_tree *tree, uint32_t map,
			      const char *key, const char *older)
{
	const char *const text = groups_text(job, tree, sub(tree, map, key));

	return text ? text : groups_text(job, tree, sub(tree, map, older));
}

static const char *find_capacity_type(const struct dry_tree *tree, uint32_t labels)
{
	static const struct { const char *label, *value; } spot[] = {
		{ "eks.amazonaws.com/capacityType", "SPOT" }, { "karpenter.sh/capacity-type", "spot" },
		{ "cloud.google.com/gke-spot", "true" }, { "cloud.google.com/gke-preemptible", "true" },
		{ "kubernetes.azure.com/scalesetpriority", "spot" },
		{ "node.kubernetes.io/lifecycle", "spot" }, { "lifecycle", "Ec2Spot" },
		{ "node-lifecycle", "spot" },
	};

	for (size_t i = 0; i < sizeof(spot) / sizeof(spot[0]); i++)
		if (dry_tree_is(tree, sub(tree, labels, spot[i].label), spot[i].value))
			return "spot";
	return "on-demand";
}

/* Taints that come and go with a node's state, or mark what the autoscaler does to it. */
static bool is_passing(const char *key)
{
	return !strncmp(key, "node.kubernetes.io/", 19) || !strncmp(key, "node.cloudprovider.kubernetes.io/", 33) ||
	       !strcmp(key, "ToBeDeletedByClusterAutoscaler") ||
	       !strcmp(key, "DeletionCandidateOfClusterAutoscaler") ||
	       !strncmp(key, "karpenter.sh/disrupt", 20) || !strncmp(key, "aws-node-termination-handler/", 29) ||
	       !strcmp(key, "cloud.google.com/impending-node-termination") ||
	       !strcmp(key, "kubernetes.azure.com/scheduled-events");
}

static void drop_passing(struct group_pair **list)
{
	while (*list)
		if (is_passing((*list)->key))
			*list = (*list)->next;
		else
			list = &(*list)->next;
}

static void read_annotations(const struct dry_tree *tree, uint32_t annotations, struct group_draft *draft)
{
	int64_t size;

	if (dry_tree_integer(tree, sub(tree, annotations, "cluster-autoscaler.kwok.nodegroup/min-count"),
			     &size) && size >= 0)
		draft->min_size = size;
	if (dry_tree_integer(tree, sub(tree, annotations, "cluster-autoscaler.kwok.nodegroup/max-count"),
			     &size) && size >= 0)
		draft->max_size = size;
}

/* One node as a group of one. */
static bool read_node(struct dry_import_job *job, const struct dry_items *items, struct group_draft *draft,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t metadata = dry_tree_find(tree, items->item, "metadata");
	const uint32_t status = dry_tree_find(tree, items->item, "status");
	const uint32_t spec = dry_tree_find(tree, items->item, "spec");
	const uint32_t labels = sub(tree, metadata, "labels");

	if (!dry_amounts_read(job, items, sub(tree, status, "capacity"), "capacity", &draft->capacity, err) ||
	    !dry_amounts_read(job, items, sub(tree, status, "allocatable"), "allocatable",
			      &draft->allocatable, err))
		return false;
	draft->instance_type = first_text(job, tree, labels, "node.kubernetes.io/instance-type",
					  "beta.kubernetes.io/instance-type");
	draft->zone = first_text(job, tree, labels, "topology.kubernetes.io/zone",
				 "failure-domain.beta.kubernetes.io/zone");
	draft->region = first_text(job, tree, labels, "topology.kubernetes.io/region",
				   "failure-domain.beta.kubernetes.io/region");
	draft->is_one = is_one_group(tree, labels);
	draft->capacity_type = find_capacity_type(tree, labels);
	draft->initial_size = is_ready(tree, status);
	group_add_labels(job, draft, tree, labels);
	if (!group_add_taints(job, draft, items, sub(tree, spec, "taints"), err))
		return false;
	drop_passing(&draft->taint);
	read_annotations(tree, sub(tree, metadata, "annotations"), draft);
	return true;
}

/* The node before holds the group's figures; the one with less memory left for pods decides. */
static void merge(struct dry_import_job *job, struct group_draft *group, const struct group_draft *node)
{
	const dry_symbol memory = dry_symbols_add_text(&job->symbols, "memory");

	if (group_keep_common(&group->label, node->label))
		DRY_NOTE(job, "a label that not all nodes of a group carry alike was left out");
	if (group_keep_common(&group->taint, node->taint))
		DRY_NOTE(job, "a taint that not all nodes of a group carry was left out");
	if (group->instance_type != node->instance_type && group->instance_type && node->instance_type)
		DRY_NOTE(job, "a group has nodes of several instance types: the smallest node stands for it");
	if (dry_amounts_get(&node->allocatable, memory) < dry_amounts_get(&group->allocatable, memory)) {
		group->capacity = node->capacity;
		group->allocatable = node->allocatable;
		group->instance_type = node->instance_type;
	}
	if (group->min_size < 0)
		group->min_size = node->min_size;
	if (group->max_size < 0)
		group->max_size = node->max_size;
	group->initial_size += node->initial_size;
}

static bool add_node(struct dry_import_job *job, struct nodes *nodes, const struct dry_items *items,
		     struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t metadata = dry_tree_find(tree, items->item, "metadata");
	const uint32_t labels = sub(tree, metadata, "labels");
	const char *name = find_group(job, tree, labels, sub(tree, metadata, "annotations"));
	const struct dry_where where = dry_items_where(items, items->item);

	if (!name) {
		const char *const type = groups_text(job, tree,
						     sub(tree, labels, "node.kubernetes.io/instance-type"));
		name = type ? type : "nodes";
		DRY_IMPUTE(job, "name: no label names the node's group, its instance type does");
	}
	struct groups one = { 0 };
	struct group_draft *const draft = groups_add(job, &one, name, strlen(name), where);
	if (!read_node(job, items, draft, err)) {
		groups_release(&one);
		return false;
	}
	if (!draft->initial_size)
		DRY_NOTE(job, "a node that is not ready does not count for initialSize");
	struct group_draft *const group = groups_find(&nodes->groups, draft->base, draft->zone);
	if (group) {
		merge(job, group, draft);
	} else {
		struct group_draft *const added = groups_add(job, &nodes->groups, name, strlen(name), where);
		const char *const base = added->base;
		*added = *draft;
		added->base = base;
	}
	groups_release(&one);
	job->report->rows_kept++;
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct nodes *const nodes = context;
	const struct dry_tree *const tree = &items->tree;
	const uint32_t kind = dry_tree_find(tree, items->item, "kind");
	const uint32_t metadata = dry_tree_find(tree, items->item, "metadata");
	const struct dry_where where = dry_items_where(items, items->item);
	size_t length;

	job->report->rows_read++;
	if (dry_tree_type_of(tree, items->item) != DRY_TREE_OBJECT || !metadata)
		return dry_fail(err, DRY_ERROR_INPUT, where, "is no node: metadata is missing");
	if (dry_items_is_kind(items, items->item, "ConfigMap"))
		return kube_status_read(&nodes->status, job, items, err);
	if (dry_items_is_kind(items, items->item, "Deployment"))
		return kube_status_deployment(&nodes->status, job, items, err);
	if (kind && !dry_tree_is(tree, kind, "Node")) {
		const char *const name = dry_tree_text(tree, kind, &length);
		DRY_LEAVE_OUT(job, where, "is a %.*s, not a Node", (int)length, name ? name : "");
		return true;
	}
	if (!dry_tree_path(tree, items->item, "status.capacity"))
		return dry_fail(err, DRY_ERROR_INPUT, where, "status.capacity is missing"),
		       dry_fail_fix(err, "kubectl get nodes -o json writes it");
	if (is_control_plane(tree, sub(tree, metadata, "labels"))) {
		DRY_LEAVE_OUT(job, where, "is a control plane node");
		return true;
	}
	if (!is_first_sight(job, nodes, tree, metadata)) {
		DRY_LEAVE_OUT(job, where, "was seen before (same uid)");
		return true;
	}
	return add_node(job, nodes, items, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_kube_nodes_read(struct dry_import_job *job, struct dry_error *err)
{
	struct nodes nodes = { 0 };
	bool good = dry_import_each_file(job, read_file, &nodes, err);

	if (good)
		kube_status_apply(&nodes.status, job, &nodes.groups);
	good = good && groups_write(job, &nodes.groups, err);
	groups_release(&nodes.groups);
	kube_status_release(&nodes.status);
	free(nodes.seen);
	return good;
}
