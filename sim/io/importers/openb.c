/*
 * The public GPU cluster trace of 2023 ("openb"): a pod list as CSV with times
 * in seconds from an unnamed origin. No owner, namespace or priority is in it:
 * those are made from the service class, and counted.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/csv.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"

static const char *const column_name[] = {
	"name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec", "qos", "pod_phase",
	"creation_time", "deletion_time", "scheduled_time",
};

enum column { NAME, CPU, MEMORY, GPU_COUNT, GPU_MILLI, GPU_SPEC, QOS, PHASE, CREATED, DELETED, SCHEDULED,
	      COLUMN_COUNT };

/* The stated table: service class -> priority, owner. */
static const struct qos {
	const char *name;
	int priority;
	const char *owner_kind;
} qos_table[] = {
	{ "LS", 1000, "ReplicaSet" },
	{ "Guaranteed", 1000, "ReplicaSet" },
	{ "Burstable", 0, "ReplicaSet" },
	{ "BE", -5, "Job" },
};

int dry_openb_detect(const char *start, size_t length, const char *path)
{
	static const char head[] = "name,cpu_milli,memory_mib,num_gpu,gpu_milli";

	(void)path;
	return length >= sizeof(head) - 1 && !memcmp(start, head, sizeof(head) - 1) ? 100 : 0;
}

static bool number(const struct dry_csv *csv, const int *column, enum column which, int64_t *value,
		   struct dry_error *err)
{
	const char *const text = dry_csv_field(csv, column[which]);
	const char *const wrong = dry_parse_integer(text, strlen(text), value);

	if (!wrong && *value >= 0 && *value <= INT64_C(1000000000000))
		return true;
	dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[which]), "%s: \"%s\" %s",
		 column_name[which], text, wrong ? wrong : *value < 0 ? "is negative" : "is too large");
	return dry_fail_expected(err, "a whole number, 0 or more");
}

static const struct qos *find_qos(struct dry_import_job *job, const char *name)
{
	for (size_t i = 0; i < sizeof(qos_table) / sizeof(qos_table[0]); i++)
		if (!strcmp(qos_table[i].name, name))
			return &qos_table[i];
	DRY_IMPUTE(job, "qos: \"%s\" is unknown, taken as Burstable", name);
	return &qos_table[2];
}

/* "A|B": a required node affinity over the GPU model. */
static void write_models(struct dry_text *spec, const char *models)
{
	dry_text_puts(spec, ",\"affinity\":{\"nodeAffinity\":"
		      "{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":"
		      "[{\"matchExpressions\":[{\"key\":\"alibabacloud.com/gpu-card-model\","
		      "\"operator\":\"In\",\"values\":[");
	for (const char *at = models;;) {
		const size_t length = strcspn(at, "|");
		dry_text_json(spec, at, length);
		at += length;
		if (!*at++)
			break;
		dry_text_char(spec, ',');
	}
	dry_text_puts(spec, "]}]}]}}}");
}

/* False: the pod is dropped by the GPU policy. */
static bool write_spec(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		       const int64_t *value, struct dry_text *spec)
{
	const struct qos *const qos = find_qos(job, dry_csv_field(csv, column[QOS]));
	const char *const models = dry_csv_field(csv, column[GPU_SPEC]);
	const bool is_part = value[GPU_COUNT] == 1 && value[GPU_MILLI] > 0 && value[GPU_MILLI] < 1000;

	if (is_part && job->request->gpu_policy == DRY_GPU_DROP) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[GPU_MILLI]), "wants a part of a GPU");
		return false;
	}
	dry_text_clear(spec);
	dry_text_puts(spec, "\"requests\":{");
	dry_import_request_add(spec, "cpu", value[CPU]);
	dry_import_request_add(spec, "memory", value[MEMORY] * 1048576);
	if (is_part && job->request->gpu_policy == DRY_GPU_SHARE) {
		dry_import_request_add(spec, "alibabacloud.com/gpu-milli", value[GPU_MILLI]);
		DRY_NOTE(job, "a part of a GPU is a resource of its own: nodes need capacity of it");
		dry_import_resource(job, "alibabacloud.com/gpu-milli");
	} else if (value[GPU_COUNT]) {
		dry_import_request_add(spec, "nvidia.com/gpu", value[GPU_COUNT]);
		dry_import_resource(job, "nvidia.com/gpu");
		if (is_part)
			DRY_IMPUTE(job, "requests: a part of a GPU rounded up to a whole one");
	}
	dry_text_char(spec, '}');
	if (qos->priority)
		dry_text_printf(spec, ",\"priority\":%d", qos->priority);
	if (*models && strcmp(models, "nan"))
		write_models(spec, models);
	return true;
}

