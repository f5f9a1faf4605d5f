/*
 * Runs recorded cases and compares decisions: instant by instant, each instant
 * as a multiset of whole events. The first differing instant is shown with both
 * sides and with what the model knew then.
 *
 *     conformance [-j N] [--every-tick] [--plain-scan] [--eager-compaction] [--disable RULE[,RULE]]
 *                 [--mutation] [--tap] [--quiet] [--cases DIR] [NAME-PART]...
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/units.h"
#include "case.h"
#include "io/scenario.h"
#include "mutation.h"

struct test_case {
	char *name;                     /* "hand/sd-defaults", "random/1000" */
	bool is_random;
	bool is_identical;
	char *story;                    /* of a failure; NULL = none */
};

struct options {
	const char *folder;
	unsigned jobs;
	bool every_tick, plain_scan, eager_compaction, tap, mutation, quiet;
	uint32_t disabled_rules;
	int part_count;
	char **part;
};

struct batch {
	const struct options *options;
	struct test_case *test;
	size_t count, capacity;
	atomic_size_t next;
};

static void tell(struct test_case *test, FILE *out, char **text)
{
	fclose(out);
	test->story = *text;
}

static void show_side(FILE *out, const char *title, const struct log *mine, const struct log *other,
		      int64_t at_ms)
{
	size_t i, j, shown = 0, left_out = 0;

	fprintf(out, "  %s\n", title);
	for (i = 0; i < mine->count; i++) {
		size_t same_before = 0, same_there = 0;

		if (mine->line[i].at_ms != at_ms)
			continue;
		for (j = i; j > 0 && !strcmp(mine->line[j - 1].text, mine->line[i].text) &&
			    mine->line[j - 1].at_ms == at_ms; j--)
			same_before++;
		for (j = 0; j < other->count; j++)
			same_there += other->line[j].at_ms == at_ms &&
				      !strcmp(other->line[j].text, mine->line[i].text);
		if (shown < 40)
			fprintf(out, "    %c {%s}\n", same_before < same_there ? ' ' : '*',
				mine->line[i].text);
		else
			left_out++;
		shown++;
	}
	if (!shown)
		fprintf(out, "      (nothing)\n");
	if (left_out)
		fprintf(out, "      and %zu more\n", left_out);
}

/* Index of the first line that is not on the other side too; SIZE_MAX = the same. */
static size_t first_difference(const struct log *a, const struct log *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++)
		if (a->line[i].at_ms != b->line[i].at_ms || strcmp(a->line[i].text, b->line[i].text))
			return i;
	return a->count == b->count ? SIZE_MAX : i;
}

static void show_difference(FILE *out, const struct log *expected, struct listener *l, int64_t at_ms)
{
	char seconds[32];
	size_t i;

	fprintf(out, "first differing instant: t=%s (* = not on the other side)\n",
		dry_format_seconds(at_ms, seconds, sizeof(seconds)));
	show_side(out, "recorded", expected, &l->log, at_ms);
	show_side(out, "model", &l->log, expected, at_ms);
	fprintf(out, "  what the model knew then\n");
	for (i = 0; i < l->notes.count && i < 60; i++)
		fprintf(out, "      %s\n", l->notes.line[i].text);
	if (l->notes.count > 60)
		fprintf(out, "      and %zu more\n", l->notes.count - 60);
	if (!l->notes.count)
		fprintf(out, "      (no loop at this instant)\n");
}

/* What expected.json says of the end; true when it agrees. */
static bool end_agrees(FILE *out, const struct expected_end *end, const struct dry_input *input,
		       const struct dry_result *result, uint32_t pending)
{
	uint64_t loops = result->loop_count + result->loops_skipped;
	bool ok = true;
	uint32_t g;

	if (end->loop_count >= 0 && loops != (uint64_t)end->loop_count) {
		fprintf(out, "loops: recorded %lld, model %llu\n", (long long)end->loop_count,
			(unsigned long long)loops);
		ok = false;
	}
	if (end->pending_count >= 0 && pending != (uint32_t)end->pending_count) {
		fprintf(out, "pending at the end: recorded %lld, model %u\n",
			(long long)end->pending_count, pending);
		ok = false;
	}
	for (g = 0; end->final_targets && g < input->config.group_count; g++) {
		const char *name = input->config.group[g].name;
		const cJSON *target = cJSON_GetObjectItemCaseSensitive(end->final_targets, name);

		if (target && target->valueint != result->group[g].final_target) {
			fprintf(out, "final target of %s: recorded %d, model %d\n", name,
				target->valueint, result->group[g].final_target);
			ok = false;
		}
	}
	return ok;
}

static void show_complaints(FILE *out, const struct dry_error *err)
{
	uint32_t i;

	for (i = 0; i < err->count; i++) {
		const struct dry_complaint *c = &err->complaint[i];

		if (!c->warning)
			fprintf(out, "%s:%u:%u: %s\n", c->file ? c->file : "-", c->line, c->column,
				c->text);
	}
}

