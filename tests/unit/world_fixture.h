/* A small input made by hand: node groups of 4 cores and pods of one namespace. */
#ifndef TESTS_UNIT_WORLD_FIXTURE_H
#define TESTS_UNIT_WORLD_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "run/run.h"
#include "run/scenario.h"

#define FIXTURE_GROUPS 4
#define FIXTURE_PODS 64
#define FIXTURE_GIB (INT64_C(1) << 30)

struct fixture {
	struct dry_input input;
	struct dry_node_group group[FIXTURE_GROUPS];
	struct dry_pod_class class[2];  /* a service, a batch */
	struct dry_owner owner[2];
	char names[FIXTURE_PODS * 8];
};

static inline void fixture_class(struct dry_pod_class *class, enum dry_workload workload, enum dry_owner_kind kind,
				 uint32_t spec_index)
{
	memset(class, 0, sizeof(*class));
	class->owner_kind = kind;
	class->scale_up_delay_ms = class->checkpoint_interval_ms = -1;
	class->grace_ms = 30000;
	class->workload = workload;
	class->urgency = DRY_URGENCY_NORMAL;
	class->request.amount[DRY_RESOURCE_CPU] = 3000;
	class->request.amount[DRY_RESOURCE_MEMORY] = FIXTURE_GIB;
	class->request.present = 1u << DRY_RESOURCE_CPU | 1u << DRY_RESOURCE_MEMORY;
	class->main = class->request;
	class->spec_index = spec_index;
}

static inline void fixture_init(struct fixture *f)
{
	struct dry_config *config;
	size_t i;

	memset(f, 0, sizeof(*f));
	dry_arena_init(&f->input.arena);
	dry_symbols_init(&f->input.symbols);
	config = &f->input.config;
	f->input.resource_count = DRY_RESOURCE_EXTENDED;
	f->input.resource_name[DRY_RESOURCE_CPU] = "cpu";
	f->input.resource_name[DRY_RESOURCE_MEMORY] = "memory";
	f->input.resource_name[DRY_RESOURCE_PODS] = "pods";
	f->input.resource_name[DRY_RESOURCE_EPHEMERAL_STORAGE] = "ephemeral-storage";
	fixture_class(&f->class[0], DRY_WORKLOAD_SERVICE, DRY_OWNER_REPLICA_SET, 0);
	fixture_class(&f->class[1], DRY_WORKLOAD_BATCH, DRY_OWNER_JOB, 1);
	f->input.pod_class = f->class;
	f->input.class_count = f->input.spec_count = 2;
	f->owner[0].kind_index = DRY_OWNER_REPLICA_SET;
	f->owner[1].kind_index = DRY_OWNER_JOB;
	f->input.owner = f->owner;
	f->input.owner_count = 2;
	f->input.pod.arrive_at_ms = calloc(FIXTURE_PODS, sizeof(int64_t));
	f->input.pod.duration_ms = calloc(FIXTURE_PODS, sizeof(int64_t));
	f->input.pod.until_at_ms = calloc(FIXTURE_PODS, sizeof(int64_t));
	f->input.pod.class_index = calloc(FIXTURE_PODS, sizeof(uint32_t));
	f->input.pod.owner_index = calloc(FIXTURE_PODS, sizeof(uint32_t));
	f->input.pod.order = calloc(FIXTURE_PODS, sizeof(uint32_t));
	f->input.pod.name_offset = calloc(FIXTURE_PODS, sizeof(uint32_t));
	f->input.pod.name_text = f->names;
	for (i = 0; i < FIXTURE_PODS; i++) {
		memcpy(f->names + 8 * i, "pod", 4);
		f->input.pod.name_offset[i] = (uint32_t)(8 * i);
	}
	config->seed = 1;
	config->horizon_ms = INT64_C(3600) * 1000;
	dry_options_init(&config->options);
	config->options.frequent_loops_enabled = false;
	config->group = f->group;
	config->spot.price_interrupts = true;
	config->spot.interruption_handler = true;
	config->spot.hazard.scale = 1;
	config->spot.max_price_nusd_per_hour = -1;
	config->spot.burst = 0.75;
	config->spot.burst_share = 0.7;
	config->billing.core_usd_per_hour = 0.031611;
	config->billing.gib_usd_per_hour = 0.004237;
	config->billing.gpu_usd_per_hour = 0.95;
	config->billing.unit_ms = 1000;
	config->billing.minimum_ms = 60000;
	config->slo = (struct dry_slo_config){ .service_wait_ms = 120000, .interactive_wait_ms = 60000,
					       .batch_wait_ms = 900000 };
	config->placeholder.group_index = DRY_NONE;
	config->placeholder.priority = -5;
}

/* A group of 0 to 10 nodes of 4 cores; a node comes after 60 s. */
static inline struct dry_node_group *fixture_group(struct fixture *f, const char *name, enum dry_capacity_type type,
						   double price, int32_t initial)
{
	struct dry_node_group *group = &f->group[f->input.config.group_count++];

	memset(group, 0, sizeof(*group));
	group->name = name;
	group->name_symbol = dry_symbols_add_text(&f->input.symbols, name);
	group->instance_type = dry_symbols_add_text(&f->input.symbols, "m5.xlarge");
	group->region = dry_symbols_add_text(&f->input.symbols, "us-east-1");
	group->zone = dry_symbols_add_text(&f->input.symbols, "us-east-1a");
	group->capacity_type = type;
	group->max_size = 10;
	group->initial_size = initial;
	group->capacity.amount[DRY_RESOURCE_CPU] = 4000;
	group->capacity.amount[DRY_RESOURCE_MEMORY] = 16 * FIXTURE_GIB;
	group->capacity.amount[DRY_RESOURCE_PODS] = 110;
	group->capacity.present = 7;
	group->allocatable = group->capacity;
	group->price_nusd_per_hour = (int64_t)(price * 1e9);
	group->max_price_nusd_per_hour = group->on_demand_price_nusd_per_hour = -1;
	group->price_series = DRY_NONE;
	group->provision_time = (struct dry_distribution){ .constant_ms = 60000, .min_ms = -1, .max_ms = -1 };
	group->options = (struct dry_group_options){ -1, -1, -1, -1, -1, -1, -1, false, false };
	return group;
}

/* class 0: a service that stays; 1: a batch of duration_ms. Each fills most of a node. */
static inline void fixture_pod(struct fixture *f, int64_t at_ms, uint32_t class_index, int64_t duration_ms)
{
	uint32_t row = f->input.pod.count++;

	f->input.pod.arrive_at_ms[row] = at_ms;
	f->input.pod.duration_ms[row] = class_index ? duration_ms : -1;
	f->input.pod.until_at_ms[row] = DRY_NEVER;
	f->input.pod.class_index[row] = f->input.pod.owner_index[row] = class_index;
	f->input.pod.order[row] = row;
}

static inline void fixture_run(struct fixture *f, struct dry_result *result)
{
	struct dry_worker *worker = dry_worker_new();
	struct dry_run_request request = { .input = &f->input, .config = &f->input.config,
					   .seed = f->input.config.seed };

	dry_result_init(result);
	if (!dry_run(worker, &request, result))
		abort();
	dry_worker_release(worker);
}

static inline void fixture_release(struct fixture *f)
{
	free(f->input.pod.arrive_at_ms);
	free(f->input.pod.duration_ms);
	free(f->input.pod.until_at_ms);
	free(f->input.pod.class_index);
	free(f->input.pod.owner_index);
	free(f->input.pod.order);
	free(f->input.pod.name_offset);
	dry_symbols_release(&f->input.symbols);
	dry_arena_release(&f->input.arena);
}

#endif
