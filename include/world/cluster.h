/*
 * The simulated cluster of one run: instances and nodes, pods, node groups and
 * the bookkeeping on them. All state of a run hangs on one struct dry_cluster;
 * memory is kept between runs. Nodes are slots in arrays, in order of request;
 * those of gone nodes are given back now and then (world/compact.h). Slots from
 * world_count on are fakes of the autoscaler's snapshot. Pods are
 * slots too, recycled when an incarnation is gone (generation tells).
 *
 * Invariants: a pod is in exactly one state; free = allocatable - requests of
 * the pods in the node's list - those of its DaemonSet pods; every change of a
 * node bumps its version.
 */
#ifndef DRY_WORLD_CLUSTER_H
#define DRY_WORLD_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/symbol.h"
#include "des/event_queue.h"
#include "world/node_group.h"
#include "world/observer.h"
#include "world/place.h"
#include "world/shape.h"
#include "world/workload.h"

enum dry_pod_phase {
	DRY_POD_FREE,                   /* slot not in use */
	DRY_POD_PENDING,
	DRY_POD_RUNNING,
	DRY_POD_TERMINATING             /* evicted, still holding its room */
};

/* Where a pod was placed by an earlier simulation (filtering or removal). */
struct dry_hint {
	uint32_t pass;                  /* number of the pass that set it; 0 = none */
	uint32_t slot;                  /* world slot, or DRY_NONE: an upcoming fake */
	uint32_t group_index;
	uint32_t template_id;
	uint32_t upcoming_index;
};

struct dry_pod {
	int64_t created_at_ms;          /* arrival of this incarnation */
	int64_t came_at_ms;             /* the instant of it: created, but not before 0 */
	int64_t started_at_ms;
	int64_t deleted_at_ms;          /* deletion timestamp (request + grace), when terminating */
	uint32_t pod_index;             /* row of the pod table; beyond it: placeholders */
	uint32_t class_index;
	uint32_t owner_index;
	uint32_t order;
	uint32_t node;                  /* slot, DRY_NONE */
	uint32_t previous, next;        /* in the node's list, by (created, order) */
	uint32_t queue_previous, queue_next;    /* in the scheduler's queue of its class */
	uint32_t generation;
	uint32_t restarts;
	uint32_t original;              /* a copy in the snapshot: the pod it stands for; else itself */
	uint8_t phase;                  /* enum dry_pod_phase */
	bool is_daemon;
	uint32_t nominated;             /* slot that is being cleared for it by preemption; DRY_NONE */
	struct dry_hint hint;           /* filtering of schedulable pods */
	struct dry_hint removal_hint;   /* removal simulation */
	int64_t done_ms;                /* run time that checkpoints have saved */
	int64_t lost_ms;                /* run time that its eviction threw away */
};

enum dry_instance_state {
	DRY_INSTANCE_CREATING,
	DRY_INSTANCE_RUNNING,
	DRY_INSTANCE_DELETING,
	DRY_INSTANCE_GONE
};

enum {
	DRY_NODE_CORDONED = 1 << 0,
	DRY_NODE_TO_BE_DELETED = 1 << 1,        /* ToBeDeletedByClusterAutoscaler:NoSchedule */
	DRY_NODE_NOT_READY = 1 << 2,            /* condition Ready is False, taint not-ready:NoSchedule */
	DRY_NODE_CANDIDATE = 1 << 3,            /* DeletionCandidateOfClusterAutoscaler:PreferNoSchedule */
	DRY_NODE_NOTICED = 1 << 4,          /* notice of interruption: taint NoSchedule */
	DRY_NODE_FAKE = 1 << 5                  /* exists only in the snapshot */
};

/* Why a pod is evicted: the cause in the decision log. */
enum dry_eviction { DRY_EVICTED_SCALE_DOWN, DRY_EVICTED_INTERRUPTION, DRY_EVICTED_PREEMPTION };

