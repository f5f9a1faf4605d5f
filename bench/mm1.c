/*
 * The event queue and the random numbers alone: a queue with one server and
 * Poisson arrivals (M/M/1), whose mean wait is known. Prints how many events
 * go by in a second of CPU time and how far the simulated mean is from the
 * formula; more than five per cent off is a failure. IDLE entries far in the
 * future lie in the queue all the time.
 *
 *     mm1 [EVENTS] [LOAD] [IDLE]
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "des/event_queue.h"

enum { ARRIVAL, DEPARTURE };

/*
 * Exponential variates by the ziggurat (Marsaglia and Tsang 2000): the density
 * is covered by layers of equal area; a draw inside its layer's inner part needs
 * no logarithm. Layer 0 holds the tail beyond edge[1].
 */
#define LAYER_COUNT 256
#define LAYER_AREA 0.0039496598225815571993     /* of 256 layers, the tail's included */
#define TAIL_START 7.69711747013104972

struct ziggurat {
	double edge[LAYER_COUNT + 1];   /* right end of each layer, falling to 0 */
	double height[LAYER_COUNT + 1]; /* exp(-edge) */
};

static void ziggurat_make(struct ziggurat *z)
{
	double x = TAIL_START;
	int i;

	z->edge[0] = LAYER_AREA / exp(-TAIL_START);
	z->edge[1] = TAIL_START;
	for (i = 2; i < LAYER_COUNT; i++) {
		x = -log(LAYER_AREA / x + exp(-x));
		z->edge[i] = x;
	}
	z->edge[LAYER_COUNT] = 0;
	for (i = 0; i <= LAYER_COUNT; i++)
		z->height[i] = exp(-z->edge[i]);
}

struct server {
	struct dry_event_queue queue;
	uint64_t block;                 /* of random words, all four used */
	uint64_t word[4];
	uint32_t words_left;
	struct ziggurat ziggurat;
	double arrive_ms, serve_ms;     /* means */
	uint64_t arrivals, departures;
	uint64_t sequence;
	uint64_t waiting;               /* in the system, the one in service included */
	double area_ms;                 /* of waiting over time */
	int64_t now_ms;
};

static uint64_t bits(struct server *s)
{
	if (!s->words_left) {
		const uint64_t counter[4] = { s->block++, 0, 0, 0 }, key[2] = { 1, 0 };

		dry_philox4x64(counter, key, s->word);
		s->words_left = 4;
	}
	return s->word[--s->words_left];
}

/* Uniform in (0,1). */
static double uniform(struct server *s)
{
	return ((double)(bits(s) >> 11) + 0.5) * 0x1p-53;
}

static double exponential(struct server *s)
{
	const struct ziggurat *z = &s->ziggurat;

	for (;;) {
		uint64_t word = bits(s);
		uint32_t layer = word & (LAYER_COUNT - 1);
		double x = (double)(word >> 11) * 0x1p-53 * z->edge[layer];

		if (x < z->edge[layer + 1])
			return x;
		if (!layer)
			return TAIL_START - log(uniform(s));
		if (z->height[layer] + uniform(s) * (z->height[layer + 1] - z->height[layer]) < exp(-x))
			return x;
	}
}

static void schedule(struct server *s, int kind, double mean_ms)
{
	double after = exponential(s) * mean_ms;
	struct dry_queue_entry entry = {
		.at_ms = s->now_ms + (int64_t)(after + 0.5),
		.key = ++s->sequence,
		.tail = (uint64_t)kind,
	};

	dry_event_queue_push(&s->queue, &entry);
}

static void step(struct server *s)
{
	struct dry_queue_entry entry = dry_event_queue_pop(&s->queue);

	s->area_ms += (double)s->waiting * (double)(entry.at_ms - s->now_ms);
	s->now_ms = entry.at_ms;
	if (dry_queue_kind(&entry) == ARRIVAL) {
		s->arrivals++;
		schedule(s, ARRIVAL, s->arrive_ms);
		if (s->waiting++ == 0)
			schedule(s, DEPARTURE, s->serve_ms);
	} else {
		s->departures++;
		if (--s->waiting > 0)
			schedule(s, DEPARTURE, s->serve_ms);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000, i;
	uint64_t idle = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	double load = argc > 2 ? strtod(argv[2], NULL) : 0.8, started, took, simulated, known;
	struct server s = { .serve_ms = 1e6 };

	if (!(load > 0 && load < 1) || !events) {
		fprintf(stderr, "usage: mm1 [EVENTS] [LOAD between 0 and 1] [IDLE]\n");
		return 2;
	}
	ziggurat_make(&s.ziggurat);
	s.arrive_ms = s.serve_ms / load;
	for (i = 0; i < idle; i++) {
		struct dry_queue_entry entry = { .at_ms = INT64_MAX - (int64_t)(i * 7919 % idle), .key = i };

		dry_event_queue_push(&s.queue, &entry);
	}
	schedule(&s, ARRIVAL, s.arrive_ms);
	started = seconds();
	for (i = 0; i < events; i++)
		step(&s);
	took = seconds() - started;
	simulated = s.area_ms / (double)s.now_ms;
	known = load / (1 - load);
	printf("{\"bench\":\"mm1\",\"idle\":%" PRIu64 ",\"events\":%" PRIu64 ",\"seconds\":%.4f,\"events_per_s\":%.0f,"
	       "\"mean_in_system\":%.4f,\"formula\":%.4f}\n",
	       idle, events, took, (double)events / took, simulated, known);
	free(s.queue.entry);
	return fabs(simulated / known - 1) < 0.05 ? 0 : 1;
}
