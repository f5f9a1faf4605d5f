/* Generated traces: draws, lines, and the files they go to. What is in a profile: generator_profiles.c. */
#include "io/generator.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "generation.h"

#define DAYS_MAX 366.0
#define SCALE_MAX 10000.0

struct dry_stream generation_stream(const struct generation *g, const char *entity)
{
	char purpose[64];

	snprintf(purpose, sizeof(purpose), "generate %s", g->profile->name);
	return dry_stream_make(g->seed, purpose, entity, 0);
}

double draw_exponential(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw)
{
	return -log(dry_stream_uniform(stream, ordinal, draw));
}

double draw_normal(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw)
{
	return gsl_cdf_ugaussian_Pinv(dry_stream_uniform(stream, ordinal, draw));
}

double draw_lognormal(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw,
		      double median, double sigma)
{
	return median * exp(sigma * draw_normal(stream, ordinal, draw));
}

double hour_of(int64_t at_ms)
{
	return (double)(at_ms % DAY_MS) / (double)HOUR_MS;
}

bool is_weekend(int64_t at_ms)
{
	return at_ms / DAY_MS % 7 >= 5;
}

static void add_line(struct generation *g, struct generated_lines *lines, int64_t at_ms,
		     const char *text)
{
	lines->line = dry_grow(lines->line, &lines->capacity, lines->count + 1,
			       sizeof(*lines->line));
	lines->line[lines->count].at_ms = at_ms;
	lines->line[lines->count].order = lines->count;
	lines->line[lines->count].text = dry_arena_text(&g->arena, text);
	lines->count++;
}

void generation_line(struct generation *g, int64_t at_ms, const char *text)
{
	add_line(g, &g->trace, at_ms, text);
	g->event_count++;
}

void generation_price(struct generation *g, int64_t at_ms, const char *text)
{
	add_line(g, &g->prices, at_ms, text);
}

/*
 * 27^5 suffixes; a multiplier without a factor 3 visits each once, in an order
 * that looks like none.
 */
void pod_suffix(uint64_t serial, char text[6])
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	uint64_t n = (serial * UINT64_C(7919491) + UINT64_C(3571)) % UINT64_C(14348907);
	int i;

	for (i = 0; i < 5; i++, n /= 27)
		text[i] = letters[n % 27];
	text[5] = '\0';
}

void generation_pod(struct generation *g, int64_t at_ms, const char *name, const char *owner_kind,
		    const char *owner, int64_t until_ms, int64_t duration_ms,
		    const struct pod_kind *kind)
{
	char text[1024], end[64] = "", own[256] = "", seconds[32];

	if (at_ms >= g->end_at_ms)
		return;
	if (until_ms >= 0 && until_ms < g->end_at_ms)
		snprintf(end, sizeof(end), ",\"until\":%s",
			 dry_format_seconds(until_ms, seconds, sizeof(seconds)));
	else if (duration_ms >= 0)
		snprintf(end, sizeof(end), ",\"duration\":%s",
			 dry_format_seconds(duration_ms, seconds, sizeof(seconds)));
	if (owner_kind)
		snprintf(own, sizeof(own), ",\"owner\":{\"kind\":\"%s\",\"name\":\"%s\"}", owner_kind,
			 owner);
	snprintf(text, sizeof(text), "\"type\":\"pod\",\"name\":\"%s\",\"requests\":{%s}%s%s%s", name,
		 kind->requests, end, own, kind->more);
	add_line(g, &g->trace, at_ms, text);
	g->pod_count++;
}

static int compare_lines(const void *a, const void *b)
{
	const struct generated_line *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool write_lines(const struct generation *g, struct generated_lines *lines, const char *path,
			const struct dry_writer_options *options, struct dry_error *err)
{
	struct dry_writer *writer = dry_writer_open(path, options, err);
	char seconds[32];
	size_t i;

	if (!writer)
		return false;
	if (lines->count > 1)
		qsort(lines->line, lines->count, sizeof(*lines->line), compare_lines);
	dry_writer_printf(writer,
			  "{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"2026-03-02T00:00:00Z\","
			  "\"source\":\"dryscale generate %s --seed %llu --days %g --scale %g\"}\n",
			  g->profile->name, (unsigned long long)g->seed, g->days, g->scale);
	for (i = 0; i < lines->count; i++) {
		dry_writer_printf(writer, "{\"t\":%s,%s}\n",
				  dry_format_seconds(lines->line[i].at_ms, seconds, sizeof(seconds)),
				  lines->line[i].text);
		if (dry_writer_has_failed(writer))
			break;
	}
	return dry_writer_commit(writer, err);
}

const struct dry_generator_profile *dry_generator_find(const char *name, const char **nearest)
{
	const char *known[16];
	size_t i, count = 0;

	for (i = 0; i < dry_generator_profile_count; i++) {
		if (!strcmp(dry_generator_profiles[i].name, name))
			return &dry_generator_profiles[i];
		if (count < sizeof(known) / sizeof(known[0]))
			known[count++] = dry_generator_profiles[i].name;
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, count);
	return NULL;
}

static bool check_options(const struct dry_generator_profile *profile,
			  const struct dry_generator_options *options, const char *prices,
			  struct dry_error *err)
{
	if (!(options->days >= 0 && options->days <= DAYS_MAX)) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--days %g is out of range", options->days);
		return dry_fail_expected(err, "a number above 0, up to %g", DAYS_MAX);
	}
	if (!(options->scale >= 0 && options->scale <= SCALE_MAX)) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--scale %g is out of range",
			 options->scale);
		return dry_fail_expected(err, "a number above 0, up to %g", SCALE_MAX);
	}
	if (prices && !profile->has_prices) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s has no spot prices", profile->name);
		return dry_fail_fix(err, "leave --prices out");
	}
	return true;
}

bool dry_generate(const struct dry_generator_profile *profile,
		  const struct dry_generator_options *options, const char *out, const char *prices,
		  const struct dry_writer_options *writer, struct dry_generator_summary *summary,
		  struct dry_error *err)
{
	struct generation g = { .profile = profile, .seed = options->seed };
	bool ok;

	if (!check_options(profile, options, prices, err))
		return false;
	g.days = options->days > 0 ? options->days : profile->days;
	g.scale = options->scale > 0 ? options->scale : 1;
	g.end_at_ms = llround(g.days * (double)DAY_MS);
	dry_arena_init(&g.arena);
	generate_profile(&g);
	ok = write_lines(&g, &g.trace, out, writer, err);
	if (ok && prices)
		ok = write_lines(&g, &g.prices, prices, writer, err);
	if (summary) {
		summary->pod_count = g.pod_count;
		summary->event_count = g.event_count;
		summary->price_count = prices ? g.prices.count : 0;
		summary->end_at_ms = g.end_at_ms;
	}
	dry_arena_release(&g.arena);
	free(g.trace.line);
	free(g.prices.line);
	return ok;
}
