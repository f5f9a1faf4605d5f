/*
 * Named starting points for the flags: older releases of the Cluster Autoscaler
 * (defaults and rules that differ from 1.36) and what managed offerings set
 * and accept. A preset is applied to defaults before the scenario's own flags.
 */
#ifndef DRY_AUTOSCALER_PRESETS_H
#define DRY_AUTOSCALER_PRESETS_H

#include <stddef.h>

#include "autoscaler/options.h"

enum dry_preset_kind { DRY_PRESET_RELEASE, DRY_PRESET_PROVIDER };

struct dry_preset {
	const char *name;               /* "1.33", "aks", ... */
	enum dry_preset_kind kind;
	const char *help;               /* one line: what differs */
};

extern const struct dry_preset dry_preset_table[];
extern const size_t dry_preset_count;

/* NULL when there is none; *nearest (may be NULL) gets the nearest name or NULL. */
const struct dry_preset *dry_preset_find(const char *name, const char **nearest);

/* Changes the defaults that the preset changes; options must come from dry_options_init(). */
void dry_preset_apply(const struct dry_preset *preset, struct dry_options *options);

/*
 * Does the preset's provider accept this flag from a user? Self-managed ones
 * (releases, eks) accept all; for a managed profile the list is its own. *key
 * (may be NULL) gets the provider's name of the setting, or NULL.
 */
bool dry_preset_accepts(const struct dry_preset *preset, const char *flag, const char **key);

/*
 * The present name of a flag that was removed because another took its place;
 * NULL when the name is none of them. *gone_in gets the minor release without
 * it (33 = 1.33).
 */
const char *dry_preset_old_flag(const char *flag, int *gone_in);
/* Does the release or provider (names of presets, NULL = 1.36 and none) still take it? */
bool dry_preset_has_old_flag(const char *release, const char *provider, int gone_in);

#endif
