/* Ranks, crowding, knee and archive of methods.md 4. */
#include "sweep/pareto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/banned.h"

bool dry_dominates(const double *a, const double *b, uint32_t objectives)
{
	bool better = false;

	for (uint32_t k = 0; k < objectives; k++) {
		if (a[k] > b[k])
			return false;
		better |= a[k] < b[k];
	}
	return better;
}

struct row {
	const double *value;
	uint32_t index;
};

struct order {
	uint32_t objectives, objective;
};

static int by_vector(const void *a, const void *b, void *context)
{
	const struct row *x = a, *y = b;
	const struct order *order = context;

	for (uint32_t k = 0; k < order->objectives; k++)
		if (x->value[k] != y->value[k])
			return x->value[k] < y->value[k] ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_objective(const void *a, const void *b, void *context)
{
	const struct row *x = a, *y = b;
	uint32_t k = ((const struct order *)context)->objective;

	if (x->value[k] != y->value[k])
		return x->value[k] < y->value[k] ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static struct row *sorted_rows(const double *value, uint32_t count, uint32_t objectives)
{
	struct row *row = dry_xcalloc((size_t)count + 1, sizeof(*row));
	struct order order = { .objectives = objectives };

	for (uint32_t i = 0; i < count; i++)
		row[i] = (struct row){ value + (size_t)i * objectives, i };
	qsort_r(row, count, sizeof(*row), by_vector, &order);
	return row;
}

/* Two objectives, by (f1, f2): a front dominates the next point when its lowest f2 is not above the point's. */
static uint32_t rank_pairs(const struct row *row, uint32_t count, bool first_only, uint32_t *rank)
{
	double *lowest = dry_xcalloc((size_t)count + 1, sizeof(*lowest));
	uint32_t fronts = 0;

	for (uint32_t i = 0; i < count; i++) {
		const double *value = row[i].value;
		uint32_t low = 0, high = fronts;

		if (i && value[0] == row[i - 1].value[0] && value[1] == row[i - 1].value[1]) {
			rank[row[i].index] = rank[row[i - 1].index];
			continue;
		}
		while (low < high) {
			uint32_t middle = (low + high) / 2;

			if (lowest[middle] > value[1])
				high = middle;
			else
				low = middle + 1;
		}
		rank[row[i].index] = first_only && low ? UINT32_MAX : low;
		if (first_only && low)
			continue;
		if (low == fronts)
			fronts++;
		lowest[low] = value[1];
	}
	free(lowest);
	return fronts;
}

/* Any number of objectives: in lexicographic order only earlier points can dominate later ones. */
static uint32_t rank_vectors(const struct row *row, uint32_t count, uint32_t objectives, bool first_only,
			     uint32_t *rank)
{
	/* members of each front, as lists through `next` from the newest */
	uint32_t *newest = dry_xcalloc((size_t)count + 1, sizeof(*newest));
	uint32_t *next = dry_xcalloc((size_t)count + 1, sizeof(*next));
	uint32_t fronts = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t front = 0;

		for (; front < fronts; front++) {
			uint32_t m = newest[front];

			while (m != UINT32_MAX && !dry_dominates(row[m].value, row[i].value, objectives))
				m = next[m];
			if (m == UINT32_MAX)
				break;
			if (first_only) {
				front = UINT32_MAX;
				break;
			}
		}
		rank[row[i].index] = front;
		if (front == UINT32_MAX)
			continue;
		if (front == fronts)
			newest[fronts++] = UINT32_MAX;
		next[i] = newest[front];
		newest[front] = i;
	}
	free(newest);
	free(next);
	return fronts;
}

uint32_t dry_pareto_ranks(const double *value, uint32_t count, uint32_t objectives, bool first_only,
			  uint32_t *rank)
{
	struct row *row = sorted_rows(value, count, objectives);
	uint32_t fronts = objectives == 2 ? rank_pairs(row, count, first_only, rank) :
					    rank_vectors(row, count, objectives, first_only, rank);

	free(row);
	return fronts;
}

void dry_crowding(const double *value, uint32_t count, uint32_t objectives, double *crowding)
{
	struct row *row = dry_xcalloc((size_t)count + 1, sizeof(*row));
	struct order order = { .objectives = objectives };

	memset(crowding, 0, count * sizeof(*crowding));
	for (uint32_t i = 0; i < count; i++)
		row[i] = (struct row){ value + (size_t)i * objectives, i };
	for (uint32_t k = 0; k < objectives && count; k++) {
		double range;

		order.objective = k;
		qsort_r(row, count, sizeof(*row), by_objective, &order);
		range = row[count - 1].value[k] - row[0].value[k];
		crowding[row[0].index] = crowding[row[count - 1].index] = INFINITY;
		for (uint32_t i = 1; i + 1 < count; i++)
			if (range > 0 && isfinite(range))
				crowding[row[i].index] +=
					(row[i + 1].value[k] - row[i - 1].value[k]) / range;
	}
	free(row);
}

uint32_t dry_knee(const double *front, uint32_t count, uint32_t objectives, double *distance)
{
	double *low = dry_xcalloc(2 * (size_t)objectives + 1, sizeof(*low)), *high = low + objectives;
	uint32_t knee = UINT32_MAX;
	bool flat = count < 3;

	*distance = NAN;
	for (uint32_t k = 0; k < objectives; k++) {
		low[k] = INFINITY;
		high[k] = -INFINITY;
		for (uint32_t i = 0; i < count; i++) {
			low[k] = fmin(low[k], front[(size_t)i * objectives + k]);
			high[k] = fmax(high[k], front[(size_t)i * objectives + k]);
		}
		flat |= !(high[k] > low[k]) || !isfinite(high[k] - low[k]);
	}
	for (uint32_t i = 0; i < count && !flat; i++) {
		double sum = 0, d;

		for (uint32_t k = 0; k < objectives; k++)
			sum += (front[(size_t)i * objectives + k] - low[k]) / (high[k] - low[k]);
		d = (1 - sum) / sqrt(objectives);
		if (d > 0 && !(d <= *distance)) {
			*distance = d;
			knee = i;
		}
	}
	free(low);
	return knee;
}

uint32_t dry_epsilon_archive(const double *value, uint32_t count, uint32_t objectives,
			     const double *epsilon, uint32_t *kept)
{
	size_t cells = (size_t)count * objectives;
	double *box = dry_xcalloc(cells + 1, sizeof(*box));
	double *corner = dry_xcalloc((size_t)count + 1, sizeof(*corner));
	uint32_t *rank = dry_xcalloc((size_t)count + 1, sizeof(*rank));
	uint32_t found = 0;

	for (size_t i = 0; i < cells; i++) {
		double scaled = value[i] / epsilon[i % objectives];

		box[i] = floor(scaled + 1e-12);
		corner[i / objectives] += (scaled - box[i]) * (scaled - box[i]);
	}
	dry_pareto_ranks(box, count, objectives, true, rank);
	for (uint32_t i = 0; i < count; i++) {
		bool best = rank[i] == 0;

		for (uint32_t j = 0; j < count && best; j++)
			if (j != i && !memcmp(box + (size_t)i * objectives, box + (size_t)j * objectives,
					      objectives * sizeof(*box)))
				best = corner[i] < corner[j] || (corner[i] == corner[j] && i < j);
		if (best)
			kept[found++] = i;
	}
	free(box);
	free(corner);
	free(rank);
	return found;
}
