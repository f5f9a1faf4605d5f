/* What one loop of the autoscaler did, and why it did nothing else. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/explain_answers.h"
#include "report/run_report.h"

#define NODES_SHOWN 8
#define REASONS_MAX 24

static const char *name_of(const struct dry_explanation *explanation, uint32_t g)
{
	return explanation->config->group[g].name;
}

/* Of a group over several zones the autoscaler tries a node in one of them, and others might have done. */
static const char *with_zones(const struct dry_node_group *group, const char *reason, struct dry_arena *arena)
{
	const bool is_zonal = !strcmp(reason, dry_fit_reason(DRY_NODE_AFFINITY)) ||
			      !strcmp(reason, dry_fit_reason(DRY_SPREAD_SKEW)) ||
			      !strcmp(reason, dry_fit_reason(DRY_INTER_POD_AFFINITY));

	if (group->zone_count < 2 || !is_zonal)
		return reason;
	return dry_arena_printf(arena, "%s (it tries a node in one of the group's %u zones)", reason,
				group->zone_count);
}

const char *dry_explain_misfit(const struct dry_explain_case *of, uint32_t row, uint32_t group_index,
			       const char *reason, struct dry_arena *arena)
{
	const struct dry_node_group *group = &of->log->config->group[group_index];
	const struct dry_input *input = of->log->input;
	struct dry_fit_answer answer;
	char text[300];

	if (row >= input->pod.count)
		return reason;
	answer = dry_fits_ask(of->fits, input->pod.class_index[row], group_index);
	/* asked in the first zone: another may have been the template's */
	if (answer.fit == DRY_FITS || (group->zone_count > 1 && strcmp(dry_fit_reason(answer.fit), reason)))
		return with_zones(group, reason, arena);
	return with_zones(group, dry_arena_text(arena, dry_fit_text(input, &answer, text, sizeof(text))), arena);
}

/* --- head --- */

static void add_title(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_log *log = of->log;
	int64_t at_ms = of->watch->loop.at_ms;
	struct dry_page title = { 0 };
	size_t event = 0;
	uint32_t removed = 0;

	for (size_t i = dry_log_at(log, at_ms); i < log->count && log->entry[i].at_ms == at_ms; i++) {
		const struct dry_log_entry *e = &log->entry[i];

		removed += e->kind == DRY_EVENT_SCALE_DOWN;
		if (e->kind != DRY_EVENT_SCALE_UP && e->kind != DRY_EVENT_SCALE_UP_FAILED &&
		    e->kind != DRY_EVENT_SCALE_DOWN)
			continue;
		if (!event)
			event = i + 1;
		if (e->kind == DRY_EVENT_SCALE_DOWN)
			continue;
		dry_page_printf(&title, "%s%s ", title.length ? ", " : "",
				name_of(explanation, e->group_index));
		if (e->kind == DRY_EVENT_SCALE_UP)
			dry_page_printf(&title, "+%d", e->to - e->from);
		else
			dry_page_printf(&title, "scale-up failed: %s", e->reason ? e->reason : "other");
	}
	if (removed)
		dry_page_printf(&title, "%s%u node%s scaled down", title.length ? ", " : "", removed,
				removed == 1 ? "" : "s");
	if (!title.length)
		dry_page_add(&title, "no decision");
	dry_explain_begin(explanation, at_ms, dry_page_string(&title))->event = event;
	dry_page_release(&title);
}

static void add_trigger(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_told_loop *loop = &of->watch->loop;
	struct dry_explain_line *line;
	char age[48];

	if (loop->ends) {
		line = dry_explain_add(explanation, "trigger", DRY_NONE, "loop; ended early: %s", loop->ends);
		line->reason = loop->ends;
		return;
	}
	if (loop->pending)
		line = dry_explain_add(explanation, "trigger", DRY_NONE,
				       "loop; %u pod%s unschedulable, oldest %s (%s)", loop->pending,
				       loop->pending == 1 ? "" : "s",
				       dry_explain_wait(loop->oldest_ms, age, sizeof(age)),
				       dry_explain_pod(explanation->input, loop->oldest_pod,
						       &explanation->arena));
	else
		line = dry_explain_add(explanation, "trigger", DRY_NONE, "loop; no unschedulable pod");
	line->pod_index = loop->oldest_pod;
	dry_explain_value(line, "pending", loop->pending);
	dry_explain_value(line, "oldest_s", (double)loop->oldest_ms / 1000);
	dry_explain_value(line, "ready_nodes", loop->ready);
}

