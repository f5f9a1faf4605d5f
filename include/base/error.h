/*
 * Complaints to the user: what is wrong, where, what was expected, how to fix
 * it. A function that can fail takes a struct dry_error * and returns false
 * after dry_fail(); on success it leaves the error untouched, so calls chain.
 * Up to DRY_COMPLAINT_MAX complaints are gathered; the rest is counted.
 * Texts are owned by the error (heap) until dry_error_release().
 */
#ifndef DRY_BASE_ERROR_H
#define DRY_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRY_COMPLAINT_MAX 20

/* Values are the exit codes of the command line. */
enum dry_error_code {
	DRY_OK = 0,
	DRY_ERROR_RULE = 1,     /* "check" only: a rule failed */
	DRY_ERROR_USAGE = 2,    /* option, format, no terminal */
	DRY_ERROR_INPUT = 3,    /* an input file is wrong */
	DRY_ERROR_EMPTY = 4,    /* valid question, empty answer */
	DRY_ERROR_SYSTEM = 5    /* I/O, memory, bug */
};

/* A place in an input; file NULL = no place. Lines and columns count from 1, 0 = unknown. */
struct dry_where {
	const char *file;       /* borrowed until dry_fail() copies it */
	uint32_t line;
	uint32_t column;        /* in characters (UTF-8), not bytes */
};

struct dry_complaint {
	char *file;             /* owned; NULL = no place */
	uint32_t line;
	uint32_t column;
	char *text;             /* owned; "path: what is wrong" */
	char *expected;         /* owned or NULL */
	char *fix;              /* owned or NULL */
	char *source;           /* owned or NULL; the source line, for the caret */
	bool warning;           /* a note; does not make the call fail */
};

struct dry_error {
	enum dry_error_code code;       /* the gravest so far; DRY_OK = none */
	uint32_t count;
	uint32_t omitted;               /* complaints beyond the maximum */
	uint32_t newest;                /* index + 1 of the newest complaint; 0 = it was left out */
	struct dry_complaint complaint[DRY_COMPLAINT_MAX];
};

#define DRY_NOWHERE ((struct dry_where){ 0 })

/* Adds a complaint; always returns false so that "return dry_fail(...)" reads well. err may be NULL. */
bool dry_fail(struct dry_error *err, enum dry_error_code code, struct dry_where where,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds "expected: ..." to the newest complaint. Returns false. */
bool dry_fail_expected(struct dry_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds "fix: ..." to the newest complaint. Returns false. */
bool dry_fail_fix(struct dry_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* True when the newest complaint says how to fix it. */
bool dry_has_fix(const struct dry_error *err);

/* Attaches the text of the source line (without newline) to the newest complaint. */
void dry_fail_source(struct dry_error *err, const char *line, size_t length);

/* A note that does not make anything fail (code stays as it is). */
void dry_warn(struct dry_error *err, struct dry_where where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Moves all that `from` holds behind what `to` holds (NULL = drops it); `from` is then empty. */
void dry_error_move(struct dry_error *to, struct dry_error *from);

/* Sorts complaints by file, line, column (stable). */
void dry_error_sort(struct dry_error *err);

void dry_error_release(struct dry_error *err);

#endif
