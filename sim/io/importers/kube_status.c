#include "io/importers/kube_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

void kube_status_release(struct kube_status *status)
{
	free(status->group);
}

static struct kube_status_group *add(struct kube_status *status, const char *name)
{
	for (size_t i = 0; i < status->count; i++)
		if (!strcmp(status->group[i].name, name))
			return &status->group[i];
	status->group = dry_grow(status->group, &status->capacity, status->count + 1,
				 sizeof(*status->group));
	status->group[status->count] = (struct kube_status_group){ name, -1, -1, false };
	return &status->group[status->count++];
}

/* "minSize=1" and the like inside a line; -1 when it is not there. */
static int64_t number_behind(const char *text, size_t length, const char *key)
{
	const char *at = memmem(text, length, key, strlen(key));
	int64_t value;
	size_t digits = 0;

	if (!at)
		return -1;
	at += strlen(key);
	while (at + digits < text + length && at[digits] >= '0' && at[digits] <= '9')
		digits++;
	return digits && !dry_parse_integer(at, digits, &value) ? value : -1;
}

/* Up to release 1.29: indented lines "Name: ..." and "Health: ... (minSize=1, maxSize=10))". */
static void read_text(struct kube_status *status, struct dry_import_job *job, const char *text,
		      size_t length)
{
	struct kube_status_group *group = NULL;

	for (const char *const stop = text + length; text < stop;) {
		const char *const end = memchr(text, '\n', (size_t)(stop - text));
		const char *const next = end ? end + 1 : stop;
		const char *at = text;
		size_t left = (size_t)((end ? end : stop) - text);
		while (left && *at == ' ') {
			at++;
			left--;
		}
		if (left > 5 && !memcmp(at, "Name:", 5)) {
			at += 5;
			left -= 5;
			while (left && (*at == ' ' || *at == '\t')) {
				at++;
				left--;
			}
			group = add(status, dry_symbols_text(&job->symbols,
							      dry_symbols_add(&job->symbols, at, left)));
		} else if (group && left > 7 && !memcmp(at, "Health:", 7)) {
			group->min_size = number_behind(at, left, "minSize=");
			group->max_size = number_behind(at, left, "maxSize=");
		}
		text = next;
	}
}

static void read_yaml(struct kube_status *status, struct dry_import_job *job, const struct dry_tree *tree)
{
	const uint32_t list = dry_tree_find(tree, 0, "nodeGroups");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const char *const name = groups_text(job, tree, dry_tree_find(tree, i, "name"));
		if (!name)
			continue;
		struct kube_status_group *const group = add(status, name);
		dry_tree_integer(tree, dry_tree_path(tree, i, "health.minSize"), &group->min_size);
		dry_tree_integer(tree, dry_tree_path(tree, i, "health.maxSize"), &group->max_size);
	}
}

bool kube_status_read(struct kube_status *status, struct dry_import_job *job,
		      const struct dry_items *items, struct dry_error *err)
{
	static const char *const no_list[] = { NULL };
	static const char old[] = "Cluster-autoscaler status at ";
	const uint32_t node = dry_tree_path(&items->tree, items->item, "data.status");
	const struct dry_where where = dry_items_where(items, node ? node : items->item);
	struct dry_items inner;
	struct dry_feed feed;
	size_t length;
	const char *const text = dry_tree_text(&items->tree, node, &length);

	if (!text) {
		DRY_LEAVE_OUT(job, where, "is a ConfigMap without data.status");
		return true;
	}
	status->where = where;
	job->report->rows_kept++;
	if (length > sizeof(old) && !memcmp(text, old, sizeof(old) - 1)) {
		read_text(status, job, text, length);
		return true;
	}
	dry_feed_open_memory(&feed, where.file, text, length);
	dry_items_open(&inner, &feed);
	inner.list = no_list;
	struct dry_error bad = { 0 };
	const int more = dry_items_next(&inner, &bad);
	if (more == 1)
		read_yaml(status, job, &inner.tree);
	dry_items_close(&inner);
	dry_feed_close(&feed);
	if (more < 0) {
		dry_fail(err, DRY_ERROR_INPUT, where, "data.status: line %u of it: %s",
			 bad.count ? bad.complaint[0].line : 0, bad.count ? bad.complaint[0].text : "");
		dry_error_release(&bad);
		return false;
	}
	dry_error_release(&bad);
	return true;
}

