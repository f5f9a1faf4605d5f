/* A finding in words, and what might be done about it. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "report/investigate.h"
#include "report/run_report.h"

static const char *proof_text(enum dry_unusual_proof proof)
{
	switch (proof) {
	case DRY_UNUSUAL_CONFIRMED: return "confirmed by generalized ESD";
	case DRY_UNUSUAL_SUSPECT: return "not confirmed by generalized ESD";
	case DRY_UNUSUAL_BY_Z: break;
	}
	return "fewer than 14 days: by robust z alone";
}

static const char *proof_word(enum dry_unusual_proof proof)
{
	return proof == DRY_UNUSUAL_CONFIRMED ? "confirmed" : proof == DRY_UNUSUAL_SUSPECT ? "suspect" : "robust z";
}

/* --- evidence --- */

static const char *cause_evidence(const struct dry_finding *finding, struct dry_arena *arena)
{
	const struct dry_cause_evidence *e = &finding->evidence;
	const char *top = finding->owner_count ? finding->owner[0].name : "nobody";

	switch (finding->cause) {
	case DRY_CAUSE_INIT:
		return dry_arena_printf(arena, "init containers add %.0f%% to what the pods needed",
					100 * e->init_share);
	case DRY_CAUSE_RECLAIM:
		return dry_arena_printf(arena, "%.0f%% of the need were pods whose nodes had been reclaimed",
					100 * e->reclaim_restart_share);
	case DRY_CAUSE_OSCILLATION:
		return dry_arena_printf(arena, "%u nodes of the group had been removed in the 30 minutes before, and "
					"%.0f%% of the need were pods evicted by scale-down",
					finding->removed_before, 100 * e->scale_down_restart_share);
	case DRY_CAUSE_ROLLOUT:
		return dry_arena_printf(arena, "%s brought %" PRId64 " pods that day (%.0f on a median day), "
					"and %.0f%% of them ended within 15 minutes", top, finding->top_day_pods,
					finding->top_median_pods, 100 * e->top_owner_short_share);
	case DRY_CAUSE_CRON_BURST:
		return dry_arena_printf(arena, "%.0f%% of the need is batch, and %s comes at the same minute "
					"on %u days",
					100 * e->batch_share, top, e->top_owner_same_minute_days);
	case DRY_CAUSE_CONSTRAINT:
		return dry_arena_printf(arena, "a node that was there had room for a pod of %s, "
					"but a filter refused it",
					top);
	case DRY_CAUSE_FRAGMENTATION:
		return "all nodes together had room enough, no single one had";
	case DRY_CAUSE_DAEMON_SETS:
		return dry_arena_printf(arena, "DaemonSets take %.0f%% of each new node", 100 * e->daemon_share);
	case DRY_CAUSE_OVER_REQUEST:
		return dry_arena_printf(arena, "usage is %.0f%% of requests", 100 * e->usage_p95_share);
	case DRY_CAUSE_NEW_OWNER:
		return dry_arena_printf(arena, "%s was not seen in the 14 days before", top);
	case DRY_CAUSE_GROWTH:
	case DRY_CAUSE_COUNT:
		break;
	}
	if (finding->is_headroom)
		return "placeholder pods asked for the most, to make room for pods before they come";
	if (!finding->owner_count)
		return "nothing that the log tells stands out";
	if (finding->top_median_pods >= 0)
		return dry_arena_printf(arena, "%s brought %" PRId64 " pods that day, %.0f on a median day; "
					"nothing else stands out", top, finding->top_day_pods,
					finding->top_median_pods);
	if (finding->is_recorded)
		return dry_arena_printf(arena, "%s brought %" PRId64 " pods; nothing else stands out", top,
					finding->top_day_pods);
	return dry_arena_printf(arena, "%.0f%% of the need is batch; nothing else stands out", 100 * e->batch_share);
}

