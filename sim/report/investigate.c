/* Who made a scale-up necessary: triggers, owners, evidence (methods.md 7.4). */
#include "report/investigate.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/investigate_evidence.h"

#define REGRET_MS (INT64_C(30) * 60 * 1000)

/* --- triggers --- */

static void flush_loop(struct dry_triggers *triggers)
{
	for (size_t p = 0; p < triggers->planned_count; p++)
		for (size_t i = 0; i < triggers->now_count; i++) {
			if (triggers->now[i].group_index != triggers->best)
				continue;
			triggers->trigger = dry_grow(triggers->trigger, &triggers->capacity, triggers->count + 1,
						     sizeof(*triggers->trigger));
			triggers->trigger[triggers->count] = triggers->now[i];
			triggers->trigger[triggers->count++].group_index = triggers->planned[p];
		}
	triggers->now_count = triggers->planned_count = 0;
	triggers->best = DRY_NONE;
}

void dry_triggers_on_note(void *context, const struct dry_note *note)
{
	struct dry_triggers *triggers = context;

	switch (note->kind) {
	case DRY_NOTE_LOOP: flush_loop(triggers); break;
	case DRY_NOTE_OPTION_POD:
		triggers->now = dry_grow(triggers->now, &triggers->now_capacity, triggers->now_count + 1,
					 sizeof(*triggers->now));
		triggers->now[triggers->now_count++] =
			(struct dry_trigger){ note->at_ms, note->group_index, note->pod_index };
		break;
	case DRY_NOTE_BEST_OPTION: triggers->best = note->group_index; break;
	case DRY_NOTE_PLAN:
		triggers->planned = dry_grow(triggers->planned, &triggers->planned_capacity,
					     triggers->planned_count + 1, sizeof(*triggers->planned));
		triggers->planned[triggers->planned_count++] = note->group_index;
		break;
	default: break;
	}
}

void dry_triggers_finish(struct dry_triggers *triggers)
{
	flush_loop(triggers);
}

void dry_triggers_release(struct dry_triggers *triggers)
{
	free(triggers->trigger);
	free(triggers->now);
	free(triggers->planned);
	*triggers = (struct dry_triggers){ 0 };
}

/* --- owners --- */

/* A generated suffix: a ReplicaSet's hash, or the number of a schedule's Job. */
static size_t without_suffix(const char *name, enum dry_owner_kind kind)
{
	const char *dash = strrchr(name, '-');
	size_t length = dash ? strlen(dash + 1) : 0, letters = 0;

	if (!dash || dash == name)
		return strlen(name);
	for (size_t i = 1; i <= length; i++) {
		if (kind == DRY_OWNER_JOB ? !isdigit((unsigned char)dash[i]) :
					    !strchr("bcdfghjklmnpqrstvwxz2456789", dash[i]))
			return strlen(name);
		letters++;
	}
	if (kind == DRY_OWNER_JOB ? !letters : letters < 5 || letters > 10)
		return strlen(name);
	return (size_t)(dash - name);
}

const char *dry_owner_key(const struct dry_input *input, uint32_t pod_index, struct dry_arena *arena)
{
	uint32_t index = input->pod.owner_index[pod_index];
	const struct dry_owner *owner;
	const char *name;
	size_t length;

	if (index == DRY_NONE)
		return dry_explain_pod(input, pod_index, arena);
	owner = &input->owner[index];
	name = dry_symbols_text(&input->symbols, owner->name);
	length = owner->kind_index == DRY_OWNER_REPLICA_SET || owner->kind_index == DRY_OWNER_JOB ?
			 without_suffix(name, owner->kind_index) : strlen(name);
	return dry_arena_printf(arena, "%s/%.*s", dry_symbols_text(&input->symbols, owner->name_space), (int)length,
				name);
}

#define HEADROOM "dryscale/placeholder"  /* pods beyond the trace */

/* A number for the key of each owner; bare pods have one each when they are asked for. */
struct keys {
	struct dry_arena *arena;
	const struct dry_input *input;
	const char **name;
	size_t count, capacity;
	uint32_t *of_owner;             /* number + 1; 0 = not asked yet */
};

static uint32_t key_of(struct keys *keys, uint32_t pod_index)
{
	bool headroom = pod_index >= keys->input->pod.count;
	uint32_t owner = headroom ? DRY_NONE : keys->input->pod.owner_index[pod_index];
	const char *name = HEADROOM;
	uint32_t k = 0;

	if (owner != DRY_NONE && keys->of_owner[owner])
		return keys->of_owner[owner] - 1;
	if (!headroom)
		name = dry_owner_key(keys->input, pod_index, keys->arena);
	while (k < keys->count && strcmp(keys->name[k], name))
		k++;
	if (k == keys->count) {
		keys->name = dry_grow(keys->name, &keys->capacity, keys->count + 1, sizeof(*keys->name));
		keys->name[keys->count++] = name;
	}
	if (owner != DRY_NONE)
		keys->of_owner[owner] = k + 1;
	return k;
}

