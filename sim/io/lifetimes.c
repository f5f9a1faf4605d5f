#include "io/lifetimes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/units.h"
#include "io/reader.h"

#define COLUMNS_MAX 64
#define HOUR_S 3600.0

struct cell {
	const char *text;
	size_t length;
};

struct columns {
	int created, ended, hours, ended_by, observed, by;
	size_t count;
};

static size_t split(const char *line, size_t length, struct cell *cell)
{
	size_t count = 0, from = 0, i;

	for (i = 0; i <= length; i++)
		if (i == length || line[i] == ',') {
			if (count < COLUMNS_MAX)
				cell[count++] = (struct cell){ line + from, i - from };
			from = i + 1;
		}
	return count;
}

static bool is_word(const struct cell *cell, const char *word)
{
	return cell->length == strlen(word) && !memcmp(cell->text, word, cell->length);
}

static struct dry_where here(const struct dry_reader *reader, const struct cell *cell, const char *line)
{
	return (struct dry_where){ dry_reader_name(reader), (uint32_t)dry_reader_line_number(reader),
				   cell ? (uint32_t)(cell->text - line) + 1 : 1 };
}

static bool read_head(const struct dry_reader *reader, const char *line, size_t length, const char *by,
		      struct columns *columns, struct dry_error *err)
{
	struct cell cell[COLUMNS_MAX] = { 0 };
	size_t i;

	*columns = (struct columns){ -1, -1, -1, -1, -1, -1, split(line, length, cell) };
	for (i = 0; i < columns->count; i++) {
		if (is_word(&cell[i], "created_unix"))
			columns->created = (int)i;
		else if (is_word(&cell[i], "ended_unix"))
			columns->ended = (int)i;
		else if (is_word(&cell[i], "hours"))
			columns->hours = (int)i;
		else if (is_word(&cell[i], "ended_by"))
			columns->ended_by = (int)i;
		else if (is_word(&cell[i], "observed"))
			columns->observed = (int)i;
		if (by && is_word(&cell[i], by))
			columns->by = (int)i;
	}
	if ((columns->hours < 0 && (columns->created < 0 || columns->ended < 0)) ||
	    (columns->ended_by < 0 && columns->observed < 0)) {
		dry_fail(err, DRY_ERROR_INPUT, here(reader, NULL, line), "the head names no lifetimes");
		return dry_fail_expected(err, "created_unix and ended_unix, or hours; and ended_by or observed");
	}
	if (by && columns->by < 0)
		return dry_fail(err, DRY_ERROR_USAGE, here(reader, NULL, line), "there is no column \"%s\"", by);
	return true;
}

static bool number(const struct dry_reader *reader, const struct cell *cell, const char *line, double *value,
		   struct dry_error *err)
{
	const char *wrong = cell->length ? dry_parse_number(cell->text, cell->length, value) : "is empty";

	if (!wrong && isfinite(*value))
		return true;
	return dry_fail(err, DRY_ERROR_INPUT, here(reader, cell, line), "\"%.*s\" %s",
			(int)(cell->length < 40 ? cell->length : 40), cell->text, wrong ? wrong : "is no number");
}

static struct dry_lifetime_group *group_of(struct dry_lifetime_table *table, const struct cell *cell)
{
	struct dry_lifetime_group *group;
	size_t i;

	for (i = 0; i < table->group_count; i++)
		if (is_word(cell, table->group[i].name))
			return &table->group[i];
	table->group = dry_grow(table->group, &table->group_capacity, table->group_count + 1, sizeof(*table->group));
	group = &table->group[table->group_count++];
	memset(group, 0, sizeof(*group));
	group->name = dry_xcalloc(cell->length + 1, 1);
	memcpy(group->name, cell->text, cell->length);
	return group;
}

static bool read_row(struct dry_lifetime_table *table, const struct dry_reader *reader, const char *line,
		     size_t length, const struct columns *columns, struct dry_error *err)
{
	static const struct cell all = { "all", 3 };
	struct dry_lifetime lifetime;
	struct dry_lifetime_group *group;
	struct cell cell[COLUMNS_MAX] = { 0 };
	double from = 0, to = 0, observed = 1;
	bool fine;

	if (split(line, length, cell) != columns->count)
		return dry_fail(err, DRY_ERROR_INPUT, here(reader, NULL, line), "%zu columns, the head has %zu",
				split(line, length, cell), columns->count);
	if (columns->hours >= 0)
		fine = number(reader, &cell[columns->hours], line, &to, err);
	else
		fine = number(reader, &cell[columns->created], line, &from, err) &&
		       number(reader, &cell[columns->ended], line, &to, err);
	if (fine && columns->observed >= 0)
		fine = number(reader, &cell[columns->observed], line, &observed, err);
	if (!fine)
		return false;
	lifetime.duration = columns->hours >= 0 ? to : (to - from) / HOUR_S;
	lifetime.observed = columns->observed >= 0 ? observed != 0 : is_word(&cell[columns->ended_by], "preempted");
	if (lifetime.duration < 0)
		return dry_fail(err, DRY_ERROR_INPUT, here(reader, NULL, line), "the machine ends before it begins");
	group = group_of(table, columns->by >= 0 ? &cell[columns->by] : &all);
	group->lifetime = dry_grow(group->lifetime, &group->capacity, group->count + 1, sizeof(*group->lifetime));
	group->lifetime[group->count++] = lifetime;
	return true;
}

bool dry_lifetimes_read(struct dry_lifetime_table *table, const char *path, const char *by, uint64_t size_limit,
			struct dry_error *err)
{
	const struct dry_reader_options options = { .size_limit = size_limit, .is_raisable = true };
	struct dry_reader *reader = dry_reader_open(path, &options, err);
	struct columns columns = { 0 };
	enum dry_reader_state state;
	const char *line;
	bool fine = true;
	size_t length;

	memset(table, 0, sizeof(*table));
	if (!reader)
		return false;
	while (fine && (state = dry_reader_line(reader, &line, &length, err)) != DRY_READER_END) {
		if (state == DRY_READER_FAILED)
			fine = false;
		else if (!columns.count)
			fine = read_head(reader, line, length, by, &columns, err);
		else if (length)
			fine = read_row(table, reader, line, length, &columns, err);
	}
	if (fine && !table->group_count)
		fine = dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = dry_reader_name(reader) },
				"has no lifetimes: there is nothing to fit");
	dry_reader_close(reader);
	return fine;
}

void dry_lifetimes_release(struct dry_lifetime_table *table)
{
	size_t i;

	for (i = 0; i < table->group_count; i++) {
		free(table->group[i].name);
		free(table->group[i].lifetime);
	}
	free(table->group);
	memset(table, 0, sizeof(*table));
}
