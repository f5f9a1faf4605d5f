/*
 * Deployments whose replicas follow a day's load, the way a horizontal
 * autoscaler moves them: up at once when load is more than a tenth above what
 * the replicas carry, down to the highest need of the last five minutes. The
 * newest pods go first. Rollouts replace a quarter of the pods at a time.
 */
#include <math.h>
#include <stdlib.h>
#include <stdio.h>

#include "generation.h"

#define STEP_MS MINUTE_MS
#define WINDOW 5                        /* steps that a scale-down looks back */

struct replica {
	int64_t from_ms;
	uint64_t serial;
	uint32_t revision;
};

struct deployment {
	struct generation *g;
	const struct service *service;
	struct dry_stream stream;
	struct replica *replica;        /* oldest first */
	size_t count, capacity;
	uint64_t serial;
	uint32_t revision;
};

static void names(const struct deployment *d, const struct replica *r, char *owner, size_t owner_size,
		  char *name, size_t name_size)
{
	char suffix[6], revision[6];

	pod_suffix(dry_stream_bits(&d->stream, r->revision, 3) % 14000000, revision);
	pod_suffix(dry_stream_bits(&d->stream, 0, 4) % 14000000 + r->serial, suffix);
	snprintf(owner, owner_size, "%s-%s", d->service->name, revision);
	snprintf(name, name_size, "%s-%s", owner, suffix);
}

static void stop(struct deployment *d, size_t index, int64_t at_ms)
{
	char owner[128], name[160];
	struct replica *r = &d->replica[index];

	names(d, r, owner, sizeof(owner), name, sizeof(name));
	generation_pod(d->g, r->from_ms, name, "ReplicaSet", owner, at_ms, -1, &d->service->kind);
	for (; index + 1 < d->count; index++)
		d->replica[index] = d->replica[index + 1];
	d->count--;
}

static void start(struct deployment *d, int64_t at_ms)
{
	struct replica *r;

	d->replica = dry_grow(d->replica, &d->capacity, d->count + 1, sizeof(*d->replica));
	r = &d->replica[d->count++];
	r->serial = d->serial++;
	r->revision = d->revision;
	/* The controller makes its pods one after the other. */
	r->from_ms = at_ms + (int64_t)(dry_stream_uniform(&d->stream, r->serial, 1) * 2000.0);
}

/* Replicas that the load of this instant needs. */
static double need(const struct service *s, double noise, int64_t at_ms, double scale)
{
	double angle = 2 * M_PI * (hour_of(at_ms) - s->peak_hour) / 24;
	double shape = pow((1 + cos(angle)) / 2, 1.5);
	double load = s->base + (s->peak - s->base) * shape * (is_weekend(at_ms) ? s->weekend : 1);

	if (s->extra)
		load *= s->extra(at_ms);
	return load * scale * exp(noise);
}

/* A quarter of the old pods go, half a minute after as many new ones have come. */
static void roll_out_step(struct deployment *d, int64_t at_ms)
{
	size_t old = 0, batch, i;

	for (i = 0; i < d->count; i++)
		old += d->replica[i].revision != d->revision;
	batch = (d->count + 3) / 4;
	if (batch > old)
		batch = old;
	for (i = 0; i < batch; i++)
		start(d, at_ms);
	for (i = 0; i < batch; i++)
		stop(d, 0, at_ms + 30000);
}

static bool is_rolling_out(const struct deployment *d)
{
	return d->count > 0 && d->replica[0].revision != d->revision;
}

static void follow(struct deployment *d, int64_t at_ms, uint64_t want)
{
	while (d->count < want)
		start(d, at_ms);
	while (d->count > want)
		stop(d, d->count - 1, at_ms);
}

void generate_service(struct generation *g, const struct service *s)
{
	struct deployment d = { .g = g, .service = s, .stream = generation_stream(g, s->name) };
	double recent[WINDOW] = { 0 }, noise = 0;
	int64_t at_ms;
	uint64_t step = 0;

	for (at_ms = 0; at_ms < g->end_at_ms; at_ms += STEP_MS, step++) {
		double now, most = 0;
		size_t i;

		noise = 0.9 * noise + sqrt(1 - 0.81) * s->noise * draw_normal(&d.stream, step, 2);
		now = ceil(need(s, noise, at_ms, g->scale) - 1e-9);
		recent[step % WINDOW] = now < 1 ? 1 : now;
		for (i = 0; i < WINDOW; i++)
			most = recent[i] > most ? recent[i] : most;
		if (s->rollout_hour >= 0 && !is_weekend(at_ms) &&
		    at_ms % DAY_MS == llround(s->rollout_hour * 60) * MINUTE_MS)
			d.revision++;
		if (is_rolling_out(&d))
			roll_out_step(&d, at_ms);
		else if (recent[step % WINDOW] > 1.1 * (double)d.count || most < 0.9 * (double)d.count)
			follow(&d, at_ms, (uint64_t)most);
	}
	while (d.count > 0)
		stop(&d, 0, g->end_at_ms);
	free(d.replica);
}
