#include "forecast/fourier.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <string.h>

#include "base/banned.h"

size_t dry_fourier_most(size_t season)
{
	size_t most = season > 0 ? (season - 1) / 2 : 0;

	return most < DRY_FOURIER_HARMONICS_MAX ? most : DRY_FOURIER_HARMONICS_MAX;
}

static void set_row(const struct dry_fourier *model, size_t t, double *row)
{
	size_t k;

	row[0] = 1;
	row[1] = (double)t;
	for (k = 1; k <= model->harmonics; k++) {
		/* The angle's whole turns are taken off first: t may be large. */
		double angle = 2 * M_PI * (double)(k * t % model->season) / (double)model->season;

		row[2 * k] = sin(angle);
		row[2 * k + 1] = cos(angle);
	}
}

static double corrected_aic(double sse, double n, double parameters)
{
	double slack = n - parameters - 1;

	if (slack <= 0)
		return INFINITY;
	return n * log(sse / n) + 2 * parameters + 2 * parameters * (parameters + 1) / slack;
}

bool dry_fourier_fit(struct dry_fourier *model, const double *y, size_t count, size_t season,
		     size_t harmonics)
{
	size_t columns = 2 + 2 * harmonics, t, k;
	gsl_multifit_linear_workspace *work;
	gsl_vector_view target, coefficient;
	gsl_matrix_view covariance;
	gsl_matrix *x;
	gsl_vector *copy;

	memset(model, 0, sizeof(*model));
	if (!harmonics || harmonics > dry_fourier_most(season) || count <= columns)
		return false;
	model->season = season;
	model->harmonics = harmonics;
	model->count = count;
	model->columns = columns;
	x = gsl_matrix_alloc(count, columns);
	copy = gsl_vector_alloc(count);
	work = gsl_multifit_linear_alloc(count, columns);
	for (t = 0; t < count; t++) {
		double row[DRY_FOURIER_COLUMNS_MAX];

		set_row(model, t, row);
		for (k = 0; k < columns; k++)
			gsl_matrix_set(x, t, k, row[k]);
		gsl_vector_set(copy, t, y[t]);
	}
	target = gsl_vector_subvector(copy, 0, count);
	coefficient = gsl_vector_view_array(model->coefficient, columns);
	covariance = gsl_matrix_view_array(model->covariance, columns, columns);
	gsl_multifit_linear(x, &target.vector, &coefficient.vector, &covariance.matrix, &model->sse, work);
	gsl_multifit_linear_free(work);
	gsl_vector_free(copy);
	gsl_matrix_free(x);
	model->aicc = corrected_aic(model->sse, (double)count, (double)columns + 1);
	return true;
}

bool dry_fourier_choose(struct dry_fourier *model, const double *y, size_t count, size_t season)
{
	struct dry_fourier candidate;
	bool any = false;
	size_t k;

	for (k = 1; k <= dry_fourier_most(season); k++) {
		if (!dry_fourier_fit(&candidate, y, count, season, k))
			break;
		if (!any || candidate.aicc < model->aicc)
			*model = candidate;
		any = true;
	}
	return any;
}

void dry_fourier_forecast(const struct dry_fourier *model, size_t horizon, double level, double *mean,
			  double *low, double *high)
{
	size_t columns = model->columns, h, i, k;
	double dof = (double)(model->count - columns), variance = model->sse / dof;
	double factor = low || high ? gsl_cdf_tdist_Pinv(0.5 + level / 2, dof) : 0;

	for (h = 0; h < horizon; h++) {
		double row[DRY_FOURIER_COLUMNS_MAX] = { 0 }, error2 = 0, reach;

		set_row(model, model->count + h, row);
		mean[h] = 0;
		for (i = 0; i < columns; i++) {
			mean[h] += row[i] * model->coefficient[i];
			for (k = 0; k < columns; k++)
				error2 += row[i] * model->covariance[i * columns + k] * row[k];
		}
		reach = factor * sqrt(error2 + variance);
		if (low)
			low[h] = mean[h] - reach;
		if (high)
			high[h] = mean[h] + reach;
	}
}
