#include "autoscaler/reach.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/assert.h"

enum form { MILLISECONDS, INTEGER, NUMBER, BOOLEAN, NAME };

#define FIELD(name) offsetof(struct dry_options, name)

static const struct {
	size_t offset;
	enum form form;
} flag_table[DRY_REACH_COUNT] = {
	[DRY_REACH_UNNEEDED_TIME] = { FIELD(scale_down_unneeded_ms), MILLISECONDS },
	[DRY_REACH_UNREADY_TIME] = { FIELD(scale_down_unready_ms), MILLISECONDS },
	[DRY_REACH_UNREADY_ENABLED] = { FIELD(scale_down_unready_enabled), BOOLEAN },
	[DRY_REACH_UTILIZATION] = { FIELD(scale_down_utilization_threshold), NUMBER },
	[DRY_REACH_GPU_UTILIZATION] = { FIELD(scale_down_gpu_utilization_threshold), NUMBER },
	[DRY_REACH_DELAY_AFTER_ADD] = { FIELD(scale_down_delay_after_add_ms), MILLISECONDS },
	[DRY_REACH_DELAY_AFTER_DELETE] = { FIELD(scale_down_delay_after_delete_ms), MILLISECONDS },
	[DRY_REACH_DELAY_AFTER_FAILURE] = { FIELD(scale_down_delay_after_failure_ms), MILLISECONDS },
	[DRY_REACH_RECHECK_TIMEOUT] = { FIELD(unremovable_node_recheck_timeout_ms), MILLISECONDS },
	[DRY_REACH_MIN_REPLICAS] = { FIELD(min_replica_count), INTEGER },
	[DRY_REACH_SKIP_SYSTEM] = { FIELD(skip_nodes_with_system_pods), BOOLEAN },
	[DRY_REACH_SKIP_LOCAL] = { FIELD(skip_nodes_with_local_storage), BOOLEAN },
	[DRY_REACH_SKIP_CUSTOM] = { FIELD(skip_nodes_with_custom_controller_pods), BOOLEAN },
	[DRY_REACH_SCALE_DOWN_PARALLELISM] = { FIELD(max_scale_down_parallelism), INTEGER },
	[DRY_REACH_DRAIN_PARALLELISM] = { FIELD(max_drain_parallelism), INTEGER },
	[DRY_REACH_PROVISION_TIME] = { FIELD(max_node_provision_ms), MILLISECONDS },
	[DRY_REACH_STARTUP_TIME] = { FIELD(max_node_startup_ms), MILLISECONDS },
	[DRY_REACH_NEW_POD_DELAY] = { FIELD(new_pod_scale_up_delay_ms), MILLISECONDS },
	[DRY_REACH_BACKOFF_INITIAL] = { FIELD(initial_node_group_backoff_ms), MILLISECONDS },
	[DRY_REACH_BACKOFF_MAX] = { FIELD(max_node_group_backoff_ms), MILLISECONDS },
	[DRY_REACH_BACKOFF_RESET] = { FIELD(node_group_backoff_reset_timeout_ms), MILLISECONDS },
	[DRY_REACH_EXPANDER] = { FIELD(expander), NAME },
};

void dry_reach_init(struct dry_reach *reach)
{
	for (int i = 0; i < DRY_REACH_COUNT; i++) {
		reach->low[i] = -INFINITY;
		reach->high[i] = INFINITY;
	}
}

void dry_reach_close(struct dry_reach *reach)
{
	for (int i = 0; i < DRY_REACH_COUNT; i++)
		dry_reach_ask(reach, (enum dry_reach_flag)i);
}

void dry_reach_meet(struct dry_reach *reach, const struct dry_reach *other)
{
	for (int i = 0; i < DRY_REACH_COUNT; i++) {
		dry_reach_at_least(reach, (enum dry_reach_flag)i, other->low[i]);
		dry_reach_at_most(reach, (enum dry_reach_flag)i, other->high[i]);
	}
}

enum dry_reach_flag dry_reach_flag_of(const struct dry_option *option)
{
	int i;

	if (option->effect == DRY_OPTION_NO_EFFECT)
		return DRY_REACH_COUNT;
	for (i = 0; i < DRY_REACH_COUNT; i++)
		if (flag_table[i].offset == option->offset)
			break;
	return (enum dry_reach_flag)i;
}

double dry_reach_value(const struct dry_options *options, enum dry_reach_flag flag)
{
	const char *at = (const char *)options + flag_table[flag].offset;
	double number;
	int64_t integer;
	bool boolean;

	switch (flag_table[flag].form) {
	case MILLISECONDS:
	case INTEGER:
		memcpy(&integer, at, sizeof(integer));
		return (double)integer;
	case NUMBER:
		memcpy(&number, at, sizeof(number));
		return number;
	case BOOLEAN:
		memcpy(&boolean, at, sizeof(boolean));
		return boolean;
	case NAME:
		break;
	}
	dry_assert(flag_table[flag].form == NAME);
	return 0;
}
