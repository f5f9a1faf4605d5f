/* Nodes added a group and hour, and the hours that stand out (methods.md 7.3). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "forecast/anomaly.h"
#include "report/investigate.h"

#define HOURS_A_DAY 24
#define HOURS_A_WEEK 168
#define DAYS_TO_CONFIRM 14
#define DAYS_FOR_WEEKS 28
#define DAYS_FOR_SLOTS 3
#define NODES_LEAST 3
#define ESD_ALPHA 0.01
#define ESD_MOST 50

static size_t count_hours(const struct dry_log *log)
{
	return log->end_at_ms > 0 ? (size_t)((log->end_at_ms - 1) / DRY_HOUR_MS) + 1 : 1;
}

static void add_nodes(const struct dry_log *log, uint32_t group_index, double *x, size_t hours)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		size_t hour = e->at_ms < 0 ? 0 : (size_t)(e->at_ms / DRY_HOUR_MS);

		/* what happens at the very end is of the last hour */
		if (e->kind == DRY_EVENT_SCALE_UP && e->group_index == group_index)
			x[hour < hours ? hour : hours - 1] += e->to - e->from;
	}
}

/* Hours of a slot with its season; 0 = none. */
static size_t find_season(size_t hours)
{
	size_t days = hours / HOURS_A_DAY;

	return days >= DAYS_FOR_WEEKS ? HOURS_A_WEEK : days >= DAYS_FOR_SLOTS ? HOURS_A_DAY : 0;
}

static void confirm(const double *residual, size_t hours, bool *outlier)
{
	size_t most = hours / 10 < ESD_MOST ? hours / 10 : ESD_MOST, steps = 0, count;
	double *statistic = dry_xcalloc(most + 1, sizeof(double)), *critical = dry_xcalloc(most + 1, sizeof(double));
	size_t *removed = dry_xcalloc(most + 1, sizeof(size_t));

	count = dry_generalized_esd(residual, hours, most, ESD_ALPHA, statistic, critical, removed, &steps);
	for (size_t i = 0; i < count; i++)
		outlier[removed[i]] = true;
	free(statistic);
	free(critical);
	free(removed);
}

/* Judges every hour of a group. usual, z, outlier: one an hour. */
static void judge(const double *x, size_t hours, double *usual, double *z, bool *outlier)
{
	size_t season = find_season(hours);
	double *residual = dry_xcalloc(hours, sizeof(double));
	struct dry_robust_scale scale;

	memcpy(residual, x, hours * sizeof(double));
	if (season) {
		double *slot = dry_xcalloc(season, sizeof(double));

		dry_seasonal_residuals(x, hours, season, residual, slot);
		for (size_t h = 0; h < hours; h++)
			usual[h] = slot[h % season];
		free(slot);
	}
	dry_robust_z(residual, hours, z, &scale);
	for (size_t h = 0; !season && h < hours; h++)
		usual[h] = scale.median;
	if (hours / HOURS_A_DAY >= DAYS_TO_CONFIRM)
		confirm(residual, hours, outlier);
	free(residual);
}

struct judged {
	size_t hours;
	double *x, *usual, *z;
	bool *outlier;
};

static struct judged judge_group(const struct dry_log *log, uint32_t group_index)
{
	struct judged judged = { .hours = count_hours(log) };

	judged.x = dry_xcalloc(judged.hours, sizeof(double));
	judged.usual = dry_xcalloc(judged.hours, sizeof(double));
	judged.z = dry_xcalloc(judged.hours, sizeof(double));
	judged.outlier = dry_xcalloc(judged.hours, sizeof(bool));
	add_nodes(log, group_index, judged.x, judged.hours);
	judge(judged.x, judged.hours, judged.usual, judged.z, judged.outlier);
	return judged;
}

static void release_judged(struct judged *judged)
{
	free(judged->x);
	free(judged->usual);
	free(judged->z);
	free(judged->outlier);
}

static struct dry_unusual unusual_of(const struct judged *judged, uint32_t group_index, size_t hour)
{
	return (struct dry_unusual){
		group_index, (int64_t)hour, judged->x[hour], judged->usual[hour], judged->z[hour],
		judged->hours / HOURS_A_DAY < DAYS_TO_CONFIRM ? DRY_UNUSUAL_BY_Z :
		judged->outlier[hour]			      ? DRY_UNUSUAL_CONFIRMED :
								DRY_UNUSUAL_SUSPECT,
	};
}

static int by_z(const void *a, const void *b)
{
	const struct dry_unusual *x = a, *y = b;

	if (x->z != y->z)
		return x->z < y->z ? 1 : -1;
	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return (x->group_index > y->group_index) - (x->group_index < y->group_index);
}

struct dry_unusual *dry_unusual_find(const struct dry_log *log, uint32_t *count)
{
	struct dry_unusual *found = dry_xcalloc(1, sizeof(*found));
	size_t capacity = 1;

	*count = 0;
	for (uint32_t g = 0; g < log->config->group_count; g++) {
		struct judged judged = judge_group(log, g);

		for (size_t h = 0; h < judged.hours; h++) {
			if (!(judged.z[h] > DRY_ANOMALY_Z) || judged.x[h] < NODES_LEAST)
				continue;
			found = dry_grow(found, &capacity, (size_t)*count + 1, sizeof(*found));
			found[(*count)++] = unusual_of(&judged, g, h);
		}
		release_judged(&judged);
	}
	qsort(found, *count, sizeof(*found), by_z);
	return found;
}

struct dry_unusual dry_unusual_at(const struct dry_log *log, uint32_t group_index, int64_t at_ms)
{
	struct judged judged = judge_group(log, group_index);
	size_t hour = (size_t)(at_ms / DRY_HOUR_MS);
	struct dry_unusual unusual = unusual_of(&judged, group_index, hour < judged.hours ? hour : judged.hours - 1);

	release_judged(&judged);
	return unusual;
}