/* --- weights --- */

static void amounts_of(const struct dry_resources *amounts, uint32_t count, double *out)
{
	for (uint32_t r = 0; r < count; r++)
		out[r] = r == DRY_RESOURCE_PODS ? 0 : (double)amounts->amount[r];
}

static void weigh(const struct dry_log *log, const struct dry_trigger *trigger, uint32_t key,
		  struct dry_attributed_pod *pod)
{
	const struct dry_input *input = log->input;
	const struct dry_pod_class *class;
	double node[DRY_RESOURCE_MAX] = { 0 }, all[DRY_RESOURCE_MAX] = { 0 }, main[DRY_RESOURCE_MAX] = { 0 };

	pod->group_index = key;
	pod->share = pod->share_without_init = 1;       /* a placeholder is a whole node */
	if (trigger->pod_index >= input->pod.count)
		return;
	class = &input->pod_class[input->pod.class_index[trigger->pod_index]];
	amounts_of(&log->config->group[trigger->group_index].allocatable, input->resource_count, node);
	amounts_of(&class->request, input->resource_count, all);
	amounts_of(class->has_init ? &class->main : &class->request, input->resource_count, main);
	pod->share = dry_dominant_share(all, node, input->resource_count);
	pod->share_without_init = dry_dominant_share(main, node, input->resource_count);
}

/* The finding's triggers, each pod once. */
struct chosen {
	const struct dry_trigger **trigger;
	struct dry_attributed_pod *pod;
	uint32_t count;
};

static struct chosen choose(const struct dry_finding *finding, const struct dry_log *log,
			    const struct dry_triggers *triggers, struct keys *keys)
{
	int64_t from = finding->unusual.hour * DRY_HOUR_MS;
	bool *seen = dry_xcalloc((size_t)log->input->pod.count + 1, sizeof(bool));
	struct chosen chosen = { 0 };

	chosen.trigger = dry_xcalloc(triggers->count + 1, sizeof(*chosen.trigger));
	chosen.pod = dry_xcalloc(triggers->count + 1, sizeof(*chosen.pod));
	for (size_t i = 0; i < triggers->count; i++) {
		const struct dry_trigger *trigger = &triggers->trigger[i];

		if (trigger->group_index != finding->unusual.group_index || trigger->at_ms < from ||
		    trigger->at_ms >= from + DRY_HOUR_MS ||
		    (trigger->pod_index < log->input->pod.count && seen[trigger->pod_index]))
			continue;
		if (trigger->pod_index < log->input->pod.count)
			seen[trigger->pod_index] = true;
		weigh(log, trigger, key_of(keys, trigger->pod_index), &chosen.pod[chosen.count]);
		chosen.trigger[chosen.count++] = trigger;
	}
	free(seen);
	return chosen;
}

/* --- evidence from the log --- */

/* Which of the chosen pods are there again, and why; shares of the total. */
static void find_restarts(struct dry_finding *finding, const struct dry_log *log, struct chosen *chosen, double total)
{
	const char **last = dry_xcalloc((size_t)log->input->pod.count + 1, sizeof(*last));
	size_t e = 0;

	for (uint32_t i = 0; i < chosen->count; i++) {
		const struct dry_trigger *trigger = chosen->trigger[i];
		const char *why;

		for (; e < log->count && log->entry[e].at_ms <= trigger->at_ms; e++)
			if (log->entry[e].kind == DRY_EVENT_POD_EVICTED && log->entry[e].pod_index != DRY_NONE)
				last[log->entry[e].pod_index] = log->entry[e].reason;
		why = trigger->pod_index < log->input->pod.count ? last[trigger->pod_index] : NULL;
		if (!why || total <= 0)
			continue;
		chosen->pod[i].is_restart = true;
		if (!strcmp(why, "interruption"))
			finding->evidence.reclaim_restart_share += chosen->pod[i].share / total;
		else if (!strcmp(why, "scaleDown"))
			finding->evidence.scale_down_restart_share += chosen->pod[i].share / total;
	}
	free(last);
}

static void find_events(struct dry_finding *finding, const struct dry_log *log)
{
	int64_t from = finding->unusual.hour * DRY_HOUR_MS, first_up = from + DRY_HOUR_MS;
	uint32_t group_index = finding->unusual.group_index;

	for (size_t i = dry_log_at(log, from); i < log->count && log->entry[i].at_ms < from + DRY_HOUR_MS; i++) {
		const struct dry_log_entry *e = &log->entry[i];

		if (e->group_index != group_index)
			continue;
		if (e->kind == DRY_EVENT_SCALE_UP && e->at_ms < first_up)
			first_up = e->at_ms;
		if (e->kind == DRY_EVENT_SCALE_UP_FAILED) {
			finding->failed++;
			finding->failed_reason = e->reason;
		}
	}
	for (size_t i = dry_log_at(log, first_up - REGRET_MS); i < log->count && log->entry[i].at_ms < first_up; i++)
		finding->removed_before += log->entry[i].kind == DRY_EVENT_SCALE_DOWN &&
					   log->entry[i].group_index == group_index;
	/* Half of what came had just been let go: fewer is the ordinary ebb and flow. */
	finding->evidence.regretted_removal =
		finding->removed_before && 2 * finding->removed_before >= finding->unusual.nodes;
}

