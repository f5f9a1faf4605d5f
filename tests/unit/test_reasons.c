/* What a run tells is of the closed list: held against every recorded case. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "autoscaler/reasons.h"
#include "io/scenario.h"
#include "run/run.h"

/* Kinds of notes that carry a reason, and which list it is of. */
static const struct {
	enum dry_note_kind note;
	enum dry_reason_kind reason;
} kinds[] = {
	{ DRY_NOTE_LOOP_ENDS, DRY_REASON_LOOP },
	{ DRY_NOTE_POD_IGNORED, DRY_REASON_POD_IGNORED },
	{ DRY_NOTE_NO_SCALE_UP, DRY_REASON_NO_SCALE_UP },
	{ DRY_NOTE_GROUP_SKIPPED, DRY_REASON_GROUP_SKIPPED },
	{ DRY_NOTE_POD_DOES_NOT_FIT, DRY_REASON_FILTER },
	{ DRY_NOTE_EXPANDER, DRY_REASON_EXPANDER },
	{ DRY_NOTE_CAPPED, DRY_REASON_CAPPED },
	{ DRY_NOTE_NODE_UNREMOVABLE, DRY_REASON_UNREMOVABLE },
	{ DRY_NOTE_NO_SCALE_DOWN, DRY_REASON_NO_SCALE_DOWN },
	{ DRY_NOTE_NODE_NOT_DELETED, DRY_REASON_NOT_DELETED },
	{ DRY_NOTE_DRAIN, DRY_REASON_DRAIN },
};

struct seen {
	const char *name;               /* of the case */
	bool reason[256];
	uint32_t strangers;
};

static void see(struct seen *seen, enum dry_reason_kind kind, const char *text)
{
	const struct dry_reason *reason = text ? dry_reason_find(kind, text) : NULL;

	if (reason) {
		seen->reason[reason - dry_reason_table] = true;
	} else {
		print_error("%s: %s: \"%s\" is not of the list\n", seen->name, dry_reason_kind_name(kind),
			    text ? text : "(none)");
		seen->strangers++;
	}
}

static void on_note(void *context, const struct dry_note *note)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].note == note->kind)
			see(context, kinds[i].reason, note->reason);
}

static void on_event(void *context, const struct dry_event *event)
{
	if (event->kind == DRY_EVENT_SCALE_DOWN || event->kind == DRY_EVENT_SCALE_UP_FAILED ||
	    event->kind == DRY_EVENT_POD_EVICTED)
		see(context, DRY_REASON_EVENT, event->reason);
}

static uint32_t run_folder(const char *folder, struct seen *seen)
{
	struct dry_observer observer = { .context = seen, .on_note = on_note, .on_event = on_event };
	struct dry_worker *worker = dry_worker_new();
	DIR *dir = opendir(folder);
	struct dirent *entry;
	uint32_t count = 0;

	while (dir && (entry = readdir(dir))) {
		struct dry_error err = { 0 };
		struct dry_result result;
		struct dry_input input;
		char path[512];

		snprintf(path, sizeof(path), "%s/%s/scenario.json", folder, entry->d_name);
		if (entry->d_name[0] == '.' || !dry_input_load(&input, path, NULL, &err)) {
			dry_error_release(&err);
			continue;
		}
		seen->name = entry->d_name;
		dry_result_init(&result);
		dry_run(worker, &(struct dry_run_request){ .input = &input, .config = &input.config,
							   .seed = input.config.seed, .observer = &observer },
			&result);
		dry_result_release(&result);
		dry_input_release(&input);
		dry_error_release(&err);
		count++;
	}
	if (dir)
		closedir(dir);
	dry_worker_release(worker);
	return count;
}

static void every_reason_told_is_of_the_list(void **state)
{
	struct seen seen = { 0 };
	uint32_t cases = run_folder("tests/conformance/hand", &seen), known = 0;

	(void)state;
	cases += run_folder("tests/conformance/random", &seen);
	for (size_t i = 0; i < dry_reason_count; i++)
		known += seen.reason[i];
	print_message("# %u cases told %u of %zu reasons\n", cases, known, dry_reason_count);
	assert_int_equal(seen.strangers, 0);
	assert_true(cases > 200);
	assert_true(known >= 40);
}

static void no_reason_is_listed_twice(void **state)
{
	(void)state;
	assert_true(dry_reason_count <= 256);
	for (size_t i = 0; i < dry_reason_count; i++) {
		assert_ptr_equal(dry_reason_find(dry_reason_table[i].kind, dry_reason_table[i].text),
				 &dry_reason_table[i]);
		assert_true(*dry_reason_table[i].meaning);
	}
	assert_null(dry_reason_find(DRY_REASON_LOOP, "no such reason"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_told_is_of_the_list),
		cmocka_unit_test(no_reason_is_listed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
