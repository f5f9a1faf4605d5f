/*
 * Reference vectors: each file of a folder holds cases of one kind; a kind has
 * a function that computes a case and compares it with what the file says.
 */
#ifndef TESTS_REFERENCE_KIND_H
#define TESTS_REFERENCE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>

struct reference {
	const char *folder;
	const char *file;               /* its name */
	double tolerance;               /* relative to max(1, |want|) */
	int index;                      /* of the case */
	unsigned complaints;            /* of the case */
};

typedef void reference_fn(struct reference *ref, const cJSON *test);

struct reference_kind {
	const char *name;               /* the file is NAME.json, or NAME and something behind "-", "_" or "." */
	reference_fn *check;
};

extern const struct reference_kind statistics_kinds[], money_kinds[], spot_kinds[], forecast_kinds[],
	prewarm_kinds[], people_kinds[], sweep_kinds[];

/* --- comparing: a difference is printed and counted --- */
void ref_number(struct reference *ref, const char *what, double got, const cJSON *want);
/* want: a list of count numbers */
void ref_numbers(struct reference *ref, const char *what, const double *got, size_t count, const cJSON *want);
void ref_text(struct reference *ref, const char *what, const char *got, const cJSON *want);
void ref_that(struct reference *ref, bool holds, const char *format, ...) __attribute__((format(printf, 3, 4)));
void ref_value(struct reference *ref, const char *what, double got, double want);

/* --- reading a case --- */
/* NaN: null or missing. */
double ref_get(const cJSON *test, const char *key);
const char *ref_get_text(const cJSON *test, const char *key);
const cJSON *ref_at(const cJSON *test, const char *key);
/* Heap; *count numbers, null is NaN, "inf" infinity. */
double *ref_list(const cJSON *list, size_t *count);
/* The parsed file NAME of the folder; NULL when it is not there. cJSON_Delete() it. */
cJSON *ref_open(const char *folder, const char *name);

#endif
