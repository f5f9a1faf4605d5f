/*
 * Which points of a grid to look at when all of them are too many. Every method
 * chooses indices of the grid, is a pure function of the seed (and of the
 * results it asked for), and marks the result approximate. methods.md 5.
 */
#ifndef DRY_SWEEP_SEARCH_H
#define DRY_SWEEP_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "run/scenario.h"

enum dry_search_method {
	DRY_SEARCH_GRID,                /* exact: all of it */
	DRY_SEARCH_RANDOM,
	DRY_SEARCH_LATIN,               /* Latin hypercube over the value lists */
	DRY_SEARCH_SOBOL,
	DRY_SEARCH_HALVING,             /* successive halving over the length of the trace */
	DRY_SEARCH_RACING,              /* replications in step, beaten settings dropped */
	DRY_SEARCH_NSGA2,
	DRY_SEARCH_COUNT
};

/* "grid", "random", "lhs", "sobol", "halving", "racing", "nsga2". */
const char *dry_search_method_name(enum dry_search_method method);

/*
 * A sample of `wanted` different points, ascending, in heap memory that the
 * caller frees; *count gets how many (less only when the grid, or a Sobol
 * sequence of 64 times as many points, has no more). methods: random, lhs, sobol.
 */
uint64_t *dry_search_sample(enum dry_search_method method, const struct dry_sweep_parameter *parameter,
			    uint32_t parameter_count, uint64_t wanted, uint64_t seed, uint64_t *count);

/*
 * The n-th point of GSL's Sobol sequence (n from 0, origin left out) into
 * point[dimensions]; dimensions 1..40.
 */
void dry_sobol_points(uint32_t dimensions, uint32_t count, double *point);

/* --- NSGA-II on value lists --- */

struct dry_nsga2;

/*
 * evaluate: objectives (minimised) of `count` grid points, INFINITY in all for
 * one that failed. Called once a generation with points not asked for before.
 * False stops the search.
 */
typedef bool dry_evaluate_fn(void *context, const uint64_t *index, uint32_t count, double *objective);

struct dry_nsga2_options {
	const struct dry_sweep_parameter *parameter;
	uint32_t parameter_count;
	uint32_t objectives;
	uint32_t population;            /* 0 = 100, less for a small budget */
	uint64_t budget;                /* different points to evaluate at most */
	uint64_t seed;
	dry_evaluate_fn *evaluate;
	void *context;
};

/*
 * All points evaluated, ascending, in heap memory that the caller frees; NULL
 * when evaluate said stop.
 */
uint64_t *dry_nsga2_run(const struct dry_nsga2_options *options, uint64_t *count);

/* --- NSGA-II on reals in [0,1], for problems that are functions --- */

typedef void dry_problem_fn(void *context, const double *x, double *objective);

/*
 * SBX (eta 15, p .9), polynomial mutation (eta 20, p 1/n), tournament on rank
 * and crowding. front[] gets population * objectives values of the last
 * generation.
 */
void dry_nsga2_real(dry_problem_fn *problem, void *context, uint32_t variables, uint32_t objectives,
		    uint32_t population, uint32_t generations, uint64_t seed, double *front);

/*
 * Successive halving: rungs of (points, share of the trace). Rung 0 has all
 * `count` points; each further one a third of them over three times the trace,
 * until the whole; `keep` points are kept at least. Returns the number of rungs.
 */
struct dry_halving_rung {
	uint64_t points;
	double share;                   /* of the horizon, (0, 1] */
};
#define DRY_HALVING_RUNGS_MOST 8
uint32_t dry_halving_rungs(uint64_t count, uint64_t keep, struct dry_halving_rung *rung);

#endif
