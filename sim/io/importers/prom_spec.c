/*
 * What a pod asks for and where it may go, from the metrics of its containers
 * or, where it was scraped, of kube-scheduler.
 */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/prom_pod.h"

/* Resources whose names metrics mangle. */
static dry_symbol resource_symbol(struct dry_prom_join *join, dry_symbol mangled)
{
	static const char *const known[] = { "nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915",
					     "ephemeral-storage", "hugepages-2Mi", "hugepages-1Gi",
					     "aws.amazon.com/neuron", "google.com/tpu",
					     "alibabacloud.com/gpu-milli" };
	struct dry_symbols *const symbols = &join->prom->job->symbols;
	const char *const text = dry_prom_text(join, mangled);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		bool same = strlen(known[i]) == strlen(text);
		for (size_t k = 0; same && text[k]; k++)
			same = known[i][k] == text[k] || (text[k] == '_' && strchr("./-", known[i][k]));
		if (same)
			return dry_symbols_add_text(symbols, known[i]);
	}
	return mangled;
}

static int64_t amount(struct dry_prom_join *join, dry_symbol resource, double value)
{
	const bool is_cpu = !strcmp(dry_prom_text(join, resource), "cpu");
	const double scaled = is_cpu ? value * 1000 : value;

	if (!(scaled > 0))
		return 0;
	return scaled > 9e18 ? INT64_MAX : (int64_t)ceil(scaled - 1e-6);
}

static void add_amount(struct dry_amounts *amounts, dry_symbol resource, int64_t value)
{
	const int64_t before = dry_amounts_get(amounts, resource);

	dry_amounts_set(amounts, resource, value > INT64_MAX - before ? INT64_MAX : before + value);
}

static bool is_sidecar(const struct dry_prom_pod *pod, dry_symbol container)
{
	for (size_t i = 0; i < pod->count; i++)
		if (pod->series[i].metric == DRY_PROM_INIT_INFO && pod->series[i].label[0] == container)
			return !strcmp(dry_prom_text(pod->join, pod->series[i].label[1]), "Always");
	return false;
}

/* The first of each container and resource: bindings and chunks repeat it, a resize changes it later. */
static bool is_repeat(const struct dry_prom_pod *pod, size_t i)
{
	return i && pod->series[i - 1].metric == pod->series[i].metric &&
	       !memcmp(pod->series[i - 1].label, pod->series[i].label, sizeof(pod->series[i].label));
}

/* kube-scheduler's own metric is the effective request. */
static bool read_scheduler(const struct dry_prom_pod *pod, struct dry_pod_requests *requests)
{
	bool found = false;

	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		if (series->metric != DRY_PROM_SCHEDULER)
			continue;
		const dry_symbol resource = resource_symbol(pod->join, series->label[1]);
		found = true;
		if (!dry_amounts_get(&requests->steady, resource))
			dry_amounts_set(&requests->steady, resource,
					amount(pod->join, resource, series->value));
	}
	return found;
}

static void read_requests(const struct dry_prom_pod *pod, struct dry_pod_requests *requests)
{
	struct dry_import_job *const job = pod->join->prom->job;
	struct dry_amounts *const steady = &requests->steady, *const init = &requests->init;

	steady->count = init->count = 0;
	requests->init_matters = false;
	if (read_scheduler(pod, requests))
		return;
	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		const dry_symbol resource = resource_symbol(pod->join, series->label[1]);
		const int64_t value = amount(pod->join, resource, series->value);
		if (is_repeat(pod, i))
			continue;
		if (series->metric == DRY_PROM_REQUESTS ||
		    (series->metric == DRY_PROM_INIT_REQUESTS && is_sidecar(pod, series->label[0])))
			add_amount(steady, resource, value);
		else if (series->metric == DRY_PROM_INIT_REQUESTS &&
			 value > dry_amounts_get(init, resource))
			dry_amounts_set(init, resource, value);
	}
	if (init->count && !dry_prom_find(pod, DRY_PROM_INIT_INFO))
		DRY_IMPUTE(job, "requests: sidecars cannot be told from init containers "
			   "(kube_pod_init_container_info or kube-scheduler's kube_pod_resource_request would)");
	const enum dry_prom_metric overhead[] = { DRY_PROM_OVERHEAD_CPU, DRY_PROM_OVERHEAD_MEMORY };
	for (int i = 0; i < 2; i++) {
		const struct dry_prom_series *const series = dry_prom_find(pod, overhead[i]);
		const dry_symbol resource = dry_symbols_add_text(&job->symbols, i ? "memory" : "cpu");
		if (!series)
			continue;
		add_amount(steady, resource, amount(pod->join, resource, series->value));
		if (dry_amounts_get(init, resource))
			add_amount(init, resource, amount(pod->join, resource, series->value));
	}
	for (uint32_t i = 0; i < init->count; i++)
		requests->init_matters = requests->init_matters ||
			init->entry[i].value > dry_amounts_get(steady, init->entry[i].resource);
}

