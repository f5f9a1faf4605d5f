/* Jobs: waves at fixed hours, and jobs that people start when they work. */
#include <math.h>
#include <stdio.h>

#include "generation.h"

static int64_t run_time_ms(const struct dry_stream *stream, uint64_t ordinal, double median_s,
			   double sigma)
{
	double seconds = draw_lognormal(stream, ordinal, 1, median_s, sigma);
	double least = median_s / 10, most = median_s * 12;

	seconds = seconds < least ? least : seconds > most ? most : seconds;
	return llround(seconds) * 1000;
}

void generate_wave(struct generation *g, const struct wave *w)
{
	struct dry_stream stream = generation_stream(g, w->name);
	int64_t day_ms, pod_count = llround(ceil(w->pods * g->scale)), i;
	uint64_t run = 0;

	for (day_ms = 0; day_ms < g->end_at_ms; day_ms += DAY_MS) {
		double hour = w->start_hour;

		if (w->weekdays_only && is_weekend(day_ms))
			continue;
		do {
			int64_t start_ms = day_ms + llround(hour * 60) * MINUTE_MS;
			char owner[96], name[128];

			snprintf(owner, sizeof(owner), "%s-%lld", w->name,
				 (long long)(start_ms / MINUTE_MS));
			for (i = 0; i < pod_count; i++) {
				uint64_t ordinal = run * UINT64_C(1000000) + (uint64_t)i;
				double after = dry_stream_uniform(&stream, ordinal, 0) * w->spread_s;

				snprintf(name, sizeof(name), "%s-%lld", owner, (long long)i);
				generation_pod(g, start_ms + llround(after * 1000), name, "Job", owner,
					       -1, run_time_ms(&stream, ordinal, w->median_s, w->sigma),
					       &w->kind);
			}
			run++;
			hour += w->every_hours;
		} while (w->every_hours > 0 && hour < 24);
	}
}

static double work_rate(const struct arrivals *a, int64_t at_ms)
{
	double hour = hour_of(at_ms);

	if (is_weekend(at_ms) || hour < 8 || hour >= 20)
		return a->jobs_per_hour * a->night;
	return a->jobs_per_hour * (hour < 9 || hour >= 19 ? 0.5 : 1);
}

/* Poisson arrivals by thinning: at the highest rate, each kept by the rate of its hour. */
void generate_arrivals(struct generation *g, const struct arrivals *a)
{
	struct dry_stream stream = generation_stream(g, a->name);
	double at_s = 0, highest = a->jobs_per_hour * g->scale;
	uint64_t n;

	for (n = 0;; n++) {
		char owner[96], name[128];
		int64_t at_ms, duration_ms;
		uint32_t width, i;

		at_s += draw_exponential(&stream, n, 0) * 3600 / highest;
		at_ms = llround(at_s * 1000);
		if (at_ms >= g->end_at_ms)
			return;
		if (dry_stream_uniform(&stream, n, 2) * highest >= work_rate(a, at_ms) * g->scale)
			continue;
		width = a->width[(uint32_t)(dry_stream_uniform(&stream, n, 3) * a->width_count)];
		duration_ms = run_time_ms(&stream, n, a->median_s, a->sigma);
		snprintf(owner, sizeof(owner), "%s-%llu", a->name, (unsigned long long)n);
		for (i = 0; i < width; i++) {
			snprintf(name, sizeof(name), "%s-%u", owner, i);
			generation_pod(g, at_ms, name, "Job", owner, -1, duration_ms, &a->kind);
		}
	}
}
