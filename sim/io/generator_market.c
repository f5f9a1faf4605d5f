/* What the cloud does meanwhile: spot prices by zone, and times without capacity. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "generation.h"

/*
 * A price that wanders about its mean and comes back (its log is an
 * Ornstein-Uhlenbeck process, looked at every ten minutes), published only when
 * it has moved by two percent, as clouds do. It never exceeds on-demand.
 */
void generate_prices(struct generation *g, const struct spot_series *s)
{
	char entity[96], text[256];
	struct dry_stream stream;
	double x, published = 0;
	int64_t at_ms;
	uint64_t n = 0;

	snprintf(entity, sizeof(entity), "%s %s", s->instance_type, s->zone);
	stream = generation_stream(g, entity);
	x = s->sigma * draw_normal(&stream, n++, 0);
	for (at_ms = 0; at_ms < g->end_at_ms; at_ms += 10 * MINUTE_MS, n++) {
		double price = s->mean * exp(x);

		price = price > s->on_demand ? s->on_demand : price;
		price = round(price * 1e4) / 1e4;
		if (at_ms == 0 || fabs(price - published) > 0.02 * published) {
			snprintf(text, sizeof(text),
				 "\"type\":\"price\",\"instanceType\":\"%s\",\"zone\":\"%s\","
				 "\"price\":%.4f",
				 s->instance_type, s->zone, price);
			generation_price(g, at_ms, text);
			published = price;
		}
		/* Comes half-way back in about seven hours. */
		x = x * 0.984 + s->sigma * sqrt(1 - 0.984 * 0.984) * draw_normal(&stream, n, 0);
	}
}

void generate_shortage(struct generation *g, const struct shortage *s)
{
	struct dry_stream stream = generation_stream(g, s->node_group);
	double at_s = 0;
	uint64_t n;

	for (n = 0;; n++) {
		char text[256], seconds[32];
		double minutes;
		int64_t at_ms, until_ms;

		/* Ten working hours hold all of a day's shortages. */
		at_s += draw_exponential(&stream, n, 0) * 36000 / s->per_day;
		at_ms = llround(at_s) * 1000;
		at_ms = at_ms / (10 * HOUR_MS) * DAY_MS + 8 * HOUR_MS + at_ms % (10 * HOUR_MS);
		if (at_ms >= g->end_at_ms)
			return;
		minutes = draw_lognormal(&stream, n, 1, s->median_minutes, s->sigma);
		until_ms = at_ms + llround(minutes * 60) * 1000;
		snprintf(text, sizeof(text),
			 "\"type\":\"stockout\",\"nodeGroup\":\"%s\",\"until\":%s,\"mode\":\"%s\"",
			 s->node_group, dry_format_seconds(until_ms, seconds, sizeof(seconds)), s->mode);
		generation_line(g, at_ms, text);
		at_s += minutes * 60;
	}
}