/* Pods that the loop left aside before it looked for room, and why. */
static void add_filtered(struct dry_explanation *explanation, const struct dry_told_loop *loop)
{
	const struct {
		uint32_t count;
		const char *reason, *text;
	} rows[] = {
		{ loop->packed_upcoming, "fits an upcoming node", "wait for nodes that are starting" },
		{ loop->packed - loop->packed_upcoming, "fits a present node", "fit on nodes that are there" },
		{ loop->young, "young", "are younger than new-pod-scale-up-delay" },
		{ loop->expendable, "expendable", "are below expendable-pods-priority-cutoff" },
		{ loop->daemon, "daemon", "belong to DaemonSets" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dry_explain_line *line;

		if (!rows[i].count)
			continue;
		line = dry_explain_add(explanation, "filtered", DRY_NONE, "%u pod%s %s", rows[i].count,
				       rows[i].count == 1 ? "" : "s", rows[i].text);
		line->reason = rows[i].reason;
		dry_explain_value(line, "pods", rows[i].count);
	}
}

static void add_need(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_told_loop *loop = &of->watch->loop;
	const struct dry_input *input = explanation->input;
	int64_t sum[DRY_RESOURCE_MAX] = { 0 };
	struct dry_explain_line *line;
	struct dry_page text = { 0 };
	char amount[48];

	if (!loop->pod_count)
		return;
	for (size_t i = 0; i < loop->pod_count; i++) {
		uint32_t row = loop->pod[i].pod_index;

		for (uint32_t r = 0; row < input->pod.count && r < input->resource_count; r++)
			sum[r] += input->pod_class[input->pod.class_index[row]].request.amount[r];
	}
	for (uint32_t r = 0; r < input->resource_count; r++)
		if (sum[r] && r != DRY_RESOURCE_PODS)
			dry_page_printf(&text, "%s%s %s", text.length ? ", " : "",
					dry_amount_text(r, sum[r], amount, sizeof(amount)),
					input->resource_name[r]);
	if (!text.length)
		dry_page_printf(&text, "%zu pods without requests", loop->pod_count);
	line = dry_explain_add(explanation, "need", DRY_NONE, "%s", dry_page_string(&text));
	dry_explain_value(line, "cpu", (double)sum[DRY_RESOURCE_CPU] / 1000);
	dry_explain_value(line, "memory_bytes", (double)sum[DRY_RESOURCE_MEMORY]);
	dry_page_release(&text);
}

/* --- scale-up --- */

static void add_scores(const struct dry_loop_group *group, struct dry_page *page)
{
	for (uint32_t s = 0; s < group->score_count; s++) {
		const struct dry_loop_score *score = &group->score[s];

		dry_page_printf(page, "   %s", score->expander);
		if (!isnan(score->score))
			dry_page_printf(page, " %.4g", fabs(score->score));
		dry_page_add(page, score->kept ? " kept" : " dropped");
	}
}

static void add_option(struct dry_explanation *explanation, const struct dry_loop_group *group, uint32_t g)
{
	const struct dry_node_group *spec = &explanation->config->group[g];
	struct dry_page text = { 0 };
	struct dry_explain_line *line;
	char price[48];

	dry_page_printf(&text, "%-12s %s/h   %" PRId64 " node%s for %" PRId64 " pod%s", spec->name,
			dry_format_price(spec->price_nusd_per_hour, price, sizeof(price)), group->nodes,
			group->nodes == 1 ? "" : "s", group->pods, group->pods == 1 ? "" : "s");
	add_scores(group, &text);
	if (group->is_planned)
		dry_page_printf(&text, "   taken +%" PRId64 " (%" PRId64 " -> %" PRId64 ")",
				group->plan_to - group->plan_from, group->plan_from, group->plan_to);
	else if (group->is_best)
		dry_page_add(&text, "   chosen");
	line = dry_explain_add(explanation, "options", g, "%s", dry_page_string(&text));
	dry_explain_value(line, "nodes", (double)group->nodes);
	dry_explain_value(line, "pods", (double)group->pods);
	if (group->score_count)
		dry_explain_value(line, "score", fabs(group->score[group->score_count - 1].score));
	dry_explain_value(line, "taken", group->is_planned ? (double)(group->plan_to - group->plan_from) : 0);
	dry_page_release(&text);
}

static void add_planned_only(struct dry_explanation *explanation, const struct dry_loop_group *group,
			     uint32_t g)
{
	struct dry_explain_line *line =
		dry_explain_add(explanation, "options", g, "%-12s balanced with similar groups   taken +%" PRId64,
				name_of(explanation, g), group->plan_to - group->plan_from);

	line->reason = "balance-similar-node-groups";
	dry_explain_value(line, "taken", (double)(group->plan_to - group->plan_from));
}

static void add_cap(struct dry_explanation *explanation, const struct dry_loop_group *group, uint32_t g)
{
	struct dry_explain_line *line = dry_explain_add(
		explanation, "why not", g, "%s +%" PRId64 ": %s leaves %" PRId64, name_of(explanation, g),
		group->cap_wanted, group->cap_reason, group->cap_granted);

	line->reason = group->cap_reason;
	dry_explain_value(line, "wanted", (double)group->cap_wanted);
	dry_explain_value(line, "granted", (double)group->cap_granted);
}

static const char *dropped_by(const struct dry_loop_group *group)
{
	for (uint32_t s = 0; s < group->score_count; s++)
		if (!group->score[s].kept)
			return group->score[s].expander;
	return "the order of node groups";
}

static void add_lost(struct dry_explanation *explanation, const struct dry_told_loop *loop, uint32_t g)
{
	const struct dry_loop_group *group = &loop->group[g];
	struct dry_explain_line *line;
	uint32_t best = 0;

	while (best < loop->group_count && !loop->group[best].is_best)
		best++;
	if (best == loop->group_count)
		return;
	line = dry_explain_add(explanation, "why not", g, "%s: expander %s preferred %s",
			       name_of(explanation, g), dropped_by(group), name_of(explanation, best));
	line->reason = "another option was better";
}

/* Why a group got no node: all its reasons. */
static bool add_refusal(struct dry_explanation *explanation, const struct dry_explain_case *of, uint32_t g)
{
	const struct dry_told_loop *loop = &of->watch->loop;
	const struct dry_loop_group *group = &loop->group[g];
	struct dry_explain_line *line;

	if (group->skip_reason) {
		line = dry_explain_add(explanation, "why not", g, "%s: %s (%" PRId64 " of %d)",
				       name_of(explanation, g), group->skip_reason, group->target,
				       explanation->config->group[g].max_size);
		line->reason = group->skip_reason;
		dry_explain_value(line, "target", (double)group->target);
		dry_explain_value(line, "max", explanation->config->group[g].max_size);
		return true;
	}
	for (uint32_t m = 0; m < group->misfit_count; m++) {
		const struct dry_loop_misfit *misfit = &group->misfit[m];
		const char *text = dry_explain_misfit(of, misfit->first_pod, g, misfit->reason,
						      &explanation->arena);

		line = dry_explain_add(explanation, "why not", g, "%s: %s (%u pod%s, such as %s)",
				       name_of(explanation, g), text, misfit->pods,
				       misfit->pods == 1 ? "" : "s",
				       dry_explain_pod(explanation->input, misfit->first_pod,
						       &explanation->arena));
		line->reason = misfit->reason;
		line->pod_index = misfit->first_pod;
		dry_explain_value(line, "pods", misfit->pods);
	}
	if (group->cap_reason)
		add_cap(explanation, group, g);
	if (group->is_option && !group->is_best && !group->is_planned)
		add_lost(explanation, loop, g);
	return group->misfit_count || group->cap_reason || group->is_option;
}

static void add_scale_up(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_told_loop *loop = &of->watch->loop;

	for (uint32_t g = 0; g < loop->group_count; g++) {
		if (of->why_not != DRY_NONE && of->why_not != g)
			continue;
		if (loop->group[g].is_option)
			add_option(explanation, &loop->group[g], g);
		else if (loop->group[g].is_planned)
			add_planned_only(explanation, &loop->group[g], g);
	}
	if (loop->no_scale_up && loop->pending)
		dry_explain_add(explanation, "why not", DRY_NONE, "no scale-up: %s", loop->no_scale_up)
			->reason = loop->no_scale_up;
	for (uint32_t g = 0; loop->pending && g < loop->group_count; g++)
		if (of->why_not == DRY_NONE || of->why_not == g)
			add_refusal(explanation, of, g);
	if (of->why_not != DRY_NONE && loop->group[of->why_not].is_planned)
		dry_explain_add(explanation, "why not", of->why_not, "%s was taken",
				name_of(explanation, of->why_not));
	else if (of->why_not != DRY_NONE && !loop->pending)
		dry_explain_add(explanation, "why not", of->why_not, "%s: no pod needed a node",
				name_of(explanation, of->why_not))->reason = "no unschedulable pods";
}

/* --- effect --- */

static void add_effect(struct dry_explanation *explanation, const struct dry_log *log, size_t entry)
{
	const struct dry_log_entry *up = &log->entry[entry];
	const struct dry_node_group *spec = &explanation->config->group[up->group_index];
	uint32_t first = dry_log_first_ordinal(log, entry), count = (uint32_t)(up->to - up->from);
	uint32_t ready = 0, pods = 0;
	int64_t last_ready_ms = -1, longest_ms = 0, node_ms = (log->end_at_ms - up->at_ms) * count;
	struct dry_explain_line *line;
	char at[48], wait[48], cost[48];
	double usd;

	for (size_t i = entry + 1; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		bool ours = e->group_index == up->group_index && e->node_ordinal != DRY_NONE &&
			    e->node_ordinal - first < count;

		if (!ours)
			continue;
		if (e->kind == DRY_EVENT_NODE_READY) {
			ready++;
			last_ready_ms = e->at_ms;
		} else if (e->kind == DRY_EVENT_NODE_GONE) {
			node_ms -= log->end_at_ms - e->at_ms;
		} else if (e->kind == DRY_EVENT_POD_START && e->pod_index != DRY_NONE &&
			   log->input->pod.arrive_at_ms[e->pod_index] <= up->at_ms) {
			int64_t wait_ms = e->at_ms - log->input->pod.arrive_at_ms[e->pod_index];

			pods++;
			longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
		}
	}
	usd = (double)node_ms / 3600000 * (double)spec->price_nusd_per_hour / 1e9;
	snprintf(cost, sizeof(cost), "$%.2f", usd);
	line = dry_explain_add(explanation, "effect", up->group_index,
			       "%u of %u ready%s%s; %u waiting pod%s placed there, longest wait %s; "
			       "about +%s to the end",
			       ready, count, last_ready_ms < 0 ? "" : " by ",
			       last_ready_ms < 0 ? "" : dry_format_clock(last_ready_ms, at, sizeof(at)), pods,
			       pods == 1 ? "" : "s", dry_explain_wait(longest_ms, wait, sizeof(wait)), cost);
	dry_explain_value(line, "ready", ready);
	dry_explain_value(line, "pods", pods);
	dry_explain_value(line, "longest_wait_s", (double)longest_ms / 1000);
	dry_explain_value(line, "cost_usd", usd);
}

/* --- scale-down --- */

static void add_counted(struct dry_explanation *explanation, const struct dry_told_loop *loop,
			enum dry_loop_node_state state, const char *step, const char *what)
{
	const char *reason[REASONS_MAX];
	uint32_t count[REASONS_MAX], first[REASONS_MAX], n = 0;

	for (size_t i = 0; i < loop->node_count; i++) {
		const struct dry_loop_node *node = &loop->node[i];
		uint32_t k = 0;

		if (node->state != state || !node->reason)
			continue;
		while (k < n && strcmp(reason[k], node->reason))
			k++;
		if (k == REASONS_MAX)
			continue;
		if (k == n) {
			reason[n] = node->reason;
			first[n] = (uint32_t)i;
			count[n++] = 0;
		}
		count[k]++;
	}
	for (uint32_t k = 0; k < n; k++) {
		const struct dry_loop_node *node = &loop->node[first[k]];
		struct dry_explain_line *line;

		line = dry_explain_add(explanation, step, node->group_index, "%u node%s %s: %s (such as %s-%u%s%s)",
				       count[k], count[k] == 1 ? "" : "s", what, reason[k],
				       name_of(explanation, node->group_index), node->node_ordinal,
				       node->pod_index == DRY_NONE ? "" : ", pod ",
				       node->pod_index == DRY_NONE ? "" :
					dry_explain_pod(explanation->input, node->pod_index,
							&explanation->arena));
		line->reason = reason[k];
		line->node_ordinal = node->node_ordinal;
		line->pod_index = node->pod_index;
		dry_explain_value(line, "nodes", count[k]);
		if (!isnan(node->utilization))
			dry_explain_value(line, "utilization", node->utilization);
	}
}

static void add_unneeded(struct dry_explanation *explanation, const struct dry_told_loop *loop)
{
	uint32_t shown = 0, all = 0;

	for (size_t i = 0; i < loop->node_count; i++) {
		const struct dry_loop_node *node = &loop->node[i];
		struct dry_explain_line *line;
		char since[48], due[48];

		if (node->state != DRY_LOOP_UNNEEDED || all++ >= NODES_SHOWN)
			continue;
		shown++;
		line = dry_explain_add(explanation, "unneeded", node->group_index,
				       "%s-%u since %s, may go after %s", name_of(explanation, node->group_index),
				       node->node_ordinal, dry_format_clock(node->since_ms, since, sizeof(since)),
				       dry_format_clock(node->since_ms + node->threshold_ms, due, sizeof(due)));
		line->node_ordinal = node->node_ordinal;
		dry_explain_value(line, "since_s", (double)node->since_ms / 1000);
		dry_explain_value(line, "threshold_s", (double)node->threshold_ms / 1000);
	}
	if (all > shown)
		dry_explain_add(explanation, "unneeded", DRY_NONE, "and %u more", all - shown);
}

static void add_removed(struct dry_explanation *explanation, const struct dry_log *log, int64_t at_ms)
{
	for (size_t i = dry_log_at(log, at_ms); i < log->count && log->entry[i].at_ms == at_ms; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		struct dry_explain_line *line;

		if (e->kind != DRY_EVENT_SCALE_DOWN)
			continue;
		line = dry_explain_add(explanation, "scale down", e->group_index, "%s-%u: %s (event %zu)",
				       name_of(explanation, e->group_index), e->node_ordinal,
				       e->reason ? e->reason : "other", i + 1);
		line->node_ordinal = e->node_ordinal;
		line->reason = e->reason;
	}
}

static void add_scale_down(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_told_loop *loop = &of->watch->loop;
	struct dry_explain_line *line;
	char until[48];

	add_removed(explanation, of->log, loop->at_ms);
	if (loop->no_scale_down && loop->no_scale_down_until_ms >= 0) {
		line = dry_explain_add(explanation, "scale down", DRY_NONE, "none: %s until %s",
				       loop->no_scale_down,
				       dry_format_clock(loop->no_scale_down_until_ms, until, sizeof(until)));
		line->reason = loop->no_scale_down;
		dry_explain_value(line, "until_s", (double)loop->no_scale_down_until_ms / 1000);
	} else if (loop->no_scale_down) {
		dry_explain_add(explanation, "scale down", DRY_NONE, "none: %s", loop->no_scale_down)->reason =
			loop->no_scale_down;
	}
	add_unneeded(explanation, loop);
	add_counted(explanation, loop, DRY_LOOP_NOT_DELETED, "not deleted", "unneeded, kept");
	add_counted(explanation, loop, DRY_LOOP_UNREMOVABLE, "unremovable", "kept");
	add_counted(explanation, loop, DRY_LOOP_DRAIN, "drain", "draining");
}

/* --- what might change it --- */

static struct dry_what_if suggest_of_group(struct dry_explanation *explanation, const struct dry_told_loop *loop,
					   uint32_t g)
{
	const struct dry_loop_group *group = &loop->group[g];
	const struct dry_node_group *spec = &explanation->config->group[g];
	struct dry_what_if none = { 0 };

	if (!group->skip_reason)
		return none;
	if (strstr(group->skip_reason, "max node group size"))
		return (struct dry_what_if){
			dry_arena_printf(&explanation->arena, "nodeGroups.%s.maxSize", spec->name),
			dry_arena_printf(&explanation->arena, "%d", spec->max_size + 1), group->skip_reason };
	if (strstr(group->skip_reason, "backoff"))
		return (struct dry_what_if){ "initial-node-group-backoff-duration", "1m",
					     group->skip_reason };
	return none;
}

static struct dry_what_if halve(struct dry_explanation *explanation, const char *flag, int64_t ms,
				const char *because)
{
	char text[48];

	return (struct dry_what_if){
		flag, dry_arena_text(&explanation->arena, dry_format_duration(ms / 2, text, sizeof(text))),
		because };
}

static struct dry_what_if suggest(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_told_loop *loop = &of->watch->loop;
	const struct dry_options *options = &explanation->config->options;

	for (uint32_t g = 0; loop->pending && g < loop->group_count; g++) {
		struct dry_what_if idea = suggest_of_group(explanation, loop, g);

		if (idea.path && (of->why_not == DRY_NONE || of->why_not == g))
			return idea;
	}
	if (of->why_not != DRY_NONE && loop->group[of->why_not].is_option &&
	    !loop->group[of->why_not].is_planned)
		return (struct dry_what_if){ "expander",
					     options->expander_count &&
					     options->expander[0] == DRY_EXPANDER_LEAST_WASTE ?
						     "price" : "least-waste",
					     "another option was better" };
	if (loop->pending)
		return (struct dry_what_if){ 0 };
	if (loop->no_scale_down && !strcmp(loop->no_scale_down, "scale-down-delay-after-add"))
		return halve(explanation, "scale-down-delay-after-add",
			     options->scale_down_delay_after_add_ms, loop->no_scale_down);
	for (size_t i = 0; i < loop->node_count; i++)
		if (loop->node[i].reason && !strcmp(loop->node[i].reason, "NotUnneededLongEnough"))
			return halve(explanation, "scale-down-unneeded-time", options->scale_down_unneeded_ms,
				     loop->node[i].reason);
	return (struct dry_what_if){ 0 };
}

struct dry_what_if dry_explain_loop(struct dry_explanation *explanation, const struct dry_explain_case *of)
{
	const struct dry_log *log = of->log;
	const struct dry_told_loop *loop = &of->watch->loop;

	add_title(explanation, of);
	add_trigger(explanation, of);
	if (loop->ends)
		return (struct dry_what_if){ 0 };
	add_filtered(explanation, loop);
	add_need(explanation, of);
	add_scale_up(explanation, of);
	for (size_t i = dry_log_at(log, loop->at_ms); i < log->count && log->entry[i].at_ms == loop->at_ms; i++)
		if (log->entry[i].kind == DRY_EVENT_SCALE_UP)
			add_effect(explanation, log, i);
	if (of->why_not == DRY_NONE)
		add_scale_down(explanation, of);
	return suggest(explanation, of);
}