static void sum_demand(struct dry_finding *finding, const struct dry_input *input, const struct chosen *chosen)
{
	for (uint32_t i = 0; i < chosen->count; i++) {
		uint32_t pod = chosen->trigger[i]->pod_index;
		const struct dry_pod_class *class;

		if (pod >= input->pod.count)
			continue;
		class = &input->pod_class[input->pod.class_index[pod]];
		for (uint32_t r = 0; r < input->resource_count; r++)
			finding->demand[r] += r == DRY_RESOURCE_PODS ? 1 : class->request.amount[r];
	}
}

static void find_batch(struct dry_finding *finding, const struct dry_log *log, const struct chosen *chosen,
		       double total)
{
	const struct dry_input *input = log->input;

	for (uint32_t i = 0; total > 0 && i < chosen->count; i++) {
		uint32_t pod = chosen->trigger[i]->pod_index;
		uint32_t class_index = pod < input->pod.count ? input->pod.class_index[pod] : DRY_NONE;

		if (class_index != DRY_NONE && input->pod_class[class_index].workload == DRY_WORKLOAD_BATCH)
			finding->evidence.batch_share += chosen->pod[i].share / total;
	}
}

static void find_daemons(struct dry_finding *finding, const struct dry_log *log, struct dry_fits *fits)
{
	uint32_t g = finding->unusual.group_index;
	static const uint32_t looked_at[] = { DRY_RESOURCE_CPU, DRY_RESOURCE_MEMORY };

	for (size_t i = 0; i < sizeof(looked_at) / sizeof(looked_at[0]); i++) {
		double all = (double)log->config->group[g].allocatable.amount[looked_at[i]];
		double room = (double)dry_fits_room(fits, g, looked_at[i]);

		if (all > 0 && (all - room) / all > finding->evidence.daemon_share)
			finding->evidence.daemon_share = (all - room) / all;
	}
}

static void take_owners(struct dry_finding *finding, const struct keys *keys, const struct chosen *chosen,
			const struct dry_attributed_group *group)
{
	for (uint32_t k = 0; k < keys->count && group[k].pods; k++) {
		struct dry_finding_owner *owner = &finding->owner[finding->owner_count];

		finding->all_owners++;
		if (finding->owner_count == DRY_FINDING_OWNERS)
			continue;
		finding->owner_count++;
		owner->name = keys->name[group[k].group_index];
		owner->share = group[k].share;
		owner->pods = group[k].pods;
		for (uint32_t i = chosen->count; i > 0; i--)
			if (chosen->pod[i - 1].group_index == group[k].group_index)
				owner->first_pod = chosen->trigger[i - 1]->pod_index;
	}
}

void dry_finding_make(struct dry_finding *finding, const struct dry_unusual *unusual, const struct dry_log *log,
		      const struct dry_triggers *triggers, struct dry_fits *fits)
{
	struct keys keys = { .arena = &finding->arena, .input = log->input };
	struct dry_attribution attribution = { 0 };
	struct dry_attributed_group *group;
	struct chosen chosen;

	*finding = (struct dry_finding){ .unusual = *unusual, .top_day_pods = -1 };
	finding->evidence.usage_p95_share = NAN;
	dry_arena_init(&finding->arena);
	keys.of_owner = dry_xcalloc((size_t)log->input->owner_count + 1, sizeof(uint32_t));
	chosen = choose(finding, log, triggers, &keys);
	finding->pods = chosen.count;
	group = dry_xcalloc(keys.count + 1, sizeof(*group));
	dry_attribute(chosen.pod, chosen.count, group, (uint32_t)keys.count, &attribution);
	find_restarts(finding, log, &chosen, attribution.total);
	finding->evidence.init_share = attribution.init_share;
	take_owners(finding, &keys, &chosen, group);
	find_events(finding, log);
	find_batch(finding, log, &chosen, attribution.total);
	sum_demand(finding, log->input, &chosen);
	if (fits)
		find_daemons(finding, log, fits);
	finding->is_headroom = finding->owner_count && finding->owner[0].first_pod >= log->input->pod.count;
	finding->top_median_pods = -1;
	if (finding->owner_count && !finding->is_headroom) {
		finding->evidence.top_owner_share = finding->owner[0].share;
		investigate_owner(finding, log);
		if (fits)
			investigate_room(finding, log, fits);
	}
	finding->is_recorded = !fits;
	finding->cause = dry_find_cause(&finding->evidence);
	free(group);
	free(keys.name);
	free(keys.of_owner);
	free(chosen.trigger);
	free(chosen.pod);
}

void dry_finding_release(struct dry_finding *finding)
{
	dry_arena_release(&finding->arena);
}
