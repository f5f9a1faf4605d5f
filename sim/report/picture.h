/* The pieces of a sweep's picture, for SVG and HTML. */
#ifndef DRY_REPORT_PICTURE_H
#define DRY_REPORT_PICTURE_H

#include "report/sweep_picture.h"

#define PICTURE_WIDTH 960.0

/* Each draws from (0, 0) down and returns its height. */
double picture_front(const struct dry_sweep_picture *picture, struct dry_page *page);
double picture_times(const struct dry_sweep_picture *picture, uint32_t which, struct dry_page *page);
double picture_effects(const struct dry_sweep_picture *picture, struct dry_page *page);

/* Heights, known before drawing. */
double picture_front_height(void);
double picture_times_height(const struct dry_sweep_picture *picture, uint32_t which);
double picture_effects_height(const struct dry_sweep_picture *picture);

/* "#188 knee" */
void picture_point_name(const struct dry_sweep_picture *picture, uint32_t which, char *text, size_t size);
enum dry_metric_id picture_objective(const struct dry_sweep_picture *picture, uint32_t which);

/* Mean of an objective over the finished points with a value of a parameter; NaN = none. */
double picture_mean(const struct dry_sweep_result *result, uint32_t parameter, uint32_t value,
		    enum dry_metric_id metric);

/* A round step of about a count-th of the range. */
double picture_step(double range, int count);

#endif
