/*
 * libdryscale: load a scenario, change settings, run it, sweep it, read what
 * came out, at once or from a result file. Everything is opaque; everything that
 * is made here is freed here.
 *
 *     struct dryscale_scenario *scenario = dryscale_load("scenario.yaml");
 *     if (!scenario || dryscale_set(scenario, "scale-down-unneeded-time", "2m"))
 *             return complain(dryscale_error());
 *     struct dryscale_result *result = dryscale_run(scenario, 0);
 *     printf("%.2f\n", dryscale_metric(result, "cost_day"));
 *
 * Functions that can fail return NULL, or a code of enum dryscale_code; what was
 * wrong, with file, line, column and a fix, is then dryscale_error().
 *
 * Threads: a scenario is used by one thread at a time; any number of threads may
 * each have their own. Results may be read from any thread. Nothing is printed,
 * no network is used, only files that are named here are read or written. The
 * first dryscale_load() or dryscale_sweep_open() switches the error handler of
 * GSL off (it would abort).
 *
 * Stability: within 1.x functions are only added. Same scenario, settings, seed
 * and version give the same numbers on every machine.
 */
#ifndef DRYSCALE_H
#define DRYSCALE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DRYSCALE_API_VERSION 1

#if defined(__GNUC__)
#define DRYSCALE_PUBLIC __attribute__((visibility("default")))
#else
#define DRYSCALE_PUBLIC
#endif

struct dryscale_scenario;
struct dryscale_result;
struct dryscale_sweep;

/* The values are the exit codes of the command line. */
enum dryscale_code {
	DRYSCALE_OK = 0,
	DRYSCALE_USAGE = 2,             /* no such parameter, metric or point; a value that cannot be */
	DRYSCALE_INPUT = 3,             /* a file is wrong */
	DRYSCALE_EMPTY = 4,             /* a valid question with an empty answer */
	DRYSCALE_SYSTEM = 5             /* reading, writing, memory */
};

/* "1.0.0", and DRYSCALE_API_VERSION of the library that is loaded. */
DRYSCALE_PUBLIC const char *dryscale_version(void);
DRYSCALE_PUBLIC int dryscale_api_version(void);

/*
 * Why the last call of this thread failed, as the command line would say it: one
 * complaint a paragraph. "" when it did not. Valid until the thread's next call.
 */
DRYSCALE_PUBLIC const char *dryscale_error(void);

/* --- scenario --- */

/* A scenario file and the traces and prices that it names. NULL: see dryscale_error(). */
DRYSCALE_PUBLIC struct dryscale_scenario *dryscale_load(const char *path);
/* Results of it stay valid. NULL is fine, here and in the other functions that free. */
DRYSCALE_PUBLIC void dryscale_free(struct dryscale_scenario *scenario);

/*
 * Changes one parameter: a flag of the autoscaler by its own name, or a path such
 * as "nodeGroups.spot.maxSize". Nothing is changed when it fails. What only goes
 * with another change (a minimum above today's maximum) is refused: change the
 * other one first.
 */
DRYSCALE_PUBLIC int dryscale_set(struct dryscale_scenario *scenario, const char *path, const char *value);
/* The present value as text; NULL: no such parameter. Valid until dryscale_free(). */
DRYSCALE_PUBLIC const char *dryscale_get(struct dryscale_scenario *scenario, const char *path);
/* Back to what the file says. */
DRYSCALE_PUBLIC void dryscale_reset(struct dryscale_scenario *scenario);
/* The root of the random streams, instead of the scenario's. */
DRYSCALE_PUBLIC void dryscale_seed(struct dryscale_scenario *scenario, uint64_t seed);

/* --- one run --- */

/* Replications 0, 1, 2, ... are runs with other luck, the same luck for every setting. */
DRYSCALE_PUBLIC struct dryscale_result *dryscale_run(struct dryscale_scenario *scenario, uint32_t replication);
/*
 * The same, with every decision told while the run goes: one line of the decision
 * log ("dryscale help formats"), JSON without a line end, in the order in which
 * things happened. `line` is valid during the call only; the callback must not
 * use the scenario. NULL = tell nothing.
 */
typedef void dryscale_event_fn(void *context, const char *line);
DRYSCALE_PUBLIC struct dryscale_result *dryscale_run_events(struct dryscale_scenario *scenario,
							    uint32_t replication, dryscale_event_fn *on_event,
							    void *context);
DRYSCALE_PUBLIC void dryscale_result_free(struct dryscale_result *result);

/* By name ("p95_wait") or key ("p95_wait_s"), in the key's unit. NaN: undefined in this run, or no such metric. */
DRYSCALE_PUBLIC double dryscale_metric(const struct dryscale_result *result, const char *name);
/* Over every decision of the run: equal digests, equal decisions. */
DRYSCALE_PUBLIC uint64_t dryscale_digest(const struct dryscale_result *result);
/* The document of "dryscale run -f json", schema dryscale.run/1. Valid until the result is freed. */
DRYSCALE_PUBLIC const char *dryscale_json(const struct dryscale_result *result);

