#include "io/assemble.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/units.h"
#include "io/doc.h"
#include "io/importers/clock.h"
#include "io/importers/text.h"
#include "io/writer.h"

#define PROVISION_MS 90000
#define VALUES_MAX 200
#define TAIL_MS 1800000         /* what waits at the end of the record gets half an hour */

struct part {
	char *text;
	size_t length;
	const struct dry_import_report *report;
};

struct assembling {
	const struct dry_assemble_request *request;
	struct dry_assembly *assembly;
	struct part trace, groups, daemon_sets, settings, prices, hazards, records;
	int64_t epoch_ms;               /* DRY_IMPORT_NO_TIME = the trace has no date */
	struct dry_text out;
	struct dry_error *err;
};

void dry_assemble_request_init(struct dry_assemble_request *request)
{
	*request = (struct dry_assemble_request){ .provision_ms = -1 };
}

void dry_assembly_release(struct dry_assembly *assembly)
{
	for (uint32_t i = 0; i < assembly->count; i++)
		dry_import_report_release(&assembly->part[i]);
	free(assembly->trace);
	free(assembly->prices);
}

/* What az aks show prints holds both. */
static const char *other_kind(const struct dry_import_report *report, enum dry_import_result wanted)
{
	if (!strcmp(report->kind, "aks") && wanted == DRY_IMPORT_SETTINGS)
		return "aks-profile";
	return !strcmp(report->kind, "aks-profile") && wanted == DRY_IMPORT_NODE_GROUPS ? "aks" : NULL;
}

/* Imports one part; `kind` NULL = found out, and must make `result`. */
static bool read_part(struct assembling *a, const struct dry_file_list *files, const char *kind,
		      enum dry_import_result result, const char *option, struct part *part)
{
	struct dry_import_request request;
	struct dry_import_report *const report = &a->assembly->part[a->assembly->count];

	if (!files->count)
		return true;
	dry_import_request_init(&request);
	request.kind = kind;
	request.file = files->file;
	request.file_count = files->count;
	request.strict = a->request->strict;
	request.anonymize_key = a->request->anonymize_key;
	request.release = a->request->release;
	if (result == DRY_IMPORT_PRICES || result == DRY_IMPORT_HAZARDS)
		request.region = a->request->region;
	if (result == DRY_IMPORT_PRICES)
		request.from_ms = a->epoch_ms;
	dry_import_report_init(report);
	a->assembly->count++;
	if (!dry_import_text(&request, report, &part->text, &part->length, a->err))
		return false;
	part->report = report;
	if (report->result == result)
		return true;
	if (!kind && other_kind(report, result)) {
		kind = other_kind(report, result);
		free(part->text);
		*part = (struct part){ 0 };
		dry_import_report_release(report);
		a->assembly->count--;
		return read_part(a, files, kind, result, option, part);
	}
	dry_fail(a->err, DRY_ERROR_USAGE, (struct dry_where){ .file = files->file[0] },
		 "is %s, which %s does not take", report->kind, option);
	return dry_fail_fix(a->err, "dryscale import --list shows what makes what");
}

/* Nodes, with the autoscaler's Deployment beside them: its --nodes flags hold sizes. */
static bool read_groups(struct assembling *a)
{
	const struct dry_assemble_request *const request = a->request;
	const bool has_flags = a->settings.report && !strcmp(a->settings.report->kind, "deployment");
	const uint32_t extra = has_flags ? request->settings.count : 0;
	const char **const file = dry_xcalloc(request->nodes.count + extra, sizeof(*file));
	struct dry_file_list all = { request->nodes.count, file };

	memcpy(file, request->nodes.file, request->nodes.count * sizeof(*file));
	bool good = read_part(a, &request->nodes, NULL, DRY_IMPORT_NODE_GROUPS, "--nodes", &a->groups);
	if (good && extra && !strcmp(a->groups.report->kind, "nodes")) {
		memcpy(file + all.count, request->settings.file, extra * sizeof(*file));
		all.count += extra;
		free(a->groups.text);
		a->groups.text = NULL;
		dry_import_report_release(&a->assembly->part[--a->assembly->count]);
		good = read_part(a, &all, "nodes", DRY_IMPORT_NODE_GROUPS, "--nodes", &a->groups);
	}
	free(file);
	return good;
}

static bool is_pod_source(const char *kind)
{
	return !strcmp(kind, "pod-list") || !strcmp(kind, "pod-watch");
}

