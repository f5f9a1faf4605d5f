/*
 * Imports every recording of a folder (README.md of the recording says what
 * each shows) and holds the result against the truth beside it: the demand
 * that the driver asked for, one row for each, with what it asked for, whose
 * it was, when it came and how it ended.
 *
 * recordings [FOLDER]; without one the shared recording, skipped when absent.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/importers.h"
#include "support/score.h"
#include "support/tap.h"
#include "support/truth.h"

static const struct source sources[] = {
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch.json" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-events.json" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-ts.jsonl" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-ts-obj.jsonl" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-raw-watch.jsonl" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-watch.json", "act2/pods-watch-part2.json" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-watch-events.json", "act2/pods-watch-events-part2.json" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-raw-watch.jsonl", "act2/pods-raw-watch-part2.jsonl" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ITS_NAMESPACE, 1000, 1000, false, { "act2/pods-watch.yaml" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t30.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t330.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false,
	  { "kubectl/pods-raw-podlist-t330.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t620.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-end.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false,
	  { "kubectl/pods-kube-system-end.yaml" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-start.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-mid.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-end.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-end2.json" } },
	{ "audit", "truth-main.json", SHOWS_CREATION, 1000, 1000, false, { "audit/audit-requestresponse.log" } },
	{ "audit", "truth-request.json", SHOWS_CREATION, 1000, 1000, false, { "audit/audit-request.log" } },
	{ "audit", "truth-act2.json", SHOWS_CREATION, 1000, 1000, false, { "act2/audit-requestresponse.log" } },
	{ "prometheus", "truth-main.json", SHOWS_SCRAPES, 1000, 20000, false,
	  { "prometheus/query_range-kube_pod_*.json*" } },
	{ "prometheus", "truth-act2.json", SHOWS_SCRAPES, 1000, 20000, true,
	  { "act2/query_range-kube_pod_*.json*" } },
};

/* ----- one source ----- */

static int expand(const struct source *source, const char *folder, glob_t *found)
{
	char pattern[1024];
	int flags = 0;

	for (int i = 0; i < 4 && source->files[i]; i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s", folder, source->files[i]);
		if (!strchr(source->files[i], '*') &&
		    !truth_path(folder, source->files[i], pattern, sizeof(pattern)))
			return 0;
		if (glob(pattern, flags, NULL, found))
			return 0;
		flags = GLOB_APPEND;
	}
	return (int)found->gl_pathc;
}

static void show_complaints(const struct dry_error *err)
{
	for (uint32_t i = 0; i < err->count; i++)
		tap_note("  %s:%u:%u: %s", err->complaint[i].file ? err->complaint[i].file : "-",
			 err->complaint[i].line, err->complaint[i].column, err->complaint[i].text);
}

static void compare(const struct source *source, const struct truth *truth, char **path, int count,
		    const char *text, const struct dry_import_report *report)
{
	const char *const slash = strrchr(path[0], '/');
	struct score score;

	score_init(&score, source, truth);
	if (trace_rows_read(&score.rows, text)) {
		score.window_ms = score.rows.epoch_ms;
		score_see(&score, path, count);
		score_rows(&score);
	}
	const bool good = score.found && !score.missed && !score.invented &&
		score.requests == score.found && score.owners == score.found &&
		score.arrivals == score.found && score.ends == score.found;
	tap_ok(good, "%s %s%s: %d found, %d missed, %d invented; requests %d, owners %d, arrivals %d, "
	       "ends %d of %d; %llu re-created joined", source->kind, slash ? slash + 1 : path[0],
	       count > 1 ? " .." : "", score.found, score.missed, score.invented, score.requests,
	       score.owners, score.arrivals, score.ends, score.found,
	       (unsigned long long)report->collapsed);
	score_release(&score);
}

static bool import(const char *kind, char **path, int count, struct dry_import_report *report, char **text,
		   struct dry_error *err)
{
	struct dry_import_request request;
	size_t length;

