/* Scenarios and traces as texts of a test, in a folder of their own. */
#ifndef TESTS_UNIT_LOAD_FIXTURE_H
#define TESTS_UNIT_LOAD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "io/scenario.h"

struct load_fixture {
	char folder[256];
	char path[300];
	struct dry_input input;
	struct dry_error err;
};

static struct load_fixture fixture;

static const char *const fixture_file[] = { "s.yaml", "s.json", "t.jsonl", "u.jsonl", "p.jsonl", "a.json" };

#define A_GROUP "nodeGroups:\n  - {name: a, instanceType: m5.xlarge, region: us-east-1, zone: us-east-1a, maxSize: 5}\n"
#define A_SCENARIO "version: dryscale/v1\ntrace: t.jsonl\n" A_GROUP
#define A_POD "{\"t\":1,\"type\":\"pod\",\"name\":\"p\",\"requests\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"}}\n"

static inline int make_folder_of_test(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	memset(&fixture, 0, sizeof(fixture));
	snprintf(fixture.folder, sizeof(fixture.folder), "%s/dryscale-XXXXXX", under && *under ? under : P_tmpdir);
	return mkdtemp(fixture.folder) ? 0 : -1;
}

static inline int remove_folder_of_test(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fixture_file) / sizeof(fixture_file[0]); i++) {
		snprintf(fixture.path, sizeof(fixture.path), "%s/%s", fixture.folder, fixture_file[i]);
		unlink(fixture.path);
	}
	return rmdir(fixture.folder);
}

static inline const char *put_file(const char *name, const char *text)
{
	FILE *f;

	snprintf(fixture.path, sizeof(fixture.path), "%s/%s", fixture.folder, name);
	f = fopen(fixture.path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return fixture.path;
}

static inline bool load_texts(const char *scenario, const char *trace)
{
	dry_error_release(&fixture.err);
	put_file("t.jsonl", trace);
	return dry_input_load(&fixture.input, put_file("s.yaml", scenario), NULL, &fixture.err);
}

static inline void must_load(const char *scenario, const char *trace)
{
	if (!load_texts(scenario, trace))
		fail_msg("%s:%u: %s", fixture.err.complaint[0].file, fixture.err.complaint[0].line,
			 fixture.err.complaint[0].text);
}

static inline void unload(void)
{
	dry_input_release(&fixture.input);
	dry_error_release(&fixture.err);
}

/* Refused, with a complaint at that line that holds the piece (in any of its texts). */
static inline void must_refuse(const char *scenario, const char *trace, uint32_t line, const char *piece)
{
	uint32_t i;

	if (load_texts(scenario, trace))
		fail_msg("loads, but: %s", piece);
	assert_int_equal(fixture.err.code, DRY_ERROR_INPUT);
	for (i = 0; i < fixture.err.count; i++) {
		const struct dry_complaint *c = &fixture.err.complaint[i];

		assert_true(i == 0 || strcmp(c->file, c[-1].file) || c->line >= c[-1].line);
		if (c->line == line && (strstr(c->text, piece) || (c->fix && strstr(c->fix, piece)) ||
					(c->expected && strstr(c->expected, piece)))) {
			unload();
			return;
		}
	}
	fail_msg("wanted line %u: %s; got line %u: %s (fix: %s)", line, piece, fixture.err.complaint[0].line,
		 fixture.err.complaint[0].text, fixture.err.complaint[0].fix ? fixture.err.complaint[0].fix : "-");
}

static inline bool has_note(const char *piece)
{
	uint32_t i;

	for (i = 0; i < fixture.err.count; i++)
		if (fixture.err.complaint[i].warning && strstr(fixture.err.complaint[i].text, piece))
			return true;
	return false;
}

#endif
