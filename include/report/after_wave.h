/* The answer of "dryscale after-wave": what each group may do after a wave, and all together. */
#ifndef DRY_REPORT_AFTER_WAVE_H
#define DRY_REPORT_AFTER_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"
#include "run/after_wave.h"
#include "run/metrics.h"

struct dry_wave_try {
	int64_t ms;                     /* the time tried */
	bool safe;
	double metric[DRY_METRIC_COUNT];        /* means over the replications */
};

/* A ladder of times, longest first, of one setting. */
struct dry_wave_ladder {
	const char *path;               /* nodeGroups.NAME.options.scaleDownUnneededTime, scale-down-delay-after-add */
	const char *group;              /* NULL = all */
	const struct dry_wave_group *now;       /* NULL with it */
	int64_t present_ms;
	uint32_t count;
	struct dry_wave_try step[DRY_WAVE_STEPS];
	/* the safe one that saves most; -1 = the present one */
	int32_t earliest;
};

struct dry_wave_report {
	const char *scenario;
	uint32_t replications;
	double tolerance;
	double present[DRY_METRIC_COUNT];
	uint32_t ladder_count;          /* groups that had a wave, then delay-after-add on top of their choices */
	struct dry_wave_ladder *ladder;
	bool together_safe;             /* all choices at once */
	double together[DRY_METRIC_COUNT];
};

/* Sets ladder->earliest from its steps. */
void dry_wave_choose(const struct dry_wave_report *report, struct dry_wave_ladder *ladder);

void dry_wave_table(const struct dry_wave_report *report, struct dry_page *page, bool markdown);
/* Schema "dryscale.after-wave/1". */
void dry_wave_json(const struct dry_wave_report *report, struct dry_page *page);
/* The choices as --params takes them. */
void dry_wave_params(const struct dry_wave_report *report, struct dry_page *page);

#endif
