/* Pieces of evidence about a finding's first owner and about room on the nodes that were there. */
#ifndef DRY_SIM_REPORT_INVESTIGATE_EVIDENCE_H
#define DRY_SIM_REPORT_INVESTIGATE_EVIDENCE_H

#include "report/investigate.h"

/* Its days, minutes, ends, whether it is new. */
void investigate_owner(struct dry_finding *finding, const struct dry_log *log);
/* Was there room somewhere when the first trigger of the first owner was found unschedulable? */
void investigate_room(struct dry_finding *finding, const struct dry_log *log, struct dry_fits *fits);

#endif