static const char *paragraph(const struct dry_finding *finding, struct dry_explanation *explanation)
{
	struct dry_arena *arena = &explanation->arena;
	const struct dry_unusual *unusual = &finding->unusual;
	const char *text;
	char from[48], to[48];

	dry_format_clock(unusual->hour * DRY_HOUR_MS, from, sizeof(from));
	dry_format_clock((unusual->hour + 1) * DRY_HOUR_MS, to, sizeof(to));
	text = dry_arena_printf(arena, "Between %s and %s %s grew by %.0f node%s; %.3g is usual.", from, to,
				explanation->config->group[unusual->group_index].name, unusual->nodes,
				unusual->nodes == 1 ? "" : "s", unusual->usual);
	if (finding->owner_count)
		text = dry_arena_printf(arena, "%s %s asked for %.0f%% of it with %u pod%s%s.", text,
					finding->owner[0].name, 100 * finding->owner[0].share, finding->owner[0].pods,
					finding->owner[0].pods == 1 ? "" : "s",
					finding->all_owners > 1 ?
						dry_arena_printf(arena, ", %u other owner%s for the rest",
								 finding->all_owners - 1,
								 finding->all_owners == 2 ? "" : "s") :
						"");
	else
		text = dry_arena_printf(arena, "%s %s", text,
					finding->is_recorded ?
						"The record does not say for which pods." :
						"No pending pod asked for it: the group's minimum did.");
	text = dry_arena_printf(arena, "%s The cause is %s: %s.", text, dry_cause_name(finding->cause),
				cause_evidence(finding, arena));
	if (finding->failed)
		text = dry_arena_printf(arena, "%s %u scale-up%s of the group failed in that hour (%s), so that it "
					"backed off.",
					text, finding->failed, finding->failed == 1 ? "" : "s",
					finding->failed_reason ? finding->failed_reason : "other");
	return text;
}

static void add_owners(const struct dry_finding *finding, struct dry_explanation *explanation)
{
	for (uint32_t i = 0; i < finding->owner_count; i++) {
		const struct dry_finding_owner *owner = &finding->owner[i];
		struct dry_explain_line *line = dry_explain_add(
			explanation, "who", finding->unusual.group_index, "%4.0f%%  %s, %u pod%s", 100 * owner->share,
			owner->name, owner->pods, owner->pods == 1 ? "" : "s");

		line->pod_index = owner->first_pod;
		dry_explain_value(line, "share", owner->share);
		dry_explain_value(line, "pods", owner->pods);
	}
	if (finding->all_owners > finding->owner_count)
		dry_explain_add(explanation, "who", finding->unusual.group_index, "       and %u more",
				finding->all_owners - finding->owner_count);
}

void dry_finding_explain(const struct dry_finding *finding, struct dry_explanation *explanation)
{
	const struct dry_unusual *unusual = &finding->unusual;
	const char *name = explanation->config->group[unusual->group_index].name;
	struct dry_explain_line *line;
	char title[300];

	snprintf(title, sizeof(title), "%s +%.0f in an hour (z %.1f, %s)", name, unusual->nodes, unusual->z,
		 proof_word(unusual->proof));
	dry_explain_begin(explanation, unusual->hour * DRY_HOUR_MS, title);
	line = dry_explain_add(explanation, "summary", unusual->group_index, "%s", paragraph(finding, explanation));
	dry_explain_value(line, "nodes", unusual->nodes);
	dry_explain_value(line, "usual", unusual->usual);
	dry_explain_value(line, "z", unusual->z);
	line = dry_explain_add(explanation, "unusual", unusual->group_index,
			       "%.0f node%s, usual %.3g, robust z %.1f; %s", unusual->nodes,
			       unusual->nodes == 1 ? "" : "s", unusual->usual, unusual->z,
			       proof_text(unusual->proof));
	line->reason = proof_word(unusual->proof);
	add_owners(finding, explanation);
	line = dry_explain_add(explanation, "cause", unusual->group_index, "%s %s: %s", dry_cause_id(finding->cause),
			       dry_cause_name(finding->cause), cause_evidence(finding, &explanation->arena));
	line->reason = dry_cause_id(finding->cause);
	dry_explain_add(explanation, "advice", unusual->group_index, "%s", dry_cause_advice(finding->cause));
}

/* --- proposals --- */

struct shelf {
	struct dry_proposal *proposal;
	uint32_t count;
	struct dry_arena *arena;
};

