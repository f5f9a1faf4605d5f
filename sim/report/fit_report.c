/* Fits as tables, JSON, and the lines that a scenario takes. */
#include "report/fit_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "market/lifetime_fit.h"
#include "market/provision_fit.h"
#include "report/json.h"
#include "report/table.h"

#define VALUES_SHOWN 200        /* of an empirical distribution: more are thinned out */
#define FEW 10
#define SECONDS "%.1fs"
#define HOURS "%.2fh"

/* A number, or "-" where there is none. */
static void cell(struct dry_table *table, const char *format, double number)
{
	char text[40];

	snprintf(text, sizeof(text), format, number);
	dry_table_cell(table, isfinite(number) ? text : "-");
}

/* "general: provisionTime: 60s", as a scenario takes it. */
static void add_line(struct dry_page *page, bool markdown, const char *name, const char *key, const char *value,
		     const char *remark)
{
	dry_page_printf(page, "%s%s: %s: %s%s%s%s\n", markdown ? "- " : "", name, key, value, *remark ? "    (" : "",
			remark, *remark ? ")" : "");
}

static void open_json(struct dry_json *json, struct dry_page *page)
{
	dry_json_init(json, page);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "schema", "dryscale.fit/1");
	dry_json_open_array(json, "groups");
}

static void close_json(struct dry_json *json, struct dry_page *page)
{
	dry_json_close_object(json);
	dry_page_add(page, "\n");
}

/* --- provision times --- */

/* What to write into a scenario: constant, lognormal where it fits, else the values. */
static void add_field(struct dry_page *page, const struct dry_provision_fit *fit, const double *sorted)
{
	size_t step = (fit->count + VALUES_SHOWN - 1) / VALUES_SHOWN, i;

	if (fit->is_constant || fit->count < 2) {
		dry_page_printf(page, "%.0fs", fit->median);
	} else if (fit->fits && fit->fit_p95 > fit->fit_median) {
		dry_page_printf(page, "{median: %.1fs, p95: %.1fs}", fit->fit_median, fit->fit_p95);
	} else {
		dry_page_add(page, "{values: [");
		for (i = step / 2; i < fit->count; i += step)
			dry_page_printf(page, "%s%.1fs", i == step / 2 ? "" : ", ", sorted[i]);
		dry_page_add(page, "]}");
	}
}

static const char *shown_name(const struct dry_provision_group *group)
{
	return *group->name ? group->name : "(not recorded)";
}

static void add_provision_table(const struct dry_provision_times *times, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "node group", "nodes", "least", "median", "p95", "most", "lognormal median",
					    "p95", "distance" };
	struct dry_provision_fit fit;
	struct dry_page field = { 0 };
	struct dry_table table;
	size_t i;

	dry_table_open(&table, "lrrrrrrrr", head);
	for (i = 0; i < times->group_count; i++) {
		const struct dry_provision_group *group = &times->group[i];

		if (!dry_provision_fit(&fit, group->seconds, group->count))
			continue;
		dry_table_cell(&table, shown_name(group));
		dry_table_cellf(&table, "%zu", fit.count);
		cell(&table, SECONDS, fit.least);
		cell(&table, SECONDS, fit.median);
		cell(&table, SECONDS, fit.p95);
		cell(&table, SECONDS, fit.most);
		cell(&table, SECONDS, fit.fit_median);
		cell(&table, SECONDS, fit.fit_p95);
		if (isnan(fit.distance))
			dry_table_cell(&table, "-");
		else
			dry_table_cellf(&table, "%.3f%s", fit.distance, fit.fits ? "" : " (no lognormal)");
	}
	dry_table_finish(&table, page, markdown, 2);
	dry_page_add(page, "\n");
	for (i = 0; i < times->group_count; i++) {
		if (!dry_provision_fit(&fit, times->group[i].seconds, times->group[i].count))
			continue;
		add_field(&field, &fit, times->group[i].seconds);
		add_line(page, markdown, shown_name(&times->group[i]), "provisionTime", dry_page_string(&field),
			 fit.count < FEW ? "few values" : "");
		dry_page_clear(&field);
	}
	dry_page_release(&field);
}

static void add_provision_json(const struct dry_provision_times *times, struct dry_page *page)
{
	struct dry_provision_fit fit;
	struct dry_json json;
	size_t i;

	open_json(&json, page);
	for (i = 0; i < times->group_count; i++) {
		struct dry_page field = { 0 };

		if (!dry_provision_fit(&fit, times->group[i].seconds, times->group[i].count))
			continue;
		add_field(&field, &fit, times->group[i].seconds);
		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "nodeGroup", times->group[i].name);
		dry_json_integer(&json, "nodes", (int64_t)fit.count);
		dry_json_number(&json, "median_s", fit.median);
		dry_json_number(&json, "p95_s", fit.p95);
		dry_json_number(&json, "mean_s", fit.mean);
		dry_json_number(&json, "min_s", fit.least);
		dry_json_number(&json, "max_s", fit.most);
		dry_json_number(&json, "lognormal_mu", fit.mu);
		dry_json_number(&json, "lognormal_sigma", fit.sigma);
		dry_json_number(&json, "lognormal_median_s", fit.fit_median);
		dry_json_number(&json, "lognormal_p95_s", fit.fit_p95);
		dry_json_number(&json, "distance", fit.distance);
		dry_json_bool(&json, "lognormal_fits", fit.fits);
		dry_json_text(&json, "provisionTime", dry_page_string(&field));
		dry_json_close_object(&json);
		dry_page_release(&field);
	}
	dry_json_close_array(&json);
	dry_json_integer(&json, "unmatched_nodes", (int64_t)times->unmatched);
	dry_json_integer(&json, "open_requests", (int64_t)times->open);
	close_json(&json, page);
}

