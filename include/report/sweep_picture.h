/*
 * A sweep as a person attaches it to a pull request: one file with the front,
 * what the chosen points do over time, what each parameter moves, the
 * assumptions and the digests of the input. HTML, SVG or Markdown; no script,
 * nothing from the network, and no clock, host or path in it: the same result
 * gives the same bytes.
 */
#ifndef DRY_REPORT_SWEEP_PICTURE_H
#define DRY_REPORT_SWEEP_PICTURE_H

#include <stdint.h>

#include "report/page.h"
#include "report/recording.h"
#include "sweep/sweep_result.h"

#define DRY_PICTURE_POINTS 8

/* All borrowed. */
struct dry_sweep_picture {
	const struct dry_sweep_result *result;
	uint32_t count;                 /* chosen points, in the order they are shown */
	const struct dry_sweep_point *point[DRY_PICTURE_POINTS];
	const char *role[DRY_PICTURE_POINTS];           /* "baseline", "knee", "cheapest", "asked for" */
	/* Of each, or NULL: no scenario was given, so nothing could be run again. */
	const struct dry_recording *recording[DRY_PICTURE_POINTS];
};

/* Baseline, knee, best of each objective: those that are there, none twice. Recordings are NULL. */
void dry_sweep_picture_choose(const struct dry_sweep_result *result, struct dry_sweep_picture *picture);

void dry_sweep_picture_svg(const struct dry_sweep_picture *picture, struct dry_page *page);
void dry_sweep_picture_html(const struct dry_sweep_picture *picture, struct dry_page *page);
void dry_sweep_picture_markdown(const struct dry_sweep_picture *picture, struct dry_page *page);

#endif
