#include "forecast/holt_winters.h"

#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/banned.h"

#define LINE_POINTS 10                  /* averages that give level and trend */
#define CYCLES 5
#define ITERATIONS 1000
#define RESTARTS 3
#define SIMPLEX_SIZE 1e-6
#define ROUGH_SIZE 1e-2
#define WORTH_ANOTHER 1e-6
#define STARTS 12
#define FINISHED 2                      /* starts that are followed to the end */
#define PARAMETERS 4

size_t dry_holt_winters_least(size_t season)
{
	size_t line = LINE_POINTS + 2 * (season / 2);

	return 2 * season > line ? 2 * season : line;
}

void dry_holt_winters_init(struct dry_holt_winters *model, size_t season)
{
	dry_assert(season >= 2);
	memset(model, 0, sizeof(*model));
	model->season = season;
	model->phi = 1;
	model->seasonal = dry_xcalloc(season, sizeof(double));
}

void dry_holt_winters_release(struct dry_holt_winters *model)
{
	free(model->seasonal);
	memset(model, 0, sizeof(*model));
}

/* Centred at `at`; over 2 x m values with half weights at the ends when m is even. */
static double moving_average(const double *y, size_t at, size_t season)
{
	size_t half = season / 2, i;
	double sum = 0;

	for (i = at - half; i <= at + half; i++)
		sum += y[i];
	if (season % 2 == 0)
		sum -= 0.5 * (y[at - half] + y[at + half]);
	return sum / (double)season;
}

static void start_season(struct dry_holt_winters *model, const double *y, size_t used)
{
	size_t half = model->season / 2, slot, t;
	double mean = 0;

	for (slot = 0; slot < model->season; slot++) {
		double sum = 0;
		size_t n = 0;

		for (t = slot; t < used; t += model->season)
			if (t >= half && t + half < used) {
				sum += y[t] - moving_average(y, t, model->season);
				n++;
			}
		model->seasonal[slot] = n ? sum / (double)n : 0;
		mean += model->seasonal[slot] / (double)model->season;
	}
	for (slot = 0; slot < model->season; slot++)
		model->seasonal[slot] -= mean;
}

/* Least squares of the first averages on 1..10. */
static void start_line(struct dry_holt_winters *model, const double *y)
{
	double mean_x = (LINE_POINTS + 1) / 2.0, mean = 0, xx = 0, xy = 0, average[LINE_POINTS];
	size_t half = model->season / 2, i;

	for (i = 0; i < LINE_POINTS; i++) {
		average[i] = moving_average(y, half + i, model->season);
		mean += average[i] / LINE_POINTS;
	}
	for (i = 0; i < LINE_POINTS; i++) {
		double x = (double)(i + 1) - mean_x;

		xx += x * x;
		xy += x * (average[i] - mean);
	}
	model->trend = xy / xx;
	model->level = mean - model->trend * mean_x;
}

bool dry_holt_winters_start(struct dry_holt_winters *model, const double *y, size_t count)
{
	size_t season = model->season, cycles = count / season, least, used;

	if (count < dry_holt_winters_least(season))
		return false;
	least = (LINE_POINTS + 2 * (season / 2) + season - 1) / season;
	if (cycles > CYCLES)
		cycles = CYCLES;
	if (cycles < least)
		cycles = least;
	used = cycles * season < count ? cycles * season : count;
	start_season(model, y, used);
	start_line(model, y);
	model->count = 0;
	return true;
}

void dry_holt_winters_smooth(struct dry_holt_winters *model, const double *y, size_t count, double *fitted)
{
	double level = model->level, trend = model->trend, sse = 0;
	size_t slot = model->count % model->season, t;

	for (t = 0; t < count; t++) {
		double step = level + model->phi * trend, guess = step + model->seasonal[slot];
		double error = y[t] - guess, next = step + model->alpha * error;

		if (fitted)
			fitted[t] = guess;
		sse += error * error;
		trend = model->beta * (next - level) + (1 - model->beta) * model->phi * trend;
		level = next;
		model->seasonal[slot] += model->gamma * error;
		if (++slot == model->season)
			slot = 0;
	}
	model->level = level;
	model->trend = trend;
	model->sse = sse;
	model->count += count;
}

/* --- fit --- */

struct fit {
	struct dry_holt_winters *model;         /* worked on */
	const struct dry_holt_winters *start;   /* states to start from */
	const double *y;
	size_t count;
	bool damped;
};

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

static void set_parameters(struct dry_holt_winters *model, const gsl_vector *x, bool damped)
{
	model->alpha = 1e-4 + (1 - 2e-4) * sigmoid(gsl_vector_get(x, 0));
	model->beta = model->alpha * sigmoid(gsl_vector_get(x, 1));
	model->gamma = (1 - model->alpha) * sigmoid(gsl_vector_get(x, 2));
	model->phi = damped ? 0.8 + 0.195 * sigmoid(gsl_vector_get(x, 3)) : 1;
}

