/*
 * Answers of Prometheus to series: query_range (matrix) and instant (vector)
 * envelopes of versions 2 and 3, what promtool prints (a bare array, or text),
 * and the JSON lines that VictoriaMetrics exports.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/prom.h"

static const char *const lists[] = { "result", NULL };
static const char *const inside[] = { "data", NULL };

/* Names of metrics, what their value is, and which labels matter. */
static const struct known {
	const char *name;
	enum dry_prom_metric metric;
	bool is_flag;                   /* 0 = not so at that moment */
	const char *label[DRY_PROM_LABEL_MAX];
	const char *prefix;             /* labels that are taken all, by their prefix */
} known_metrics[] = {
	{ .name = "kube_pod_created", .metric = DRY_PROM_CREATED },
	{ .name = "kube_pod_start_time", .metric = DRY_PROM_START },
	{ .name = "kube_pod_completion_time", .metric = DRY_PROM_COMPLETION },
	{ .name = "kube_pod_status_scheduled_time", .metric = DRY_PROM_SCHEDULED },
	{ .name = "kube_pod_deletion_timestamp", .metric = DRY_PROM_DELETION },
	{ .name = "kube_pod_status_phase", .metric = DRY_PROM_PHASE, .is_flag = true,
	  .label = { "phase" } },
	{ .name = "kube_pod_status_reason", .metric = DRY_PROM_REASON, .is_flag = true,
	  .label = { "reason" } },
	{ .name = "kube_pod_status_unschedulable", .metric = DRY_PROM_UNSCHEDULABLE, .is_flag = true },
	{ .name = "kube_pod_info", .metric = DRY_PROM_INFO,
	  .label = { "created_by_kind", "created_by_name", "priority_class" } },
	{ .name = "kube_pod_owner", .metric = DRY_PROM_OWNER,
	  .label = { "owner_kind", "owner_name", "owner_is_controller" } },
	{ .name = "kube_pod_container_resource_requests", .metric = DRY_PROM_REQUESTS,
	  .label = { "container", "resource" } },
	{ .name = "kube_pod_init_container_resource_requests", .metric = DRY_PROM_INIT_REQUESTS,
	  .label = { "container", "resource" } },
	{ .name = "kube_pod_init_container_info", .metric = DRY_PROM_INIT_INFO,
	  .label = { "container", "restart_policy" } },
	{ .name = "kube_pod_overhead_cpu_cores", .metric = DRY_PROM_OVERHEAD_CPU },
	{ .name = "kube_pod_overhead_memory_bytes", .metric = DRY_PROM_OVERHEAD_MEMORY },
	{ .name = "kube_pod_resource_request", .metric = DRY_PROM_SCHEDULER,
	  .label = { "", "resource", "priority" } },
	{ .name = "kube_pod_tolerations", .metric = DRY_PROM_TOLERATIONS,
	  .label = { "key", "operator", "value", "effect" } },
	{ .name = "kube_pod_nodeselectors", .metric = DRY_PROM_SELECTORS, .prefix = "nodeselector_" },
	{ .name = "kube_pod_labels", .metric = DRY_PROM_LABELS, .prefix = "label_" },
};

/* Label names that metrics mangle ("." and "/" become "_"); what is not here keeps its mangled name. */
static const char *const label_names[] = {
	"kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os",
	"node.kubernetes.io/instance-type", "topology.kubernetes.io/zone",
	"topology.kubernetes.io/region", "node.kubernetes.io/lifecycle", "eks.amazonaws.com/nodegroup",
	"eks.amazonaws.com/capacityType", "cloud.google.com/gke-nodepool",
	"cloud.google.com/gke-spot", "cloud.google.com/gke-accelerator",
	"kubernetes.azure.com/agentpool", "kubernetes.azure.com/scalesetpriority",
	"karpenter.sh/nodepool", "karpenter.sh/capacity-type", "nvidia.com/gpu.product",
	"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component",
	"app.kubernetes.io/part-of", "k8s-app", "pod-template-hash",
};

void dry_prom_init(struct dry_prom *prom, struct dry_import_job *job)
{
	*prom = (struct dry_prom){ .job = job, .first_ms = DRY_CLOCK_NONE, .last_ms = DRY_CLOCK_NONE };
}

void dry_prom_release(struct dry_prom *prom)
{
	free(prom->series);
}

