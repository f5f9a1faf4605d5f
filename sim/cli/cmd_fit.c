/* fit: numbers for a scenario from what was recorded. "fit provision" is the one kind there is. */
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "io/provision_times.h"
#include "market/provision_fit.h"
#include "report/json.h"
#include "report/table.h"

#define VALUES_SHOWN 200        /* of an empirical distribution: more are thinned out */
#define FEW 10

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

	dry_table_init(&table, "lrrrrrrrr");
	for (i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		dry_table_cell(&table, head[i]);
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
	if (markdown)
		dry_table_markdown(&table, page);
	else
		dry_table_draw(&table, page, 2);
	dry_table_release(&table);
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

static int run_fit(struct dry_cli *cli)
{
	const char *kind = cli->arguments.operand[0];

	if (!strcmp(kind, "provision"))
		return fit_provision(cli, cli->arguments.operand[1]);
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "fit: nothing to fit is called \"%s\"", kind);
	dry_fail_expected(&cli->err, "provision");
	return dry_cli_complain(cli);
}

const struct dry_cli_command dry_command_fit = {
	.name = "fit",
	.summary = "fit provision times to what was recorded",
	.usage = (const char *const[]){ "provision LOG", NULL },
	.example = (const char *const[]){ "dryscale import -o day.jsonl events events.json",
					  "dryscale fit provision day.jsonl", NULL },
	.formats = "table|json|md",
	.operand_min = 2,
	.operand_max = 2,
	.operand = "KIND LOG",
	.operand_words = "provision",
	.about = "LOG is a decision log: of a recorded cluster (\"dryscale import\" makes one of kubectl events or of the "
		 "autoscaler's log) or of a run (--events). Per node group, the time from the request to the Ready node: "
		 "a constant, a lognormal by median and 95th percentile where one fits (Kolmogorov distance below the "
		 "Lilliefors bound at 5 %), else the values themselves.",
	.run = run_fit,
};
