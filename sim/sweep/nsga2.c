/* NSGA-II on value lists and on reals: tournament, crossover, mutation, and survival of the best fronts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/random.h"
#include "sweep/grid.h"
#include "sweep/pareto.h"
#include "sweep/search.h"
#include "base/banned.h"

#define POPULATION 100u
#define CROSSOVER 0.9
#define CROSSOVER_ETA 15.0
#define MUTATION_ETA 20.0

/* Genes as reals: levels of a list, or variables in [0,1]. */
struct population {
	uint32_t size, genes, objectives;
	double *gene, *value;
	uint32_t *rank;
	double *crowding;
};

struct breeder {
	struct dry_stream stream;
	uint64_t draw;
};

static double draw(struct breeder *breeder)
{
	return dry_stream_uniform(&breeder->stream, breeder->draw++, 0);
}

static void population_init(struct population *p, uint32_t size, uint32_t genes, uint32_t objectives)
{
	*p = (struct population){ .size = size, .genes = genes, .objectives = objectives };
	p->gene = dry_xcalloc((size_t)size * genes + 1, sizeof(double));
	p->value = dry_xcalloc((size_t)size * objectives + 1, sizeof(double));
	p->rank = dry_xcalloc((size_t)size + 1, sizeof(uint32_t));
	p->crowding = dry_xcalloc((size_t)size + 1, sizeof(double));
}

static void population_release(struct population *p)
{
	free(p->gene);
	free(p->value);
	free(p->rank);
	free(p->crowding);
}

/* Ranks, and crowding within each rank. */
static void judge(struct population *p)
{
	uint32_t ranks = dry_pareto_ranks(p->value, p->size, p->objectives, false, p->rank);
	double *front = dry_xcalloc((size_t)p->size * p->objectives + 1, sizeof(double));
	double *crowding = dry_xcalloc((size_t)p->size + 1, sizeof(double));
	uint32_t *member = dry_xcalloc((size_t)p->size + 1, sizeof(uint32_t));

	for (uint32_t r = 0; r < ranks; r++) {
		uint32_t count = 0;

		for (uint32_t i = 0; i < p->size; i++) {
			if (p->rank[i] != r)
				continue;
			memcpy(front + (size_t)count * p->objectives, p->value + (size_t)i * p->objectives,
			       p->objectives * sizeof(double));
			member[count++] = i;
		}
		dry_crowding(front, count, p->objectives, crowding);
		for (uint32_t i = 0; i < count; i++)
			p->crowding[member[i]] = crowding[i];
	}
	free(front);
	free(crowding);
	free(member);
}

static bool is_better(const struct population *p, uint32_t a, uint32_t b)
{
	if (p->rank[a] != p->rank[b])
		return p->rank[a] < p->rank[b];
	return p->crowding[a] > p->crowding[b];
}

static const double *tournament(const struct population *p, struct breeder *breeder)
{
	uint32_t a = (uint32_t)(draw(breeder) * p->size), b = (uint32_t)(draw(breeder) * p->size);

	return p->gene + (size_t)(is_better(p, b, a) ? b : a) * p->genes;
}

struct place {
	uint32_t index, rank;
	double crowding;
};

static int by_fitness(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->crowding != y->crowding)
		return x->crowding > y->crowding ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* The best `parents->size` of parents and children become the parents. */
static void survive(struct population *parents, const struct population *children)
{
	struct population all;
	struct place *place;
	size_t genes = (size_t)parents->size * parents->genes, values = (size_t)parents->size * parents->objectives;

	population_init(&all, parents->size + children->size, parents->genes, parents->objectives);
	memcpy(all.gene, parents->gene, genes * sizeof(double));
	memcpy(all.gene + genes, children->gene, (size_t)children->size * parents->genes * sizeof(double));
	memcpy(all.value, parents->value, values * sizeof(double));
	memcpy(all.value + values, children->value,
	       (size_t)children->size * parents->objectives * sizeof(double));
	judge(&all);
	place = dry_xcalloc(all.size, sizeof(*place));
	for (uint32_t i = 0; i < all.size; i++)
		place[i] = (struct place){ i, all.rank[i], all.crowding[i] };
	qsort(place, all.size, sizeof(*place), by_fitness);
	for (uint32_t i = 0; i < parents->size; i++) {
		uint32_t from = place[i].index;

		memcpy(parents->gene + (size_t)i * parents->genes, all.gene + (size_t)from * all.genes,
		       all.genes * sizeof(double));
		memcpy(parents->value + (size_t)i * all.objectives, all.value + (size_t)from * all.objectives,
		       all.objectives * sizeof(double));
		parents->rank[i] = all.rank[from];
		parents->crowding[i] = all.crowding[from];
	}
	free(place);
	population_release(&all);
}

/* --- on reals --- */

