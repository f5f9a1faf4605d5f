/*
 * Inside of the generator: rows of a trace in the making, and the pieces that
 * profiles are put together from. Inner header of sim/io/generator*.c.
 */
#ifndef DRY_SIM_IO_GENERATION_H
#define DRY_SIM_IO_GENERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/random.h"
#include "io/generator.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

/* One line to be: its instant, its place among equals, its text after "t". */
struct generated_line {
	int64_t at_ms;
	uint64_t order;
	const char *text;
};

struct generated_lines {
	struct generated_line *line;
	size_t count, capacity;
};

struct generation {
	const struct dry_generator_profile *profile;
	uint64_t seed;
	double days, scale;
	int64_t end_at_ms;
	struct dry_arena arena;         /* texts of lines */
	struct generated_lines trace, prices;
	uint64_t pod_count, event_count;
};

/* A stream of the generation's own: purpose "generate PROFILE". */
struct dry_stream generation_stream(const struct generation *g, const char *entity);
/* Exponential of mean 1, standard normal, and a lognormal by median and sigma of the log. */
double draw_exponential(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw);
double draw_normal(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw);
double draw_lognormal(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw,
		      double median, double sigma);

/* A day's hour (0 to 24) and whether t falls on Saturday or Sunday; t = 0 is Monday, midnight. */
double hour_of(int64_t at_ms);
bool is_weekend(int64_t at_ms);

/* Adds a line; the text is copied. */
void generation_line(struct generation *g, int64_t at_ms, const char *text);
void generation_price(struct generation *g, int64_t at_ms, const char *text);

/* Five letters and digits as Kubernetes appends them; no two serials up to 14 million are equal. */
void pod_suffix(uint64_t serial, char text[6]);

/* What all pods of one owner share, as JSON text. */
struct pod_kind {
	const char *requests;           /* "\"cpu\":\"500m\",\"memory\":\"1Gi\"" */
	const char *more;               /* further fields, ",\"priority\":100"; "" = none */
};

/*
 * A pod line. until_ms < 0 = none, duration_ms < 0 = none. owner_kind NULL = a
 * bare pod. A pod that would arrive at or after the end is left out.
 */
void generation_pod(struct generation *g, int64_t at_ms, const char *name, const char *owner_kind,
		    const char *owner, int64_t until_ms, int64_t duration_ms,
		    const struct pod_kind *kind);

/* --- generator_service.c: Deployments whose replicas follow load --- */
struct service {
	const char *name;
	struct pod_kind kind;
	double base, peak;              /* replicas at the quietest and at the busiest, scale 1 */
	double peak_hour;
	double weekend;                 /* share of the weekday's load above base */
	double noise;                   /* sigma of the load's log */
	double rollout_hour;            /* of each weekday; < 0 = never rolled out */
	/* Load times this at t; NULL = 1 throughout. */
	double (*extra)(int64_t at_ms);
};
void generate_service(struct generation *g, const struct service *service);

/* --- generator_batch.c: Jobs --- */
struct wave {
	const char *name;
	struct pod_kind kind;
	double start_hour;              /* of each day */
	double every_hours;             /* repeats within the day; 0 = once a day */
	double pods;                    /* at scale 1 */
	double spread_s;                /* pods arrive within so many seconds */
	double median_s, sigma;         /* of run times, lognormal */
	bool weekdays_only;
};
void generate_wave(struct generation *g, const struct wave *wave);

/* Jobs that arrive by chance, more of them in working hours, each of some pods of equal run time. */
struct arrivals {
	const char *name;
	struct pod_kind kind;
	double jobs_per_hour;           /* in working hours, at scale 1 */
	double night;                   /* share of it at night and on weekends */
	uint32_t width_count;
	const uint32_t *width;          /* pods of a job, each as likely as the others */
	double median_s, sigma;
};
void generate_arrivals(struct generation *g, const struct arrivals *arrivals);

/* --- generator_market.c: what the cloud does --- */
struct spot_series {
	const char *instance_type;
	const char *zone;
	double mean;                    /* dollars an hour */
	double on_demand;               /* the most it may rise to */
	double sigma;                   /* of the log, stationary */
};
void generate_prices(struct generation *g, const struct spot_series *series);

/* The group cannot grow for a while, by chance about so many times a day, in working hours. */
struct shortage {
	const char *node_group;
	const char *mode;               /* "error", "silent" or "instance" */
	double per_day;
	double median_minutes, sigma;
};
void generate_shortage(struct generation *g, const struct shortage *shortage);

/* --- generator_profiles.c --- */
void generate_profile(struct generation *g);

#endif
