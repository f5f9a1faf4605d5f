#include "io/importers/csv_map.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

static const struct { const char *name; enum dry_csv_field_kind kind; } fields[] = {
	{ "t", DRY_CSV_TIME }, { "until", DRY_CSV_TIME }, { "duration", DRY_CSV_DURATION },
	{ "cpu", DRY_CSV_AMOUNT }, { "memory", DRY_CSV_AMOUNT }, { "gpu", DRY_CSV_AMOUNT },
	{ "ephemeral-storage", DRY_CSV_AMOUNT },
	{ "name", DRY_CSV_TEXT }, { "namespace", DRY_CSV_TEXT }, { "owner", DRY_CSV_TEXT },
	{ "kind", DRY_CSV_TEXT }, { "priority", DRY_CSV_INTEGER }, { "count", DRY_CSV_INTEGER },
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static bool fail(struct dry_error *err, const char *text, const char *at, const char *what)
{
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--columns: %s at character %zu (\"%.30s\")", what,
		 (size_t)(at - text) + 1, at);
	return dry_fail_expected(err, "FIELD=COLUMN[*UNIT][-COLUMN[*UNIT]],... such as "
				 "t=submitted,cpu=cpus*1000m,memory=mem_gb*Gi,duration=end-start");
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.' || c == '/' || (unsigned char)c >= 0x80;
}

/* A plain or quoted name; in fields a dash may stand, in columns it is a minus. */
static const char *read_name(const char *at, char *name, size_t size, bool dash)
{
	const char quote = *at == '\'' || *at == '"' ? *at : '\0';
	size_t length = 0;

	at += quote != '\0';
	while (*at && (quote ? *at != quote : is_name_char(*at) || (dash && *at == '-'))) {
		if (length + 1 == size)
			return NULL;
		name[length++] = *at++;
	}
	name[length] = '\0';
	if (!length || (quote && *at != quote))
		return NULL;
	return at + (quote != '\0');
}

static bool unit_of(enum dry_csv_field_kind kind, const char *unit, double *factor)
{
	static const struct { const char *name; double factor; } times[] = {
		{ "s", 1e3 }, { "ms", 1 }, { "us", 1e-3 }, { "ns", 1e-6 }, { "m", 6e4 }, { "min", 6e4 },
		{ "h", 3.6e6 }, { "d", 8.64e7 },
	};
	char text[64];
	int64_t milli;

	if (kind == DRY_CSV_TIME || kind == DRY_CSV_DURATION) {
		for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
			if (!strcmp(unit, times[i].name)) {
				*factor = times[i].factor;
				return true;
			}
		return false;
	}
	if (kind == DRY_CSV_TEXT)
		return false;
	/* "Gi" alone is one of it. */
	snprintf(text, sizeof(text), "%s%s", *unit >= '0' && *unit <= '9' ? "" : "1", unit);
	if (dry_parse_quantity_milli(text, strlen(text), &milli) || milli <= 0)
		return false;
	*factor = (double)milli / 1000;
	return true;
}

static const char *read_term(const char *text, const char *at, enum dry_csv_field_kind kind,
			     struct dry_csv_term *term, struct dry_error *err)
{
	char unit[32];
	const char *next = read_name(at, term->name, sizeof(term->name), false);

	term->column = -1;
	term->factor = 0;
	if (!next) {
		fail(err, text, at, "the name of a column is missing");
		return NULL;
	}
	if (*next != '*')
		return next;
	at = next + 1;
	next = read_name(at, unit, sizeof(unit), false);
	if (!next || !unit_of(kind, unit, &term->factor)) {
		fail(err, text, at, "unknown unit");
		return NULL;
	}
	return next;
}

static bool find_kind(const char *name, enum dry_csv_field_kind *kind)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (!strcmp(fields[i].name, name)) {
			*kind = fields[i].kind;
			return true;
		}
	if (!strncmp(name, "label.", 6) || !strncmp(name, "nodeSelector.", 13)) {
		*kind = DRY_CSV_TEXT;
		return true;
	}
	/* Extended resources have a domain. */
	*kind = DRY_CSV_AMOUNT;
	return strchr(name, '/') != NULL || !strncmp(name, "hugepages-", 10);
}

