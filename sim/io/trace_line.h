/*
 * Traces and prices on their way in: the files, merged by time; a line, checked;
 * the prices, once all are known.
 */
#ifndef DRY_IO_TRACE_LINE_H
#define DRY_IO_TRACE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/symbol.h"
#include "io/doc.h"
#include "io/reader.h"
#include "io/scenario.h"
#include "run/scenario.h"

struct load;

struct load_sources {
	uint32_t trace_count, price_count;
	const char *const *trace;       /* paths as they are opened */
	const char *const *price;
};

bool load_traces(struct load *load, const struct load_sources *sources, const struct dry_load_options *options);

enum load_row_kind { LOAD_ROW_NONE, LOAD_ROW_HEADER, LOAD_ROW_POD, LOAD_ROW_EVENT, LOAD_ROW_PRICE };

/* One line of a trace, checked. Texts are borrowed until the source's next line. */
struct load_row {
	enum load_row_kind kind;
	int64_t at_ms;
	/* pod */
	const char *name;
	size_t name_length;
	int64_t duration_ms;            /* -1 = none */
	int64_t until_ms;
	uint32_t class_index, owner_index;
	uint32_t node_group, node_ordinal;      /* DRY_NONE = pending */
	/* event, price */
	struct dry_trace_event event;
	dry_symbol delete_name_space, delete_name;
	dry_symbol instance_type, zone, product;
	int64_t price;
	const char *epoch;              /* header; NULL = none */
};

struct load_source {
	struct dry_reader *reader;
	struct ahead *ahead;            /* not NULL: the lines come from there */
	const char *path;
	bool is_prices;
	bool open;                      /* row holds the next line */
	struct load_row row;
	bool header_allowed;            /* nothing was read yet */
	int64_t last_at_ms;
	struct dry_doc doc;             /* of lines that need the whole parser */
	uint64_t line;
	const char *text;               /* of the present line */
	size_t length;
	dry_symbol name_space, kind;    /* of a pod that was read the long way */
	uint32_t form;
};

/* The usual shapes of a pod line, without a tree. False = take the other way. */
bool load_fast_line(struct load *load, struct load_source *source);
/* Any line, with complaints. */
bool load_slow_line(struct load *load, struct load_source *source);
/* Remembers how the line of a pod is written, so that the next one like it is fast. */
void load_remember_spec(struct load *load, const struct load_source *source);

void load_add_price(struct load *load, const struct load_row *row);
/* Also gives spot groups without a price theirs, or complains. `traces` = were they read? */
void load_finish_prices(struct load *load, bool traces);

#endif