/* min:max:group */
static bool read_nodes_flag(struct kube_status *status, struct dry_import_job *job, const char *text,
			    size_t length, struct dry_where where, struct dry_error *err)
{
	const char *const first = memchr(text, ':', length);
	const char *const second = first ? memchr(first + 1, ':', length - (size_t)(first + 1 - text)) : NULL;
	int64_t min, max;

	if (!second || dry_parse_integer(text, (size_t)(first - text), &min) ||
	    dry_parse_integer(first + 1, (size_t)(second - first - 1), &max) || min < 0 || max < 0) {
		dry_fail(err, DRY_ERROR_INPUT, where, "nodes: \"%.*s\" is no size of a group", (int)length, text);
		return dry_fail_expected(err, "min:max:name");
	}
	const size_t name = (size_t)(second + 1 - text);
	struct kube_status_group *const group =
		add(status, dry_symbols_text(&job->symbols,
					     dry_symbols_add(&job->symbols, text + name, length - name)));
	group->min_size = min;
	group->max_size = max;
	return true;
}

static bool read_arguments(struct kube_status *status, struct dry_import_job *job,
			   const struct dry_items *items, uint32_t list, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const text = dry_tree_text(tree, i, &length);
		if (!text || length < 8 || memcmp(text, "--nodes=", 8))
			continue;
		status->where = dry_items_where(items, i);
		if (!read_nodes_flag(status, job, text + 8, length - 8, status->where, err))
			return false;
	}
	return true;
}

bool kube_status_deployment(struct kube_status *status, struct dry_import_job *job,
			    const struct dry_items *items, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t list = dry_tree_path(tree, items->item, "spec.template.spec.containers");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i))
		if (!read_arguments(status, job, items, dry_tree_find(tree, i, "command"), err) ||
		    !read_arguments(status, job, items, dry_tree_find(tree, i, "args"), err))
			return false;
	job->report->rows_kept++;
	return true;
}

static bool contains_part(const char *id, const char *base)
{
	const size_t length = strlen(base);

	for (const char *at = strstr(id, base); at; at = strstr(at + 1, base)) {
		const bool starts = at == id || at[-1] == '-' || at[-1] == '/';
		const bool ends = !at[length] || at[length] == '-' || at[length] == '/';
		if (starts && ends)
			return true;
	}
	return false;
}

/*
 * Is the autoscaler's id of a group that of the nodes' label? Ids are the name
 * itself, the end of a path (Cluster API, GCE), or hold the name between dashes
 * (EKS: eks-NAME-uuid, GKE: gke-CLUSTER-NAME-hash-grp, AKS: aks-NAME-number-vmss).
 * 2 = exactly, 1 = as a part, 0 = no.
 */
static int fits(const char *id, const char *base)
{
	const char *const slash = strrchr(id, '/');

	if (!strcmp(id, base) || (slash && !strcmp(slash + 1, base)))
		return 2;
	return contains_part(id, base);
}

void kube_status_apply(struct kube_status *status, struct dry_import_job *job, struct groups *groups)
{
	for (uint32_t i = 0; i < groups->count; i++) {
		struct group_draft *const draft = &groups->draft[i];
		struct kube_status_group *best = NULL;
		int best_fit = 0;
		for (size_t j = 0; j < status->count; j++) {
			const int fit = fits(status->group[j].name, draft->base);
			if (fit <= best_fit)
				continue;
			best = &status->group[j];
			best_fit = fit;
		}
		if (!best)
			continue;
		best->used = true;
		draft->min_size = best->min_size;
		draft->max_size = best->max_size;
	}
	for (size_t j = 0; j < status->count; j++)
		if (!status->group[j].used)
			DRY_DROP(job, status->where, "group %s has no node to learn its shape from",
				 status->group[j].name);
}
