/* Hypervolume: a sweep for two and three objectives, WFG's recursion for more, Sobol points when that is too long. */
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sweep/pareto.h"
#include "base/banned.h"

#define EXACT_POINTS 200
#define SAMPLES (UINT32_C(1) << 17)
#define SOBOL_DIMENSIONS 40

struct by_last {
	uint32_t objectives, key;
};

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct by_last *order = context;
	const double *x = a, *y = b;

	if (x[order->key] != y[order->key])
		return x[order->key] < y[order->key] ? -1 : 1;
	for (uint32_t k = 0; k < order->objectives; k++)
		if (x[k] != y[k])
			return x[k] < y[k] ? -1 : 1;
	return 0;
}

static void sort_rows(double *row, uint32_t count, uint32_t objectives, uint32_t key)
{
	struct by_last order = { objectives, key };

	qsort_r(row, count, objectives * sizeof(*row), compare_rows, &order);
}

static double area(double *row, uint32_t count, const double *reference)
{
	double sum = 0, below = reference[1];

	sort_rows(row, count, 2, 0);
	for (size_t i = 0; i < count; i++) {
		if (row[2 * i + 1] >= below)
			continue;
		sum += (reference[0] - row[2 * i]) * (below - row[2 * i + 1]);
		below = row[2 * i + 1];
	}
	return sum;
}

/* Slices of the third objective, each as deep as to the next point. */
static double volume(double *row, uint32_t count, const double *reference)
{
	double *flat = dry_xcalloc(2 * (size_t)count + 1, sizeof(*flat)), sum = 0;

	sort_rows(row, count, 3, 2);
	for (uint32_t i = 0; i < count; i++) {
		double depth = (i + 1 < count ? row[3 * (i + 1) + 2] : reference[2]) - row[3 * i + 2];

		if (!(depth > 0))
			continue;
		for (uint32_t j = 0; j <= i; j++)
			memcpy(flat + 2 * (size_t)j, row + 3 * (size_t)j, 2 * sizeof(*flat));
		sum += area(flat, i + 1, reference) * depth;
	}
	free(flat);
	return sum;
}

static uint32_t keep_front(double *row, uint32_t count, uint32_t objectives)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		const double *own = row + (size_t)i * objectives;
		bool out = false;

		for (uint32_t j = 0; j < count && !out; j++) {
			const double *other = row + (size_t)j * objectives;

			out = j != i && (dry_dominates(other, own, objectives) ||
					 (j < i && !memcmp(other, own, objectives * sizeof(*own))));
		}
		if (!out)
			memmove(row + (size_t)kept++ * objectives, own, objectives * sizeof(*own));
	}
	return kept;
}

/* WFG: what each point adds to those behind it, limited to its own box. */
static double recursion(double *row, uint32_t count, uint32_t objectives, const double *reference)
{
	double *limited = dry_xcalloc((size_t)count * objectives + 1, sizeof(*limited)), sum = 0;

	sort_rows(row, count, objectives, objectives - 1);
	for (uint32_t i = 0; i < count; i++) {
		const double *own = row + (size_t)i * objectives;
		uint32_t rest = count - i - 1;
		double own_volume = 1;

		for (uint32_t k = 0; k < objectives; k++)
			own_volume *= reference[k] - own[k];
		for (uint32_t j = 0; j < rest; j++)
			for (uint32_t k = 0; k < objectives; k++)
				limited[(size_t)j * objectives + k] =
					fmax(own[k], row[(size_t)(i + 1 + j) * objectives + k]);
		rest = keep_front(limited, rest, objectives);
		sum += own_volume - (rest ? recursion(limited, rest, objectives, reference) : 0);
	}
	free(limited);
	return sum;
}

static double sampled(const double *row, uint32_t count, uint32_t objectives, const double *reference,
		      double *error)
{
	gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, objectives);
	double u[SOBOL_DIMENSIONS], low[SOBOL_DIMENSIONS], box = 1, share;
	uint32_t hits = 0;

	if (!sobol)
		dry_out_of_memory(0);
	for (uint32_t k = 0; k < objectives; k++) {
		low[k] = row[k];
		for (uint32_t i = 1; i < count; i++)
			low[k] = fmin(low[k], row[(size_t)i * objectives + k]);
		box *= reference[k] - low[k];
	}
	for (uint32_t s = 0; s < SAMPLES; s++) {
		bool inside = false;

		gsl_qrng_get(sobol, u);
		for (uint32_t i = 0; i < count && !inside; i++) {
			inside = true;
			for (uint32_t k = 0; k < objectives && inside; k++)
				inside = row[(size_t)i * objectives + k] <=
					 low[k] + u[k] * (reference[k] - low[k]);
		}
		hits += inside;
	}
	gsl_qrng_free(sobol);
	share = (double)hits / SAMPLES;
	if (error)
		*error = box * sqrt(share * (1 - share) / SAMPLES);
	return box * share;
}

double dry_hypervolume(const double *value, uint32_t count, uint32_t objectives,
		       const double *reference, double *error)
{
	double *row = dry_xcalloc((size_t)count * objectives + 1, sizeof(*row)), found = 0;
	uint32_t inside = 0;

	if (error)
		*error = 0;
	for (uint32_t i = 0; i < count; i++) {
		const double *own = value + (size_t)i * objectives;
		bool is_inside = true;

		for (uint32_t k = 0; k < objectives && is_inside; k++)
			is_inside = own[k] < reference[k];
		if (is_inside)
			memcpy(row + (size_t)inside++ * objectives, own, objectives * sizeof(*row));
	}
	if (objectives > 3)
		inside = keep_front(row, inside, objectives);
	if (!inside)
		found = 0;
	else if (objectives == 2)
		found = area(row, inside, reference);
	else if (objectives == 3)
		found = volume(row, inside, reference);
	else if (inside <= EXACT_POINTS || objectives > SOBOL_DIMENSIONS)
		found = recursion(row, inside, objectives, reference);
	else
		found = sampled(row, inside, objectives, reference, error);
	free(row);
	return found;
}

void dry_hypervolume_contributions(const double *value, uint32_t count, uint32_t objectives,
				   const double *reference, double *contribution)
{
	double *others = dry_xcalloc((size_t)count * objectives + 1, sizeof(*others));
	double all = dry_hypervolume(value, count, objectives, reference, NULL);

	for (uint32_t i = 0; i < count; i++) {
		size_t before = (size_t)i * objectives, behind = (size_t)(count - i - 1) * objectives;

		memcpy(others, value, before * sizeof(*others));
		memcpy(others + before, value + before + objectives, behind * sizeof(*others));
		contribution[i] = all - dry_hypervolume(others, count - 1, objectives, reference, NULL);
	}
	free(others);
}