static void write_priority(const struct dry_prom_pod *pod, struct dry_text *out)
{
	static const struct { const char *name, *value; } known[] = {
		{ "system-node-critical", "2000001000" }, { "system-cluster-critical", "2000000000" },
	};
	const struct dry_prom_series *const scheduler = dry_prom_find(pod, DRY_PROM_SCHEDULER);
	const struct dry_prom_series *const info = dry_prom_find(pod, DRY_PROM_INFO);
	const char *value = scheduler ? dry_prom_text(pod->join, scheduler->label[2]) : "";
	int64_t number;

	if (!*value && info && info->label[2]) {
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strcmp(dry_prom_text(pod->join, info->label[2]), known[i].name))
				value = known[i].value;
		if (!*value)
			DRY_IMPUTE(pod->join->prom->job, "priority: only a class name is known, taken as 0");
	}
	if (*value && !dry_parse_integer(value, strlen(value), &number) && number)
		dry_text_printf(out, ",\"priority\":%lld", (long long)number);
}

static void write_tolerations(const struct dry_prom_pod *pod, struct dry_text *out)
{
	static const char *const key[] = { "key", "operator", "value", "effect" };
	bool any = false;

	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		const char *const name = dry_prom_text(pod->join, series->label[0]);
		/* Those that admission gives to every pod say nothing. */
		if (series->metric != DRY_PROM_TOLERATIONS || is_repeat(pod, i) ||
		    !strcmp(name, "node.kubernetes.io/not-ready") ||
		    !strcmp(name, "node.kubernetes.io/unreachable"))
			continue;
		dry_text_puts(out, any ? ",{" : ",\"tolerations\":[{");
		any = true;
		for (int k = 0; k < 4; k++) {
			if (!series->label[k])
				continue;
			const char *const text = dry_prom_text(pod->join, series->label[k]);
			dry_text_key(out, key[k]);
			dry_text_json(out, text, strlen(text));
		}
		dry_text_char(out, '}');
	}
	if (any)
		dry_text_char(out, ']');
}

static void write_members(const struct dry_prom_pod *pod, enum dry_prom_metric metric, const char *key,
			  struct dry_text *out)
{
	const struct dry_prom_series *const series = dry_prom_find(pod, metric);

	if (series && series->label[0])
		dry_text_printf(out, ",\"%s\":{%s}", key, dry_prom_text(pod->join, series->label[0]));
}

void dry_prom_write_spec(const struct dry_prom_pod *pod)
{
	struct dry_import_job *const job = pod->join->prom->job;
	struct dry_pod_record *const record = pod->record;
	struct dry_text *const out = &pod->join->fold->scratch;
	struct dry_pod_requests requests;

	read_requests(pod, &requests);
	dry_text_clear(out);
	dry_pod_requests_write(job, &requests, out);
	write_priority(pod, out);
	write_members(pod, DRY_PROM_LABELS, "labels", out);
	write_members(pod, DRY_PROM_SELECTORS, "nodeSelector", out);
	write_tolerations(pod, out);
	record->spec = dry_import_spec(job, out);
	record->has_spec = record->has_requests = true;
	record->request_milli_cpu = dry_pod_requests_get(&requests,
							 dry_symbols_add_text(&job->symbols, "cpu"));
	record->request_bytes = dry_pod_requests_get(&requests,
						     dry_symbols_add_text(&job->symbols, "memory"));
}

