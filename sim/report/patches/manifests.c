/*
 * Patches of the Deployment and its companions: plain flags, JSON Patch (RFC
 * 6902, a test before each change), a Kustomize overlay of the same, and the
 * priority expander's ConfigMap.
 */
#include <string.h>

#include "report/patches/patches.h"
#include "report/json.h"

static void write_flag(const struct dry_patch_request *request, struct dry_page *page,
		       const struct dry_change *change, const char *value, size_t length)
{
	dry_page_printf(page, "--%s=", change->name);
	dry_page_add_visible(page, value, length);
	patch_was(request, page, change);
}

bool patch_args_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;

	(void)err;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];
		const char *rest = change->to, *item;
		size_t length;

		if (change->kind != DRY_CHANGE_FLAG)
			continue;
		if (!patch_is_list_flag(change->name)) {
			write_flag(request, page, change, change->to, strlen(change->to));
			continue;
		}
		while (patch_next_item(&rest, &item, &length))
			write_flag(request, page, change, item, length);
	}
	return true;
}

struct json_patch {
	struct dry_json json;
	struct dry_page *page;
};

static void add_json(void *context, const char *op, const char *path, const char *value,
		     const struct dry_change *change)
{
	struct json_patch *patch = context;

	(void)change;
	dry_json_newline(&patch->json);
	dry_json_open_object(&patch->json, NULL);
	dry_json_text(&patch->json, "op", op);
	dry_json_text(&patch->json, "path", path);
	if (value)
		dry_json_text(&patch->json, "value", value);
	dry_json_close_object(&patch->json);
}

static bool fail_no_operation(const struct dry_patch_request *request, struct dry_error *err)
{
	(void)request;
	dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no change that the Deployment can hold");
	return dry_fail_fix(err, "group sizes: --patch cluster-api, palette-pool or terraform");
}

bool patch_json_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	struct patch_deployment deployment;
	struct json_patch patch = { .page = page };
	struct dry_arena arena;
	uint32_t count = 0;
	bool done;

	dry_arena_init(&arena);
	dry_json_init(&patch.json, page);
	dry_json_open_array(&patch.json, NULL);
	done = patch_deployment_read(request->against, &arena, &deployment, err) &&
	       patch_deployment_operations(request, &deployment, &arena, add_json, &patch, &count, err);
	dry_json_close_array(&patch.json);
	dry_page_add_char(page, '\n');
	dry_arena_release(&arena);
	if (done && count == 0)
		return fail_no_operation(request, err);
	return done;
}

struct yaml_patch {
	const struct dry_patch_request *request;
	struct dry_page *page;
};

static void add_yaml(void *context, const char *op, const char *path, const char *value,
		     const struct dry_change *change)
{
	struct yaml_patch *patch = context;
	struct dry_page *page = patch->page;

	if (change && patch->request->comments) {
		dry_page_add(page, "    # ");
		dry_page_add_visible(page, change->path, strlen(change->path));
		dry_page_add(page, ": ");
		dry_page_add_visible(page, change->from ? change->from : "not set",
				     strlen(change->from ? change->from : "not set"));
		dry_page_add(page, " -> ");
		dry_page_add_visible(page, change->to, strlen(change->to));
		dry_page_add_char(page, '\n');
	}
	dry_page_printf(page, "    - op: %s\n      path: %s\n", op, path);
	if (value) {
		dry_page_add(page, "      value: ");
		patch_yaml_string(page, value);
		dry_page_add_char(page, '\n');
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool patch_kustomize_write(const struct dry_patch_request *request, struct dry_page *page,
			   struct dry_error *err)
{
	struct patch_deployment deployment;
	struct yaml_patch patch = { request, page };
	struct dry_arena arena;
	uint32_t count = 0;
	bool done = false;

	dry_arena_init(&arena);
	if (patch_deployment_read(request->against, &arena, &deployment, err)) {
		dry_page_add(page, "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
				   "resources:\n  - ");
		patch_yaml_string(page, base_name(request->against->name));
		dry_page_add(page, "\npatches:\n- target:\n    group: apps\n    version: v1\n"
				   "    kind: Deployment\n    name: ");
		patch_yaml_string(page, deployment.name ? deployment.name : "cluster-autoscaler");
		if (deployment.name_space) {
			dry_page_add(page, "\n    namespace: ");
			patch_yaml_string(page, deployment.name_space);
		}
		dry_page_add(page, "\n  patch: |-\n");
		done = patch_deployment_operations(request, &deployment, &arena, add_yaml, &patch,
						   &count, err);
	}
	dry_arena_release(&arena);
	if (done && count == 0)
		return fail_no_operation(request, err);
	return done;
}

bool patch_configmap_can(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_PRIORITIES;
}

bool patch_configmap_write(const struct dry_patch_request *request, struct dry_page *page,
			   struct dry_error *err)
{
	(void)err;
	dry_page_add(page, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n"
			   "  name: cluster-autoscaler-priority-expander\n  namespace: ");
	patch_yaml_scalar(page, request->name_space ? request->name_space : "kube-system");
	dry_page_add(page, "\ndata:\n  priorities: |-\n");
	for (uint32_t i = 0; i < request->priority_count; i++) {
		dry_page_printf(page, "    %d:\n", request->priority[i].priority);
		for (uint32_t p = 0; p < request->priority[i].pattern_count; p++) {
			dry_page_add(page, "      - ");
			patch_yaml_string(page, request->priority[i].pattern[p]);
			dry_page_add_char(page, '\n');
		}
	}
	return true;
}
