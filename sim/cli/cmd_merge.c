/* merge: the shards of one sweep become its result. */
#include <string.h>

#include "cli/commands.h"
#include "cli/command.h"
#include "io/merge.h"
#include "io/results_file.h"
#include "report/front_report.h"
#include "report/report_file.h"

enum { MERGE_ON_CONFLICT = 1, MERGE_PARTIAL };

static void tell_summary(struct dry_cli *cli, const struct dry_sweep_result *result)
{
	dry_cli_hint(cli, "%u files: %u points, front %u, failed %u, spared %u, missing %u",
		     cli->arguments.operand_count,
		     result->counts.total, result->front_count, result->counts.failed, result->counts.pruned,
		     result->counts.pending);
}

static bool write_merged(struct dry_cli *cli, const struct dry_sweep_result *result)
{
	if (cli->output)
		return dry_results_write(result, cli->output, cli->force, &cli->err);
	return dry_results_write_as(result, !strcmp(cli->format, "csv"), "-", true, &cli->err);
}

static int merge_traces(struct dry_cli *cli)
{
	uint64_t events = 0;

	if (!dry_merge_traces(cli->arguments.operand, cli->arguments.operand_count, cli->size_limit,
			      cli->output ? cli->output : "-", cli->force, &events, &cli->err))
		return dry_cli_complain(cli);
	dry_cli_hint(cli, "%u files: %llu events, by time", cli->arguments.operand_count, (unsigned long long)events);
	return 0;
}

/* Traces, results, or both: which is never merged. */
static uint32_t count_traces(const struct dry_cli *cli)
{
	uint32_t traces = 0;

	for (uint32_t i = 0; i < cli->arguments.operand_count; i++)
		traces += dry_merge_is_trace(cli->arguments.operand[i]);
	return traces;
}

static int run_merge(struct dry_cli *cli)
{
	uint32_t traces = count_traces(cli);
	const char *conflict = dry_cli_value(&cli->arguments, MERGE_ON_CONFLICT);
	struct dry_merge_options options = { .partial = dry_cli_find(&cli->arguments, MERGE_PARTIAL) };
	struct dry_sweep_result result;
	int code = 0;

	if (conflict && !strcmp(conflict, "first"))
		options.on_conflict = DRY_MERGE_FIRST;
	else if (conflict && !strcmp(conflict, "last"))
		options.on_conflict = DRY_MERGE_LAST;
	cli->consequence = "nothing was written";
	if (traces && traces < cli->arguments.operand_count) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "merge: traces (.jsonl) and results do not go together");
		return dry_cli_complain(cli);
	}
	if (traces)
		return merge_traces(cli);
	if (!dry_report_file_may_write(cli->output, cli->force, &cli->err) ||
	    !dry_merge_files(cli->arguments.operand, cli->arguments.operand_count, &options, &result, &cli->err))
		return dry_cli_complain(cli);
	if (!write_merged(cli, &result))
		code = dry_cli_complain(cli);
	else
		tell_summary(cli, &result);
	dry_sweep_result_release(&result);
	return code;
}

static const struct dry_cli_option merge_options[] = {
	{ MERGE_ON_CONFLICT, 0, "on-conflict", "WHAT", "a point that is in two files: error, or whose holds",
	  "error|first|last" },
	{ MERGE_PARTIAL, 0, "partial", NULL, "missing points are left pending instead of refused", NULL },
};

const struct dry_cli_command dry_command_merge = {
	.name = "merge",
	.summary = "put the shards of one sweep together, or traces by time",
	.usage = (const char *const[]){ "[--on-conflict error|first|last] [--partial] -o RESULT SHARD...",
					"-o TRACE.jsonl.gz TRACE.jsonl...", NULL },
	.example = (const char *const[]){ "dryscale merge -o front.json.gz part-*.json.gz",
					  "dryscale merge -o both.jsonl.gz web.jsonl batch.jsonl.gz", NULL },
	.option = merge_options,
	.option_count = sizeof(merge_options) / sizeof(merge_options[0]),
	.formats = "json|csv",
	.operand_min = 1,
	.operand_max = UINT32_MAX,
	.operand = "SHARD",
	.about = "The order of the files does not matter; the result has the bytes of a sweep on one machine. "
		 "Shards of other inputs, grids or versions, overlaps and gaps are refused.",
	.run = run_merge,
};
