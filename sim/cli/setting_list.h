/*
 * Changes of a scenario from the command line (-p KEY=VALUE) and from files
 * (--params, --baseline): an ordered list of paths and values, each with the
 * place it came from, so that a wrong value is told where it stands.
 *
 * A file is YAML or JSON: flags by their own names and paths, flat or nested
 * ("nodeGroups: {spot: {maxSize: 110}}", or a scenario's own list of groups
 * with a name each). "autoscaler:" and "settings:" are transparent.
 */
#ifndef DRY_CLI_SETTING_LIST_H
#define DRY_CLI_SETTING_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "io/doc.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

struct cli_setting_origin {
	const char *option;             /* "-p"; NULL = from a file */
	const struct dry_doc *doc;
	const struct dry_doc_node *node;
};

struct cli_setting_list {
	struct dry_arena arena;
	uint32_t count;
	size_t capacity, origin_capacity;
	struct dry_setting *setting;    /* texts are the arena's */
	struct cli_setting_origin *origin;
	uint32_t doc_count;
	size_t doc_capacity;
	struct dry_doc **doc;
};

void cli_settings_init(struct cli_setting_list *list);
void cli_settings_release(struct cli_setting_list *list);

/* "KEY=VALUE" of an option. False with a usage complaint. */
bool cli_settings_add(struct cli_setting_list *list, const char *option, const char *text,
		      struct dry_error *err);
/* The same, split already; copied. */
void cli_settings_put(struct cli_setting_list *list, const char *option, const char *path, const char *value);
/* All of a file. False with complaints. */
bool cli_settings_read(struct cli_setting_list *list, const char *path, struct dry_error *err);

/*
 * Sets them all, in order: the last one of a path holds. Then the rules across
 * fields. *config must own its groups (dry_config_copy). False with complaints.
 */
bool cli_settings_apply(const struct cli_setting_list *list, const struct dry_input *input,
			struct dry_config *config, struct dry_arena *arena, struct dry_error *err);

#endif
