/* fit: numbers for a scenario from what was recorded: provision times, lifetimes of spot machines. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/lifetimes.h"
#include "io/provision_times.h"
#include "market/lifetime_fit.h"
#include "market/provision_fit.h"
#include "report/json.h"
#include "report/table.h"

#define VALUES_SHOWN 200        /* of an empirical distribution: more are thinned out */
#define FEW 10

enum { FIT_BY = 1 };

static void number_cell(struct dry_table *table, double seconds)
{
	if (isnan(seconds))
		dry_table_cell(table, "-");
	else
		dry_table_cellf(table, "%.1fs", seconds);
}

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

static void add_table(const struct dry_provision_times *times, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "node group", "nodes", "least", "median", "p95", "most", "lognormal median",
					    "p95", "distance" };
	struct dry_provision_fit fit;
	struct dry_table table;
	size_t i;

	dry_table_open(&table, "lrrrrrrrr", head);
	for (i = 0; i < times->group_count; i++) {
		const struct dry_provision_group *group = &times->group[i];

		if (!dry_provision_fit(&fit, group->seconds, group->count))
			continue;
		dry_table_cell(&table, shown_name(group));
		dry_table_cellf(&table, "%zu", fit.count);
		number_cell(&table, fit.least);
		number_cell(&table, fit.median);
		number_cell(&table, fit.p95);
		number_cell(&table, fit.most);
		number_cell(&table, fit.fit_median);
		number_cell(&table, fit.fit_p95);
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
		dry_page_printf(page, "%s%s: provisionTime: ", markdown ? "- " : "", shown_name(&times->group[i]));
		add_field(page, &fit, times->group[i].seconds);
		dry_page_printf(page, "%s\n", fit.count < FEW ? "    (few values)" : "");
	}
}

static void add_json(const struct dry_provision_times *times, struct dry_page *page)
{
	struct dry_provision_fit fit;
	struct dry_json json;
	size_t i;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.fit/1");
	dry_json_open_array(&json, "groups");
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
	dry_json_close_object(&json);
	dry_page_add(page, "\n");
}

static int fit_provision(struct dry_cli *cli, const char *path)
{
	struct dry_provision_times times;
	struct dry_page page = { 0 };
	size_t found = 0, i;
	int code;

	if (!dry_provision_times_read(&times, path, &cli->err)) {
		code = dry_cli_complain(cli);
		dry_provision_times_release(&times);
		return code;
	}
	for (i = 0; i < times.group_count; i++)
		found += times.group[i].count;
	if (!strcmp(cli->format, "json"))
		add_json(&times, &page);
	else if (found)
		add_table(&times, &page, !strcmp(cli->format, "md"));
	else
		dry_page_add(&page, "no node came after a request\n");
	code = dry_cli_write(cli, &page, found ? 0 : DRY_ERROR_EMPTY);
	if (times.unmatched || times.open)
		dry_cli_hint(cli, "left out: %llu nodes without a recorded request, %llu requests without a node",
			     (unsigned long long)times.unmatched, (unsigned long long)times.open);
	dry_page_release(&page);
	dry_provision_times_release(&times);
	return code;
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

static void hours_cell(struct dry_table *table, double hours)
{
	if (isfinite(hours))
		dry_table_cellf(table, "%.2fh", hours);
	else
		dry_table_cell(table, "-");
}

static void aic_cell(struct dry_table *table, double aic)
{
	if (isnan(aic))
		dry_table_cell(table, "-");
	else
		dry_table_cellf(table, "%.0f", aic);
}

static void add_lifetime_table(const struct dry_lifetime_table *lifetimes, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "machines", "count", "reclaimed", "hours at risk", "median", "from", "to",
					    "AIC exponential", "Weibull", "lognormal" };
	struct dry_lifetime_fit fit;
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
		hours_cell(&table, fitted ? fit.median_hours : NAN);
		hours_cell(&table, fitted ? fit.median_low : NAN);
		hours_cell(&table, fitted ? fit.median_high : NAN);
		aic_cell(&table, fit.aic_exponential);
		aic_cell(&table, fit.aic_weibull);
		aic_cell(&table, fit.aic_lognormal);
	}
	dry_table_finish(&table, page, markdown, 2);
	dry_page_add(page, "\n");
	for (i = 0; i < lifetimes->group_count; i++) {
		if (!dry_lifetime_fit(&fit, lifetimes->group[i].lifetime, lifetimes->group[i].count))
			continue;
		dry_page_printf(page, "%s%s: hazard: ", markdown ? "- " : "", lifetimes->group[i].name);
		add_hazard(page, fit.best);
		dry_page_printf(page, "%s\n", fit.ended < FEW ? "    (few reclaims)" : "");
	}
}

