/*
 * The event queue and the random streams alone: a queue with one server and
 * Poisson arrivals (M/M/1), whose mean wait is known. Prints how fast events
 * go by and how far the simulated mean is from the formula; more than five per
 * cent off is a failure.
 *
 *     mm1 [EVENTS] [LOAD]
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "des/event_queue.h"

enum { ARRIVAL, DEPARTURE };

struct server {
	struct dry_event_queue queue;
	struct dry_stream stream;
	double arrive_ms, serve_ms;     /* means */
	uint64_t arrivals, departures;
	uint64_t sequence;
	uint64_t waiting;               /* in the system, the one in service included */
	double area_ms;                 /* of waiting over time */
	int64_t now_ms;
};

static void schedule(struct server *s, int kind, double mean_ms, uint64_t ordinal)
{
	double after = -log(dry_stream_uniform(&s->stream, ordinal, (uint64_t)kind)) * mean_ms;
	struct dry_queue_entry entry = {
		.at_ms = s->now_ms + llround(after),
		.key = ++s->sequence,
		.kind = (uint64_t)kind,
	};

	dry_event_queue_push(&s->queue, &entry);
}

static void step(struct server *s)
{
	struct dry_queue_entry entry = dry_event_queue_pop(&s->queue);

	s->area_ms += (double)s->waiting * (double)(entry.at_ms - s->now_ms);
	s->now_ms = entry.at_ms;
	if (entry.kind == ARRIVAL) {
		schedule(s, ARRIVAL, s->arrive_ms, ++s->arrivals);
		if (s->waiting++ == 0)
			schedule(s, DEPARTURE, s->serve_ms, s->departures);
	} else {
		s->departures++;
		if (--s->waiting > 0)
			schedule(s, DEPARTURE, s->serve_ms, s->departures);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000, i;
	double load = argc > 2 ? strtod(argv[2], NULL) : 0.8, started, took, simulated, known;
	struct server s = { .stream = dry_stream_make(1, "mm1", "", 0), .serve_ms = 1e6 };

	if (!(load > 0 && load < 1) || !events) {
		fprintf(stderr, "usage: mm1 [EVENTS] [LOAD between 0 and 1]\n");
		return 2;
	}
	s.arrive_ms = s.serve_ms / load;
	schedule(&s, ARRIVAL, s.arrive_ms, 0);
	started = seconds();
	for (i = 0; i < events; i++)
		step(&s);
	took = seconds() - started;
	simulated = s.area_ms / (double)s.now_ms;
	known = load / (1 - load);
	printf("{\"bench\":\"mm1\",\"events\":%" PRIu64 ",\"seconds\":%.4f,\"events_per_s\":%.0f,"
	       "\"mean_in_system\":%.4f,\"formula\":%.4f}\n",
	       events, took, (double)events / took, simulated, known);
	free(s.queue.entry);
	return fabs(simulated / known - 1) < 0.05 ? 0 : 1;
}
