#include "io/trace_future.h"

#include <cJSON.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/random.h"
#include "base/units.h"
#include "io/importers/clock.h"
#include "io/reader.h"
#include "io/writer.h"

#define TAU 0.9
#define FOLDS 10
#define SEASONS_BACK 8

struct dry_future_pod {
	int64_t at_ms;
	int64_t until_ms;               /* INT64_MAX: no "until" */
	bool ends;                      /* by itself: it has a duration */
	bool runs_at_start;             /* it has a node: it ran before the history began */
	cJSON *row;
};

static const char *const kind_name[DRY_DEMAND_KIND_COUNT] = { "batch", "service" };

const char *dry_demand_kind_name(enum dry_demand_kind kind)
{
	return kind_name[kind];
}

/* --- reading --- */

static enum dry_demand_kind kind_of(const struct dry_future_pod *pod)
{
	return pod->ends ? DRY_DEMAND_BATCH : DRY_DEMAND_SERVICE;
}

static bool complain(struct dry_error *err, const struct dry_reader *reader, const char *line, size_t length,
		     const char *what)
{
	struct dry_where where = { dry_reader_name(reader), (uint32_t)dry_reader_line_number(reader), 1 };

	dry_fail(err, DRY_ERROR_INPUT, where, "%s", what);
	dry_fail_source(err, line, length < 160 ? length : 160);
	return dry_fail_expected(err, "{\"t\":..,\"type\":\"pod\",\"name\":..} a line (dryscale help formats)");
}

static bool add_pod(struct dry_future *future, cJSON *row)
{
	const cJSON *t = cJSON_GetObjectItemCaseSensitive(row, "t");
	const cJSON *until = cJSON_GetObjectItemCaseSensitive(row, "until");
	struct dry_future_pod pod = { .until_ms = INT64_MAX, .row = row };

	if (!cJSON_IsNumber(t) || !(fabs(t->valuedouble) < 1e12) ||
	    !cJSON_IsString(cJSON_GetObjectItemCaseSensitive(row, "name")))
		return false;
	pod.at_ms = llround(t->valuedouble * 1000);
	pod.ends = cJSON_HasObjectItem(row, "duration");
	pod.runs_at_start = cJSON_HasObjectItem(row, "node");
	if (cJSON_IsNumber(until) && fabs(until->valuedouble) < 1e12)
		pod.until_ms = llround(until->valuedouble * 1000);
	future->pod = dry_grow(future->pod, &future->pod_capacity, future->pod_count + 1, sizeof(*future->pod));
	future->pod[future->pod_count++] = pod;
	return true;
}

static bool read_line(struct dry_future *future, const struct dry_reader *reader, const char *line, size_t length,
		      struct dry_error *err)
{
	cJSON *row = cJSON_ParseWithLength(line, length);
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "type"));
	const char *epoch = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "epoch"));

	if (!type) {
		cJSON_Delete(row);
		return complain(err, reader, line, length, "no event of a trace");
	}
	if (!strcmp(type, "pod")) {
		if (add_pod(future, row))
			return true;
		cJSON_Delete(row);
		return complain(err, reader, line, length, "a pod without a usable t and name");
	}
	if (!strcmp(type, "header") && epoch && !future->epoch)
		future->epoch = dry_xstrdup(epoch);
	else if (strcmp(type, "header") != 0)
		future->left_out++;
	cJSON_Delete(row);
	return true;
}

static bool read_all(struct dry_future *future, const char *path, struct dry_error *err)
{
	const struct dry_reader_options limits = { .size_limit = future->options.size_limit, .is_raisable = true };
	struct dry_reader *reader = dry_reader_open(path, &limits, err);
	enum dry_reader_state state;
	const char *line;
	bool fine = true;
	size_t length;

	if (!reader)
		return false;
	while (fine && (state = dry_reader_line(reader, &line, &length, err)) != DRY_READER_END) {
		if (state == DRY_READER_FAILED)
			fine = false;
		else if (length)
			fine = read_line(future, reader, line, length, err);
	}
	if (fine && !future->pod_count)
		fine = dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = dry_reader_name(reader) },
				"has no pods: there is nothing to forecast");
	dry_reader_close(reader);
	return fine;
}

