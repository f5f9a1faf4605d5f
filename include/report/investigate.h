/*
 * Scale-ups that stand out, and why they happened (methods.md 7.3, 7.4): nodes
 * added a node group and hour against what is usual there, the pods that
 * triggered them by owner, the first cause whose evidence holds, and proposals
 * that the caller simulates.
 */
#ifndef DRY_REPORT_INVESTIGATE_H
#define DRY_REPORT_INVESTIGATE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/explain.h"
#include "run/attribution.h"
#include "run/fit.h"

#define DRY_HOUR_MS INT64_C(3600000)

/* --- what stands out --- */

enum dry_unusual_proof {
	DRY_UNUSUAL_SUSPECT,            /* 14 days or more, but generalized ESD does not agree */
	DRY_UNUSUAL_CONFIRMED,
	DRY_UNUSUAL_BY_Z                /* fewer than 14 days: robust z alone */
};

struct dry_unusual {
	uint32_t group_index;
	int64_t hour;                   /* from the start of the trace */
	double nodes;                   /* added in it */
	double usual;                   /* median of its slot of the week or day, or of all hours */
	double z;
	enum dry_unusual_proof proof;
};

/* The most unusual first (by time and group on a tie). Heap. */
struct dry_unusual *dry_unusual_find(const struct dry_log *log, uint32_t *count);
/* The hour that holds an instant, judged or not: for a question about it. nodes 0 = none was added. */
struct dry_unusual dry_unusual_at(const struct dry_log *log, uint32_t group_index, int64_t at_ms);

/* --- who made it necessary --- */

/* A pod of the option that a loop took. */
struct dry_trigger {
	int64_t at_ms;
	uint32_t group_index;           /* that grew */
	uint32_t pod_index;
};

struct dry_triggers {
	struct dry_trigger *trigger;
	size_t count, capacity;
	/* the loop under way */
	struct dry_trigger *now;
	size_t now_count, now_capacity;
	uint32_t *planned;
	size_t planned_count, planned_capacity;
	uint32_t best;
};

/* observer.on_note, with the triggers as context; zeroed at first. */
void dry_triggers_on_note(void *triggers, const struct dry_note *note);
void dry_triggers_finish(struct dry_triggers *triggers);
void dry_triggers_release(struct dry_triggers *triggers);

/* --- the finding --- */

#define DRY_FINDING_OWNERS 5

struct dry_finding_owner {
	const char *name;               /* "namespace/owner", generated suffixes cut; in the finding's arena */
	uint32_t first_pod;             /* one of its triggers */
	double share;
	uint32_t pods;
};

struct dry_finding {
	struct dry_unusual unusual;
	struct dry_arena arena;
	bool is_recorded;               /* from a record: what pods asked for is not known */
	bool is_headroom;               /* placeholder pods asked for the most */
	uint32_t pods;                  /* triggers */
	uint32_t owner_count, all_owners;
	struct dry_finding_owner owner[DRY_FINDING_OWNERS];
	struct dry_cause_evidence evidence;
	enum dry_cause cause;
	uint32_t failed, removed_before;        /* scale-ups refused in the hour; nodes removed in the 30 min before */
	uint32_t interruptions;                 /* nodes reclaimed in that time, of the group */
	const char *failed_reason;
	int64_t demand[DRY_RESOURCE_MAX];       /* requests of all triggers together */
	int64_t top_day_pods;           /* of the top owner, that day; -1 = unknown */
	double top_median_pods;         /* on a median day */
};

/* fits NULL: the log is a recorded one. */
void dry_finding_make(struct dry_finding *finding, const struct dry_unusual *unusual, const struct dry_log *log,
		      const struct dry_triggers *triggers, struct dry_fits *fits);
void dry_finding_release(struct dry_finding *finding);

/* An answer with its lines: the paragraph, who, evidence, advice. */
void dry_finding_explain(const struct dry_finding *finding, struct dry_explanation *explanation);

/* --- what might be done --- */

enum dry_counterfactual {
	DRY_AS_IT_IS,
	DRY_WITHOUT_INIT,               /* init containers ask for no more than the others */
	DRY_HALF_REQUESTS,
	DRY_RELAXED,                    /* no affinity, no spread, no selector */
	DRY_HALF_DAEMONS,               /* DaemonSets ask for half */
	DRY_REQUEST                     /* a given amount of a given resource */
};

struct dry_proposal {
	const char *text;
	const char *path, *value;       /* a setting; NULL = the input is another */
	enum dry_counterfactual kind;
	uint32_t resource;              /* of DRY_REQUEST */
	int64_t amount;
};

#define DRY_PROPOSALS 6

/* What fits the cause; texts are the finding's. Returns how many. */
uint32_t dry_finding_proposals(const struct dry_finding *finding, const struct dry_config *config,
			       struct dry_proposal proposal[DRY_PROPOSALS]);

/*
 * The input in which the finding's first owner (or the DaemonSets) had asked
 * for something else. Shallow: everything but pod classes is the original's;
 * memory is the arena's.
 */
void dry_counterfactual_make(struct dry_input *to, const struct dry_input *from, const struct dry_finding *finding,
			     const struct dry_proposal *proposal, struct dry_arena *arena);

/* "default/web" of a pod: its owner without a generated suffix, or the bare pod's name. In the arena. */
const char *dry_owner_key(const struct dry_input *input, uint32_t pod_index, struct dry_arena *arena);

#endif
