/*
 * One run, wired: the world, the autoscaler, the market's luck and the record
 * that the metrics are made of. Inner header of the run layer.
 */
#ifndef DRY_SIM_RUN_SIMULATION_H
#define DRY_SIM_RUN_SIMULATION_H

#include "autoscaler/autoscaler.h"
#include "base/random.h"
#include "market/stockout.h"
#include "run/record.h"
#include "run/run.h"
#include "run/scenario.h"
#include "world/cluster.h"
#include "world/shape.h"

struct dry_metrics_scratch;

struct recorder {
	struct dry_record record;
	size_t node_capacity, price_capacity, pod_capacity, group_capacity;
	int64_t counted_to_ms;
	bool has_services;
	struct service_count {
		double desired_ms, running_ms, under_ms;
		int64_t counted_to_ms;
		int32_t desired, running;
	} *service;                     /* one an owner */
	size_t service_capacity;
};

enum zone_action_kind { ZONE_DOWN, ZONE_CAPACITY };

struct zone_action {
	int64_t at_ms, until_ms;
	uint32_t place;
	uint32_t order;                 /* in which it was made */
	uint32_t ordinal;               /* of the down interval */
	int32_t capacity;
	enum zone_action_kind kind;
};

struct dry_simulation {
	const struct dry_input *input;
	const struct dry_config *config;
	const struct dry_run_request *request;
	struct dry_cluster cluster;
	struct dry_autoscaler *autoscaler;
	struct recorder recorder;
	struct dry_shapes shapes;
	struct input_key {                      /* of the input that shapes were made from */
		const struct dry_input *input;  /* an address may be used again: the digests tell */
		const struct dry_pod_class *pod_class;
		const struct dry_disruption_budget *budget;
		uint32_t class_count, budget_count, symbol_count, pod_count;
		char scenario_sha256[65], trace_sha256[65];
	} shapes_of;
	struct dry_arena arena;                 /* of one run */
	struct dry_autoscaler_priority *priority;
	size_t priority_capacity;
	struct dry_stream provision, failure, refusal, lifetime, expander, burst, rebalance;
	struct {
		struct zone_action *action;     /* by instant */
		size_t action_capacity;
		uint32_t action_count, next;
		struct dry_down_list down;      /* scratch */
	} zone;
	int32_t *capacity;                      /* of availability series, one a place; INT32_MAX = unlimited */
	int64_t *next_step_ms, *retry_ms;       /* of the group's schedule; of the cloud's tries to keep it */
	struct dry_pod_class *pod_class;        /* with placeholders: the input's and theirs */
	size_t class_capacity;
	struct dry_placeholder_config placeholder;      /* what pod_class was made for */
	bool has_placeholder;                   /* shapes_of's classes have one more */
	struct dry_resources placeholder_size;
	const struct dry_label *placeholder_label;
	uint64_t *entity;                       /* one a group: FNV-1a of its name */
	uint64_t *refusals;                     /* draws made, one a group */
	uint32_t *series_next;                  /* next point of the place's price series */
	int32_t *sample_ready, *sample_target;
	int64_t *sample_price;
	uint32_t next_pod, next_event;
	int64_t next_tick_ms;
	int64_t last_loop_ms, previous_loop_ms; /* starts of the last two loops */
	int64_t busy_until_ms;                  /* end of the last loop */
	int64_t loop_ms;                        /* how long a loop takes */
	uint64_t loop_count, loops_skipped;
	int64_t spent_nusd;
	int64_t spent_at_ms;
	double spent_exact;                     /* nano-dollars */
	int64_t quiet_until_ms;                 /* INT64_MIN: the next loop must run */
	int64_t last_trace_at_ms;
	uint64_t refreshed_version;
	bool changed;                           /* the world is another than at the last loop */
	bool observes_samples;
	/* of the worker: what bounds are made with */
	struct dry_metrics_scratch *metrics;
	struct dry_result *result;
	bool pruned;                            /* given up at a checkpoint */
};

/* --- recorder.c --- */
void recorder_reset(struct dry_simulation *sim);
void recorder_release(struct recorder *recorder);
void recorder_hooks(struct dry_simulation *sim, struct dry_cluster_hooks *hooks);
void recorder_finish(struct dry_simulation *sim, int64_t end_at_ms);
void recorder_price(struct dry_simulation *sim, uint32_t place, int64_t nusd_per_hour);
/* The place's price is about to change: what it bought so far. */
void recorder_settle(struct dry_simulation *sim, uint32_t place);
void recorder_spend(struct dry_simulation *sim);
void recorder_until(struct dry_simulation *sim, int64_t at_ms);
void recorder_sample(struct dry_simulation *sim);

/* --- luck.c: draws of provisioning, failures, lifetimes --- */
void luck_reset(struct dry_simulation *sim);
int64_t luck_provision_delay(void *context, uint32_t group_index, uint32_t ordinal);
bool luck_is_stocked_out(void *context, uint32_t place, int32_t target, enum dry_stockout_mode *mode);
bool luck_is_refused(void *context, uint32_t group_index);
void luck_node_requested(struct dry_simulation *sim, uint32_t slot);
double luck_random(void *context, uint64_t draw);
bool luck_price_is_above(const struct dry_simulation *sim, uint32_t place);
void luck_reclaim(struct dry_simulation *sim, uint32_t slot, int64_t at_ms);

/* --- prices.c --- */
void prices_reset(struct dry_simulation *sim);
int64_t prices_next_at_ms(const struct dry_simulation *sim);
bool prices_apply(struct dry_simulation *sim);
void prices_set(struct dry_simulation *sim, uint32_t place, int64_t nusd_per_hour);
/* Wherever the event acts. */
void prices_set_reached(struct dry_simulation *sim, const struct dry_trace_event *event);

/* --- zones.c: availability series, zones that run dry, rebalance --- */
void zones_reset(struct dry_simulation *sim);
int64_t zones_next_at_ms(const struct dry_simulation *sim);
bool zones_apply(struct dry_simulation *sim);
void zones_rebalance(struct dry_simulation *sim, uint32_t slot, int64_t notice_at_ms);
void zones_handle(struct dry_simulation *sim, const struct dry_queue_entry *entry);

/* --- schedule.c: minimum sizes over time --- */
void schedule_reset(struct dry_simulation *sim);
int64_t schedule_next_at_ms(const struct dry_simulation *sim);
bool schedule_apply(struct dry_simulation *sim);

/* --- placeholder.c --- */
bool placeholder_is_used(const struct dry_simulation *sim);
bool placeholder_classes(struct dry_simulation *sim, bool other_input, const struct dry_pod_class **list,
			 uint32_t *count);
void placeholder_arrive(struct dry_simulation *sim);

/* --- bounds.c --- */
/* Asks the request's prune test at a checkpoint. */
bool bounds_are_dominated(struct dry_simulation *sim, uint32_t checkpoint, int64_t now_ms);

/* --- simulation_start.c --- */
void simulation_start(struct dry_simulation *sim, const struct dry_run_request *request);

/* --- simulation.c --- */
void simulation_release(struct dry_simulation *sim);
bool simulation_run(struct dry_simulation *sim, const struct dry_run_request *request);

#endif