static dry_symbol symbol_of(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text ? dry_symbols_add(&job->symbols, text, length) : 0;
}

/*
 * Where the target has labels of its own, Prometheus renames the metric's to
 * exported_*: those are the pod's, the plain ones the exporter's.
 */
static uint32_t label_node(const struct dry_tree *tree, uint32_t metric, const char *name)
{
	char exported[64] = "exported_";

	strncat(exported, name, sizeof(exported) - strlen(exported) - 1);
	const uint32_t node = dry_tree_find(tree, metric, exported);
	return node ? node : dry_tree_find(tree, metric, name);
}

static bool is_mangled(const char *name, const char *mangled, size_t length)
{
	if (strlen(name) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		const bool is_word = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
				     (name[i] >= '0' && name[i] <= '9');
		if (mangled[i] != (is_word ? name[i] : '_'))
			return false;
	}
	return true;
}

/* All labels with the prefix as members of a JSON object. */
static dry_symbol prefixed(struct dry_prom *prom, const struct dry_tree *tree, uint32_t metric,
			   const char *prefix, bool is_name)
{
	struct dry_import_job *const job = prom->job;
	struct dry_text text = { 0 };

	for (uint32_t i = dry_tree_first(tree, metric); i; i = dry_tree_next(tree, i)) {
		size_t length, value_length;
		const char *key = dry_tree_key(tree, i, &length);
		const char *value = dry_tree_text(tree, i, &value_length);
		if (length <= strlen(prefix) || memcmp(key, prefix, strlen(prefix)) || !value)
			continue;
		key += strlen(prefix);
		length -= strlen(prefix);
		bool found = !memchr(key, '_', length);
		for (size_t k = 0; k < sizeof(label_names) / sizeof(label_names[0]) && !found; k++)
			if (is_mangled(label_names[k], key, length)) {
				key = label_names[k];
				found = true;
			}
		if (!found)
			DRY_IMPUTE(job, "labels: \"%.*s\" is kept as the metric spells it; its real name "
				   "may have dots, dashes or slashes", (int)length, key);
		if (text.length)
			dry_text_char(&text, ',');
		dry_text_json(&text, key, length);
		dry_text_char(&text, ':');
		const char *const shown = is_name ? dry_import_name(job, value, value_length) : value;
		dry_text_json(&text, shown, is_name ? strlen(shown) : value_length);
	}
	const dry_symbol symbol = dry_symbols_add(&job->symbols, text.data ? text.data : "", text.length);
	dry_text_release(&text);
	return symbol;
}

/* ----- samples ----- */

struct sample {
	int64_t at_ms;
	double value;
};

static bool fail_sample(const struct dry_items *items, uint32_t node, const char *what,
			struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "%s", what);
	return dry_fail_expected(err, "samples such as [1772446500, \"1\"]");
}

/* 1 = a sample, 0 = not a number (left out), -1 = a complaint. */
static int read_sample(struct dry_prom *prom, const struct dry_items *items, uint32_t time,
		       uint32_t value, bool is_ms, struct sample *sample, struct dry_error *err)
{
	static const char *const none[] = { "NaN", "+Inf", "-Inf", "Inf", NULL };
	const struct dry_tree *const tree = &items->tree;
	size_t length;
	const char *text = dry_tree_text(tree, time, &length);

	if (!text || dry_clock_parse_unix(text, length, &sample->at_ms)) {
		fail_sample(items, time, "the time of a sample is no Unix time", err);
		return -1;
	}
	if (is_ms)
		sample->at_ms /= 1000;
	text = dry_tree_text(tree, value, &length);
	if (dry_tree_double(tree, value, &sample->value))
		return 1;
	for (int i = 0; none[i] && text; i++)
		if (dry_tree_is(tree, value, none[i])) {
			DRY_LEAVE_OUT(prom->job, dry_items_where(items, value),
				      "is a sample without a number (NaN or Inf)");
			return 0;
		}
	fail_sample(items, value ? value : time, "the value of a sample is no number", err);
	return -1;
}