struct dry_node {
	uint32_t group_index;
	uint32_t ordinal;
	uint32_t number;                /* instances of the run before it: its row in the record */
	int64_t requested_at_ms;
	int64_t created_at_ms;          /* registered; -1 = not yet */
	int64_t transition_at_ms;       /* last change of Ready */
	int64_t to_be_deleted_at_ms;
	int64_t interrupt_at_ms;        /* the cloud takes it then; DRY_NEVER */
	int64_t notice_at_ms;           /* the interruption was announced; -1 = not */
	uint8_t state;                  /* enum dry_instance_state */
	bool registered;
	bool never_launched;            /* accepted in a stock-out: nothing runs, nothing is billed */
	bool has_error;                 /* the cloud lists it with an out-of-resources error */
	bool daemons_evicted;           /* its DaemonSet pods are gone */
	uint32_t first_pod, last_pod;
	uint32_t pod_count;             /* in the list, DaemonSets of the scenario not counted */
	uint32_t terminating_count;
	uint32_t expendable_count;
	uint32_t instance_index;        /* place in its group's list */
	uint32_t registered_index;      /* place in the list of registered nodes */
	/* integrals for the record */
	int64_t counted_to_ms;
	double requested_core_ms, requested_byte_ms, requested_gpu_ms, placeholder_core_ms, daemon_core_ms;
	int64_t placeholder_milli_cpu;
	/* the autoscaler's memory of the node */
	int64_t unneeded_since_ms;      /* -1 = not unneeded */
	int64_t unremovable_until_ms;   /* 0 = none */
	int64_t unregistered_since_ms;  /* -1 = not seen unregistered */
	uint8_t deletion;               /* enum dry_deletion of the autoscaler; 0 = none in progress */
	bool was_candidate;             /* unneeded in the previous loop */
	bool waits;                     /* holds a pod that is safe to evict on completion */
	bool had_error;                 /* create error seen in the previous update */
	bool deletion_before;           /* a deletion was in progress when the loop began */
	int64_t scale_down_at_ms;
};

struct dry_group {
	const struct dry_node_group *spec;
	int32_t target;
	int32_t min_size;               /* in force (schedule) */
	uint32_t next_ordinal;
	uint32_t *instance;             /* slots that exist: creating, running, deleting; any order */
	size_t instance_count, instance_capacity;
	uint32_t ready_count;
	uint32_t more_places;           /* its places beyond the first: from this one on, zone_count - 1 of them */
	uint32_t zone_count;
	bool is_gpu;                    /* has the provider's GPU label */
	uint32_t gpu_resource;          /* first GPU resource with allocatable, DRY_NONE */
};

struct dry_budget_count {
	int64_t expected;               /* live pods that match, not terminating */
	int64_t healthy;                /* of those running */
};

struct dry_cluster_spec {
	const struct dry_symbols *symbols;
	const struct dry_pod_table *pod;
	const struct dry_pod_class *pod_class;
	uint32_t class_count;
	uint32_t owner_count;
	uint32_t resource_count;
	const char *const *resource_name;
	const struct dry_disruption_budget *budget;
	uint32_t budget_count;
	const struct dry_daemon_set *daemon_set;
	uint32_t daemon_set_count;
	const struct dry_node_group *group;
	uint32_t group_count;
	const struct dry_trace_event *trace_event;
	uint32_t trace_event_count;
	const uint32_t *pod_name_index; /* NULL when no podDelete */
	uint32_t name_count;
	int64_t expendable_cutoff;
	int64_t max_graceful_termination_ms;
	bool absolute_balanced_score;
	bool plain_scan;
	uint32_t placeholder_count;     /* rows beyond the pod table */
	uint32_t placeholder_class;
};

/* Called on changes that the run's record counts; all optional. */
struct dry_cluster_hooks {
	void *context;
	void (*on_node_requested)(void *context, uint32_t slot);
	void (*on_node_ready)(void *context, uint32_t slot);
	void (*on_node_gone)(void *context, uint32_t slot, bool interrupted);
	void (*on_pod_started)(void *context, uint32_t pod);
	void (*on_pod_pending)(void *context, uint32_t pod);
	void (*on_pod_evicted)(void *context, uint32_t pod, enum dry_eviction cause);
	void (*on_pod_ended)(void *context, uint32_t pod);
	/* Decisions on groups and their nodes: what is in the log and no pod's. */
	void (*on_decision)(void *context, const struct dry_event *event);
	/* When a new instance of the group comes: ms from now, -1 = never; *error: listed with a create error. */
	int64_t (*provision_delay)(void *context, uint32_t group_index, uint32_t ordinal);
	/* True: the place has no room for a target of so many (prices, drawn stock-outs); mode says how it fails. */
	bool (*is_stocked_out)(void *context, uint32_t place, int32_t target, enum dry_stockout_mode *mode);
	/* True: bad luck of this one increase refuses it as a whole. */
	bool (*is_refused)(void *context, uint32_t group_index);
};

struct dry_undo;

struct dry_cluster {
	struct dry_cluster_spec spec;
	const struct dry_shapes *shapes;
	struct dry_cluster_hooks hooks;
	const struct dry_observer *observer;
	int64_t now_ms;
	int64_t horizon_ms;
	uint64_t digest;
	struct dry_event_queue queue;
	uint64_t sequence;