/* --- forecasting --- */

static double *count_arrivals(const struct dry_future *future, enum dry_demand_kind kind)
{
	double *y = dry_xcalloc(future->bucket_count + 1, sizeof(*y));
	size_t i;

	for (i = 0; i < future->pod_count; i++) {
		const struct dry_future_pod *pod = &future->pod[i];
		size_t bucket = pod->at_ms >= 0 ? (size_t)(pod->at_ms / future->options.bucket_ms) : SIZE_MAX;

		if (!pod->runs_at_start && kind_of(pod) == kind && bucket < future->bucket_count)
			y[bucket]++;
	}
	return y;
}

static void forecast_kind(struct dry_future *future, enum dry_demand_kind which)
{
	const struct dry_future_options *o = &future->options;
	size_t horizon = (size_t)((o->horizon_ms + o->bucket_ms - 1) / o->bucket_ms), k;
	size_t season = (size_t)(o->season_ms / o->bucket_ms);
	struct dry_future_kind *kind = &future->kind[which];
	double *y = count_arrivals(future, which), *quantile = dry_xcalloc(horizon + 1, sizeof(*quantile)), sum = 0;
	struct dry_series series = { y, future->bucket_count, season };

	dry_backtest_run(&kind->tests, &series, season, TAU, FOLDS, o->has_method ? &o->method : NULL);
	kind->method = kind->tests.chosen;
	future->mean[which] = dry_xcalloc(horizon + 1, sizeof(double));
	dry_forecast(kind->method, &series, horizon, TAU, NULL, future->mean[which], quantile);
	for (k = 0; k < future->bucket_count; k++)
		kind->pods += (uint64_t)y[k];
	for (k = 0; k < horizon; k++) {
		future->mean[which][k] *= o->growth;
		sum += future->mean[which][k];
	}
	kind->mean_per_day = sum * 86400000.0 / ((double)horizon * (double)o->bucket_ms);
	free(quantile);
	free(y);
}

bool dry_future_read(struct dry_future *future, const char *path, const struct dry_future_options *options,
		     struct dry_error *err)
{
	size_t season = (size_t)(options->season_ms / options->bucket_ms), least;
	int64_t last = 0;
	size_t i;
	int kind;

	memset(future, 0, sizeof(*future));
	future->options = *options;
	future->mean = dry_xcalloc(DRY_DEMAND_KIND_COUNT, sizeof(*future->mean));
	if (season < 2)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "a season has to be at least two buckets");
	if (!read_all(future, path, err))
		return false;
	for (i = 0; i < future->pod_count; i++)
		if (future->pod[i].at_ms > last)
			last = future->pod[i].at_ms;
	future->bucket_count = (size_t)(last / options->bucket_ms) + 1;
	least = dry_forecast_least(season);
	if (future->bucket_count < least) {
		char has[32], wants[32];

		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path },
			 "%s of arrivals are too short for this season: at least %s are needed",
			 dry_format_duration((int64_t)future->bucket_count * options->bucket_ms, has, sizeof(has)),
			 dry_format_duration((int64_t)least * options->bucket_ms, wants, sizeof(wants)));
		return dry_fail_fix(err, "give a longer trace or a shorter --season");
	}
	for (kind = 0; kind < DRY_DEMAND_KIND_COUNT; kind++)
		forecast_kind(future, (enum dry_demand_kind)kind);
	return true;
}

/* --- drawing --- */

struct drawn {
	int64_t at_ms;
	const struct dry_future_pod *of;
	uint64_t number;
};

struct drawing {
	struct dry_future *future;
	struct drawn *list;
	size_t count, capacity;
	uint64_t number;
	int64_t end_ms;                 /* of the history */
	size_t *slot_start;             /* candidates by slot of the season, one kind at a time */
	const struct dry_future_pod **candidate;
};

