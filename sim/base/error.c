#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"

static char *format_text(const char *format, va_list args)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	dry_assert(length >= 0);
	text = dry_xmalloc((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

/* What a file holds may be quoted in a complaint: nothing in it may move a cursor. */
static char *clean(char *text)
{
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127)
			*p = '?';
	return text;
}

static void release_complaint(struct dry_complaint *complaint)
{
	free(complaint->file);
	free(complaint->text);
	free(complaint->expected);
	free(complaint->fix);
	free(complaint->source);
	*complaint = (struct dry_complaint){ 0 };
}

/* When the list is full an error takes the place of the newest note. */
static bool drop_a_warning(struct dry_error *err)
{
	for (uint32_t i = err->count; i-- > 0; ) {
		if (!err->complaint[i].warning)
			continue;
		release_complaint(&err->complaint[i]);
		memmove(&err->complaint[i], &err->complaint[i + 1],
			(err->count - i - 1) * sizeof(err->complaint[0]));
		err->count--;
		err->complaint[err->count] = (struct dry_complaint){ 0 };
		return true;
	}
	return false;
}

static void add(struct dry_error *err, struct dry_where where, bool warning, const char *format,
		va_list args)
{
	struct dry_complaint *complaint;

	err->newest = 0;
	if (err->count == DRY_COMPLAINT_MAX) {
		err->omitted++;
		if (warning || !drop_a_warning(err))
			return;
	}
	complaint = &err->complaint[err->count++];
	err->newest = err->count;
	*complaint = (struct dry_complaint){
		.file = where.file ? dry_xstrdup(where.file) : NULL,
		.line = where.line,
		.column = where.column,
		.text = clean(format_text(format, args)),
		.warning = warning,
	};
}

bool dry_fail(struct dry_error *err, enum dry_error_code code, struct dry_where where,
	      const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	dry_assert(code != DRY_OK);
	if (err->code < code)
		err->code = code;
	va_start(args, format);
	add(err, where, false, format, args);
	va_end(args);
	return false;
}

void dry_warn(struct dry_error *err, struct dry_where where, const char *format, ...)
{
	va_list args;

	if (!err)
		return;
	va_start(args, format);
	add(err, where, true, format, args);
	va_end(args);
}

static struct dry_complaint *newest(struct dry_error *err)
{
	return err && err->newest ? &err->complaint[err->newest - 1] : NULL;
}

bool dry_fail_expected(struct dry_error *err, const char *format, ...)
{
	struct dry_complaint *complaint = newest(err);
	va_list args;

	if (!complaint)
		return false;
	va_start(args, format);
	free(complaint->expected);
	complaint->expected = format_text(format, args);
	va_end(args);
	return false;
}

bool dry_fail_fix(struct dry_error *err, const char *format, ...)
{
	struct dry_complaint *complaint = newest(err);
	va_list args;

	if (!complaint)
		return false;
	va_start(args, format);
	free(complaint->fix);
	complaint->fix = format_text(format, args);
	va_end(args);
	return false;
}

bool dry_has_fix(const struct dry_error *err)
{
	return err && err->newest && err->complaint[err->newest - 1].fix;
}

void dry_fail_source(struct dry_error *err, const char *line, size_t length)
{
	struct dry_complaint *complaint = newest(err);

	if (!complaint)
		return;
	free(complaint->source);
	complaint->source = dry_xmalloc(length + 1);
	if (length)
		memcpy(complaint->source, line, length);
	complaint->source[length] = '\0';
}

static int compare(const struct dry_complaint *a, const struct dry_complaint *b)
{
	int files = strcmp(a->file ? a->file : "", b->file ? b->file : "");

	if (files)
		return files;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

void dry_error_sort(struct dry_error *err)
{
	for (uint32_t i = 1; i < err->count; i++) {
		struct dry_complaint complaint = err->complaint[i];
		uint32_t place = i;

		while (place > 0 && compare(&err->complaint[place - 1], &complaint) > 0) {
			err->complaint[place] = err->complaint[place - 1];
			place--;
		}
		err->complaint[place] = complaint;
	}
	err->newest = 0;
}

void dry_error_move(struct dry_error *to, struct dry_error *from)
{
	if (!to) {
		dry_error_release(from);
		return;
	}
	for (uint32_t i = 0; i < from->count; i++) {
		if (to->count == DRY_COMPLAINT_MAX) {
			to->omitted++;
			if (from->complaint[i].warning || !drop_a_warning(to)) {
				release_complaint(&from->complaint[i]);
				continue;
			}
		}
		to->complaint[to->count++] = from->complaint[i];
	}
	if (from->code > to->code)
		to->code = from->code;
	to->omitted += from->omitted;
	to->newest = to->count;
	*from = (struct dry_error){ 0 };
}

void dry_error_release(struct dry_error *err)
{
	for (uint32_t i = 0; i < err->count; i++)
		release_complaint(&err->complaint[i]);
	*err = (struct dry_error){ 0 };
}