static void add_sample(struct dry_prom *prom, const struct known *known, struct dry_prom_series *series,
		       struct sample sample, int64_t *before_ms)
{
	if (*before_ms != DRY_CLOCK_NONE && sample.at_ms > *before_ms &&
	    (!prom->step_ms || sample.at_ms - *before_ms < prom->step_ms))
		prom->step_ms = sample.at_ms - *before_ms;
	*before_ms = sample.at_ms;
	if (prom->first_ms == DRY_CLOCK_NONE || sample.at_ms < prom->first_ms)
		prom->first_ms = sample.at_ms;
	if (prom->last_ms == DRY_CLOCK_NONE || sample.at_ms > prom->last_ms)
		prom->last_ms = sample.at_ms;
	if (known->is_flag && sample.value == 0)
		return;
	/* Without a uid, another stamp under the same name is another pod. */
	const bool is_stamp = known->metric <= DRY_PROM_SCHEDULED;
	if (series->first_ms != DRY_CLOCK_NONE && is_stamp && sample.value != series->value) {
		prom->series = dry_grow(prom->series, &prom->capacity, prom->count + 1,
					sizeof(*prom->series));
		prom->series[prom->count] = *series;
		prom->series[prom->count].order = (uint32_t)prom->count;
		prom->count++;
		series->first_ms = DRY_CLOCK_NONE;
	}
	if (series->first_ms == DRY_CLOCK_NONE) {
		series->first_ms = sample.at_ms;
		series->value = sample.value;
	}
	series->last_ms = sample.at_ms;
}

static bool read_pairs(struct dry_prom *prom, const struct dry_items *items, const struct known *known,
		       uint32_t pair, struct dry_prom_series *series, int64_t *before_ms,
		       struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const bool is_pair = dry_tree_type_of(tree, pair) == DRY_TREE_ARRAY;
	const uint32_t time = is_pair ? dry_tree_first(tree, pair) : 0;
	const uint32_t value = time ? dry_tree_next(tree, time) : 0;
	struct sample sample;

	if (!value)
		return fail_sample(items, pair, "is no pair of a time and a value", err);
	const int got = read_sample(prom, items, time, value, false, &sample, err);
	if (got > 0)
		add_sample(prom, known, series, sample, before_ms);
	return got >= 0;
}

/* VictoriaMetrics: two lists of the same length, times in milliseconds. */
static bool read_columns(struct dry_prom *prom, const struct dry_items *items, const struct known *known,
			 uint32_t times, uint32_t values, struct dry_prom_series *series,
			 struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	uint32_t time = dry_tree_first(tree, times), value = dry_tree_first(tree, values);
	int64_t before_ms = DRY_CLOCK_NONE;
	struct sample sample;

	for (; time && value; time = dry_tree_next(tree, time), value = dry_tree_next(tree, value)) {
		const int got = read_sample(prom, items, time, value, true, &sample, err);
		if (got < 0)
			return false;
		if (got)
			add_sample(prom, known, series, sample, &before_ms);
	}
	return !time == !value ||
	       fail_sample(items, time ? time : value, "timestamps and values differ in number", err);
}

static bool read_samples(struct dry_prom *prom, const struct dry_items *items, const struct known *known,
			 struct dry_prom_series *series, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t values = dry_tree_find(tree, items->item, "values");
	const uint32_t times = dry_tree_find(tree, items->item, "timestamps");
	const uint32_t one = dry_tree_find(tree, items->item, "value");
	int64_t before_ms = DRY_CLOCK_NONE;

	if (values && times)
		return read_columns(prom, items, known, times, values, series, err);
	if (one)
		return read_pairs(prom, items, known, one, series, &before_ms, err);
	if (!values || dry_tree_type_of(tree, values) != DRY_TREE_ARRAY)
		return fail_sample(items, values ? values : items->item, "a series without samples", err);
	for (uint32_t i = dry_tree_first(tree, values); i; i = dry_tree_next(tree, i))
		if (!read_pairs(prom, items, known, i, series, &before_ms, err))
			return false;
	return true;
}

/* ----- series ----- */

static const struct known *find_metric(const struct dry_tree *tree, uint32_t name)
{
	for (size_t i = 0; i < sizeof(known_metrics) / sizeof(known_metrics[0]); i++)
		if (dry_tree_is(tree, name, known_metrics[i].name))
			return &known_metrics[i];
	return NULL;
}

