/*
 * What every importer shares: the job (request, report, memory, output) and
 * the rows of a trace on their way from source order to time order.
 */
#ifndef DRY_IO_IMPORTERS_IMPORTER_H
#define DRY_IO_IMPORTERS_IMPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/symbol.h"
#include "io/importers.h"
#include "io/importers/clock.h"
#include "io/importers/feed.h"
#include "io/importers/text.h"

/* A pod line of a trace. Texts are in the job's arena or symbols. */
struct dry_import_row {
	int64_t at_ms;                  /* Unix ms, or ms from the source's origin */
	int64_t duration_ms;            /* -1 = none */
	int64_t until_ms;               /* INT64_MAX = none */
	const char *name;
	const char *name_space;         /* NULL = default */
	const char *owner_kind;         /* NULL = a bare pod */
	const char *owner_name;
	dry_symbol spec;                /* members from "requests" on, as JSON without braces */
	bool censored;
};

struct dry_import_job {
	const struct dry_import_request *request;
	const struct dry_import_kind *kind;
	struct dry_import_report *report;
	struct dry_arena arena;         /* until the job is done */
	struct dry_feed first;          /* the first file, open since detection; handle NULL = not */
	struct dry_symbols symbols;
	struct dry_text out;            /* the result, unless it is rows */
	struct dry_import_row *row;
	size_t row_count, row_capacity;
	bool dated;                     /* rows are in Unix time */
	int64_t origin_ms;              /* t = 0; DRY_IMPORT_NO_TIME = the first row */
};

/* Counts; the text may be temporary. where.file NULL = no place. */
void dry_import_count(struct dry_import_job *job, struct dry_import_counters *counters,
		      struct dry_where where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
#define DRY_DROP(job, where, ...) \
	((job)->report->rows_dropped++, \
	 dry_import_count(job, &(job)->report->dropped, where, __VA_ARGS__))
#define DRY_LEAVE_OUT(job, where, ...) \
	((job)->report->rows_left_out++, \
	 dry_import_count(job, &(job)->report->left_out, where, __VA_ARGS__))
#define DRY_IMPUTE(job, ...) \
	dry_import_count(job, &(job)->report->imputed, DRY_NOWHERE, __VA_ARGS__)
#define DRY_NOTE(job, ...) \
	dry_import_count(job, &(job)->report->note, DRY_NOWHERE, __VA_ARGS__)

/* Widens the report's clock range. */
void dry_import_clock(struct dry_import_job *job, int64_t ms);

/* A name as the output has it: itself, or its keyed hash under --anonymize. In the job's symbols. */
const char *dry_import_name(struct dry_import_job *job, const char *text, size_t length);
dry_symbol dry_import_spec(struct dry_import_job *job, const struct dry_text *spec);

/* A zeroed row with nothing known; valid until the next call. */
struct dry_import_row *dry_import_row(struct dry_import_job *job);

/* Cuts to the window, sorts by time (ties in source order), and writes the trace into job->out. */
bool dry_import_rows_write(struct dry_import_job *job, struct dry_error *err);

/* "cpu": cores in milli; adds ,"name":"quantity" to an open object of requests. Amounts of 0 are left out. */
void dry_import_request_add(struct dry_text *out, const char *resource, int64_t amount);
/* Could it be the key of a label or resource in Kubernetes? What is none is no key of YAML either. */
bool dry_import_is_key(const char *text, size_t length);
/* Counts a resource the model has no slot of its own for. */
void dry_import_resource(struct dry_import_job *job, const char *resource);

#endif
