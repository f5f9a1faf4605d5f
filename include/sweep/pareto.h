/*
 * Dominance and what is drawn from it, on plain numbers: value[point *
 * objectives + objective], all minimised. An infinite value is an undefined
 * one: worse than all others. methods.md 4. Memory of results is the caller's.
 */
#ifndef DRY_SWEEP_PARETO_H
#define DRY_SWEEP_PARETO_H

#include <stdbool.h>
#include <stdint.h>

/* Nowhere worse and somewhere better. Equal vectors do not dominate each other. */
bool dry_dominates(const double *a, const double *b, uint32_t objectives);

/*
 * rank[i]: 0 = dominated by none, 1 = by those of rank 0 only, ... Returns how
 * many ranks there are. first_only: what is not of rank 0 gets UINT32_MAX.
 */
uint32_t dry_pareto_ranks(const double *value, uint32_t count, uint32_t objectives, bool first_only,
			  uint32_t *rank);

/*
 * Volume between the points and `reference`; points that are not inside in every
 * objective are skipped. Exact up to three objectives and up to 200 points; else
 * estimated with Sobol points, *error is then its standard error (0 = exact).
 */
double dry_hypervolume(const double *value, uint32_t count, uint32_t objectives,
		       const double *reference, double *error);

/* What the volume loses without point i. */
void dry_hypervolume_contributions(const double *value, uint32_t count, uint32_t objectives,
				   const double *reference, double *contribution);

/* NSGA-II's crowding of one front; extremes INFINITY; ties by position. */
void dry_crowding(const double *value, uint32_t count, uint32_t objectives, double *crowding);

/*
 * The point of a front farthest towards the ideal from the plane through the
 * extremes. UINT32_MAX (distance NaN): fewer than 3 points, an objective without
 * range, or a front that is not convex.
 */
uint32_t dry_knee(const double *front, uint32_t count, uint32_t objectives, double *distance);

/*
 * One point a non-dominated box of size epsilon: fills kept[] with positions,
 * ascending; returns how many.
 */
uint32_t dry_epsilon_archive(const double *value, uint32_t count, uint32_t objectives,
			     const double *epsilon, uint32_t *kept);

#endif
