/* Samples of a grid: random, Latin hypercube, Sobol. */
#include "sweep/search.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/random.h"
#include "sweep/grid.h"
#include "base/banned.h"

#define SOBOL_DIMENSIONS 40u
#define TRIES 64u                       /* draws for each point wanted, before a sample is left short */
#define ETA 3

const char *dry_search_method_name(enum dry_search_method method)
{
	static const char *const name[DRY_SEARCH_COUNT] = { "grid", "random", "lhs", "sobol", "halving",
							    "racing", "nsga2" };

	dry_assert(method < DRY_SEARCH_COUNT);
	return name[method];
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts and drops what is there twice. */
static uint64_t unique(uint64_t *list, uint64_t count)
{
	uint64_t kept = 0;

	qsort(list, count, sizeof(*list), by_number);
	for (uint64_t i = 0; i < count; i++)
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	return kept;
}

static uint32_t level_of(double u, uint32_t values)
{
	uint32_t level = (uint32_t)floor(u * values);

	return level < values ? level : values - 1;
}

void dry_sobol_points(uint32_t dimensions, uint32_t count, double *point)
{
	gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, dimensions);

	if (!sobol)
		dry_out_of_memory(0);
	for (uint32_t i = 0; i < count; i++)
		gsl_qrng_get(sobol, point + (size_t)i * dimensions);
	gsl_qrng_free(sobol);
}

struct sample {
	const struct dry_sweep_parameter *parameter;
	uint32_t parameters;
	uint32_t *value;                /* scratch: one setting */
	uint64_t seed;
	gsl_qrng *sobol;
	double *u;
	uint64_t **order;               /* Latin hypercube: one permutation a parameter */
	uint64_t rows;
};

static uint64_t draw_random(struct sample *sample, uint64_t n)
{
	for (uint32_t p = 0; p < sample->parameters; p++) {
		struct dry_stream stream = dry_stream_make(sample->seed, "search", sample->parameter[p].path, 0);

		sample->value[p] = level_of(dry_stream_uniform(&stream, n, 0), sample->parameter[p].value_count);
	}
	return dry_grid_index(sample->parameter, sample->parameters, sample->value);
}

static uint64_t draw_sobol(struct sample *sample, uint64_t n)
{
	uint32_t dimensions = sample->parameters < SOBOL_DIMENSIONS ? sample->parameters : SOBOL_DIMENSIONS;
	uint64_t index;

	index = draw_random(sample, n);         /* for what is beyond GSL's dimensions */
	(void)index;
	gsl_qrng_get(sample->sobol, sample->u);
	for (uint32_t p = 0; p < dimensions; p++)
		sample->value[p] = level_of(sample->u[p], sample->parameter[p].value_count);
	return dry_grid_index(sample->parameter, sample->parameters, sample->value);
}