/* Simulated binary crossover of one variable, bounded to [0,1]. */
static void cross_real(double *a, double *b, struct breeder *breeder)
{
	double low = fmin(*a, *b), high = fmax(*a, *b), u = draw(breeder), child[2];

	if (high - low < 1e-14)
		return;
	for (int side = 0; side < 2; side++) {
		double room = side ? 1 - high : low;
		double beta = 1 + 2 * room / (high - low), alpha = 2 - pow(beta, -(CROSSOVER_ETA + 1)), spread;

		if (u <= 1 / alpha)
			spread = pow(u * alpha, 1 / (CROSSOVER_ETA + 1));
		else
			spread = pow(1 / (2 - u * alpha), 1 / (CROSSOVER_ETA + 1));
		child[side] = 0.5 * (low + high + (side ? spread : -spread) * (high - low));
		child[side] = fmin(1, fmax(0, child[side]));
	}
	if (draw(breeder) < 0.5) {
		*a = child[1];
		*b = child[0];
	} else {
		*a = child[0];
		*b = child[1];
	}
}

static void mutate_real(double *x, uint32_t variables, struct breeder *breeder)
{
	for (uint32_t v = 0; v < variables; v++) {
		double u, power = 1 / (MUTATION_ETA + 1), step;

		if (draw(breeder) >= 1.0 / variables)
			continue;
		u = draw(breeder);
		if (u < 0.5)
			step = pow(2 * u + (1 - 2 * u) * pow(1 - x[v], MUTATION_ETA + 1), power) - 1;
		else
			step = 1 - pow(2 * (1 - u) + 2 * (u - 0.5) * pow(x[v], MUTATION_ETA + 1), power);
		x[v] = fmin(1, fmax(0, x[v] + step));
	}
}

static void breed_real(const struct population *parents, struct population *children, struct breeder *breeder)
{
	uint32_t genes = parents->genes;

	for (uint32_t i = 0; i + 1 < children->size; i += 2) {
		double *a = children->gene + (size_t)i * genes, *b = a + genes;

		memcpy(a, tournament(parents, breeder), genes * sizeof(double));
		memcpy(b, tournament(parents, breeder), genes * sizeof(double));
		if (draw(breeder) < CROSSOVER)
			for (uint32_t v = 0; v < genes; v++)
				if (draw(breeder) < 0.5)
					cross_real(&a[v], &b[v], breeder);
		mutate_real(a, genes, breeder);
		mutate_real(b, genes, breeder);
	}
}

void dry_nsga2_real(dry_problem_fn *problem, void *context, uint32_t variables, uint32_t objectives,
		    uint32_t population, uint32_t generations, uint64_t seed, double *front)
{
	struct breeder breeder = { .stream = dry_stream_make(seed, "search", "nsga2-real", 0) };
	struct population parents, children;

	population += population & 1;
	population_init(&parents, population, variables, objectives);
	population_init(&children, population, variables, objectives);
	for (size_t i = 0; i < (size_t)population * variables; i++)
		parents.gene[i] = draw(&breeder);
	for (uint32_t i = 0; i < population; i++)
		problem(context, parents.gene + (size_t)i * variables, parents.value + (size_t)i * objectives);
	judge(&parents);
	for (uint32_t g = 1; g < generations; g++) {
		breed_real(&parents, &children, &breeder);
		for (uint32_t i = 0; i < population; i++)
			problem(context, children.gene + (size_t)i * variables,
				children.value + (size_t)i * objectives);
		survive(&parents, &children);
	}
	memcpy(front, parents.value, (size_t)population * objectives * sizeof(double));
	population_release(&parents);
	population_release(&children);
}

/* --- on lists --- */

/* Points that were evaluated: each is asked for once. Sorted by index. */
struct memo {
	uint64_t *index;
	double *value;
	uint64_t count;
	uint32_t objectives;
};

