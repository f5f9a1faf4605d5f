/*
 * Pending pods as the autoscaler sees them at one loop: equal ones together,
 * with what they ask for, how urgent they are, which node groups could take
 * them and why not the others, and how many nodes they need.
 */
#ifndef DRY_REPORT_ANALYSIS_H
#define DRY_REPORT_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/explain_loops.h"
#include "report/page.h"
#include "run/fit.h"
#include "run/scenario.h"

/* Pods of one class and one owner. */
struct dry_analysis_row {
	uint32_t class_index, owner_index;      /* owner DRY_NONE = bare pods */
	uint32_t first_pod;
	uint32_t pods;
	uint32_t waiting;               /* of these: fit a node that is starting (column "starting") */
	int64_t oldest_ms;              /* age of the oldest */
};

struct dry_analysis {
	const struct dry_input *input;
	const struct dry_config *config;
	const struct dry_told_loop *loop;
	struct dry_fits *fits;
	uint32_t count;
	struct dry_analysis_row *row;   /* the most urgent first, then the most pods; owned */
};

/* Borrows everything until dry_analysis_release(). */
void dry_analysis_make(struct dry_analysis *analysis, const struct dry_input *input,
		       const struct dry_config *config, const struct dry_told_loop *loop, struct dry_fits *fits);
void dry_analysis_release(struct dry_analysis *analysis);

void dry_analysis_table(const struct dry_analysis *analysis, bool colour, struct dry_page *page);
void dry_analysis_markdown(const struct dry_analysis *analysis, struct dry_page *page);
/* Schema dryscale.analyze/1. */
void dry_analysis_json(const struct dry_analysis *analysis, struct dry_page *page);
/* One row a kind of pods and node group. */
void dry_analysis_csv(const struct dry_analysis *analysis, struct dry_page *page);

#endif