static void read_labels(struct dry_prom *prom, const struct dry_tree *tree, uint32_t metric,
			const struct known *known, struct dry_prom_series *series)
{
	const uint32_t uid = dry_tree_find(tree, metric, "uid");

	series->metric = known->metric;
	series->record = DRY_NONE;
	series->uid = uid && known->metric != DRY_PROM_SCHEDULER ? symbol_of(prom->job, tree, uid) : 0;
	if (!series->uid)
		series->uid = DRY_NONE;
	series->name_space = symbol_of(prom->job, tree, label_node(tree, metric, "namespace"));
	series->pod = symbol_of(prom->job, tree, label_node(tree, metric, "pod"));
	for (int i = 0; i < DRY_PROM_LABEL_MAX; i++)
		if (known->label[i] && *known->label[i])
			series->label[i] = symbol_of(prom->job, tree,
						     label_node(tree, metric, known->label[i]));
	if (known->prefix)
		series->label[0] = prefixed(prom, tree, metric, known->prefix,
					    known->metric == DRY_PROM_LABELS);
}

/* What is no series: the whole of an answer without a list of results. */
static bool fail_item(const struct dry_items *items, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	size_t length;
	const char *const text = dry_tree_text(tree, dry_tree_find(tree, items->item, "error"), &length);

	if (text) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
			 "the server answered with an error: %.*s", (int)length, text);
		return dry_fail_fix(err, "ask again; the answer must have \"status\":\"success\"");
	}
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
		 "is no series: it has no \"metric\" with labels");
	return dry_fail_expected(err, "the answer of /api/v1/query_range with resultType matrix");
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct dry_prom *const prom = context;
	const struct dry_tree *const tree = &items->tree;
	const bool is_object = dry_tree_type_of(tree, items->item) == DRY_TREE_OBJECT;
	const uint32_t metric = is_object ? dry_tree_find(tree, items->item, "metric") : 0;
	const uint32_t name = metric ? dry_tree_find(tree, metric, "__name__") : 0;
	struct dry_prom_series series = { .first_ms = DRY_CLOCK_NONE };
	size_t length;

	if (!metric || dry_tree_type_of(tree, metric) != DRY_TREE_OBJECT)
		return fail_item(items, err);
	job->report->rows_read++;
	if (!name) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, metric),
			 "a series without the name of its metric");
		return dry_fail_fix(err, "ask for the metric itself, without sum(), rate() and the like");
	}
	const struct known *const known = find_metric(tree, name);
	if (!known) {
		const char *const text = dry_tree_text(tree, name, &length);
		DRY_LEAVE_OUT(job, dry_items_where(items, name), "is a metric that is not needed: %.*s",
			      (int)length, text ? text : "");
		return true;
	}
	read_labels(prom, tree, metric, known, &series);
	if (!series.pod) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, metric),
			 "a series of %s without the label pod", known->name);
		return dry_fail_fix(err, "ask for the metric itself, without sum(), rate() and the like");
	}
	if (!read_samples(prom, items, known, &series, err))
		return false;
	job->report->rows_kept++;
	if (series.first_ms == DRY_CLOCK_NONE)
		return true;
	prom->of_metric[known->metric]++;
	prom->series = dry_grow(prom->series, &prom->capacity, prom->count + 1, sizeof(*prom->series));
	series.order = (uint32_t)prom->count;
	prom->series[prom->count++] = series;
	return true;
}

/* ----- promtool's text ----- */

/* name{label="value", ...} =>  and then lines  VALUE @[UNIX]; an instant has both in one line. */
struct promtool {
	struct dry_prom *prom;
	const char *path;
	struct dry_text json;           /* the series so far, without what closes it */
	uint32_t line;                  /* of its name */
	bool any;
};

/* The series as the JSON it would have been. Columns are of no use then: the line is the place. */
static bool end_series(struct promtool *text, struct dry_error *err)
{
	static const struct dry_items_form whole = { 0 };
	struct dry_feed feed;

	if (!text->json.length)
		return true;
	dry_text_puts(&text->json, "]}");
	dry_feed_open_memory(&feed, text->path, text->json.data, text->json.length);
	feed.line = text->line;
	const uint32_t before = err ? err->count : 0;
	const bool good = dry_import_each_item(text->prom->job, &feed, &whole, read_item, text->prom, err);
	for (uint32_t i = before; err && i < err->count; i++)
		err->complaint[i].column = 1;
	dry_feed_close(&feed);
	dry_text_clear(&text->json);
	return good;
}

