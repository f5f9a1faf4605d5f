/*
 * The AKS cluster autoscaler profile: in what az aks show prints, in a REST or
 * Terraform body, or alone. The same keys come as scan-interval, scanInterval
 * and scan_interval; values are texts.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "autoscaler/presets.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/settings.h"

static const char *const profile_key[] = { "autoScalerProfile", "auto_scaler_profile",
					   "auto-scaler-profile" };

int dry_aks_profile_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	for (size_t i = 0; i < sizeof(profile_key) / sizeof(profile_key[0]); i++)
		if (start_has(start, length, profile_key[i]))
			return 85;
	return start_is_json(start, length) && start_has(start, length, "scaleDownUnneededTime") &&
	       start_has(start, length, "scanInterval") ? 70 : 0;
}

/* scanInterval and scan_interval to scan-interval. */
static size_t kebab(const char *key, size_t length, char out[128])
{
	size_t made = 0;

	for (size_t i = 0; i < length && made + 2 < 128; i++) {
		const char c = key[i];
		if (c >= 'A' && c <= 'Z') {
			out[made++] = '-';
			out[made++] = (char)(c - 'A' + 'a');
		} else {
			out[made++] = c == '_' ? '-' : c;
		}
	}
	return made;
}

/* The profile's key to the autoscaler's own flag; most are the same. */
static const char *flag_of(const struct dry_preset *aks, const char *key, size_t length)
{
	const char *theirs;

	for (size_t i = 0; i < dry_option_count; i++)
		if (dry_preset_accepts(aks, dry_option_table[i].name, &theirs) && theirs &&
		    strlen(theirs) == length && !memcmp(theirs, key, length))
			return dry_option_table[i].name;
	return NULL;
}

static bool read_profile(struct dry_import_job *job, struct settings *settings,
			 const struct dry_items *items, uint32_t profile, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const struct dry_preset *const aks = dry_preset_find("aks", NULL);
	char name[128];

	settings->found = true;
	settings->provider = "aks";
	for (uint32_t i = dry_tree_first(tree, profile); i; i = dry_tree_next(tree, i)) {
		const struct dry_where where = dry_items_where(items, i);
		size_t length, key_length;
		const char *const key = dry_tree_key(tree, i, &key_length);
		const char *const value = dry_tree_text(tree, i, &length);
		const size_t made = kebab(key, key_length, name);
		const char *const flag = flag_of(aks, name, made);
		if (!value || !length)
			continue;       /* null: the service's default */
		if (!flag) {
			dry_fail(err, DRY_ERROR_INPUT, where, "\"%.*s\" is no key of the AKS autoscaler profile",
				 (int)key_length, key);
			return dry_fail_expected(err, "scanInterval, expander, scaleDownUnneededTime, ...");
		}
		if (!settings_set(job, settings, flag, strlen(flag), value, length, where, err))
			return false;
	}
	return true;
}

static uint32_t find_profile(const struct dry_tree *tree, uint32_t node, int depth)
{
	if (dry_tree_type_of(tree, node) < DRY_TREE_ARRAY || depth > 12)
		return 0;
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		for (size_t k = 0; k < sizeof(profile_key) / sizeof(profile_key[0]); k++)
			if (dry_tree_key_is(tree, i, profile_key[k])) {
				const bool is_list = dry_tree_type_of(tree, i) == DRY_TREE_ARRAY;
				return is_list ? dry_tree_first(tree, i) : i;
			}
		const uint32_t found = find_profile(tree, i, depth + 1);
		if (found)
			return found;
	}
	return 0;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t found = find_profile(tree, items->item, 0);

	if (found && dry_tree_type_of(tree, found) == DRY_TREE_OBJECT)
		return read_profile(job, context, items, found, err);
	if (found) {
		DRY_NOTE(job, "the profile is not set: AKS uses its defaults");
		return true;
	}
	if (dry_tree_find(tree, items->item, "scanInterval") || dry_tree_find(tree, items->item, "scan-interval") ||
	    dry_tree_find(tree, items->item, "expander"))
		return read_profile(job, context, items, items->item, err);
	return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item), "autoScalerProfile is missing");
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form whole = { 0 };

	return dry_import_each_item(job, feed, &whole, read_item, context, err);
}

bool dry_aks_profile_read(struct dry_import_job *job, struct dry_error *err)
{
	return settings_import(job, 32, read_file, err);        /* the profile keeps upstream's older key */
}
