/*
 * Sentences of the Cluster Autoscaler (releases 1.24 to 1.36), which say the
 * same in events and in the log.
 */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/recorded.h"

struct span {
	const char *at, *stop;
};

/* Moves behind the piece when the text goes on with it. */
static bool accept(struct span *span, const char *piece)
{
	const size_t length = strlen(piece);

	if ((size_t)(span->stop - span->at) < length || memcmp(span->at, piece, length))
		return false;
	span->at += length;
	return true;
}

/* The text up to the piece, and moves behind it. */
static bool until(struct span *span, const char *piece, struct span *word)
{
	const char *const found = memmem(span->at, (size_t)(span->stop - span->at), piece, strlen(piece));

	if (!found || found == span->at)
		return false;
	*word = (struct span){ span->at, found };
	span->at = found + strlen(piece);
	return true;
}

static bool number(struct span *span, int64_t *value)
{
	const char *at = span->at;

	while (at < span->stop && *at >= '0' && *at <= '9')
		at++;
	if (at == span->at || dry_parse_integer(span->at, (size_t)(at - span->at), value))
		return false;
	span->at = at;
	return true;
}

static dry_symbol name_of(struct dry_recorded *recorded, struct span word)
{
	return dry_symbols_add(&recorded->job->symbols, word.at, (size_t)(word.stop - word.at));
}

static void add_scale_up(struct dry_recorded *recorded, int64_t at_ms, struct span group, int64_t from,
			 int64_t to, int64_t max, enum dry_scale_up_teller teller)
{
	recorded->scale_up = dry_grow(recorded->scale_up, &recorded->scale_up_capacity,
				      recorded->scale_up_count + 1, sizeof(*recorded->scale_up));
	recorded->scale_up[recorded->scale_up_count] = (struct dry_recorded_scale_up){
		.at_ms = at_ms, .group = name_of(recorded, group), .from = from, .to = to, .max = max,
		.teller = teller, .order = (uint32_t)recorded->scale_up_count,
	};
	recorded->scale_up_count++;
}

/* [{asg-a 3->5 (max: 10)} {asg-b 0->1 (max: 4)}] */
static bool plan(struct dry_recorded *recorded, int64_t at_ms, struct span span)
{
	bool any = false;

	while (accept(&span, "{") || accept(&span, "[{") || accept(&span, " {")) {
		struct span group;
		int64_t from, to, max;
		if (!until(&span, " ", &group) || !number(&span, &from) || !accept(&span, "->") ||
		    !number(&span, &to) || !accept(&span, " (max: ") || !number(&span, &max) ||
		    !accept(&span, ")}"))
			return any;
		add_scale_up(recorded, at_ms, group, from, to, max, DRY_TELLS_PLAN);
		any = true;
	}
	return any;
}

/* "5 instead of 3 (max: 10)", or in the log only "5" */
static bool sizes(struct dry_recorded *recorded, int64_t at_ms, struct span group, struct span span,
		  enum dry_scale_up_teller teller)
{
	int64_t from = -1, to, max = -1;

	if (!number(&span, &to))
		return false;
	if (accept(&span, " instead of ") && number(&span, &from) && accept(&span, " (max: "))
		number(&span, &max);
	add_scale_up(recorded, at_ms, group, from, to, max, teller);
	return true;
}

static const char *failure_reason(struct span text)
{
	static const char *const exhausted[] = { "OutOfResource", "out of resource", "out-of-resource",
						 "InsufficientInstanceCapacity", "RESOURCE_EXHAUSTED",
						 "ZONE_RESOURCE_POOL_EXHAUSTED", "stockout",
						 "SkuNotAvailable", "AllocationFailed", "QuotaExceeded",
						 "QUOTA_EXCEEDED" };

	for (size_t i = 0; i < sizeof(exhausted) / sizeof(exhausted[0]); i++)
		if (memmem(text.at, (size_t)(text.stop - text.at), exhausted[i], strlen(exhausted[i])))
			return "outOfResources";
	return memmem(text.at, (size_t)(text.stop - text.at), "timeout", 7) ? "timeout" : "other";
}

/* after: a Go duration that ends the sentence; an empty span = not told */
static void add_failure(struct dry_recorded *recorded, int64_t at_ms, struct span group,
			const char *reason, struct span after)
{
	const char *const name = dry_symbols_text(&recorded->job->symbols, name_of(recorded, group));
	struct dry_text *const text = &recorded->scratch;
	char seconds[40], key[300];
	int64_t after_ms;

	dry_text_clear(text);
	dry_recorded_name(recorded, name, text);
	snprintf(key, sizeof(key), "failed %s", name);
	if (after.at < after.stop && !dry_parse_duration_ms(after.at, (size_t)(after.stop - after.at), &after_ms))
		dry_recorded_act(recorded, at_ms, key,
				 "\"event\":\"scaleUpFailed\",\"nodeGroup\":%s,\"reason\":\"%s\",\"after\":%s",
				 dry_text_string(text), reason,
				 dry_format_seconds(after_ms, seconds, sizeof(seconds)));
	else
		dry_recorded_act(recorded, at_ms, key,
				 "\"event\":\"scaleUpFailed\",\"nodeGroup\":%s,\"reason\":\"%s\"",
				 dry_text_string(text), reason);
}