/* Search of the Poisson CDF for one uniform. */
static uint64_t poisson(double mean, double u)
{
	double normal = mean > 0 ? mean + gsl_cdf_ugaussian_Pinv(u) * sqrt(mean) : 0;
	unsigned k = normal > 1 ? (unsigned)normal : 0;

	if (!(mean > 0))
		return 0;
	while (k > 0 && gsl_cdf_poisson_P(k - 1, mean) >= u)
		k--;
	while (gsl_cdf_poisson_P(k, mean) < u)
		k++;
	return k;
}

static size_t slot_of(const struct drawing *d, int64_t at_ms)
{
	const struct dry_future_options *o = &d->future->options;

	return (size_t)(at_ms / o->bucket_ms) % (size_t)(o->season_ms / o->bucket_ms);
}

static bool is_candidate(const struct drawing *d, const struct dry_future_pod *pod, enum dry_demand_kind kind)
{
	return !pod->runs_at_start && pod->at_ms >= 0 && kind_of(pod) == kind &&
	       d->end_ms - pod->at_ms <= SEASONS_BACK * d->future->options.season_ms &&
	       (pod->ends || pod->until_ms != INT64_MAX);
}

/* Pods of one kind, dealt to the slots in which they came. */
static size_t deal(struct drawing *d, enum dry_demand_kind kind, size_t slots)
{
	const struct dry_future *future = d->future;
	size_t i, s, sum = 0;

	memset(d->slot_start, 0, (slots + 1) * sizeof(*d->slot_start));
	for (i = 0; i < future->pod_count; i++)
		if (is_candidate(d, &future->pod[i], kind))
			d->slot_start[slot_of(d, future->pod[i].at_ms)]++;
	for (s = 0; s <= slots; s++) {
		size_t n = d->slot_start[s];

		d->slot_start[s] = sum;
		sum += n;
	}
	for (i = 0; i < future->pod_count; i++)
		if (is_candidate(d, &future->pod[i], kind))
			d->candidate[d->slot_start[slot_of(d, future->pod[i].at_ms)]++] = &future->pod[i];
	for (s = slots; s > 0; s--)
		d->slot_start[s] = d->slot_start[s - 1];
	d->slot_start[0] = 0;
	return sum;
}

static void add_drawn(struct drawing *d, int64_t at_ms, const struct dry_future_pod *of)
{
	d->list = dry_grow(d->list, &d->capacity, d->count + 1, sizeof(*d->list));
	d->list[d->count++] = (struct drawn){ at_ms, of, d->number++ };
}

static void draw_kind(struct drawing *d, enum dry_demand_kind kind)
{
	struct dry_future *future = d->future;
	const struct dry_future_options *o = &future->options;
	size_t slots = (size_t)(o->season_ms / o->bucket_ms), all = deal(d, kind, slots), k;
	size_t horizon = (size_t)((o->horizon_ms + o->bucket_ms - 1) / o->bucket_ms);
	struct dry_stream counts = dry_stream_make(o->seed, "forecast-count", kind_name[kind], 0);
	struct dry_stream picks = dry_stream_make(o->seed, "forecast-pod", kind_name[kind], 0);

	for (k = 0; all && k < horizon; k++) {
		size_t slot = (future->bucket_count + k) % slots;
		size_t from = d->slot_start[slot], n = d->slot_start[slot + 1] - from;
		uint64_t wanted = poisson(future->mean[kind][k], dry_stream_uniform(&counts, k, 0)), i;

		if (!n) {               /* none came then: any will do */
			from = 0;
			n = all;
		}
		for (i = 0; i < wanted; i++) {
			double u = dry_stream_uniform(&picks, k, 2 * i), v = dry_stream_uniform(&picks, k, 2 * i + 1);
			int64_t at = (int64_t)k * o->bucket_ms + (int64_t)(v * (double)o->bucket_ms);

			if (at < o->horizon_ms)
				add_drawn(d, at, d->candidate[from + (size_t)(u * (double)n)]);
		}
		future->kind[kind].drawn += wanted;
	}
}

/* Services that outlive the history, and pods that run for ever. */
static void carry_over(struct drawing *d)
{
	size_t i;

	for (i = 0; i < d->future->pod_count; i++) {
		const struct dry_future_pod *pod = &d->future->pod[i];

		if (!pod->ends && pod->until_ms > d->end_ms) {
			add_drawn(d, 0, pod);
			d->future->carried++;
		}
	}
}