	struct dry_group *group;
	size_t group_capacity;
	uint32_t group_count;
	struct dry_place *place;
	size_t place_capacity;
	uint32_t place_count;

	/* nodes: slots; the hot columns apart */
	struct dry_node *node;
	size_t node_capacity;
	uint32_t world_count;           /* slots of the world */
	uint32_t node_count;            /* with fakes */
	uint32_t instance_total;        /* that ever were in the run */
	uint32_t gone_count;            /* slots of gone nodes */
	uint32_t gone_kept;             /* of those: not given back, because somebody remembers them */
	uint32_t *slot_after;           /* scratch of world/compact.h */
	size_t slot_after_capacity;
	int64_t *free[DRY_RESOURCE_MAX];
	int64_t *nonzero_cpu, *nonzero_memory;
	uint32_t *node_group;
	uint32_t *node_place;
	int64_t *node_requested_at;
	bool groups_disordered;         /* some nodes of one instant are not in order of their groups */
	uint8_t *node_flags;
	uint32_t *node_version;         /* bumped by every change in the world */
	/* Bit by slot: not known to be busy. Cleared when found not underutilized, set by every change. */
	uint64_t *node_open;
	int8_t *node_balance;           /* balanced score as the node is, of node_balance_version */
	uint32_t *node_balance_version;
	uint32_t *node_touched;         /* number of the snapshot that changed it last */
	uint32_t snapshot_number;
	uint32_t *change;               /* slots in order of their changes: what score columns have to look at */
	size_t change_count, change_capacity;
	uint64_t change_base;           /* changes dropped from the front */
	uint32_t *node_mark;            /* scratch of the autoscaler's searches */
	int32_t *match_count;           /* [slot * term_count + term]: pods on the node that match */
	int32_t *match_live_count;      /* of those not terminating */
	int32_t *carry_count;           /* [slot * carrier_count + carrier]: pods on the node that carry it */
	uint32_t *registered;           /* oldest first */
	uint32_t registered_count;
	size_t registered_capacity;

	/* pods */
	struct dry_pod *pod;
	size_t pod_capacity;
	uint32_t pod_count;             /* slots ever used */
	uint32_t free_pod;              /* head of the recycled ones, linked by next */
	uint32_t *current;              /* row -> slot of its live incarnation, DRY_NONE */
	size_t current_capacity;
	uint32_t *named;                /* name index -> row that has it now, DRY_NONE */
	size_t named_capacity;
	uint32_t expendable_total, terminating_total;   /* pods on nodes */
	uint32_t candidate_total;       /* nodes with the soft taint */
	uint64_t condition_version;     /* bumped when a node turns ready or not ready */
	uint64_t instance_version;      /* bumped by every change of an instance's state */
	uint32_t live_pods;             /* pending, running */
	uint32_t pending_count, running_count;
	uint32_t finite_count;          /* live pods that end by themselves */

	/* the scheduler's queue: one list a class, by (created, order) */
	uint32_t *queue_first, *queue_last;
	uint8_t *queue_state;           /* enum in scheduler.c */
	bool *queue_disordered;         /* pods at its end are not in order: sorted before the next pass */
	size_t queue_capacity;
	uint32_t *pending_list;         /* all of them in queue order, as long as is_pending_list says so */
	uint32_t pending_list_count;
	size_t pending_list_capacity;
	bool is_pending_list;
	uint32_t *active_class;         /* classes with pending pods */
	uint32_t active_count;
	size_t active_capacity;
	uint32_t *active_index;
	size_t active_index_capacity;
	bool schedule_needed;
	bool retry_may_help;            /* the last pass placed pods that others, tried before them, depend on */
	bool in_pass;                   /* of the scheduler */
	bool preempts;                  /* the scheduler evicts pods of lower priority */
	bool preempted;                 /* it did, in the present pass */
	bool pass_blocks;               /* in the present pass the first pod of a class that fails stands for all */
	uint32_t nominated_count;       /* pending pods with a nominated node */
	uint32_t fresh_pending;         /* pods that came at this instant and have no node yet */
	int64_t fresh_at_ms;

	uint32_t *owner_live;           /* pending and running pods of each owner */
	size_t owner_capacity;
	struct dry_budget_count *budget_count;
	size_t budget_capacity;

	/* class x place: does the class fit the place's labels and taints (enum dry_fit + 1, 0 = not asked) */
	uint8_t *static_fit;
	size_t static_fit_capacity;

