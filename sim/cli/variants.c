#include "cli/variants.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "report/variant_report.h"

static void draw(const struct dry_variant_report *report, const char *format, struct dry_page *page)
{
	if (!strcmp(format, "json"))
		dry_variant_json(report, page);
	else if (!strcmp(format, "csv"))
		dry_variant_csv(report, page);
	else
		dry_variant_table(report, page, !strcmp(format, "md"));
}

int cli_run_variants(struct dry_cli *cli, const char *scenario, const char *title, const struct cli_variant *variant,
		     uint32_t count, uint32_t replications)
{
	uint32_t runs = count * replications, i;
	struct dry_run_request *request = dry_xcalloc((size_t)runs + 1, sizeof(*request));
	struct dry_result *result = dry_xcalloc((size_t)runs + 1, sizeof(*result));
	const char **name = dry_xcalloc((size_t)count + 1, sizeof(*name));
	struct dry_variant_report report = { scenario, title, count, name, replications, result };
	struct dry_page page = { 0 };
	int code;

	for (i = 0; i < count; i++)
		name[i] = variant[i].name;
	for (i = 0; i < runs; i++)
		request[i] = (struct dry_run_request){
			.input = variant[i / replications].input, .config = variant[i / replications].config,
			.seed = cli_seed(cli, variant[i / replications].config), .replication = i % replications,
			.stop = cli_interrupt_flag(),
		};
	code = cli_run_many(cli, request, runs, result);
	if (!code) {
		draw(&report, cli->format, &page);
		code = dry_cli_write(cli, &page, 0);
	}
	for (i = 0; i < runs; i++)
		dry_result_release(&result[i]);
	dry_page_release(&page);
	free(name);
	free(result);
	free(request);
	return code;
}