static void add_backoff(struct dry_recorded *recorded, int64_t at_ms, struct span group, struct span when)
{
	const char *const name = dry_symbols_text(&recorded->job->symbols, name_of(recorded, group));
	struct dry_text *const text = &recorded->scratch;
	char key[300];
	int64_t until_ms;

	dry_text_clear(text);
	dry_recorded_name(recorded, name, text);
	snprintf(key, sizeof(key), "backoff %s", name);
	/* The origin is not known yet: "until" is written as its distance, and moved when lines are. */
	if (!dry_clock_parse_go(when.at, (size_t)(when.stop - when.at), &until_ms) && until_ms >= at_ms)
		dry_recorded_act(recorded, at_ms, key, "\"event\":\"backoff\",\"nodeGroup\":%s,\"for\":%lld",
				 dry_text_string(text), (long long)(until_ms - at_ms));
	else
		dry_recorded_act(recorded, at_ms, key, "\"event\":\"backoff\",\"nodeGroup\":%s",
				 dry_text_string(text));
}

static void add_scale_down(struct dry_recorded *recorded, int64_t at_ms, struct span node, const char *reason)
{
	const char *const name = dry_symbols_text(&recorded->job->symbols, name_of(recorded, node));
	struct dry_text *const text = &recorded->scratch;
	char key[300];

	dry_text_clear(text);
	dry_recorded_name(recorded, name, text);
	snprintf(key, sizeof(key), "down %s", name);
	dry_recorded_node(recorded, name, strlen(name));
	dry_recorded_act(recorded, at_ms, key, "\"event\":\"scaleDown\",\"node\":%s,\"reason\":\"%s\"",
			 dry_text_string(text), reason);
}

static bool scale_up_sentence(struct dry_recorded *recorded, int64_t at_ms, struct span span)
{
	struct span group, rest;

	if (accept(&span, "pod triggered scale-up: ") || accept(&span, "Final scale-up plan: "))
		return plan(recorded, at_ms, span);
	if (accept(&span, "pod triggered scale-up, group: ")) {
		int64_t from, to;
		if (!until(&span, ", sizes (current/new): ", &group) || !number(&span, &from) ||
		    !accept(&span, "/") || !number(&span, &to))
			return false;
		add_scale_up(recorded, at_ms, group, from, to, -1, DRY_TELLS_PLAN);
		return true;
	}
	if (accept(&span, "Scale-up: setting group "))
		return until(&span, " size to ", &group) && sizes(recorded, at_ms, group, span, DRY_TELLS_ACT);
	if (accept(&span, "Scale-up: group "))
		return until(&span, " size set to ", &group) &&
		       sizes(recorded, at_ms, group, span, DRY_TELLS_DONE);
	if (accept(&span, "Nodes added to group ") && until(&span, " failed to register within ", &group)) {
		add_failure(recorded, at_ms, group, "timeout", span);
		return true;
	}
	if (accept(&span, "Scale-up timed out for node group ") && until(&span, " after ", &group)) {
		add_failure(recorded, at_ms, group, "timeout", span);
		return true;
	}
	if (accept(&span, "Scale-up failed for group ") && until(&span, ": ", &group)) {
		rest = (struct span){ span.stop, span.stop };
		add_failure(recorded, at_ms, group, failure_reason(span), rest);
		return true;
	}
	if (accept(&span, "Disabling scale-up for node group ") && until(&span, " until ", &group)) {
		const char *const end = memchr(span.at, ';', (size_t)(span.stop - span.at));
		rest = (struct span){ span.at, end ? end : span.stop };
		if (!memmem(span.at, (size_t)(span.stop - span.at), "errorCode=timeout", 17))
			add_failure(recorded, at_ms, group, failure_reason(span),
				    (struct span){ span.stop, span.stop });
		add_backoff(recorded, at_ms, group, rest);
		return true;
	}
	return false;
}

static bool finished_sentence(struct dry_recorded *recorded, int64_t at_ms, struct span span)
{
	struct dry_text *const text = &recorded->scratch;
	struct span group;
	int64_t took_ms;
	char seconds[40];

	if (!accept(&span, "Scale up in group ") || !until(&span, " finished successfully in ", &group) ||
	    dry_parse_duration_ms(span.at, (size_t)(span.stop - span.at), &took_ms))
		return false;
	const char *const name = dry_symbols_text(&recorded->job->symbols, name_of(recorded, group));
	dry_text_clear(text);
	dry_recorded_name(recorded, name, text);
	dry_recorded_act(recorded, at_ms, NULL, "\"event\":\"nodeReady\",\"nodeGroup\":%s,\"provision\":%s",
			 dry_text_string(text), dry_format_seconds(took_ms, seconds, sizeof(seconds)));
	return true;
}

static bool scale_down_sentence(struct dry_recorded *recorded, int64_t at_ms, struct span span)
{
	struct span node;

	if (!accept(&span, "Scale-down: removing "))
		return false;
	if (accept(&span, "empty node ")) {
		accept(&span, "\"");
		node = span;
		while (node.stop > node.at && (node.stop[-1] == '"' || node.stop[-1] == '\n'))
			node.stop--;
		if (node.at == node.stop)
			return false;
		add_scale_down(recorded, at_ms, node, "empty");
		return true;
	}
	if (!accept(&span, "node ") || !until(&span, ", utilization", &node))
		return false;
	add_scale_down(recorded, at_ms, node, "underutilized");
	return true;
}

bool dry_recorded_sentence(struct dry_recorded *recorded, int64_t at_ms, const char *text, size_t length)
{
	const struct span span = { text, text + length };

	return scale_up_sentence(recorded, at_ms, span) || finished_sentence(recorded, at_ms, span) ||
	       scale_down_sentence(recorded, at_ms, span);
}