/* The table of metrics: names by index, NULL behind the last; keys with the unit; one line of formula. */
DRYSCALE_PUBLIC const char *dryscale_metric_name(size_t index);
DRYSCALE_PUBLIC const char *dryscale_metric_key(size_t index);
DRYSCALE_PUBLIC const char *dryscale_metric_formula(size_t index);

/* --- a sweep --- */

/*
 * Of the scenario with its present settings; the scenario must outlive it and
 * stay as it is. Without dryscale_sweep_value() the parameters are those of the
 * scenario's own sweep section.
 */
DRYSCALE_PUBLIC struct dryscale_sweep *dryscale_sweep_new(struct dryscale_scenario *scenario);
DRYSCALE_PUBLIC void dryscale_sweep_free(struct dryscale_sweep *sweep);
/* One more value of a parameter; parameters in the order in which they are first named. */
DRYSCALE_PUBLIC int dryscale_sweep_value(struct dryscale_sweep *sweep, const char *path, const char *value);
/* Runs the cross product on `jobs` threads (0 = one a CPU) and returns when all is done. Once a sweep. */
DRYSCALE_PUBLIC int dryscale_sweep_run(struct dryscale_sweep *sweep, uint32_t jobs);

/* The result file that tui, report, recommend and merge read; gzip when the name ends in .gz. Replaces a file. */
DRYSCALE_PUBLIC int dryscale_sweep_write(const struct dryscale_sweep *sweep, const char *path);

/* --- what a sweep found: after dryscale_sweep_run(), or of a file --- */

/*
 * A result file, as "sweep -o", "merge -o" and dryscale_sweep_write() write it: a
 * sweep that has run, without a scenario. NULL: see dryscale_error(); a file that
 * was changed is refused. To be freed like any other.
 */
DRYSCALE_PUBLIC struct dryscale_sweep *dryscale_sweep_open(const char *path);

/*
 * What the result is of, as text, by key: "scenario" (its name), "scenario_sha256",
 * "trace_sha256", "version" (of the engine), "seed", "replications", "method",
 * "approximate", "exhaustive" ("true", "false"), "objectives" (names, by comma).
 * NULL: no such key, or not run. Valid until the sweep is freed.
 */
DRYSCALE_PUBLIC const char *dryscale_sweep_info(struct dryscale_sweep *sweep, const char *key);

/* The parameters that were varied, by index, and what the baseline (the scenario as it is) has there; NULL: none. */
DRYSCALE_PUBLIC size_t dryscale_parameter_count(const struct dryscale_sweep *sweep);
DRYSCALE_PUBLIC const char *dryscale_parameter_path(const struct dryscale_sweep *sweep, size_t index);
DRYSCALE_PUBLIC const char *dryscale_parameter_base(const struct dryscale_sweep *sweep, size_t index);
/* The baseline's, as dryscale_point_metric(). */
DRYSCALE_PUBLIC double dryscale_base_metric(const struct dryscale_sweep *sweep, const char *name);

/* All points by position, and those on the front by rank along it. 0 before the run. */
DRYSCALE_PUBLIC size_t dryscale_point_count(const struct dryscale_sweep *sweep);
DRYSCALE_PUBLIC size_t dryscale_front_count(const struct dryscale_sweep *sweep);
/* Position of a point of the front; SIZE_MAX: no such one. */
DRYSCALE_PUBLIC size_t dryscale_front_point(const struct dryscale_sweep *sweep, size_t rank);
/* Position of the knee, the best compromise of two objectives; SIZE_MAX: none. */
DRYSCALE_PUBLIC size_t dryscale_knee_point(const struct dryscale_sweep *sweep);
/* Its number in tables and files; UINT64_MAX: no such point. And the way back; SIZE_MAX: none of that number. */
DRYSCALE_PUBLIC uint64_t dryscale_point_id(const struct dryscale_sweep *sweep, size_t position);
DRYSCALE_PUBLIC size_t dryscale_point_find(const struct dryscale_sweep *sweep, uint64_t id);
/* "done", "failed", "pruned" (given up: it cannot reach the front); NULL: no such point. */
DRYSCALE_PUBLIC const char *dryscale_point_state(const struct dryscale_sweep *sweep, size_t position);
/* Why it failed or was given up, one line; NULL: it did not, no such point. */
DRYSCALE_PUBLIC const char *dryscale_point_reason(const struct dryscale_sweep *sweep, size_t position);
/* 1: on the front; 0: not, or no such point. */
DRYSCALE_PUBLIC int dryscale_point_on_front(const struct dryscale_sweep *sweep, size_t position);
/* The mean over its replications; NaN: undefined, not run, no such point or metric. */
DRYSCALE_PUBLIC double dryscale_point_metric(const struct dryscale_sweep *sweep, size_t position, const char *name);
/* What the point sets a parameter to; NULL: it does not. */
DRYSCALE_PUBLIC const char *dryscale_point_value(const struct dryscale_sweep *sweep, size_t position,
						 const char *path);
/*
 * The scenario with the settings of the point, to run it again: those of the
 * whole sweep first, then its own, over what the file says; the seed is the
 * sweep's. Nothing is changed when it fails.
 */
DRYSCALE_PUBLIC int dryscale_point_apply(const struct dryscale_sweep *sweep, size_t position,
					 struct dryscale_scenario *scenario);

#ifdef __cplusplus
}
#endif

#endif
