/*
 * The AKS cluster autoscaler profile. Values are strings; most durations are
 * whole minutes there, and only some expanders are accepted.
 */
#include <string.h>

#include "autoscaler/options.h"
#include "autoscaler/presets.h"
#include "base/units.h"
#include "report/patches/patches.h"
#include "report/json.h"

static const char *aks_key(const struct dry_change *change)
{
	const struct dry_preset *aks = dry_preset_find("aks", NULL);
	const char *key = NULL;

	if (change->kind != DRY_CHANGE_FLAG || !aks || !dry_preset_accepts(aks, change->name, &key))
		return NULL;
	return key;
}

bool patch_aks_can(const struct dry_change *change)
{
	return aks_key(change) != NULL;
}

static bool check_expander(const struct dry_change *change, struct dry_error *err)
{
	static const char *const accepted[] = { "least-waste", "most-pods", "priority", "random" };

	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		if (!strcmp(change->to, accepted[i]))
			return true;
	dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "expander: AKS does not accept \"%s\"", change->to);
	return dry_fail_expected(err, "least-waste, most-pods, priority or random");
}

/* scan-interval takes seconds; the others are whole minutes. */
static bool check_duration(const struct dry_change *change, struct dry_error *err)
{
	const struct dry_option *option = dry_option_find(change->name, NULL);
	int64_t ms;

	if (!option || option->type != DRY_OPTION_DURATION || !strcmp(change->name, "scan-interval") ||
	    !strcmp(change->name, "new-pod-scale-up-delay"))
		return true;
	if (dry_parse_duration_ms(change->to, strlen(change->to), &ms) || ms % 60000 == 0)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "%s: AKS accepts whole minutes only, not %s",
		 change->name, change->to);
	return dry_fail_fix(err, "sweep values of whole minutes for this flag");
}

bool patch_aks_write(const struct dry_patch_request *request, struct dry_page *page,
		     struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_open_object(&json, "properties");
	dry_json_open_object(&json, "autoScalerProfile");
	for (uint32_t i = 0; i < set->count; i++) {
		const char *key = aks_key(&set->change[i]);

		if (!key)
			continue;
		if (!strcmp(set->change[i].name, "expander") && !check_expander(&set->change[i], err))
			return false;
		if (!check_duration(&set->change[i], err))
			return false;
		dry_json_newline(&json);
		dry_json_text(&json, key, set->change[i].to);
	}
	dry_json_close_object(&json);
	dry_json_close_object(&json);
	dry_json_close_object(&json);
	return true;
}