static bool read_parts(struct assembling *a)
{
	const struct dry_assemble_request *const request = a->request;

	if (!read_part(a, &request->pods, NULL, DRY_IMPORT_TRACE, "--pods", &a->trace))
		return false;
	const char *const epoch = a->trace.report->epoch;
	a->epoch_ms = DRY_IMPORT_NO_TIME;
	if (epoch && dry_clock_parse(epoch, strlen(epoch), &a->epoch_ms))
		a->epoch_ms = DRY_IMPORT_NO_TIME;
	if (request->prices.count && a->epoch_ms == DRY_IMPORT_NO_TIME) {
		dry_fail(a->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "the trace has no date, so prices cannot be laid beside it");
		return dry_fail_fix(a->err, "leave --prices out, or use a dated source of pods");
	}
	return read_part(a, &request->settings, NULL, DRY_IMPORT_SETTINGS, "--settings", &a->settings) &&
	       read_groups(a) &&
	       (!is_pod_source(a->trace.report->kind) ||
		read_part(a, &request->pods, "daemonsets", DRY_IMPORT_DAEMON_SETS, "--pods", &a->daemon_sets)) &&
	       read_part(a, &request->prices, NULL, DRY_IMPORT_PRICES, "--prices", &a->prices) &&
	       read_part(a, &request->hazards, NULL, DRY_IMPORT_HAZARDS, "--advisor", &a->hazards) &&
	       read_part(a, &request->records, NULL, DRY_IMPORT_CALIBRATION, "--records", &a->records);
}

/* "dir/my.yaml" to "dir/my.trace.jsonl.gz". */
static char *beside(const char *output, const char *end)
{
	const char *const slash = strrchr(output, '/');
	const char *const dot = strrchr(slash ? slash : output, '.');
	struct dry_text text = { 0 };

	dry_text_add(&text, output, dot && dot != output ? (size_t)(dot - output) : strlen(output));
	dry_text_puts(&text, end);
	dry_text_string(&text);
	return text.data;
}

