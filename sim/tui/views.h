/*
 * What the views share beside the state of app.h: the points, the plot, what
 * lies over a view, and the views themselves.
 */
#ifndef DRY_TUI_VIEWS_H
#define DRY_TUI_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app.h"

/* points.c: the cursor and the selection */
const struct dry_sweep_result *dry_app_result(const struct dry_app *app);      /* NULL = none */
const struct dry_sweep_point *dry_app_cursor(struct dry_app *app);              /* NULL = none */
const struct dry_sweep_point *dry_app_a(struct dry_app *app);   /* else the baseline; NULL = none */
const struct dry_sweep_point *dry_app_b(struct dry_app *app);   /* else the cursor's, the knee */
/* The point of Timeline and Explain. */
const struct dry_sweep_point *dry_app_timed(struct dry_app *app);
/* "#188 knee", "#233 baseline", "#12". Returns buffer. */
char *dry_app_point_name(const struct dry_app *app, const struct dry_sweep_point *point, char *buffer,
			 size_t size);
bool dry_app_is_knee(const struct dry_app *app, const struct dry_sweep_point *point);
bool dry_app_is_baseline(const struct dry_app *app, const struct dry_sweep_point *point);
enum dry_metric_id dry_app_objective(const struct dry_app *app, uint32_t which);
/* Front in order, filter applied; made again when the result changed. */
void dry_app_refresh_front(struct dry_app *app);
/* Steps along the front; +-1. */
void dry_app_walk(struct dry_app *app, int step);
void dry_app_walk_end(struct dry_app *app, bool last);
void dry_app_next_failed(struct dry_app *app);
void dry_app_select(struct dry_app *app);
/* Another point as A or B, or the list up and down: what views of a pair of points do. False: another action. */
bool dry_app_pick_or_scroll(struct dry_app *app, int *scroll, int scroll_max, enum dry_action action);
/* "-36%", "+9.9pt", "-"; *role better, worse or plain. Returns buffer. */
char *dry_app_versus(const struct dry_app *app, const struct dry_sweep_point *point,
		     enum dry_metric_id metric, char *buffer, size_t size, enum dry_role *role);
/* A parameter's name in so many columns: from its end when it must be cut. Returns buffer. */
char *dry_short_path(const char *path, int columns, char *buffer, size_t size);
/* "0:53", "1:02:03" */
char *dry_format_span(int64_t ms, char *buffer, size_t size);

/* filter.c: "cost<250 p95<90 expander=priority" */
/* False with what is wrong (static or in the buffer). */
bool dry_filter_points(const struct dry_sweep_result *result, const char *filter, uint8_t *match,
		       uint32_t *match_count, char *wrong, size_t size);
/* "0 of 384 match p95<5; best is 10": the nearest miss of the first condition. */
void dry_filter_nothing(const struct dry_sweep_result *result, const char *filter, char *text,
			size_t size);

/* plot.c */
void dry_plot_draw(struct dry_app *app, const struct dry_pane *pane, bool legend);
void dry_plot_zoom(struct dry_app *app, enum dry_action action);

/* states.c: what stands where a view would, when there is nothing to show */
bool dry_states_draw(struct dry_app *app, const struct dry_pane *body);
void dry_states_too_small(struct dry_app *app);
/* Words in the middle of a view. */
void dry_states_say(const struct dry_pane *body, const char *first, const char *second);

/* help.c */
void dry_help_draw(struct dry_app *app, const struct dry_pane *all);

/* form.c: what if */
void dry_form_open(struct dry_app *app, const struct dry_sweep_point *of, const char *path,
		   const char *value);
void dry_form_draw(struct dry_app *app, const struct dry_pane *all);
bool dry_form_act(struct dry_app *app, enum dry_action action);
void dry_form_release(struct dry_app *app);

/* save.c: a scenario file with some values changed, everything else as it was */
bool dry_scenario_patch(const char *path, const struct dry_setting *setting, uint32_t count,
			struct dry_page *page, struct dry_error *err);

/* write.c: results, patches */
void dry_write_ask_result(struct dry_app *app, bool replace);

/* terminal: OSC 52; false when there is no terminal */
bool dry_app_copy(struct dry_app *app, const struct dry_page *page);

/* views */
void dry_sweep_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_sweep_view_act(struct dry_app *app, enum dry_action action);
void dry_sweep_view_remark(struct dry_app *app, struct dry_page *page);
void dry_pareto_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_pareto_view_act(struct dry_app *app, enum dry_action action);
void dry_pareto_view_remark(struct dry_app *app, struct dry_page *page);
void dry_compare_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_compare_view_act(struct dry_app *app, enum dry_action action);
void dry_compare_view_heading(struct dry_app *app, struct dry_page *page);
void dry_compare_view_remark(struct dry_app *app, struct dry_page *page);
void dry_timeline_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_timeline_view_act(struct dry_app *app, enum dry_action action);
void dry_timeline_view_heading(struct dry_app *app, struct dry_page *page);
void dry_timeline_view_remark(struct dry_app *app, struct dry_page *page);
/* Sets the time cursor to when the pod started that waited longest, and says so. */
void dry_time_go_to_worst(struct dry_app *app, const struct dry_recording *recording);
void dry_explain_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_explain_view_act(struct dry_app *app, enum dry_action action);
void dry_explain_view_heading(struct dry_app *app, struct dry_page *page);
void dry_explain_view_remark(struct dry_app *app, struct dry_page *page);
void dry_export_view_draw(struct dry_app *app, const struct dry_pane *body);
bool dry_export_view_act(struct dry_app *app, enum dry_action action);
void dry_export_view_heading(struct dry_app *app, struct dry_page *page);
void dry_export_view_remark(struct dry_app *app, struct dry_page *page);

#endif
