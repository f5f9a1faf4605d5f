/* assemble: pods, nodes, settings and prices of a cluster become a scenario, in one step. */
#include <stdio.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/assemble.h"

enum {
	ASSEMBLE_PODS = 1,
	ASSEMBLE_NODES,
	ASSEMBLE_SETTINGS,
	ASSEMBLE_PRICES,
	ASSEMBLE_ADVISOR,
	ASSEMBLE_RECORDS,
	ASSEMBLE_PROVISION,
	ASSEMBLE_STRICT,
	ASSEMBLE_ANONYMIZE,
	ASSEMBLE_REGION,
	ASSEMBLE_RELEASE
};

static struct dry_file_list files_of(const struct dry_cli_arguments *given, int id, struct dry_arena *arena)
{
	const char **const file = dry_arena_array(arena, given->given_count + 1, sizeof(*file));
	uint32_t count = 0;

	for (uint32_t i = 0; i < given->given_count; i++)
		if (given->given[i].option->id == id)
			file[count++] = given->given[i].value;
	return (struct dry_file_list){ count, file };
}

static bool read_request(struct dry_cli *cli, struct dry_assemble_request *request, struct dry_arena *arena)
{
	const struct dry_cli_arguments *const given = &cli->arguments;

	dry_assemble_request_init(request);
	request->output = cli->output;
	request->force = cli->force;
	request->strict = dry_cli_find(given, ASSEMBLE_STRICT) != NULL;
	request->anonymize_key = dry_cli_value(given, ASSEMBLE_ANONYMIZE);
	request->region = dry_cli_value(given, ASSEMBLE_REGION);
	request->release = dry_cli_value(given, ASSEMBLE_RELEASE);
	request->pods = files_of(given, ASSEMBLE_PODS, arena);
	request->nodes = files_of(given, ASSEMBLE_NODES, arena);
	request->settings = files_of(given, ASSEMBLE_SETTINGS, arena);
	request->prices = files_of(given, ASSEMBLE_PRICES, arena);
	request->hazards = files_of(given, ASSEMBLE_ADVISOR, arena);
	request->records = files_of(given, ASSEMBLE_RECORDS, arena);
	if (request->anonymize_key && !*request->anonymize_key)
		return dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--anonymize: the key is empty");
	return dry_cli_duration(cli, ASSEMBLE_PROVISION, "--provision-time", 0, INT64_MAX, &request->provision_ms);
}

static int run_assemble(struct dry_cli *cli)
{
	struct dry_assemble_request request;
	struct dry_assembly assembly = { 0 };
	struct dry_arena arena;
	int code = 0;

	dry_arena_init(&arena);
	cli->consequence = "nothing was written";
	const bool good = read_request(cli, &request, &arena) && dry_assemble(&request, &assembly, &cli->err);
	for (uint32_t i = 0; !cli->quiet && i < assembly.count; i++)
		if (assembly.part[i].rows_read)
			fputs(dry_import_report_text(&assembly.part[i]), stderr);
	if (!good) {
		code = dry_cli_complain(cli);
	} else {
		dry_cli_notes(cli);
		dry_cli_hint(cli, "wrote %s, %s%s%s; next: dryscale run %s", request.output, assembly.trace,
			     assembly.prices ? ", " : "", assembly.prices ? assembly.prices : "", request.output);
	}
	dry_assembly_release(&assembly);
	dry_arena_release(&arena);
	return code;
}

static const struct dry_cli_option options[] = {
	{ ASSEMBLE_PODS, 0, "pods", "FILE", "any source of a trace (kubectl get pods -A -o json); may repeat", NULL },
	{ ASSEMBLE_NODES, 0, "nodes", "FILE", "node groups (kubectl get nodes -o json); may repeat", NULL },
	{ ASSEMBLE_SETTINGS, 0, "settings", "FILE", "the autoscaler's Deployment, priorities or values; may repeat",
	  NULL },
	{ ASSEMBLE_SETTINGS, 0, "deployment", "FILE", "the same as --settings", NULL },
	{ ASSEMBLE_PRICES, 0, "prices", "FILE", "spot price history; may repeat", NULL },
	{ ASSEMBLE_ADVISOR, 0, "advisor", "FILE", "Spot Advisor: interruption bands", NULL },
	{ ASSEMBLE_RECORDS, 0, "records", "FILE", "events or autoscaler log: how long nodes took, sizes at the start",
	  NULL },
	{ ASSEMBLE_PROVISION, 0, "provision-time", "D", "from the request to the node's Ready (90s)", NULL },
	{ ASSEMBLE_STRICT, 0, "strict", NULL, "a dropped row or made-up field is an error", NULL },
	{ ASSEMBLE_ANONYMIZE, 0, "anonymize", "KEY", "replace names by keyed hashes, alike in all parts", NULL },
	{ ASSEMBLE_REGION, 0, "region", "NAME", "prices and bands of this region only", NULL },
	{ ASSEMBLE_RELEASE, 0, "release", "N", "the autoscaler's release, else the image's", NULL },
};

const struct dry_cli_command dry_command_assemble = {
	.name = "assemble",
	.summary = "make a scenario of a cluster's pods, nodes, settings and prices",
	.usage = (const char *const[]){ "-o NAME.yaml --pods FILE --nodes FILE [options]", NULL },
	.example = (const char *const[]){
		"dryscale assemble -o my.yaml --pods pods.json --nodes nodes.json --settings ca.yaml "
		"--prices spot.json",
		NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = 0,
	.about = "Each part is what \"dryscale import\" makes of the file; its kind is found out. Beside NAME.yaml "
		 "stand NAME.trace.jsonl.gz and NAME.prices.jsonl.gz, with the origin of time in common.",
	.run = run_assemble,
};