static bool fail_text(const struct promtool *text, uint32_t line, size_t column, const char *what,
		      struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ text->path, line, (uint32_t)column + 1 }, "%s", what);
	return dry_fail_fix(err, "promtool query range -o json, or the answer of the API, is easier to read");
}

/* Labels are Go strings in quotes: JSON's, but for rare escapes. Returns behind the brace, 0 = wrong. */
static size_t copy_labels(struct promtool *text, const char *line, size_t length, size_t at)
{
	at++;
	while (at < length && line[at] != '}') {
		const size_t key = at;
		while (at < length && line[at] != '=' && line[at] != '}')
			at++;
		if (at + 1 >= length || line[at] != '=' || line[at + 1] != '"')
			return 0;
		dry_text_char(&text->json, ',');
		dry_text_json(&text->json, line + key, at - key);
		dry_text_char(&text->json, ':');
		const size_t value = ++at;
		for (at++; at < length && line[at] != '"'; at++)
			at += line[at] == '\\';
		if (at >= length)
			return 0;
		dry_text_add(&text->json, line + value, ++at - value);
		while (at < length && (line[at] == ',' || line[at] == ' '))
			at++;
	}
	return at < length ? at + 1 : 0;
}

/* VALUE @[UNIX] */
static bool read_text_sample(struct promtool *text, const char *line, size_t length, uint32_t number, size_t at,
			     struct dry_error *err)
{
	const char *const mark = memmem(line + at, length - at, " @[", 3);

	if (!mark || line[length - 1] != ']')
		return fail_text(text, number, at, "is no sample (VALUE @[UNIX])", err);
	if (!text->json.length)
		return fail_text(text, number, at, "a sample before the name of its series", err);
	dry_text_puts(&text->json, text->any ? ",[" : "[");
	text->any = true;
	dry_text_json(&text->json, mark + 3, (size_t)(line + length - 1 - (mark + 3)));
	dry_text_char(&text->json, ',');
	dry_text_json(&text->json, line + at, (size_t)(mark - line) - at);
	dry_text_char(&text->json, ']');
	return true;
}

static bool read_text_line(struct promtool *text, const char *line, size_t length, uint32_t number,
			   struct dry_error *err)
{
	size_t at = 0;

	while (at < length && line[at] != '{' && line[at] != ' ')
		at++;
	const char *const arrow = memmem(line, length, " =>", 3);
	if (!arrow)
		return read_text_sample(text, line, length, number, 0, err);
	if (!end_series(text, err))
		return false;
	text->line = number;
	text->any = false;
	dry_text_puts(&text->json, "{\"metric\":{\"__name__\":");
	dry_text_json(&text->json, line, at);
	const size_t behind = at < length && line[at] == '{' ? copy_labels(text, line, length, at) : at;
	if (!behind)
		return fail_text(text, number, at, "the labels of a series are not closed", err);
	dry_text_puts(&text->json, "},\"values\":[");
	for (at = (size_t)(arrow - line) + 3; at < length && line[at] == ' '; at++)
		;
	return at == length || read_text_sample(text, line, length, number, at, err);
}

static bool read_text(struct dry_prom *prom, struct dry_feed *feed, struct dry_error *err)
{
	struct promtool text = { .prom = prom, .path = feed->path };
	const char *line;
	size_t length;
	int more;
	bool good = true;

	do {
		const uint32_t number = (uint32_t)feed->line;
		more = dry_feed_line(feed, &line, &length, err);
		if (more > 0 && length)
			good = read_text_line(&text, line, length, number, err);
	} while (good && more > 0);
	good = good && more == 0 && end_series(&text, err);
	dry_text_release(&text.json);
	return good;
}

/* JSON begins with a bracket; promtool's text with the name of a metric. */
static bool is_text(const struct dry_feed *feed)
{
	size_t length = feed->end - feed->start;
	const char *const start = start_of_text(feed->window + feed->start, &length);

	return length && !start_is_json(start, length) &&
	       start_has(start, length < START_NEAR ? length : START_NEAR, " =>");
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .inside = inside };

	if (!dry_feed_want(feed, START_NEAR, err))
		return false;
	if (is_text(feed))
		return read_text(context, feed, err);
	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_prom_read_series(struct dry_prom *prom, struct dry_error *err)
{
	return dry_import_each_file(prom->job, read_file, prom, err);
}
