#include "run/after_wave.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "world/pod_class.h"

void dry_wave_watch_init(struct dry_wave_watch *watch, const struct dry_input *input, uint32_t group_count,
			 struct dry_arena *arena)
{
	watch->input = input;
	watch->group = dry_arena_array(arena, group_count + 1u, sizeof(*watch->group));
	for (uint32_t g = 0; g < group_count; g++)
		watch->group[g].ended_at_ms = -1;
}

static bool is_batch(const struct dry_wave_watch *watch, const struct dry_event *event)
{
	const struct dry_pod_table *pod = &watch->input->pod;

	return !event->is_placeholder && event->pod_index != DRY_NONE &&
	       watch->input->pod_class[pod->class_index[event->pod_index]].workload == DRY_WORKLOAD_BATCH;
}

static void start_pod(struct dry_wave_group *group)
{
	group->batch_pods++;
	if (group->running == 0) {
		group->started = 0;
		group->ended_at_ms = -1;
	}
	group->running++;
	group->started++;
}

static void end_pod(struct dry_wave_group *group, int64_t at_ms)
{
	if (group->running == 0 || --group->running > 0 || group->started < DRY_WAVE_PODS)
		return;
	group->waves++;
	group->ended_at_ms = at_ms;
}

static void on_event(void *context, const struct dry_event *event)
{
	struct dry_wave_watch *watch = context;
	struct dry_wave_group *group;

	if (event->group_index == DRY_NONE)
		return;
	group = &watch->group[event->group_index];
	switch (event->kind) {
	case DRY_EVENT_POD_START:
		if (is_batch(watch, event))
			start_pod(group);
		break;
	case DRY_EVENT_POD_END:
	case DRY_EVENT_POD_EVICTED:
		if (is_batch(watch, event))
			end_pod(group, event->at_ms);
		break;
	case DRY_EVENT_SCALE_DOWN:
		if (group->ended_at_ms >= 0) {
			group->released++;
			group->held_ms += event->at_ms - group->ended_at_ms;
		}
		break;
	default:
		break;
	}
}

struct dry_observer dry_wave_watch_observer(struct dry_wave_watch *watch)
{
	return (struct dry_observer){ .context = watch, .on_event = on_event };
}

uint32_t dry_wave_steps(int64_t present_ms, int64_t step_ms[DRY_WAVE_STEPS])
{
	static const int64_t ladder_s[DRY_WAVE_STEPS] = { 600, 300, 180, 120, 60, 30 };
	uint32_t count = 0;

	for (int i = 0; i < DRY_WAVE_STEPS; i++)
		if (ladder_s[i] * 1000 < present_ms)
			step_ms[count++] = ladder_s[i] * 1000;
	return count;
}

int64_t dry_wave_unneeded_ms(const struct dry_config *config, const struct dry_input *input, uint32_t group,
			     struct dry_arena *arena)
{
	const char *path = dry_arena_printf(arena, "nodeGroups.%s.options.scaleDownUnneededTime",
					    config->group[group].name);
	const char *text = dry_config_get(config, input, path, arena);
	int64_t ms;

	if (text && !dry_parse_duration_ms(text, strlen(text), &ms))
		return ms;
	return config->options.scale_down_unneeded_ms;
}

/* Both undefined is no change; defined before and undefined now is. */
static bool is_no_worse(double present, double candidate, double tolerance, double unnoticed)
{
	if (isnan(present) || isnan(candidate))
		return isnan(present) && isnan(candidate);
	return candidate <= present + fmax(tolerance * fabs(present), unnoticed);
}

bool dry_wave_is_safe(const double *present, const double *candidate, double tolerance)
{
	static const struct {
		enum dry_metric_id metric;
		double unnoticed;
	} guards[] = {
		{ DRY_METRIC_MEAN_WAIT, 1 },
		{ DRY_METRIC_P95_WAIT, 5 },
		{ DRY_METRIC_P99_WAIT, 5 },
		{ DRY_METRIC_EVICTIONS_DAY, 1 },
		{ DRY_METRIC_LOST_WORK, 0.1 },
	};

	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (!is_no_worse(present[guards[i].metric], candidate[guards[i].metric], tolerance,
				 guards[i].unnoticed))
			return false;
	return candidate[DRY_METRIC_NEVER_SCHEDULED] <= present[DRY_METRIC_NEVER_SCHEDULED];
}
