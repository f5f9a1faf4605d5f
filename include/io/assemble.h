/*
 * A cluster's records become a scenario in one step: pods (a trace), nodes
 * (groups), DaemonSets, the autoscaler's settings, spot prices and interruption
 * bands, each read by its importer, put together with one origin of time and,
 * under --anonymize, one key. Written are OUT, OUT's name with .trace.jsonl.gz,
 * and, when there are prices, with .prices.jsonl.gz; all of them or none.
 */
#ifndef DRY_IO_ASSEMBLE_H
#define DRY_IO_ASSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers.h"

struct dry_file_list {
	uint32_t count;
	const char *const *file;
};

struct dry_assemble_request {
	const char *output;             /* the scenario: NAME.yaml */
	bool force;                     /* may replace what is there */
	bool strict;                    /* as for import, each part */
	const char *anonymize_key;      /* NULL = names stay */
	struct dry_file_list pods;      /* needed: any source of a trace */
	struct dry_file_list nodes;     /* needed: any source of node groups, with the status ConfigMap */
	struct dry_file_list settings;  /* Deployment, priorities, Helm values, AKS profile */
	struct dry_file_list prices;    /* any price history */
	struct dry_file_list hazards;   /* Spot Advisor */
	struct dry_file_list records;   /* events or autoscaler log: provision times, sizes at the start */
	int64_t provision_ms;           /* -1 = those of the records, else 90 s, counted as made up */
	const char *region, *release;   /* as for import; NULL = all, the image's */
};

void dry_assemble_request_init(struct dry_assemble_request *request);

#define DRY_ASSEMBLY_PARTS 7

/* What each part's import said; parts that were not read have no kind. */
struct dry_assembly {
	uint32_t count;
	struct dry_import_report part[DRY_ASSEMBLY_PARTS];
	char *trace, *prices;           /* files that were written; NULL = none */
};

/*
 * False with complaints: exit code 2 for a part of the wrong kind, 3 for a
 * wrong input, 4 when a part is empty, 5 when writing failed. The assembly
 * needs dry_assembly_release() either way.
 */
bool dry_assemble(const struct dry_assemble_request *request, struct dry_assembly *assembly,
		  struct dry_error *err);
void dry_assembly_release(struct dry_assembly *assembly);

#endif