static void put_setting(struct shelf *shelf, const char *path, const char *value)
{
	if (shelf->count < DRY_PROPOSALS)
		shelf->proposal[shelf->count++] = (struct dry_proposal){
			.path = path, .value = value, .text = dry_arena_printf(shelf->arena, "%s=%s", path, value) };
}

static void put_input(struct shelf *shelf, enum dry_counterfactual kind, const char *text)
{
	if (shelf->count < DRY_PROPOSALS)
		shelf->proposal[shelf->count++] = (struct dry_proposal){ .kind = kind, .text = text };
}

static void put_duration(struct shelf *shelf, const char *flag, int64_t ms)
{
	char text[48];

	put_setting(shelf, flag, dry_arena_text(shelf->arena, dry_format_duration(ms, text, sizeof(text))));
}

static void put_warm(struct shelf *shelf, const struct dry_finding *finding, const struct dry_node_group *group)
{
	int64_t more = (int64_t)ceil(finding->unusual.nodes / 2), most = group->max_size;
	int64_t size = group->min_size + more < most ? group->min_size + more : most;

	put_setting(shelf, dry_arena_printf(shelf->arena, "nodeGroups.%s.minSize", group->name),
		    dry_arena_printf(shelf->arena, "%" PRId64, size));
	put_setting(shelf, "placeholders.nodes",
		    dry_arena_printf(shelf->arena, "%" PRId64, (int64_t)ceil(finding->unusual.nodes / 4)));
}

static void put_by_cause(struct shelf *shelf, const struct dry_finding *finding, const struct dry_config *config)
{
	const struct dry_options *o = &config->options;
	const char *top = finding->owner_count ? finding->owner[0].name : "";
	bool wasteful = o->expander_count && o->expander[0] == DRY_EXPANDER_LEAST_WASTE;

	switch (finding->cause) {
	case DRY_CAUSE_INIT:
		put_input(shelf, DRY_WITHOUT_INIT,
			  dry_arena_printf(shelf->arena, "init containers of %s ask for no more than its others", top));
		break;
	case DRY_CAUSE_OSCILLATION:
		put_duration(shelf, "scale-down-unneeded-time", 2 * o->scale_down_unneeded_ms);
		put_duration(shelf, "scale-down-delay-after-add", 2 * o->scale_down_delay_after_add_ms);
		put_setting(shelf, "scale-down-utilization-threshold",
			    dry_arena_printf(shelf->arena, "%.2g", 0.6 * o->scale_down_utilization_threshold));
		break;
	case DRY_CAUSE_ROLLOUT:
		put_duration(shelf, "new-pod-scale-up-delay", o->new_pod_scale_up_delay_ms + 60000);
		break;
	case DRY_CAUSE_CONSTRAINT:
		put_input(shelf, DRY_RELAXED,
			  dry_arena_printf(shelf->arena, "%s without selectors, affinity and spread", top));
		break;
	case DRY_CAUSE_FRAGMENTATION:
		put_setting(shelf, "expander", wasteful ? "least-nodes" : "least-waste");
		break;
	case DRY_CAUSE_DAEMON_SETS:
		put_input(shelf, DRY_HALF_DAEMONS, "DaemonSets ask for half");
		break;
	default:
		put_warm(shelf, finding, &config->group[finding->unusual.group_index]);
		break;
	}
	if (finding->cause != DRY_CAUSE_INIT && finding->cause != DRY_CAUSE_DAEMON_SETS && finding->owner_count &&
	    !finding->is_headroom)
		put_input(shelf, DRY_HALF_REQUESTS, dry_arena_printf(shelf->arena, "%s asks for half", top));
}

uint32_t dry_finding_proposals(const struct dry_finding *finding, const struct dry_config *config,
			       struct dry_proposal proposal[DRY_PROPOSALS])
{
	/* Texts live as long as the finding; it is told of, not changed. */
	struct dry_arena *arena = (struct dry_arena *)(uintptr_t)&finding->arena;
	struct shelf shelf = { .proposal = proposal, .arena = arena };

	if (finding->failed)
		put_setting(&shelf, "initial-node-group-backoff-duration", "1m");
	put_by_cause(&shelf, finding, config);
	return shelf.count;
}