struct runner {
	struct dry_worker *worker;
	struct dry_result result;
	struct listener listener;
	struct log expected;
};

static bool run_once(struct runner *r, const struct options *o, const struct dry_input *input,
		     uint32_t disabled_rules, int64_t notes_at_ms)
{
	struct dry_run_request request = {
		.input = input,
		.config = &input->config,
		.seed = input->config.seed,
		.every_tick = o->every_tick,
		.plain_scan = o->plain_scan,
		.eager_compaction = o->eager_compaction,
		.observer = &r->listener.observer,
		.disabled_rules = disabled_rules,
	};

	listener_start(&r->listener, input, notes_at_ms);
	if (!dry_run(r->worker, &request, &r->result))
		return false;
	log_sort(&r->listener.log);
	return true;
}

/* With rules switched off: whether the decisions are still the recorded ones. */
static bool run_case(struct runner *r, const struct options *o, uint32_t disabled_rules,
		     struct test_case *test)
{
	char folder[1024], file[1100], *text = NULL;
	size_t size = 0, difference;
	FILE *out = open_memstream(&text, &size);
	struct dry_error err = { 0 };
	struct dry_input input;
	struct expected_end end;
	bool ok;

	snprintf(folder, sizeof(folder), "%s/%s", o->folder, test->name);
	snprintf(file, sizeof(file), "%s/scenario.json", folder);
	log_clear(&r->expected);
	ok = dry_input_load(&input, file, NULL, &err) && expected_read(&r->expected, folder, &err);
	if (!ok) {
		show_complaints(out, &err);
	} else {
		expected_end_read(&end, folder);
		ok = run_once(r, o, &input, disabled_rules, -1);
		difference = first_difference(&r->expected, &r->listener.log);
		if (ok && difference != SIZE_MAX) {
			const struct log *a = &r->expected, *b = &r->listener.log;
			int64_t at = difference < a->count ? a->line[difference].at_ms : INT64_MAX;

			if (difference < b->count && b->line[difference].at_ms < at)
				at = b->line[difference].at_ms;
			run_once(r, o, &input, disabled_rules, at);
			show_difference(out, &r->expected, &r->listener, at);
			ok = false;
		} else if (ok && !disabled_rules) {
			ok = end_agrees(out, &end, &input, &r->result, r->listener.pending_count);
		}
		expected_end_release(&end);
	}
	dry_input_release(&input);
	dry_error_release(&err);
	test->is_identical = ok;
	tell(test, out, &text);
	return ok;
}

static void runner_init(struct runner *r)
{
	r->worker = dry_worker_new();
	dry_result_init(&r->result);
	listener_init(&r->listener);
	log_init(&r->expected);
}

static void runner_release(struct runner *r)
{
	dry_worker_release(r->worker);
	dry_result_release(&r->result);
	listener_release(&r->listener);
	log_release(&r->expected);
}

static void *work(void *context)
{
	struct batch *batch = context;
	struct runner runner;
	size_t i;

	runner_init(&runner);
	while ((i = atomic_fetch_add(&batch->next, 1)) < batch->count)
		run_case(&runner, batch->options, batch->options->disabled_rules, &batch->test[i]);
	runner_release(&runner);
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct test_case *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool is_wanted(const struct options *o, const char *name)
{
	int i;

	for (i = 0; i < o->part_count; i++)
		if (strstr(name, o->part[i]))
			return true;
	return o->part_count == 0;
}

/* Adds every folder below `under` that has a scenario.json. */
static void collect(struct batch *batch, const char *under)
{
	const struct options *o = batch->options;
	char path[1024], name[512];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/%s", o->folder, under);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", under, entry->d_name);
		snprintf(path, sizeof(path), "%s/%s/scenario.json", o->folder, name);
		if (access(path, R_OK) == 0) {
			if (!is_wanted(o, name))
				continue;
			batch->test = dry_grow(batch->test, &batch->capacity, batch->count + 1,
					       sizeof(*batch->test));
			batch->test[batch->count].name = dry_xstrdup(name);
			batch->test[batch->count++].is_random = !strncmp(name, "random/", 7);
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", o->folder, name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			collect(batch, name);
	}
	if (folder)
		closedir(folder);
}

