/*
 * Why the autoscaler did, or did not do, something: drawn from a run's decision
 * log and from what the model tells of each loop (world/observer.h), in
 * upstream's own words. Two runs of the same input: the first records the
 * decision log, in which the question finds its instants; the second listens
 * to the loops that matter.
 *
 * An answer is a list of lines, each a step (trigger, options, why not, ...)
 * with what it is about and its reason; every format draws the same lines.
 */
#ifndef DRY_REPORT_EXPLAIN_H
#define DRY_REPORT_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "report/page.h"
#include "run/fit.h"
#include "run/scenario.h"
#include "world/observer.h"

/* --- the decision log of a run, in memory --- */

struct dry_log_entry {
	int64_t at_ms;
	int64_t until_ms;
	const char *reason;
	uint32_t group_index, node_ordinal, pod_index;
	int32_t from, to;
	uint8_t kind;                   /* enum dry_event_kind */
	bool is_placeholder;
};

struct dry_log {
	const struct dry_input *input;
	const struct dry_config *config;
	struct dry_log_entry *entry;    /* entry[i] is line i + 1 of --events */
	size_t count, capacity;
	int64_t end_at_ms;
};

/* observer.on_event, with the log as context. */
void dry_log_on_event(void *log, const struct dry_event *event);
void dry_log_release(struct dry_log *log);

/* A span in which a pod waited. */
struct dry_wait_span {
	uint32_t pod_index;
	int64_t from_ms, to_ms;         /* to_ms of an open span: the end of the run */
	bool is_open;                   /* it never started */
};

/* The `count` longest waits, the longest first (by row on a tie). Returns how many there are; heap. */
struct dry_wait_span *dry_log_longest_waits(const struct dry_log *log, uint32_t count, uint32_t *found);
/* All waits of one pod, by time; heap. */
struct dry_wait_span *dry_log_waits_of(const struct dry_log *log, uint32_t pod_index, uint32_t *found);

/* Nodes that a scaleUp entry asked for: ordinals [*first, *first + to - from). */
uint32_t dry_log_first_ordinal(const struct dry_log *log, size_t entry);
/* Index of the first entry at or after an instant. */
size_t dry_log_at(const struct dry_log *log, int64_t at_ms);

/* --- the answer --- */

struct dry_explain_value {
	const char *name;               /* "nodes", "pods", "score", "wait_s", ... */
	double number;
};

#define DRY_EXPLAIN_VALUES 4

struct dry_explain_line {
	const char *step;               /* "trigger", "need", "options", "why not", "effect", "what if", ... */
	int64_t at_ms;                  /* -1 = the answer's */
	uint32_t group_index;           /* DRY_NONE = none, as the next two */
	uint32_t node_ordinal, pod_index;
	const char *reason;             /* from the closed list; NULL = none */
	uint32_t value_count;
	struct dry_explain_value value[DRY_EXPLAIN_VALUES];
	const char *text;               /* for people; in the arena */
};

struct dry_explain_answer {
	const char *title;              /* "general +1" */
	int64_t at_ms;
	size_t event;                   /* line of --events; 0 = none */
	struct dry_explain_line *line;
	size_t line_count, capacity;
};

struct dry_explanation {
	const char *schema;             /* of the JSON; NULL = dryscale.explain/1 */
	const struct dry_input *input;
	const struct dry_config *config;
	struct dry_arena arena;
	struct dry_explain_answer *answer;
	size_t answer_count, capacity;
};

void dry_explanation_init(struct dry_explanation *explanation, const struct dry_input *input,
			  const struct dry_config *config);
void dry_explanation_release(struct dry_explanation *explanation);
/* A new answer; pointers to earlier ones may move. */
struct dry_explain_answer *dry_explain_begin(struct dry_explanation *explanation, int64_t at_ms,
					     const char *title);
/* A new line of the last answer; a NULL text is drawn from the reason. */
struct dry_explain_line *dry_explain_add(struct dry_explanation *explanation, const char *step,
					 uint32_t group_index, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void dry_explain_value(struct dry_explain_line *line, const char *name, double number);

/* By the name of a format: json, csv (one row a line), md; any other is the table, in colour or not. */
void dry_explanation_draw(const struct dry_explanation *explanation, const char *format, bool colour,
			  struct dry_page *page);
void dry_explanation_table(const struct dry_explanation *explanation, bool colour, struct dry_page *page);
void dry_explanation_markdown(const struct dry_explanation *explanation, struct dry_page *page);
void dry_explanation_json(const struct dry_explanation *explanation, struct dry_page *page);
void dry_explanation_csv(const struct dry_explanation *explanation, struct dry_page *page);

/* A wait for people: "129s", "8m33s". Returns buffer. */
char *dry_explain_wait(int64_t ms, char *buffer, size_t size);

/* "namespace/name", "dryscale/placeholder-3", "-" of a pod's row, in the arena. */
const char *dry_explain_pod(const struct dry_input *input, uint32_t pod_index, struct dry_arena *arena);

#endif
