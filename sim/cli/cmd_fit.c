/* fit: numbers for a scenario from what was recorded: provision times, lifetimes of spot machines. */
#include <string.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/lifetimes.h"
#include "io/provision_times.h"
#include "report/fit_report.h"

enum { FIT_BY = 1 };

static int fit_provision(struct dry_cli *cli, const char *path)
{
	struct dry_provision_times times;
	struct dry_page page = { 0 };
	int code;

	if (!dry_provision_times_read(&times, path, cli->size_limit, &cli->err)) {
		code = dry_cli_complain(cli);
	} else {
		bool found = dry_provision_report(&times, cli->format, &page);

		code = dry_cli_write(cli, &page, found ? 0 : DRY_ERROR_EMPTY);
		if (times.unmatched || times.open)
			dry_cli_hint(cli, "left out: %llu nodes without a recorded request, "
				     "%llu requests without a node",
				     (unsigned long long)times.unmatched, (unsigned long long)times.open);
	}
	dry_page_release(&page);
	dry_provision_times_release(&times);
	return code;
}

static int fit_lifetimes(struct dry_cli *cli, const char *path)
{
	struct dry_lifetime_table lifetimes;
	struct dry_page page = { 0 };
	int code;

	if (!dry_lifetimes_read(&lifetimes, path, dry_cli_value(&cli->arguments, FIT_BY), cli->size_limit,
				&cli->err)) {
		code = dry_cli_complain(cli);
	} else {
		dry_lifetime_report(&lifetimes, cli->format, &page);
		code = dry_cli_write(cli, &page, 0);
	}
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
		 "events or of the autoscaler's log) or of a run (--events). Per node group, the time from the "
		 "request to the Ready node: a constant, a lognormal by median and 95th percentile where one fits "
		 "(Kolmogorov distance below the Lilliefors bound at 5 %), else the values themselves. lifetimes: "
		 "a CSV with created_unix and ended_unix (or hours) and ended_by (or observed); machines that were "
		 "not preempted are censored. The hazard of the least AIC is printed as spot.hazard takes it.",
	.run = run_fit,
};