static uint64_t memo_place(const struct memo *memo, uint64_t index)
{
	uint64_t low = 0, high = memo->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (memo->index[middle] < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool memo_has(const struct memo *memo, uint64_t index)
{
	uint64_t place = memo_place(memo, index);

	return place < memo->count && memo->index[place] == index;
}

static void memo_add(struct memo *memo, uint64_t index, const double *value)
{
	uint64_t place = memo_place(memo, index), behind = memo->count - place;
	size_t row = memo->objectives * sizeof(double);

	memmove(memo->index + place + 1, memo->index + place, behind * sizeof(*memo->index));
	memmove(memo->value + (place + 1) * memo->objectives, memo->value + place * memo->objectives, behind * row);
	memo->index[place] = index;
	memcpy(memo->value + place * memo->objectives, value, row);
	memo->count++;
}

static uint64_t index_of(const struct dry_nsga2_options *options, const double *gene, uint32_t *level)
{
	for (uint32_t p = 0; p < options->parameter_count; p++)
		level[p] = (uint32_t)gene[p];
	return dry_grid_index(options->parameter, options->parameter_count, level);
}

/* Uniform crossover; each gene then steps to a neighbour or anywhere with probability 1/n. */
static void breed_list(const struct dry_nsga2_options *options, const struct population *parents, double *child,
		       struct breeder *breeder)
{
	uint32_t genes = parents->genes;
	const double *a = tournament(parents, breeder), *b = tournament(parents, breeder);
	bool crosses = draw(breeder) < CROSSOVER;

	for (uint32_t v = 0; v < genes; v++) {
		uint32_t values = options->parameter[v].value_count;
		double level = crosses && draw(breeder) < 0.5 ? b[v] : a[v];

		if (values > 1 && draw(breeder) < 1.0 / genes) {
			if (draw(breeder) < 0.5)
				level = floor(draw(breeder) * values);
			else
				level += draw(breeder) < 0.5 ? -1 : 1;
			level = fmin(values - 1, fmax(0, level));
		}
		child[v] = level;
	}
}

/* Children that are new points where some can be found: a few tries each, then one at random. */
static void make_children(const struct dry_nsga2_options *options, const struct memo *memo,
			  const struct population *parents, struct population *children,
			  struct breeder *breeder, uint32_t *level)
{
	for (uint32_t i = 0; i < children->size; i++) {
		double *child = children->gene + (size_t)i * children->genes;
		int tries = 0;

		do {
			if (tries < 8)
				breed_list(options, parents, child, breeder);
			else
				for (uint32_t v = 0; v < children->genes; v++)
					child[v] = floor(draw(breeder) * options->parameter[v].value_count);
		} while (memo_has(memo, index_of(options, child, level)) && ++tries < 16);
	}
}

/* Evaluates what is not known yet, as far as the budget goes; the rest counts as failed. */
static bool evaluate(const struct dry_nsga2_options *options, struct memo *memo, struct population *p,
		     uint32_t *level)
{
	uint64_t *fresh = dry_xcalloc((size_t)p->size + 1, sizeof(*fresh));
	double *value = dry_xcalloc((size_t)p->size * p->objectives + 1, sizeof(*value));
	uint32_t count = 0;
	bool fine = true;

	for (uint32_t i = 0; i < p->size; i++) {
		uint64_t index = index_of(options, p->gene + (size_t)i * p->genes, level);
		bool twice = memo_has(memo, index) || memo->count + count >= options->budget;

		for (uint32_t j = 0; j < count && !twice; j++)
			twice = fresh[j] == index;
		if (!twice)
			fresh[count++] = index;
	}
	if (count)
		fine = options->evaluate(options->context, fresh, count, value);
	for (uint32_t i = 0; i < count && fine; i++)
		memo_add(memo, fresh[i], value + (size_t)i * p->objectives);
	for (uint32_t i = 0; i < p->size && fine; i++) {
		uint64_t index = index_of(options, p->gene + (size_t)i * p->genes, level);
		uint64_t place = memo_place(memo, index);
		double *own = p->value + (size_t)i * p->objectives;

		for (uint32_t k = 0; k < p->objectives; k++)
			own[k] = memo_has(memo, index) ? memo->value[place * p->objectives + k] : INFINITY;
	}
	free(fresh);
	free(value);
	return fine;
}

uint64_t *dry_nsga2_run(const struct dry_nsga2_options *options, uint64_t *count)
{
	uint32_t size = options->population ? options->population : POPULATION, idle = 0;
	uint32_t *level = dry_xcalloc((size_t)options->parameter_count + 1, sizeof(*level));
	struct breeder breeder = { .stream = dry_stream_make(options->seed, "search", "nsga2", 0) };
	struct memo memo = { .objectives = options->objectives };
	struct population parents, children;
	bool fine;

	if (!options->population && size > options->budget / 4)
		size = options->budget / 4 > 8 ? (uint32_t)(options->budget / 4) : 8;
	memo.index = dry_xcalloc(options->budget + 1, sizeof(*memo.index));
	memo.value = dry_xcalloc((options->budget + 1) * options->objectives, sizeof(*memo.value));
	population_init(&parents, size, options->parameter_count, options->objectives);
	population_init(&children, size, options->parameter_count, options->objectives);
	for (uint32_t i = 0; i < size; i++)
		for (uint32_t v = 0; v < parents.genes; v++)
			parents.gene[(size_t)i * parents.genes + v] =
				floor(draw(&breeder) * options->parameter[v].value_count);
	fine = evaluate(options, &memo, &parents, level);
	if (fine)
		judge(&parents);
	while (fine && memo.count < options->budget && idle < 20) {
		uint64_t before = memo.count;

		make_children(options, &memo, &parents, &children, &breeder, level);
		fine = evaluate(options, &memo, &children, level);
		if (fine)
			survive(&parents, &children);
		idle = memo.count == before ? idle + 1 : 0;
	}
	population_release(&parents);
	population_release(&children);
	free(level);
	free(memo.value);
	*count = memo.count;
	if (fine)
		return memo.index;
	free(memo.index);
	return NULL;
}
