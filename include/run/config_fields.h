/*
 * The fields of a configuration as tables: name, kind, place, range. The
 * scenario's reader, dry_config_set() and dry_config_get() all come from them,
 * so a field that can be written in a file can be swept, and the reverse.
 */
#ifndef DRY_RUN_CONFIG_FIELDS_H
#define DRY_RUN_CONFIG_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/scenario.h"

enum dry_field_kind {
	DRY_FIELD_BOOL,
	DRY_FIELD_TRISTATE,             /* int8_t: -1 = not given */
	DRY_FIELD_WORD,                 /* an enum: index of the word */
	DRY_FIELD_WORD_BOOL,            /* a bool with two words: false, true */
	DRY_FIELD_INT32,
	DRY_FIELD_UINT32,
	DRY_FIELD_SEED,                 /* uint64_t */
	DRY_FIELD_DURATION,             /* int64_t ms */
	DRY_FIELD_PRICE,                /* int64_t nano-dollars */
	DRY_FIELD_NUMBER,               /* double */
	DRY_FIELD_CPU,                  /* int64_t milli-cores */
	DRY_FIELD_AMOUNT,               /* int64_t whole units or bytes */
	DRY_FIELD_HAZARD_HOURS,         /* double hours; setting it makes spot.hazard the kind in `absent` */
	DRY_FIELD_HAZARD_NUMBER,        /* double; likewise */
	DRY_FIELD_OWN                   /* set and text of the row */
};

struct dry_config_field {
	const char *name;               /* "spot.notice", "maxSize" */
	enum dry_field_kind kind;
	size_t offset;                  /* into struct dry_config or struct dry_node_group */
	double min, max;                /* inclusive; durations in seconds, prices in dollars */
	bool has_absent;                /* "default" is a value: */
	int64_t absent;                 /* this one in the structure (numbers: as double) */
	const char *const *word;        /* NULL-terminated */
	const char *expected;           /* "a duration such as \"90s\"" */
	/* NULL, or what is wrong with the text. */
	const char *(*set)(void *base, const char *text, struct dry_arena *arena);
	/* NULL = the field has no value in this configuration. */
	const char *(*text)(const void *base, struct dry_arena *arena);
};

/* Fields of the whole configuration (base is a struct dry_config) and of a group (a struct dry_node_group). */
extern const struct dry_config_field dry_config_field_table[];
extern const size_t dry_config_field_count;
extern const struct dry_config_field dry_group_field_table[];
extern const size_t dry_group_field_count;

/* NULL when there is none. */
const struct dry_config_field *dry_config_field_find(const char *name);
const struct dry_config_field *dry_group_field_find(const char *name);

/* Sets the field in its base. NULL, or what is wrong ("is above 10"), static or in the arena. */
const char *dry_field_set(const struct dry_config_field *field, void *base, const char *text,
			  struct dry_arena *arena);
/* The value as dry_field_set() takes it; NULL = none. */
const char *dry_field_text(const struct dry_config_field *field, const void *base,
			   struct dry_arena *arena);
/* "a whole number from 0 to 100", "one of on-demand, spot, reserved" */
const char *dry_field_expected(const struct dry_config_field *field, struct dry_arena *arena);

/* Everything at its default; no groups. */
void dry_config_init(struct dry_config *config);
void dry_node_group_init(struct dry_node_group *group);

/* NULL, or what is wrong: "has a p95 that is not above its median". */
const char *dry_distribution_check(const struct dry_distribution *distribution);

#endif
