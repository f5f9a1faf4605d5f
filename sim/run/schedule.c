/*
 * Minimum sizes over time (nodeGroups.NAME.minSizeSchedule): the step in force
 * holds until the next, from the first again after the period. A group whose
 * minimum the cloud itself keeps (minSizeActs: cloud) is raised at once, and
 * again each minute while the cloud refuses; else the autoscaler has to see to
 * it (enforce-node-group-min-size). The autoscaler never goes below.
 */
#include "base/assert.h"
#include "simulation.h"

#define RETRY_MS 60000

/* Index of the step in force at an instant; -1: before the first of a schedule that does not repeat. */
static int64_t step_at(const struct dry_node_group *group, int64_t at_ms)
{
	int64_t in = group->schedule_period_ms > 0 ? at_ms % group->schedule_period_ms : at_ms;
	int64_t found = group->schedule_period_ms > 0 ? (int64_t)group->schedule_count - 1 : -1;
	uint32_t i;

	for (i = 0; i < group->schedule_count && group->schedule[i].at_ms <= in; i++)
		found = i;
	return found;
}

static int64_t next_step_ms(const struct dry_node_group *group, int64_t at_ms)
{
	int64_t period = group->schedule_period_ms, start = period > 0 ? at_ms / period * period : 0;
	uint32_t i;

	for (i = 0; i < group->schedule_count; i++)
		if (start + group->schedule[i].at_ms > at_ms)
			return start + group->schedule[i].at_ms;
	return period > 0 && group->schedule_count ? start + period + group->schedule[0].at_ms : INT64_MAX;
}

static int32_t size_at(const struct dry_node_group *group, int64_t at_ms)
{
	int64_t step = group->schedule_count ? step_at(group, at_ms) : -1;
	int32_t size = step < 0 ? group->min_size : group->schedule[step].min_size;

	return size < group->max_size ? size : group->max_size;
}

static bool is_short(const struct dry_simulation *sim, uint32_t g)
{
	const struct dry_group *group = &sim->cluster.group[g];

	return group->spec->min_size_acts_cloud && group->target < group->min_size;
}

void schedule_reset(struct dry_simulation *sim)
{
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		const struct dry_node_group *group = &sim->config->group[g];

		sim->cluster.group[g].min_size = size_at(group, 0);
		sim->next_step_ms[g] = next_step_ms(group, 0);
		sim->retry_ms[g] = 0;
	}
}

int64_t schedule_next_at_ms(const struct dry_simulation *sim)
{
	int64_t next = INT64_MAX;
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		if (sim->next_step_ms[g] < next)
			next = sim->next_step_ms[g];
		if (is_short(sim, g) && sim->retry_ms[g] < next)
			next = sim->retry_ms[g];
	}
	return next;
}

/* Steps that are due, and groups that the cloud has to raise. True: something changed. */
bool schedule_apply(struct dry_simulation *sim)
{
	int64_t now = sim->cluster.now_ms;
	bool any = false;
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		struct dry_group *group = &sim->cluster.group[g];

		if (sim->next_step_ms[g] <= now) {
			group->min_size = size_at(group->spec, now);
			sim->next_step_ms[g] = next_step_ms(group->spec, now);
			sim->retry_ms[g] = now;
			any = true;
		}
		if (!is_short(sim, g) || sim->retry_ms[g] > now)
			continue;
		if (dry_cloud_increase(&sim->cluster, g, group->min_size - group->target))
			sim->retry_ms[g] = now + RETRY_MS;
		any = true;
	}
	return any;
}
