/* Words about pending pods that table, JSON and CSV share. Texts are the arena's. */
#ifndef DRY_SIM_REPORT_ANALYSIS_TEXT_H
#define DRY_SIM_REPORT_ANALYSIS_TEXT_H

#include "report/analysis.h"

/* "namespace/owner", or the name of a bare pod. */
const char *dry_analysis_owner(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			       struct dry_arena *arena);
/* "2 cpu, 4Gi memory". */
const char *dry_analysis_asks(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			      struct dry_arena *arena);
/* Selectors, tolerations, affinity, spread: "disk=ssd, tolerates gpu, pod anti-affinity". */
const char *dry_analysis_wants(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			       struct dry_arena *arena);
/* Nodes of the group for the row's pods that no starting node will take, by requests; 0 = does not fit. */
uint32_t dry_analysis_nodes(const struct dry_analysis *analysis, const struct dry_analysis_row *row, uint32_t g);
/* Why the group does not take them now; NULL = it could. */
const char *dry_analysis_refusal(const struct dry_analysis *analysis, const struct dry_analysis_row *row, uint32_t g,
				 struct dry_arena *arena);

#endif
