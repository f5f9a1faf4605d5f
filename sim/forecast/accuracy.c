#include "forecast/accuracy.h"

#include <math.h>

#include "base/statistics.h"
#include "base/banned.h"

double dry_mean_absolute_error(const double *actual, const double *forecast, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += fabs(actual[i] - forecast[i]);
	return count ? sum / (double)count : NAN;
}

double dry_seasonal_scale(const double *train, size_t count, size_t season)
{
	double sum = 0;
	size_t t;

	if (count <= season)
		return NAN;
	for (t = season; t < count; t++)
		sum += fabs(train[t] - train[t - season]);
	return sum / (double)(count - season);
}

double dry_scaled_error(const double *actual, const double *forecast, size_t count, double scale)
{
	if (!(scale > 0))
		return NAN;
	return dry_mean_absolute_error(actual, forecast, count) / scale;
}

double dry_symmetric_percentage_error(const double *actual, const double *forecast, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		double size = fabs(actual[i]) + fabs(forecast[i]);

		if (size > 0)
			sum += 2 * fabs(actual[i] - forecast[i]) / size;
	}
	return count ? 100 * sum / (double)count : NAN;
}

double dry_pinball_loss(const double *actual, const double *forecast, size_t count, double tau)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		double error = actual[i] - forecast[i];

		sum += error >= 0 ? tau * error : (tau - 1) * error;
	}
	return count ? sum / (double)count : NAN;
}

double dry_coverage(const double *actual, const double *forecast, size_t count)
{
	size_t below = 0, i;

	for (i = 0; i < count; i++)
		below += actual[i] <= forecast[i];
	return count ? (double)below / (double)count : NAN;
}

double dry_residual_quantile(double *error, size_t count, double tau)
{
	double place = ceil(((double)count + 1) * tau - 1e-9);

	if (!count)
		return NAN;
	dry_sort_doubles(error, count);
	if (place < 1)
		return error[0];
	return error[place >= (double)count ? count - 1 : (size_t)place - 1];
}