static int by_instant(const void *a, const void *b)
{
	const struct drawn *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* --- writing --- */

/* The history's epoch moved to its end, in UTC; false when it is no RFC 3339 instant. */
static bool moved_epoch(const char *epoch, int64_t ms, char text[DRY_CLOCK_TEXT])
{
	int64_t at_ms;

	if (!epoch || dry_clock_parse(epoch, strlen(epoch), &at_ms))
		return false;
	dry_clock_format(at_ms + ms / 1000 * 1000, text);
	return true;
}

static void write_header(const struct drawing *d, struct dry_writer *writer)
{
	char epoch[DRY_CLOCK_TEXT];

	dry_writer_text(writer, "{\"type\":\"header\",\"version\":\"dryscale/v1\"");
	if (moved_epoch(d->future->epoch, d->end_ms, epoch))
		dry_writer_printf(writer, ",\"epoch\":\"%s\"", epoch);
	dry_writer_printf(writer, ",\"source\":\"synthetic: dryscale forecast, seed %llu, growth %g\"}\n",
			  (unsigned long long)d->future->options.seed, d->future->options.growth);
}

static void set_number(cJSON *row, const char *key, int64_t ms)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(row, key);

	if (item)
		cJSON_SetNumberValue(item, (double)ms / 1000);
}

static void write_pod(const struct drawing *d, const struct drawn *drawn, struct dry_writer *writer)
{
	const struct dry_future_pod *of = drawn->of;
	cJSON *row = cJSON_Duplicate(of->row, true), *name = cJSON_GetObjectItemCaseSensitive(row, "name");
	bool carried = !of->ends && of->until_ms > d->end_ms && drawn->at_ms == 0;
	char text[300], *line;

	cJSON_DeleteItemFromObjectCaseSensitive(row, "node");
	set_number(row, "t", drawn->at_ms);
	if (of->until_ms != INT64_MAX)
		set_number(row, "until", carried ? of->until_ms - d->end_ms : drawn->at_ms + of->until_ms - of->at_ms);
	snprintf(text, sizeof(text), "%.200s-f%llu", name->valuestring, (unsigned long long)drawn->number);
	cJSON_SetValuestring(name, text);
	line = cJSON_PrintUnformatted(row);
	if (line) {
		dry_writer_text(writer, line);
		dry_writer_text(writer, "\n");
	}
	cJSON_free(line);
	cJSON_Delete(row);
}

void dry_future_write(struct dry_future *future, struct dry_writer *writer)
{
	const struct dry_future_options *o = &future->options;
	size_t slots = (size_t)(o->season_ms / o->bucket_ms), i;
	struct drawing d = { .future = future, .end_ms = (int64_t)future->bucket_count * o->bucket_ms };
	int kind;

	d.slot_start = dry_xcalloc(slots + 2, sizeof(*d.slot_start));
	d.candidate = dry_xcalloc(future->pod_count + 1, sizeof(*d.candidate));
	carry_over(&d);
	for (kind = 0; kind < DRY_DEMAND_KIND_COUNT; kind++)
		draw_kind(&d, (enum dry_demand_kind)kind);
	if (d.count)
		qsort(d.list, d.count, sizeof(*d.list), by_instant);
	write_header(&d, writer);
	for (i = 0; i < d.count && !dry_writer_has_failed(writer); i++)
		write_pod(&d, &d.list[i], writer);
	free(d.candidate);
	free(d.slot_start);
	free(d.list);
}

void dry_future_release(struct dry_future *future)
{
	size_t i;
	int kind;

	for (i = 0; i < future->pod_count; i++)
		cJSON_Delete(future->pod[i].row);
	free(future->pod);
	free(future->epoch);
	for (kind = 0; kind < DRY_DEMAND_KIND_COUNT; kind++) {
		dry_backtests_release(&future->kind[kind].tests);
		if (future->mean)
			free(future->mean[kind]);
	}
	free(future->mean);
	memset(future, 0, sizeof(*future));
}
