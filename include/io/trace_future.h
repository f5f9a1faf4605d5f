/*
 * A future for a trace: arrivals of each kind of demand per bucket are forecast
 * (forecast/backtest.h), counts are drawn around the forecast (Poisson), and
 * each drawn pod is a copy of one that came at the same time of an earlier
 * season. What still ran at the end of the history is there from the start.
 */
#ifndef DRY_IO_TRACE_FUTURE_H
#define DRY_IO_TRACE_FUTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forecast/backtest.h"

struct dry_error;
struct dry_writer;

enum dry_demand_kind { DRY_DEMAND_BATCH, DRY_DEMAND_SERVICE, DRY_DEMAND_KIND_COUNT };

struct dry_future_options {
	int64_t bucket_ms;
	int64_t season_ms;
	int64_t horizon_ms;
	double growth;                  /* multiplies the forecast */
	bool has_method;
	enum dry_forecast_method method;
	uint64_t seed;
	uint64_t size_limit;            /* of the trace, bytes of text; 0 = 16 GiB */
};

struct dry_future_kind {
	uint64_t pods;                  /* of the history */
	struct dry_backtests tests;
	enum dry_forecast_method method;
	double mean_per_day;            /* forecast, growth included */
	uint64_t drawn;
};

struct dry_future {
	struct dry_future_options options;
	size_t bucket_count;            /* whole buckets of history */
	struct dry_future_kind kind[DRY_DEMAND_KIND_COUNT];
	uint64_t carried;               /* pods that still ran at the end of the history */
	uint64_t left_out;              /* lines that are no pods: deletions, interruptions, prices */
	/* the history, owned */
	struct dry_future_pod *pod;
	size_t pod_count, pod_capacity;
	char *epoch;                    /* of the history; NULL */
	double **mean;                  /* one list a kind, horizon buckets */
};

/* "batch", "service". */
const char *dry_demand_kind_name(enum dry_demand_kind kind);

/*
 * Reads a trace ("-" = stdin) and forecasts it. False with a complaint: not a
 * trace, or shorter than two seasons; release it either way.
 */
bool dry_future_read(struct dry_future *future, const char *path, const struct dry_future_options *options,
		     struct dry_error *err);
/* Writes the future trace: a header that says what it is, then pods by time from 0 on. */
void dry_future_write(struct dry_future *future, struct dry_writer *writer);
void dry_future_release(struct dry_future *future);

#endif