static const char *base_name(const char *path)
{
	const char *const slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int compare_ms(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* The lines of the records, in their order. */
static void each_record(const struct assembling *a, void (*tell)(void *context, const struct dry_doc_node *record),
			void *context)
{
	struct dry_doc doc;

	dry_doc_init(&doc);
	for (char *at = a->records.text; at && *at;) {
		char *const end = strchr(at, '\n');
		const size_t length = end ? (size_t)(end - at) : strlen(at);
		if (dry_doc_parse_line(&doc, "records", at, length, 1, NULL))
			tell(context, doc.root);
		at = end ? end + 1 : at + length;
	}
	dry_doc_release(&doc);
}

struct provisions {
	int64_t *ms;
	size_t count, capacity;
};

static void add_provision(void *context, const struct dry_doc_node *record)
{
	struct provisions *const all = context;
	const struct dry_doc_node *const node = dry_doc_find(record, "provision");
	int64_t ms;

	if (!node || dry_parse_duration_ms(node->text, node->length, &ms) || ms <= 0)
		return;
	all->ms = dry_grow(all->ms, &all->capacity, all->count + 1, sizeof(*all->ms));
	all->ms[all->count++] = ms;
}

/* Recorded times from request to Ready, ascending; at most VALUES_MAX, evenly taken. */
static uint32_t recorded_provisions(const struct assembling *a, int64_t value[VALUES_MAX])
{
	struct provisions all = { 0 };
	uint32_t kept = 0;

	each_record(a, add_provision, &all);
	if (all.count)
		qsort(all.ms, all.count, sizeof(*all.ms), compare_ms);
	for (; kept < all.count && kept < VALUES_MAX; kept++)
		value[kept] = all.ms[all.count <= VALUES_MAX ? kept : kept * all.count / VALUES_MAX];
	free(all.ms);
	return kept;
}

/* A group's size when the records begin: what the first scale-up started from, and what went before it. */
struct beginning {
	const char *name;
	size_t name_length;
	int64_t removed, size;          /* size -1 = not told */
};

static bool is_of_group(const struct beginning *group, const struct dry_doc_node *record)
{
	const struct dry_doc_node *const own = dry_doc_find(record, "nodeGroup");
	const struct dry_doc_node *const node = dry_doc_find(record, "node");

	if (own)
		return own->length == group->name_length && !memcmp(own->text, group->name, own->length);
	return node && node->length > group->name_length && !memcmp(node->text, group->name, group->name_length) &&
	       node->text[group->name_length] == '-';
}

static void look_back(void *context, const struct dry_doc_node *record)
{
	struct beginning *const group = context;
	const struct dry_doc_node *const event = dry_doc_find(record, "event");
	const struct dry_doc_node *const from = dry_doc_find(record, "from");
	int64_t before;

	if (group->size >= 0 || !event || !event->text || !is_of_group(group, record))
		return;
	group->removed += !strcmp(event->text, "scaleDown");
	if (!strcmp(event->text, "scaleUp") && from && !dry_parse_integer(from->text, from->length, &before) &&
	    before >= 0)
		group->size = before + group->removed;
}

/* One line of the same for every group; the groups' texts get it behind their sizes. */
static void provision_line(struct assembling *a, struct dry_text *line)
{
	int64_t value[VALUES_MAX];
	char buffer[32];
	const uint32_t count = a->request->provision_ms < 0 ? recorded_provisions(a, value) : 0;

	dry_text_puts(line, "    provisionTime: ");
	if (count) {
		dry_text_puts(line, "{values: [");
		for (uint32_t i = 0; i < count; i++)
			dry_text_printf(line, "%s%ss", i ? ", " : "",
					dry_format_seconds(value[i], buffer, sizeof(buffer)));
		dry_text_puts(line, "]}\n");
		return;
	}
	dry_text_printf(line, "%s\n", dry_format_duration(a->request->provision_ms >= 0 ? a->request->provision_ms
							   : PROVISION_MS, buffer, sizeof(buffer)));
	if (a->request->provision_ms >= 0)
		return;
	dry_warn(a->err, DRY_NOWHERE, "provisionTime: nothing says how long a node takes to come up; 90s is assumed");
	dry_fail_fix(a->err, "--records events.json takes the recorded times, --provision-time 2m sets one");
}

/* The groups as they were imported, with provision times, and sizes as the records begin where they tell. */
static void add_groups(struct assembling *a)
{
	struct beginning group = { .size = -1 };
	struct dry_text line = { 0 };
	const char *at = a->groups.text;

	provision_line(a, &line);
	while (*at) {
		const size_t length = strcspn(at, "\n") + (strchr(at, '\n') != NULL);
		if (!strncmp(at, "  - name: ", 10)) {
			group = (struct beginning){ .name = at + 10, .name_length = length - 11, .size = -1 };
			each_record(a, look_back, &group);
		}
		if (!strncmp(at, "    maxSize: ", 13) && group.size > strtoll(at + 13, NULL, 10))
			group.size = -1;
		if (!strncmp(at, "    initialSize: ", 17) && group.size >= 0)
			dry_text_printf(&a->out, "    initialSize: %lld   # as the records begin\n",
					(long long)group.size);
		else
			dry_text_add(&a->out, at, length);
		if (!strncmp(at, "    maxSize: ", 13))
			dry_text_add(&a->out, line.data, line.length);
		at += length;
	}
	dry_text_release(&line);
}

/* The worst band of the spot groups' types; -1 = none is listed. */
static int worst_band(struct assembling *a)
{
	struct dry_doc groups, hazards;
	int64_t number;
	int worst = -1;

	if (!dry_doc_parse(&groups, "groups.yaml", a->groups.text, a->groups.length, NULL, NULL)) {
		dry_doc_release(&groups);
		return -1;
	}
	const bool good = dry_doc_parse(&hazards, "hazards.json", a->hazards.text, a->hazards.length, NULL, NULL);
	const struct dry_doc_node *const list = good ? dry_doc_find(hazards.root, "hazards") : NULL;
	const struct dry_doc_node *const all = dry_doc_find(groups.root, "nodeGroups");
	for (const struct dry_doc_node *g = all ? all->first : NULL; g; g = g->next) {
		const struct dry_doc_node *const kind = dry_doc_find(g, "capacityType");
		const struct dry_doc_node *const type = dry_doc_find(g, "instanceType");
		const struct dry_doc_node *const region = dry_doc_find(g, "region");
		if (!kind || strcmp(kind->text, "spot") || !type)
			continue;
		for (const struct dry_doc_node *h = list ? list->first : NULL; h; h = h->next) {
			const struct dry_doc_node *const place = dry_doc_find(h, "region");
			const struct dry_doc_node *const name = dry_doc_find(h, "instanceType");
			const struct dry_doc_node *const band = dry_doc_find(h, "advisor");
			if (!name || !band || strcmp(name->text, type->text) ||
			    (region && place && strcmp(region->text, place->text)))
				continue;
			if (!dry_parse_integer(band->text, band->length, &number) && number > worst)
				worst = (int)number;
		}
	}
	dry_doc_release(&groups);
	dry_doc_release(&hazards);
	return worst;
}

static void add_spot(struct assembling *a)
{
	const int band = a->hazards.text ? worst_band(a) : -1;

	if (band >= 0)
		dry_text_printf(&a->out, "spot:\n  # the worst band among the spot groups' types\n"
				"  hazard: {advisor: %d}\n", band);
	else if (a->hazards.text)
		dry_warn(a->err, DRY_NOWHERE, "the Spot Advisor lists none of the spot groups' types: "
			 "no interruptions are drawn");
}

/* The record and half an hour: pods that wait at its end are not lost on the last instant. */
static void add_horizon(struct assembling *a)
{
	const struct dry_import_report *const report = a->trace.report;
	char buffer[32];

	if (!report->has_clock)
		return;
	dry_text_printf(&a->out, "horizon: %s\n",
			dry_format_duration(report->clock_last_ms - report->clock_first_ms + TAIL_MS, buffer,
					    sizeof(buffer)));
}

static void compose(struct assembling *a)
{
	const char *const name = base_name(a->request->output);
	struct dry_text *const out = &a->out;
	struct dry_text title = { 0 };

	dry_text_add(&title, name, strcspn(name, "."));
	dry_text_puts(out, "version: dryscale/v1\nname: ");
	dry_text_yaml(out, title.length ? dry_text_string(&title) : "assembled");
	dry_text_printf(out, "\ndescription: \"assembled from %s and %s\"\n", a->trace.report->kind,
			a->groups.report->kind);
	dry_text_puts(out, "trace: ");
	dry_text_yaml(out, base_name(a->assembly->trace));
	if (a->assembly->prices) {
		dry_text_puts(out, "\nprices: ");
		dry_text_yaml(out, base_name(a->assembly->prices));
	}
	dry_text_char(out, '\n');
	add_horizon(a);
	add_groups(a);
	if (a->settings.text)
		dry_text_add(out, a->settings.text, a->settings.length);
	if (a->daemon_sets.text)
		dry_text_add(out, a->daemon_sets.text, a->daemon_sets.length);
	add_spot(a);
	dry_text_release(&title);
}

/* The parts first, the scenario last; when one fails, the ones before it go. */
static bool write_all(struct assembling *a)
{
	const struct dry_writer_options options = { .force = a->request->force };
	const struct dry_assembly *const assembly = a->assembly;

	if (!a->request->force && !access(a->request->output, F_OK)) {
		dry_fail(a->err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = a->request->output },
			 "is there already");
		return dry_fail_fix(a->err, "--force replaces it");
	}
	if (!dry_writer_file(assembly->trace, &options, a->trace.text, a->trace.length, a->err))
		return false;
	if (assembly->prices &&
	    !dry_writer_file(assembly->prices, &options, a->prices.text, a->prices.length, a->err)) {
		unlink(assembly->trace);
		return false;
	}
	if (dry_writer_file(a->request->output, &options, a->out.data, a->out.length, a->err))
		return true;
	unlink(assembly->trace);
	if (assembly->prices)
		unlink(assembly->prices);
	return false;
}

static bool check_request(const struct dry_assemble_request *request, struct dry_error *err)
{
	const char *const missing = !request->output ? "-o" : !request->pods.count ? "--pods"
				    : !request->nodes.count ? "--nodes" : NULL;

	if (!missing)
		return true;
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "assemble: %s is missing", missing);
	return dry_fail_expected(err, "-o NAME.yaml --pods FILE --nodes FILE, and what else there is");
}

bool dry_assemble(const struct dry_assemble_request *request, struct dry_assembly *assembly,
		  struct dry_error *err)
{
	struct assembling a = { .request = request, .assembly = assembly, .err = err };
	bool good;

	*assembly = (struct dry_assembly){ 0 };
	if (!check_request(request, err))
		return false;
	good = read_parts(&a);
	if (good) {
		assembly->trace = beside(request->output, ".trace.jsonl.gz");
		assembly->prices = a.prices.text ? beside(request->output, ".prices.jsonl.gz") : NULL;
		compose(&a);
		good = write_all(&a);
	}
	struct part *const part[] = { &a.trace, &a.groups, &a.daemon_sets, &a.settings, &a.prices, &a.hazards,
				      &a.records };
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		free(part[i]->text);
	dry_text_release(&a.out);
	return good;
}