	dry_import_request_init(&request);
	request.kind = kind;
	request.file = (const char *const *)path;
	request.file_count = (uint32_t)count;
	dry_import_report_init(report);
	return dry_import_text(&request, report, text, &length, err);
}

static void test_source(const struct source *source, const char *folder)
{
	char path[1024], truth_name[128];
	struct dry_import_report report;
	struct dry_error err = { 0 };
	struct truth truth;
	glob_t found = { 0 };
	char *text = NULL;

	snprintf(truth_name, sizeof(truth_name), "truth/%s", source->truth);
	const int count = expand(source, folder, &found);
	if (!count || !truth_path(folder, truth_name, path, sizeof(path)) || !truth_read(&truth, path)) {
		tap_skip(source->files[0], "is not in the folder");
		globfree(&found);
		return;
	}
	if (import(source->kind, found.gl_pathv, count, &report, &text, &err))
		compare(source, &truth, found.gl_pathv, count, text, &report);
	else {
		tap_ok(false, "%s %s: imports", source->kind, source->files[0]);
		show_complaints(&err);
	}
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
	truth_release(&truth);
	globfree(&found);
}

/* Level Metadata has no bodies: it must be refused, at its first pod, with what to do. */
static void test_metadata(const char *folder)
{
	static const char name[] = "audit/audit-metadata.log";
	struct dry_import_report report;
	struct dry_error err = { 0 };
	char path[1024], *text = NULL;

	if (!truth_path(folder, name, path, sizeof(path))) {
		tap_skip(name, "is not in the folder");
		return;
	}
	char *paths[] = { path };
	const bool good = import("audit", paths, 1, &report, &text, &err);
	tap_ok(!good && err.code == DRY_ERROR_INPUT && err.count && err.complaint[0].line &&
	       strstr(err.complaint[0].text, "Metadata"),
	       "audit audit-metadata.log: is refused, for it has no bodies");
	show_complaints(&err);
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
}

/*
 * Scraped without honor_labels, the pod's labels are called exported_*. These
 * answers have no owners, so every pod that they name is one row.
 */
static void test_exported(const char *folder)
{
	static const struct source source = { .kind = "prometheus", .shows = SHOWS_SCRAPES,
					      .files = { "prometheus/query_range-nohonor-*.json*" } };
	struct dry_import_report report;
	struct dry_error err = { 0 };
	struct truth truth;
	char path[1024], *text = NULL;
	glob_t found = { 0 };
	int named = 0, with_cpu = 0;

	const int count = expand(&source, folder, &found);
	if (!count || !truth_path(folder, "truth/truth-main.json", path, sizeof(path)) ||
	    !truth_read(&truth, path)) {
		tap_skip(source.files[0], "is not in the folder");
		globfree(&found);
		return;
	}
	const bool good = import("prometheus", found.gl_pathv, count, &report, &text, &err);
	struct score score;
	score_init(&score, &source, &truth);
	score_see(&score, found.gl_pathv, count);
	for (int i = 0; good && i < truth.count; i++) {
		char name[300];
		snprintf(name, sizeof(name), "\"name\":\"%s\"", truth.pod[i].name);
		named += score.seen[i] && strstr(text, name);
	}
	for (const char *at = good ? text : ""; (at = strstr(at, "\"cpu\":\"")); at++)
		with_cpu++;
	int expected = 0;
	for (int i = 0; i < truth.count; i++)
		expected += score.seen[i];
	tap_ok(good && expected && named == expected && report.rows_written == (uint64_t)expected && with_cpu,
	       "prometheus, honor_labels false: %d of %d pods, under their own names", named, expected);
	show_complaints(&err);
	score_release(&score);
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
	truth_release(&truth);
	globfree(&found);
}

int main(int argc, char **argv)
{
	const char *folder = truth_folder(argc, argv);

	if (!folder)
		return argc > 1;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		test_source(&sources[i], folder);
	test_metadata(folder);
	test_exported(folder);
	return tap_done();
}