static void print_indented(const char *text, const char *margin)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		printf("%s%.*s\n", margin, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static int report(const struct batch *batch)
{
	const struct options *o = batch->options;
	size_t i, all[2] = { 0, 0 }, good[2] = { 0, 0 };

	if (o->tap)
		printf("1..%zu\n", batch->count);
	for (i = 0; i < batch->count; i++) {
		const struct test_case *test = &batch->test[i];

		all[test->is_random]++;
		good[test->is_random] += test->is_identical;
		if (o->tap)
			printf("%sok %zu - %s\n", test->is_identical ? "" : "not ", i + 1, test->name);
		else if (!o->quiet || !test->is_identical)
			printf("%s  %s\n", test->is_identical ? "same     " : "DIFFERENT", test->name);
		if (!test->is_identical && test->story)
			print_indented(test->story, o->tap ? "# " : "    ");
	}
	printf("%s%zu of %zu hand-made cases identical, %zu of %zu random cases identical\n",
	       o->tap ? "# " : "", good[0], all[0], good[1], all[1]);
	printf("%s%zu of %zu cases identical\n", o->tap ? "# " : "", good[0] + good[1],
	       all[0] + all[1]);
	return batch->count && good[0] + good[1] == batch->count ? 0 : 1;
}

static int run_all(const struct options *o)
{
	struct batch batch = { .options = o };
	pthread_t thread[64];
	unsigned i, started = 0;
	size_t c;
	int status;

	collect(&batch, "hand");
	collect(&batch, "random");
	if (!batch.count) {
		fprintf(stderr, "conformance: no case in %s has such a name\n", o->folder);
		return 2;
	}
	qsort(batch.test, batch.count, sizeof(*batch.test), by_name);
	for (i = 0; i < o->jobs; i++)
		if (pthread_create(&thread[started], NULL, work, &batch) == 0)
			started++;
	if (!started)
		work(&batch);
	for (i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	status = report(&batch);
	for (c = 0; c < batch.count; c++) {
		free(batch.test[c].name);
		free(batch.test[c].story);
	}
	free(batch.test);
	return status;
}

/* Each named case must hold with the rule and fail without it. */
static int run_mutations(const struct options *o)
{
	struct runner runner;
	size_t i, failed = 0, count = 0;

	runner_init(&runner);
	for (i = 0; i < mutation_count; i++) {
		const struct mutation *m = &mutations[i];
		size_t c;

		for (c = 0; m->cases[c]; c++) {
			struct test_case test = { 0 };
			char name[256];
			bool bites;

			snprintf(name, sizeof(name), "%s", m->cases[c]);
			test.name = name;
			bites = run_case(&runner, o, 0, &test);
			free(test.story);
			test.story = NULL;
			bites = bites && !run_case(&runner, o, m->rule, &test);
			free(test.story);
			printf("%sok %zu - without %s, %s fails\n", bites ? "" : "not ", ++count,
			       m->name, name);
			failed += !bites;
		}
	}
	printf("1..%zu\n", count);
	runner_release(&runner);
	return failed ? 1 : 0;
}

static int usage(void)
{
	size_t i;

	fprintf(stderr, "usage: conformance [-j N] [--every-tick] [--plain-scan] [--eager-compaction] [--disable RULE[,RULE]]\n"
			"                   [--mutation] [--tap] [--quiet] [--cases DIR] [NAME-PART]...\n"
			"rules:");
	for (i = 0; i < mutation_count; i++)
		fprintf(stderr, " %s", mutations[i].name);
	fprintf(stderr, "\n");
	return 2;
}

static bool parse_rules(struct options *o, char *text)
{
	char *name, *rest = NULL;
	size_t i;

	for (name = strtok_r(text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		for (i = 0; i < mutation_count && strcmp(mutations[i].name, name) != 0;)
			i++;
		if (i == mutation_count)
			return false;
		o->disabled_rules |= mutations[i].rule;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options o = { .folder = "tests/conformance", .part = argv + 1 };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int i;

	o.jobs = cpus < 1 ? 1 : cpus > 64 ? 64 : (unsigned)cpus;
	for (i = 1; i < argc; i++) {
		char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--every-tick")) {
			o.every_tick = true;
		} else if (!strcmp(argv[i], "--plain-scan")) {
			o.plain_scan = true;
		} else if (!strcmp(argv[i], "--eager-compaction")) {
			o.eager_compaction = true;
		} else if (!strcmp(argv[i], "--tap")) {
			o.tap = true;
		} else if (!strcmp(argv[i], "--quiet")) {
			o.quiet = true;
		} else if (!strcmp(argv[i], "--mutation")) {
			o.mutation = true;
		} else if (!strcmp(argv[i], "-j") && value && atoi(value) > 0 && atoi(value) <= 64) {
			o.jobs = (unsigned)atoi(value);
			i++;
		} else if (!strcmp(argv[i], "--cases") && value) {
			o.folder = value;
			i++;
		} else if (!strcmp(argv[i], "--disable") && value && parse_rules(&o, value)) {
			i++;
		} else if (argv[i][0] == '-') {
			return usage();
		} else {
			o.part[o.part_count++] = argv[i];
		}
	}
	return o.mutation ? run_mutations(&o) : run_all(&o);
}
