/*
 * Which method forecasts a series best (methods.md 6.2, 6.3): a rolling-origin
 * backtest of each, judged by the pinball loss at the quantile in use; and the
 * forecast itself, a mean and that quantile.
 */
#ifndef DRY_FORECAST_BACKTEST_H
#define DRY_FORECAST_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>

enum dry_forecast_method {
	DRY_FORECAST_NAIVE,             /* seasonal naive: what all others have to beat */
	DRY_FORECAST_QUANTILE,          /* seasonal empirical quantile */
	DRY_FORECAST_HOLT_WINTERS,
	DRY_FORECAST_HOLT_WINTERS_DAMPED,
	DRY_FORECAST_FOURIER,
	DRY_FORECAST_METHOD_COUNT
};

/* "naive", "quantile", "holt-winters", "holt-winters-damped", "fourier". */
const char *dry_forecast_method_name(enum dry_forecast_method method);
/* False when there is no such name. */
bool dry_forecast_method_find(const char *name, enum dry_forecast_method *method);

struct dry_series {
	const double *y;
	size_t count;
	size_t season;                  /* m >= 2 */
};

/* Values that any forecast needs: two seasons, and what Holt-Winters starts from. */
size_t dry_forecast_least(size_t season);

struct dry_backtest {
	enum dry_forecast_method method;
	size_t fold_count;              /* 0: not tested */
	size_t horizon;
	double mase, smape;             /* of the means, averaged over the folds; NaN = undefined */
	double pinball, coverage;       /* of the tau-quantiles */
	size_t folds_won;               /* with a lower pinball loss than seasonal naive */
	double *error;                  /* [fold * horizon + h]: y - mean */
	double *fold_pinball;
};

/* One for each method; zeroed before the first use. */
struct dry_backtests {
	struct dry_backtest of[DRY_FORECAST_METHOD_COUNT];
	enum dry_forecast_method chosen;
	bool too_few_folds;             /* fewer than 3: seasonal naive, and that is a guess */
	bool is_calibrated;             /* coverage of the chosen one is within 0.1 of tau */
};

/*
 * Origins from max(3 m, the least) on, rounded up to a season, a season apart;
 * refitted at each; the latest `folds_max` of them (0 = all). Chooses: the
 * lowest mean pinball loss, if it beats seasonal naive by 3 % and in more than
 * half of the folds. only: this method and seasonal naive alone, and it is
 * chosen; NULL = all. False when the series is shorter than the least.
 */
bool dry_backtest_run(struct dry_backtests *tests, const struct dry_series *series, size_t horizon, double tau,
		      size_t folds_max, const enum dry_forecast_method *only);
void dry_backtests_release(struct dry_backtests *tests);

/*
 * The next values by one method: their means, and tau-quantiles from the errors
 * of its backtest (from the model itself where there are fewer than 20). Both
 * are floored at 0. test may be NULL. False when the series is too short.
 */
bool dry_forecast(enum dry_forecast_method method, const struct dry_series *series, size_t horizon, double tau,
		  const struct dry_backtest *test, double *mean, double *quantile);

#endif