	/* the scheduler's: scores of classes, and the heads of the classes under way in a pass */
	struct dry_score_cache *score_cache;
	uint32_t *pass_heap;
	size_t pass_heap_capacity;

	/* the snapshot: the same arrays, changed under an undo log */
	uint32_t *list;                 /* nodes of the snapshot in order */
	uint32_t list_count;
	size_t list_capacity;
	struct dry_undo *undo;
	uint32_t undo_count;
	size_t undo_capacity;
	bool in_snapshot;               /* fakes hold slots: new instances wait */
	struct dry_deferred_increase {
		uint32_t place;
		int32_t count;
		bool stocked_out;
		bool with_error;
	} *deferred;
	size_t deferred_count, deferred_capacity;
	uint32_t scan_last;             /* index of the last match of any scan */

	struct dry_arena run_arena;     /* lives as long as the run */
	struct dry_arena scratch;       /* of one autoscaler loop */
	struct dry_arena prefilter;     /* of the one prefilter in use */
	struct dry_arena preemption;     /* victims of the node under test and of the best one */
	uint64_t events_handled;
};

enum dry_des_phase {
	DRY_PHASE_AUTOSCALER,           /* what the autoscaler started earlier falls due */
	DRY_PHASE_POD_STOP,
	DRY_PHASE_NODE_NOTICE,          /* interruption notices act */
	DRY_PHASE_NODE_GONE,
	DRY_PHASE_NODE_READY,
	DRY_PHASE_CONDITION             /* a node that was not ready is again */
};

enum dry_queue_kind {
	DRY_QUEUE_POD_RUN_ENDS,         /* a = pod slot, b = generation */
	DRY_QUEUE_POD_UNTIL,            /* a = row */
	DRY_QUEUE_POD_DELETE,           /* a = name index */
	DRY_QUEUE_POD_STOPPED,          /* a = pod slot, b = generation */
	DRY_QUEUE_NODE_GONE,            /* a = slot */
	DRY_QUEUE_NODE_INTERRUPTED,     /* a = slot */
	DRY_QUEUE_NODE_READY,           /* a = slot */
	DRY_QUEUE_NODE_NOTICE,          /* a = slot: the interruption is announced and handled */
	DRY_QUEUE_NODE_CONDITION,       /* a = trace event: its nodes are Ready again */
	DRY_QUEUE_AUTOSCALER,           /* a, b: the autoscaler's own */
	DRY_QUEUE_WORLD                 /* a = slot: the run's own (rebalance) */
};

/* Is a the slot of a node, as far as the world knows? DRY_NONE: it is gone, nothing will happen. */
static inline bool dry_queue_names_node(const struct dry_queue_entry *entry)
{
	uint8_t kind = dry_queue_kind(entry);

	return (kind >= DRY_QUEUE_NODE_GONE && kind <= DRY_QUEUE_NODE_NOTICE) || kind == DRY_QUEUE_WORLD;
}

/* The node is another than before: for score columns and memories of it. */
void dry_node_changed(struct dry_cluster *cluster, uint32_t slot);

void dry_cluster_init(struct dry_cluster *cluster);
void dry_cluster_release(struct dry_cluster *cluster);
/* Starts a run: forgets everything, keeps memory, makes the initial nodes. */
void dry_cluster_reset(struct dry_cluster *cluster, const struct dry_cluster_spec *spec,
		       const struct dry_shapes *shapes, const struct dry_cluster_hooks *hooks,
		       const struct dry_observer *observer, int64_t horizon_ms);

/* Emits a decision-log event into digest and observer (only within [0, horizon]). */
void dry_cluster_emit(struct dry_cluster *cluster, const struct dry_event *event);
void dry_cluster_emit_node(struct dry_cluster *cluster, enum dry_event_kind kind, uint32_t slot,
			   const char *reason);
void dry_cluster_emit_pod(struct dry_cluster *cluster, enum dry_event_kind kind, uint32_t pod,
			  const char *reason);

/* Pushes a queue entry, unless it is due after the horizon. order decides within (time, phase); sub within order. */
void dry_cluster_push(struct dry_cluster *cluster, int64_t at_ms, enum dry_des_phase phase,
		      uint64_t order, uint64_t sub, enum dry_queue_kind kind, uint32_t a, uint32_t b);