struct keyed {
	uint64_t key, row;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Row n of each column is one of `rows` strata, each taken once: a permutation by sorted keys. */
static void make_strata(struct sample *sample, uint64_t rows, uint64_t round)
{
	struct keyed *keyed = dry_xcalloc(rows + 1, sizeof(*keyed));

	sample->rows = rows;
	for (uint32_t p = 0; p < sample->parameters; p++) {
		struct dry_stream stream = dry_stream_make(sample->seed, "search", sample->parameter[p].path,
							   round);

		for (uint64_t i = 0; i < rows; i++)
			keyed[i] = (struct keyed){ dry_stream_bits(&stream, i, 1), i };
		qsort(keyed, rows, sizeof(*keyed), by_key);
		for (uint64_t i = 0; i < rows; i++)
			sample->order[p][i] = keyed[i].row;
	}
	free(keyed);
}

static uint64_t draw_latin(struct sample *sample, uint64_t n)
{
	uint64_t row = n % sample->rows;

	if (n && !row)
		make_strata(sample, sample->rows, n / sample->rows);
	for (uint32_t p = 0; p < sample->parameters; p++)
		sample->value[p] = level_of(((double)sample->order[p][row] + 0.5) / (double)sample->rows,
					    sample->parameter[p].value_count);
	return dry_grid_index(sample->parameter, sample->parameters, sample->value);
}

static void sample_init(struct sample *sample, enum dry_search_method method, uint64_t wanted)
{
	uint32_t parameters = sample->parameters;

	sample->value = dry_xcalloc((size_t)parameters + 1, sizeof(*sample->value));
	sample->u = dry_xcalloc((size_t)parameters + SOBOL_DIMENSIONS, sizeof(*sample->u));
	sample->order = dry_xcalloc((size_t)parameters + 1, sizeof(*sample->order));
	if (method == DRY_SEARCH_SOBOL) {
		sample->sobol = gsl_qrng_alloc(gsl_qrng_sobol,
					       parameters < SOBOL_DIMENSIONS ? parameters : SOBOL_DIMENSIONS);
		if (!sample->sobol)
			dry_out_of_memory(0);
	}
	if (method != DRY_SEARCH_LATIN)
		return;
	for (uint32_t p = 0; p < parameters; p++)
		sample->order[p] = dry_xcalloc(wanted + 1, sizeof(**sample->order));
	make_strata(sample, wanted, 0);
}

static void sample_release(struct sample *sample)
{
	for (uint32_t p = 0; p < sample->parameters; p++)
		free(sample->order[p]);
	free(sample->order);
	free(sample->value);
	free(sample->u);
	if (sample->sobol)
		gsl_qrng_free(sample->sobol);
}

static bool is_new(const uint64_t *sorted, uint64_t count, uint64_t index)
{
	return !count || !bsearch(&index, sorted, count, sizeof(*sorted), by_number);
}

uint64_t *dry_search_sample(enum dry_search_method method, const struct dry_sweep_parameter *parameter,
			    uint32_t parameter_count, uint64_t wanted, uint64_t seed, uint64_t *count)
{
	struct sample sample = { .parameter = parameter, .parameters = parameter_count, .seed = seed };
	uint64_t grid = 0, n = 0, sorted = 0, found = 0, *list;

	if (!dry_grid_count(parameter, parameter_count, &grid))
		grid = INT64_MAX;
	if (wanted > grid)
		wanted = grid;
	list = dry_xcalloc(wanted + 1, sizeof(*list));
	*count = wanted;
	if (wanted == grid) {
		for (uint64_t i = 0; i < grid; i++)
			list[i] = i;
		return list;
	}
	sample_init(&sample, method, wanted ? wanted : 1);
	/* Batches as large as what is missing; what came twice is drawn again. */
	while (found < wanted && n < TRIES * wanted) {
		uint64_t index = method == DRY_SEARCH_SOBOL ? draw_sobol(&sample, n) :
				 method == DRY_SEARCH_LATIN ? draw_latin(&sample, n) : draw_random(&sample, n);

		n++;
		if (is_new(list, sorted, index))
			list[found++] = index;
		if (found == wanted)
			found = sorted = unique(list, found);
	}
	*count = unique(list, found);
	sample_release(&sample);
	return list;
}

uint32_t dry_halving_rungs(uint64_t count, uint64_t keep, struct dry_halving_rung *rung)
{
	uint32_t rungs = 1;
	uint64_t points = count;

	while (rungs < DRY_HALVING_RUNGS_MOST && points / ETA >= keep && points / ETA >= 1) {
		points /= ETA;
		rungs++;
	}
	for (uint32_t k = 0; k < rungs; k++) {
		double part = pow(ETA, k);

		rung[k].points = (uint64_t)floor((double)count / part);
		if (rung[k].points < keep)
			rung[k].points = keep < count ? keep : count;
		rung[k].share = pow(ETA, (double)k - (rungs - 1));
	}
	return rungs;
}
