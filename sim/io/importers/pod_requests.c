#include <string.h>

#include "base/units.h"
#include "io/importers/pod_spec.h"

int64_t dry_amounts_get(const struct dry_amounts *amounts, dry_symbol resource)
{
	for (uint32_t i = 0; i < amounts->count; i++)
		if (amounts->entry[i].resource == resource)
			return amounts->entry[i].value;
	return 0;
}

static int64_t *find(struct dry_amounts *amounts, dry_symbol resource)
{
	for (uint32_t i = 0; i < amounts->count; i++)
		if (amounts->entry[i].resource == resource)
			return &amounts->entry[i].value;
	if (amounts->count == DRY_AMOUNT_MAX)
		return NULL;
	amounts->entry[amounts->count] = (struct dry_amount){ .resource = resource };
	return &amounts->entry[amounts->count++].value;
}

void dry_amounts_set(struct dry_amounts *amounts, dry_symbol resource, int64_t value)
{
	int64_t *const at = find(amounts, resource);

	if (at)
		*at = value;
}

static void add(struct dry_amounts *to, const struct dry_amounts *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		int64_t *const at = find(to, from->entry[i].resource);
		if (at && __builtin_add_overflow(*at, from->entry[i].value, at))
			*at = INT64_MAX;
	}
}

static void raise(struct dry_amounts *to, const struct dry_amounts *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		int64_t *const at = find(to, from->entry[i].resource);
		if (at && *at < from->entry[i].value)
			*at = from->entry[i].value;
	}
}

bool dry_amounts_read(struct dry_import_job *job, const struct dry_items *items, uint32_t node,
		      const char *what, struct dry_amounts *amounts, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	amounts->count = 0;
	if (!node)
		return true;
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		size_t key_length, length;
		const char *const key = dry_tree_key(tree, i, &key_length);
		const char *const text = dry_tree_text(tree, i, &length);
		const bool is_cpu = key_length == 3 && !memcmp(key, "cpu", 3);
		int64_t value = 0;
		const char *const wrong = !text ? "is no quantity"
			: is_cpu ? dry_parse_quantity_milli(text, length, &value)
			: dry_parse_quantity(text, length, &value);
		if (wrong || value < 0) {
			dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, i),
				 "%s.%.*s: \"%.*s\" %s", what, (int)key_length, key, (int)length,
				 text ? text : "", wrong ? wrong : "is negative");
			return dry_fail_expected(err, "a Kubernetes quantity such as 500m, 2 or 1.5Gi");
		}
		dry_amounts_set(amounts, dry_symbols_add(&job->symbols, key, key_length), value);
	}
	return true;
}

static bool read_container(struct dry_import_job *job, const struct dry_items *items,
			   uint32_t container, struct dry_amounts *amounts, struct dry_error *err)
{
	const uint32_t resources = dry_tree_find(&items->tree, container, "resources");

	amounts->count = 0;
	return !resources ||
	       dry_amounts_read(job, items, dry_tree_find(&items->tree, resources, "requests"),
				"requests", amounts, err);
}

static bool read_init(struct dry_import_job *job, const struct dry_items *items, uint32_t list,
		      struct dry_pod_requests *requests, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	struct dry_amounts sidecars = { 0 }, one, phase;

	if (!list)
		return true;
	for (uint32_t i = dry_tree_first(tree, list); i; i = dry_tree_next(tree, i)) {
		if (!read_container(job, items, i, &one, err))
			return false;
		if (dry_tree_is(tree, dry_tree_find(tree, i, "restartPolicy"), "Always")) {
			add(&sidecars, &one);
			raise(&requests->init, &sidecars);
			continue;
		}
		phase = sidecars;
		add(&phase, &one);
		raise(&requests->init, &phase);
	}
	add(&requests->steady, &sidecars);
	return true;
}

/* Pod-level requests stand for the sums of their resource, in both states. */
static bool read_pod_level(struct dry_import_job *job, const struct dry_items *items, uint32_t spec,
			   struct dry_pod_requests *requests, struct dry_error *err)
{
	struct dry_amounts level;

	if (!dry_amounts_read(job, items, dry_tree_path(&items->tree, spec, "resources.requests"),
			      "requests", &level, err))
		return false;
	for (uint32_t i = 0; i < level.count; i++) {
		dry_amounts_set(&requests->steady, level.entry[i].resource, level.entry[i].value);
		dry_amounts_set(&requests->init, level.entry[i].resource, level.entry[i].value);
	}
	return true;
}

bool dry_pod_requests_read(struct dry_import_job *job, const struct dry_items *items, uint32_t spec,
			   struct dry_pod_requests *requests, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	struct dry_amounts one, overhead;

	requests->steady.count = requests->init.count = 0;
	requests->init_matters = false;
	const uint32_t list = dry_tree_find(tree, spec, "containers");
	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		if (!read_container(job, items, i, &one, err))
			return false;
		add(&requests->steady, &one);
	}
	if (!read_init(job, items, dry_tree_find(tree, spec, "initContainers"), requests, err) ||
	    !read_pod_level(job, items, spec, requests, err) ||
	    !dry_amounts_read(job, items, dry_tree_find(tree, spec, "overhead"), "overhead", &overhead, err))
		return false;
	add(&requests->steady, &overhead);
	if (requests->init.count)
		add(&requests->init, &overhead);
	for (uint32_t i = 0; i < requests->init.count; i++)
		if (requests->init.entry[i].value >
		    dry_amounts_get(&requests->steady, requests->init.entry[i].resource))
			requests->init_matters = true;
	return true;
}

int64_t dry_pod_requests_get(const struct dry_pod_requests *requests, dry_symbol resource)
{
	const int64_t steady = dry_amounts_get(&requests->steady, resource);
	const int64_t init = dry_amounts_get(&requests->init, resource);

	return steady > init ? steady : init;
}

static void write_amounts(struct dry_import_job *job, const char *key,
			  const struct dry_amounts *amounts, struct dry_text *out)
{
	dry_text_printf(out, "\"%s\":{", key);
	for (uint32_t i = 0; i < amounts->count; i++) {
		const char *const name = dry_symbols_text(&job->symbols, amounts->entry[i].resource);
		dry_import_request_add(out, name, amounts->entry[i].value);
		if (amounts->entry[i].value)
			dry_import_resource(job, name);
	}
	dry_text_char(out, '}');
}

void dry_pod_requests_write(struct dry_import_job *job, const struct dry_pod_requests *requests,
			    struct dry_text *out)
{
	write_amounts(job, "requests", &requests->steady, out);
	if (!requests->init_matters)
		return;
	dry_text_char(out, ',');
	write_amounts(job, "initRequests", &requests->init, out);
}