static void add_lifetime_json(const struct dry_lifetime_table *lifetimes, struct dry_page *page)
{
	struct dry_lifetime_fit fit;
	struct dry_json json;
	size_t i;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.fit/1");
	dry_json_open_array(&json, "groups");
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
	dry_json_close_object(&json);
	dry_page_add(page, "\n");
}

static int fit_lifetimes(struct dry_cli *cli, const char *path)
{
	struct dry_lifetime_table lifetimes;
	struct dry_page page = { 0 };
	int code;

	if (!dry_lifetimes_read(&lifetimes, path, dry_cli_value(&cli->arguments, FIT_BY), &cli->err)) {
		code = dry_cli_complain(cli);
		dry_lifetimes_release(&lifetimes);
		return code;
	}
	if (!strcmp(cli->format, "json"))
		add_lifetime_json(&lifetimes, &page);
	else
		add_lifetime_table(&lifetimes, &page, !strcmp(cli->format, "md"));
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	dry_lifetimes_release(&lifetimes);
	return code;
}

static int run_fit(struct dry_cli *cli)
{
	static const char *const kinds[] = { "provision", "lifetimes" };
	const char *kind = cli->arguments.operand[0], *nearest;

	if (!strcmp(kind, kinds[0]))
		return fit_provision(cli, cli->arguments.operand[1]);
	if (!strcmp(kind, kinds[1]))
		return fit_lifetimes(cli, cli->arguments.operand[1]);
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "fit: nothing to fit is called \"%s\"", kind);
	nearest = dry_nearest_word(kind, kinds, 2);
	if (nearest)
		dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest);
	else
		dry_fail_expected(&cli->err, "provision or lifetimes");
	return dry_cli_complain(cli);
}

static const struct dry_cli_option fit_options[] = {
	{ FIT_BY, 0, "by", "COLUMN", "lifetimes: one fit for each value of this column", NULL },
};

const struct dry_cli_command dry_command_fit = {
	.name = "fit",
	.summary = "fit provision times or spot lifetimes to what was recorded",
	.usage = (const char *const[]){ "provision LOG", "lifetimes [--by COLUMN] CSV", NULL },
	.example = (const char *const[]){ "dryscale import -o day.jsonl events events.json",
					  "dryscale fit provision day.jsonl",
					  "dryscale fit lifetimes --by zone machines.csv", NULL },
	.option = fit_options,
	.option_count = sizeof(fit_options) / sizeof(fit_options[0]),
	.formats = "table|json|md",
	.operand_min = 2,
	.operand_max = 2,
	.operand = "KIND FILE",
	.operand_words = "provision|lifetimes",
	.about = "provision: LOG is a decision log of a recorded cluster (\"dryscale import\" makes one of kubectl "
		 "events or of the autoscaler's log) or of a run (--events). Per node group, the time from the request to the "
		 "Ready node: a constant, a lognormal by median and 95th percentile where one fits (Kolmogorov "
		 "distance below the Lilliefors bound at 5 %), else the values themselves. lifetimes: a CSV with "
		 "created_unix and "
		 "ended_unix (or hours) and ended_by (or observed); machines that were not preempted are censored. The "
		 "hazard of the least AIC is printed as spot.hazard takes it.",
	.run = run_fit,
};