struct openb {
	int64_t last_end;
	struct dry_text spec;
};

static bool read_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		     void *context, struct dry_error *err)
{
	struct openb *const openb = context;
	int64_t value[COLUMN_COUNT] = { 0 };
	const char *const name = dry_csv_field(csv, column[NAME]);
	const bool was_scheduled = *dry_csv_field(csv, column[SCHEDULED]) != '\0';

	job->report->rows_read++;
	for (int i = CPU; i <= DELETED; i++)
		if (i != GPU_SPEC && i != QOS && i != PHASE &&
		    !number(csv, column, (enum column)i, &value[i], err))
			return false;
	if (was_scheduled && !number(csv, column, SCHEDULED, &value[SCHEDULED], err))
		return false;
	if (!*name)
		return dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[NAME]), "name: is empty");
	if (value[DELETED] < value[CREATED] || (was_scheduled && value[DELETED] < value[SCHEDULED])) {
		DRY_DROP(job, dry_csv_where(csv, column[DELETED]), "is deleted before it exists");
		return true;
	}
	if (!write_spec(job, csv, column, value, &openb->spec))
		return true;
	struct dry_import_row *const row = dry_import_row(job);
	row->name = dry_import_name(job, name, strlen(name));
	row->at_ms = value[CREATED] * 1000;
	row->owner_kind = find_qos(job, dry_csv_field(csv, column[QOS]))->owner_kind;
	row->owner_name = row->name;
	row->spec = dry_import_spec(job, &openb->spec);
	row->until_ms = value[DELETED] * 1000;
	if (was_scheduled)
		row->duration_ms = (value[DELETED] - value[SCHEDULED]) * 1000;
	if (value[DELETED] > openb->last_end)
		openb->last_end = value[DELETED];
	job->report->rows_kept++;
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	int column[COLUMN_COUNT];
	struct dry_csv csv;

	const bool good = dry_csv_open(&csv, feed, job->request->delimiter, err) &&
			  dry_csv_want_columns(&csv, column_name, COLUMN_COUNT, column, err) &&
			  dry_import_each_row(job, &csv, column, read_row, context, err);
	dry_csv_close(&csv);
	return good;
}

/* A pod whose end is the end of the record did not end: it was cut off. */
static void censor(struct dry_import_job *job, int64_t last_end)
{
	for (size_t i = 0; i < job->row_count; i++) {
		struct dry_import_row *const row = &job->row[i];
		const bool was_scheduled = row->duration_ms >= 0;
		if (row->until_ms == last_end * 1000) {
			row->censored = true;
			row->duration_ms = -1;
			row->until_ms = INT64_MAX;
		} else if (was_scheduled) {
			row->until_ms = INT64_MAX;
		}
		DRY_IMPUTE(job, "owner: made from qos (BE: a Job, else a ReplicaSet), one a pod");
		DRY_IMPUTE(job, "priority: made from qos (LS, Guaranteed 1000; Burstable 0; BE -5)");
	}
}

bool dry_openb_read(struct dry_import_job *job, struct dry_error *err)
{
	struct openb openb = { 0 };
	const bool good = dry_import_each_file(job, read_file, &openb, err);

	dry_text_release(&openb.spec);
	if (!good)
		return false;
	censor(job, openb.last_end);
	DRY_NOTE(job, "times count from the first pod; the source has no date");
	return dry_import_rows_write(job, err);
}