/* --- pods --- */
/* A new incarnation of a row, pending, created at created_at_ms. */
uint32_t dry_pod_arrive(struct dry_cluster *cluster, uint32_t row, int64_t created_at_ms);
void dry_pod_bind(struct dry_cluster *cluster, uint32_t pod, uint32_t slot);
/* The pod ends normally (podEnd) or is deleted by its owner. */
void dry_pod_end(struct dry_cluster *cluster, uint32_t pod);
/* Eviction; at_once ignores the termination time. A pod with an owner is replaced. */
void dry_pod_evict(struct dry_cluster *cluster, uint32_t pod, enum dry_eviction cause, bool at_once);
/* Takes a terminating pod off its node, silently. */
void dry_pod_stopped(struct dry_cluster *cluster, uint32_t pod);
/* A stand-in for a pod in the snapshot (not in any list or count), and its end. */
uint32_t dry_pod_make_copy(struct dry_cluster *cluster, uint32_t pod);
void dry_pod_free_copy(struct dry_cluster *cluster, uint32_t pod);
/* Disruptions that a budget allows now. */
int64_t dry_budget_allowed(const struct dry_cluster *cluster, uint32_t budget);
uint32_t dry_pod_row_class(const struct dry_cluster *cluster, uint32_t row);
bool dry_pod_is_expendable(const struct dry_cluster *cluster, uint32_t pod);

/*
 * Puts a pod into / takes it out of a node's list and sums (world and snapshot
 * alike). before: the pod in front of which it goes; DRY_NONE = its place by
 * (created, order); DRY_AT_END = the end of the list.
 */
#define DRY_AT_END (DRY_NONE - 1)
/* Room kept for a pod that is not there yet (a nominated one): sign -1 takes it, 1 gives it back. */
void dry_node_reserve(struct dry_cluster *cluster, uint32_t slot, uint32_t class_index, int sign);
void dry_node_add_pod(struct dry_cluster *cluster, uint32_t slot, uint32_t pod, uint32_t before);
void dry_node_remove_pod(struct dry_cluster *cluster, uint32_t pod);

/* --- nodes --- */
/* A slot with the place's free room (less its DaemonSets): an instance or a fake. */
uint32_t dry_node_make(struct dry_cluster *cluster, uint32_t place, bool fake);
void dry_node_set_flag(struct dry_cluster *cluster, uint32_t slot, uint8_t flag, bool on);
void dry_node_set_ready(struct dry_cluster *cluster, uint32_t slot, bool ready);
void dry_node_evict_daemons(struct dry_cluster *cluster, uint32_t slot);
/* Brings the integrals up to now. */
void dry_node_count_to(struct dry_cluster *cluster, uint32_t slot);
int64_t dry_node_requested(const struct dry_cluster *cluster, uint32_t slot, uint32_t resource);

/* --- cloud --- */
/* The place of the group's zone with this index. */
static inline uint32_t dry_group_place(const struct dry_group *group, const struct dry_cluster *cluster, uint32_t z)
{
	return z ? group->more_places + z - 1 : (uint32_t)(group - cluster->group);
}
/*
 * NULL = done; else the reason of the refusal. Each node of a group over
 * several zones goes to the one with the fewest nodes of the group, in listed
 * order on a tie, that is not stocked out now.
 */
const char *dry_cloud_increase(struct dry_cluster *cluster, uint32_t group_index, int32_t count);
/* Instances of increases that were accepted while a snapshot was open. */
void dry_cloud_make_deferred(struct dry_cluster *cluster);
bool dry_cloud_decrease_target(struct dry_cluster *cluster, uint32_t group_index, int32_t count);
void dry_cloud_delete(struct dry_cluster *cluster, uint32_t slot);
/* The cloud takes the node at at_ms. */
void dry_cloud_interrupt(struct dry_cluster *cluster, uint32_t slot, int64_t at_ms);
/* The interruption was announced: no new pods, and those on the node are evicted. */
void dry_cloud_notice(struct dry_cluster *cluster, uint32_t slot);
/* Does the event of the trace act on nodes of the place? */
static inline bool dry_event_reaches(const struct dry_cluster *cluster, const struct dry_trace_event *event,
				     const struct dry_place *place)
{
	return dry_group_reaches(cluster->spec.group, event->group_index, event->zone, place->group_index, place->zone);
}
/*
 * Registered nodes that the event reaches and that are not being deleted, newest
 * first: one a call, DRY_NONE after the last. *before is registered_count at first.
 */
uint32_t dry_cloud_next_newest(const struct dry_cluster *cluster, const struct dry_trace_event *event,
			       bool with_deleting, uint32_t *before);
/* Handles one due queue entry of the world's kinds; false: not one of the world's. */
bool dry_cluster_handle(struct dry_cluster *cluster, const struct dry_queue_entry *entry);

#endif