static bool fail_field(const char *name, struct dry_error *err)
{
	const char *known[FIELD_COUNT];

	for (size_t i = 0; i < FIELD_COUNT; i++)
		known[i] = fields[i].name;
	const char *const nearest = dry_nearest_word(name, known, FIELD_COUNT);
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--columns: there is no field \"%s\"", name);
	dry_fail_expected(err, "t, name, namespace, cpu, memory, gpu, a resource such as example.com/fpga, duration, "
			  "until, priority, owner, kind, count, label.KEY or nodeSelector.KEY");
	return nearest ? dry_fail_fix(err, "is \"%s\" meant?", nearest) : false;
}

static const char *read_entry(struct dry_csv_map *map, const char *text, const char *at,
			      struct dry_error *err)
{
	struct dry_csv_map_entry *const entry = &map->entry[map->count];
	const char *next = read_name(at, entry->field, sizeof(entry->field), true);

	if (!next || *next != '=') {
		fail(err, text, at, "a field and \"=\" are missing");
		return NULL;
	}
	if (!find_kind(entry->field, &entry->kind)) {
		fail_field(entry->field, err);
		return NULL;
	}
	if (dry_csv_map_find(map, entry->field)) {
		fail(err, text, at, "the field is given twice");
		return NULL;
	}
	next = read_term(text, next + 1, entry->kind, &entry->term[0], err);
	entry->term_count = 1;
	if (next && *next == '-') {
		if (entry->kind == DRY_CSV_TEXT || entry->kind == DRY_CSV_INTEGER) {
			fail(err, text, next, "a difference makes no sense here");
			return NULL;
		}
		next = read_term(text, next + 1, entry->kind, &entry->term[1], err);
		entry->term_count = 2;
	}
	if (next && *next && *next != ',') {
		fail(err, text, next, "a comma is missing");
		return NULL;
	}
	return next;
}

bool dry_csv_map_parse(struct dry_csv_map *map, const char *text, struct dry_error *err)
{
	const char *at = text ? text : "";

	map->count = 0;
	while (*at) {
		if (map->count == DRY_CSV_MAP_MAX)
			return fail(err, text, at, "more than 64 fields");
		at = read_entry(map, text, at, err);
		if (!at)
			return false;
		map->count++;
		if (*at == ',')
			at++;
	}
	if (dry_csv_map_find(map, "t"))
		return true;
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--columns: the field t, when a pod arrives, is missing");
	return dry_fail_fix(err, "say which columns hold what: --columns t=submitted,cpu=cpus,duration=seconds");
}

/* A name that is no column but a value of the field's kind is a fixed value. */
static bool is_fixed(const struct dry_csv_map_entry *entry, const char *text)
{
	const size_t length = strlen(text);
	int64_t value;

	switch (entry->kind) {
	case DRY_CSV_AMOUNT:
		return !dry_parse_quantity_milli(text, length, &value);
	case DRY_CSV_DURATION:
		return !dry_parse_duration_ms(text, length, &value);
	case DRY_CSV_INTEGER:
		return !dry_parse_integer(text, length, &value);
	case DRY_CSV_TIME:
	case DRY_CSV_TEXT:
		break;
	}
	return false;
}

bool dry_csv_map_bind(struct dry_csv_map *map, const struct dry_csv *csv, struct dry_error *err)
{
	for (uint32_t i = 0; i < map->count; i++) {
		struct dry_csv_map_entry *const entry = &map->entry[i];
		for (int k = 0; k < entry->term_count; k++) {
			struct dry_csv_term *const term = &entry->term[k];
			term->column = dry_csv_column(csv, term->name);
			if (term->column < 0 && !is_fixed(entry, term->name) &&
			    !dry_csv_want_column(csv, term->name, &term->column, err))
				return false;
		}
	}
	return true;
}

const struct dry_csv_map_entry *dry_csv_map_find(const struct dry_csv_map *map, const char *field)
{
	for (uint32_t i = 0; i < map->count; i++)
		if (!strcmp(map->entry[i].field, field))
			return &map->entry[i];
	return NULL;
}
