/* What the patch writers share: YAML scalars, comments, the live Deployment's flags. */
#ifndef DRY_REPORT_PATCHES_PATCHES_H
#define DRY_REPORT_PATCHES_PATCHES_H

#include "report/patch.h"

/* --- text.c --- */

/*
 * A scalar that every YAML reader takes for this text or the number or bool it
 * looks like: plain where YAML 1.1 and 1.2 agree, else in double quotes.
 */
void patch_yaml_scalar(struct dry_page *page, const char *text);
/* Always a string: in double quotes. Kubernetes annotations and ConfigMaps want strings. */
void patch_yaml_string(struct dry_page *page, const char *text);
/* "   # was 10m" (or "# new") and the line's end. */
void patch_was(const struct dry_patch_request *request, struct dry_page *page,
	       const struct dry_change *change);
/* Lists of a flag ("a,b") one by one; false at the end. */
bool patch_next_item(const char **rest, const char **item, size_t *length);

/* May the flag stand several times, each time with an item? */
bool patch_is_list_flag(const char *name);
bool patch_is_flag(const struct dry_change *change);
bool patch_is_flag_or_size(const struct dry_change *change);

/* --- deployment.c --- */

struct patch_flag {
	const char *name;               /* no dashes */
	const char *value;              /* "true" for a bare flag */
	bool is_args;                   /* in args, else in command */
	bool takes_two;                 /* "--name", "value": two items */
	uint32_t index;                 /* of the item with the name */
	const char *item;               /* as it stands there */
	const char *item_value;         /* the second item, when takes_two */
};

struct patch_deployment {
	const struct dry_doc_node *root;        /* of the Deployment */
	const char *name, *name_space, *container;
	uint32_t container_index;
	bool has_args, has_command;
	uint32_t flag_count;
	struct patch_flag *flag;
};

/*
 * The Deployment in a live file (alone, or the only one with an autoscaler in a
 * List). False with a complaint at the place.
 */
bool patch_deployment_read(const struct dry_doc *doc, struct dry_arena *arena,
			   struct patch_deployment *deployment, struct dry_error *err);

/* The JSON Patch operations that make the changes, as "op" objects; *count says how many. */
bool patch_deployment_operations(const struct dry_patch_request *request,
				 const struct patch_deployment *deployment, struct dry_arena *arena,
				 void (*add)(void *context, const char *op, const char *path,
					     const char *value, const struct dry_change *change),
				 void *context, uint32_t *count, struct dry_error *err);

/* --- the formats --- */
bool patch_helm_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_pack_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_args_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_kustomize_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_json_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_configmap_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_capi_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_pool_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_terraform_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_aks_write(const struct dry_patch_request *, struct dry_page *, struct dry_error *);
bool patch_helm_can(const struct dry_change *change);
bool patch_configmap_can(const struct dry_change *change);
bool patch_capi_can(const struct dry_change *change);
bool patch_pool_can(const struct dry_change *change);
bool patch_aks_can(const struct dry_change *change);

#endif