static size_t count_nodes(const struct dry_provision_times *times)
{
	size_t count = 0;

	for (size_t i = 0; i < times->group_count; i++)
		count += times->group[i].count;
	return count;
}

bool dry_provision_report(const struct dry_provision_times *times, const char *format, struct dry_page *page)
{
	const size_t nodes = count_nodes(times);

	if (!strcmp(format, "json"))
		add_provision_json(times, page);
	else if (nodes)
		add_provision_table(times, page, !strcmp(format, "md"));
	else
		dry_page_add(page, "no node came after a request\n");
	return nodes > 0;
}

/* --- lifetimes --- */

static void add_hazard(struct dry_page *page, const struct dry_hazard *hazard)
{
	switch (hazard->kind) {
	case DRY_HAZARD_EXPONENTIAL:
		dry_page_printf(page, "{perHour: %.4g}", hazard->per_hour);
		break;
	case DRY_HAZARD_WEIBULL:
		dry_page_printf(page, "{weibull: {scale: %.4g, shape: %.4g}}", hazard->weibull_scale_hours,
				hazard->weibull_shape);
		break;
	case DRY_HAZARD_LOGNORMAL:
		dry_page_printf(page, "{lognormal: {mean: %.4g, median: %.4g}}", hazard->mean_hours,
				hazard->median_hours);
		break;
	case DRY_HAZARD_NONE:
	case DRY_HAZARD_BATHTUB:
		break;
	}
}

static void add_lifetime_table(const struct dry_lifetime_table *lifetimes, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "machines", "count", "reclaimed", "hours at risk", "median", "from", "to",
					    "AIC exponential", "Weibull", "lognormal" };
	struct dry_lifetime_fit fit;
	struct dry_page field = { 0 };
	struct dry_table table;
	size_t i;

	dry_table_open(&table, "lrrrrrrrrr", head);
	for (i = 0; i < lifetimes->group_count; i++) {
		const struct dry_lifetime_group *group = &lifetimes->group[i];
		bool fitted = dry_lifetime_fit(&fit, group->lifetime, group->count);

		dry_table_cell(&table, group->name);
		dry_table_cellf(&table, "%zu", fit.count);
		dry_table_cellf(&table, "%zu", fit.ended);
		dry_table_cellf(&table, "%.1f", fit.at_risk_hours);
		cell(&table, HOURS, fitted ? fit.median_hours : NAN);
		cell(&table, HOURS, fitted ? fit.median_low : NAN);
		cell(&table, HOURS, fitted ? fit.median_high : NAN);
		cell(&table, "%.0f", fit.aic_exponential);
		cell(&table, "%.0f", fit.aic_weibull);
		cell(&table, "%.0f", fit.aic_lognormal);
	}
	dry_table_finish(&table, page, markdown, 2);
	dry_page_add(page, "\n");
	for (i = 0; i < lifetimes->group_count; i++) {
		if (!dry_lifetime_fit(&fit, lifetimes->group[i].lifetime, lifetimes->group[i].count))
			continue;
		add_hazard(&field, fit.best);
		add_line(page, markdown, lifetimes->group[i].name, "hazard", dry_page_string(&field),
			 fit.ended < FEW ? "few reclaims" : "");
		dry_page_clear(&field);
	}
	dry_page_release(&field);
}

static void add_lifetime_json(const struct dry_lifetime_table *lifetimes, struct dry_page *page)
{
	struct dry_lifetime_fit fit;
	struct dry_json json;
	size_t i;

	open_json(&json, page);
	for (i = 0; i < lifetimes->group_count; i++) {
		bool fitted = dry_lifetime_fit(&fit, lifetimes->group[i].lifetime, lifetimes->group[i].count);
		struct dry_page field = { 0 };

		if (fitted)
			add_hazard(&field, fit.best);
		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "name", lifetimes->group[i].name);
		dry_json_integer(&json, "machines", (int64_t)fit.count);
		dry_json_integer(&json, "reclaimed", (int64_t)fit.ended);
		dry_json_number(&json, "hours_at_risk", fit.at_risk_hours);
		dry_json_number(&json, "median_hours", fitted ? fit.median_hours : NAN);
		dry_json_number(&json, "per_hour", fitted ? fit.exponential.per_hour : NAN);
		dry_json_number(&json, "aic_exponential", fit.aic_exponential);
		dry_json_number(&json, "aic_weibull", fit.aic_weibull);
		dry_json_number(&json, "aic_lognormal", fit.aic_lognormal);
		dry_json_text(&json, "hazard", fitted ? dry_page_string(&field) : NULL);
		dry_json_close_object(&json);
		dry_page_release(&field);
	}
	dry_json_close_array(&json);
	close_json(&json, page);
}

void dry_lifetime_report(const struct dry_lifetime_table *lifetimes, const char *format, struct dry_page *page)
{
	if (!strcmp(format, "json"))
		add_lifetime_json(lifetimes, page);
	else
		add_lifetime_table(lifetimes, page, !strcmp(format, "md"));
}
