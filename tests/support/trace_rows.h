/* The pods of a trace that an import wrote, as rows with what tests look at. */
#ifndef DRY_TESTS_SUPPORT_TRACE_ROWS_H
#define DRY_TESTS_SUPPORT_TRACE_ROWS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct row {
	const char *name_space, *name, *owner_kind, *owner_name;
	int64_t at_ms, duration_ms, until_ms;   /* Unix ms; -1 = none */
	int64_t milli_cpu, bytes;
	int chain;                      /* first pod of the demand it is, -1 = invented */
};

struct rows {
	cJSON **line;
	struct row *row;
	int count;
	int64_t epoch_ms;
};

/* False: a line is none of a trace. Release it in any case. */
bool trace_rows_read(struct rows *rows, const char *text);
void trace_rows_release(struct rows *rows);

#endif