static void restart(struct fit *fit)
{
	fit->model->level = fit->start->level;
	fit->model->trend = fit->start->trend;
	fit->model->count = 0;
	memcpy(fit->model->seasonal, fit->start->seasonal, fit->start->season * sizeof(double));
}

static double loss(const gsl_vector *x, void *context)
{
	struct fit *fit = context;

	restart(fit);
	set_parameters(fit->model, x, fit->damped);
	dry_holt_winters_smooth(fit->model, fit->y, fit->count, NULL);
	return isfinite(fit->model->sse) ? fit->model->sse : 1e300;
}

/* One descent from x, which gets the end, until the simplex is this small. */
static double descend(gsl_multimin_fminimizer *minimizer, struct fit *fit, gsl_vector *x, gsl_vector *step,
		      double size)
{
	gsl_multimin_function function = { loss, x->size, fit };
	int i;

	gsl_vector_set_all(step, 1);
	if (gsl_multimin_fminimizer_set(minimizer, &function, x, step))
		return INFINITY;
	for (i = 0; i < ITERATIONS; i++) {
		if (gsl_multimin_fminimizer_iterate(minimizer) || gsl_multimin_fminimizer_size(minimizer) < size)
			break;
	}
	gsl_vector_memcpy(x, minimizer->x);
	return minimizer->fval;
}

struct start {
	double at[PARAMETERS];
	double loss;
};

/* Rough descents from all starts, best first. */
static void try_starts(gsl_multimin_fminimizer *minimizer, struct fit *fit, gsl_vector *x, gsl_vector *step,
		       struct start *start)
{
	static const double level[] = { -2.2, -0.4, 1.4 }, trend[] = { -4, -1 }, season[] = { -2.2, 0 };
	int i, k;
	size_t p;

	for (i = 0; i < STARTS; i++) {
		struct start one;

		gsl_vector_set(x, 0, level[i / 4]);
		gsl_vector_set(x, 1, trend[i / 2 % 2]);
		gsl_vector_set(x, 2, season[i % 2]);
		if (fit->damped)
			gsl_vector_set(x, 3, 1);
		one.loss = descend(minimizer, fit, x, step, ROUGH_SIZE);
		for (p = 0; p < x->size; p++)
			one.at[p] = gsl_vector_get(x, p);
		for (k = i; k > 0 && start[k - 1].loss > one.loss; k--)
			start[k] = start[k - 1];
		start[k] = one;
	}
}

/* The best of the starts to the end, and again from there while that helps. */
static void search(struct fit *fit, gsl_vector *found)
{
	size_t size = fit->damped ? PARAMETERS : PARAMETERS - 1, p;
	gsl_multimin_fminimizer *minimizer =
		gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, size);
	gsl_vector *x = gsl_vector_alloc(size), *step = gsl_vector_alloc(size);
	struct start start[STARTS];
	double least = INFINITY;
	int i, round;

	try_starts(minimizer, fit, x, step, start);
	for (i = 0; i < FINISHED; i++) {
		for (p = 0; p < size; p++)
			gsl_vector_set(x, p, start[i].at[p]);
		for (round = 0; round <= RESTARTS; round++) {
			double before = least, at = descend(minimizer, fit, x, step, SIMPLEX_SIZE);

			if (at < least) {
				least = at;
				gsl_vector_memcpy(found, x);
			}
			if (!(at < before * (1 - WORTH_ANOTHER)))
				break;
		}
	}
	gsl_vector_free(step);
	gsl_vector_free(x);
	gsl_multimin_fminimizer_free(minimizer);
}

bool dry_holt_winters_fit(struct dry_holt_winters *model, const double *y, size_t count, bool damped)
{
	struct fit fit = { .model = model, .y = y, .count = count, .damped = damped };
	struct dry_holt_winters start;
	gsl_vector *found;

	dry_holt_winters_init(&start, model->season);
	if (!dry_holt_winters_start(&start, y, count)) {
		dry_holt_winters_release(&start);
		return false;
	}
	fit.start = &start;
	found = gsl_vector_calloc(damped ? PARAMETERS : PARAMETERS - 1);
	search(&fit, found);
	loss(found, &fit);
	gsl_vector_free(found);
	dry_holt_winters_release(&start);
	return true;
}

/* --- what comes --- */

void dry_holt_winters_forecast(const struct dry_holt_winters *model, size_t horizon, double *mean)
{
	double damping = 0, power = 1;
	size_t h;

	for (h = 0; h < horizon; h++) {
		power *= model->phi;
		damping += power;
		mean[h] = model->level + damping * model->trend +
			  model->seasonal[(model->count + h) % model->season];
	}
}

void dry_holt_winters_variance(const struct dry_holt_winters *model, size_t horizon, double *variance)
{
	double sigma2 = model->count ? model->sse / (double)model->count : NAN, sum = 0, damping = 0, power = 1;
	size_t h;

	for (h = 0; h < horizon; h++) {
		double c;

		variance[h] = sigma2 * (1 + sum);
		power *= model->phi;
		damping += power;
		c = model->alpha * (1 + model->beta * damping);
		if ((h + 1) % model->season == 0)
			c += model->gamma;
		sum += c * c;
	}
}
