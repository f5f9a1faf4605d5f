/*
 * The truth beside a recording: which pods there were, why, what they asked
 * for and when they came and went. Successors of lost pods are joined to the
 * demand that they served, so that a chain is what an importer should find.
 */
#ifndef TESTS_SUPPORT_TRUTH_H
#define TESTS_SUPPORT_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>

#define TRUTH_NONE INT64_MIN

struct truth_pod {
	const char *uid, *name_space, *name, *owner_kind, *owner_name, *role, *cause, *loss;
	int64_t created_ms, scheduled_ms, started_ms, finished_ms, delete_ms, gone_ms, seen_ms;
	int64_t milli_cpu, bytes;
	bool gated, unschedulable;
	bool completed;                 /* ended by itself, before anybody asked it to go */
	bool is_lost;                   /* taken by something other than its owner */
	int replaces, replaced_by;      /* index, -1 = none */
};

struct truth {
	cJSON *json;
	struct truth_pod *pod;
	int count;
	int64_t start_ms, end_ms;       /* TRUTH_NONE = not told */
};

/* Plain or gzip; NULL when it cannot be read. Ends with a NUL; the caller frees it. */
char *truth_text(const char *path, size_t *length);
/* "NAME" or "NAME.gz" in the folder, whichever is there: the path in `path`, or false. */
bool truth_path(const char *folder, const char *name, char *path, size_t size);

bool truth_read(struct truth *truth, const char *path);
void truth_release(struct truth *truth);
int truth_find_uid(const struct truth *truth, const char *uid);

/* RFC 3339 to Unix ms, TRUTH_NONE when it is none. */
int64_t truth_instant(const char *text);

/* The folder of recordings: the first argument, $DRY_RECORDS, the shared one. NULL: absent, and TAP says so. */
const char *truth_folder(int argc, char **argv);

#endif
