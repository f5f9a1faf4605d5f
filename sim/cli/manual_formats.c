/*
 * The manual page of the file formats, dryscale-formats(5): "dryscale help
 * man-formats". What a table of the program knows comes from that table.
 */
#include "base/arena.h"
#include "cli/help.h"
#include "run/config_fields.h"

static const char trace_events[] =
	"Text, plain or gzip, one JSON object a line, in order of t: seconds from the start of the\n"
	"trace, fractions allowed. The first line may be a header. Each line has a type:\n"
	".TP\n\\fBheader\\fR\n"
	"version (dryscale/v1), epoch (the RFC 3339 instant of t = 0), source, synthetic.\n"
	".TP\n\\fBpod\\fR\n"
	"name, namespace (default), requests; duration (of a batch pod, from its start) or until (the\n"
	"instant at which a service pod is deleted) or neither; owner {kind, name}, priority, labels,\n"
	"annotations, nodeSelector, tolerations, affinity, topologySpreadConstraints, initRequests,\n"
	"localStorage, terminationSeconds, node (it runs there already; t is not above 0).\n"
	".TP\n\\fBpodDelete\\fR\n"
	"name, namespace: deleted by its owner, wherever it is.\n"
	".TP\n\\fBinterrupt\\fR\n"
	"node, or nodeGroup and count (newest nodes first; zone: those there); notice: the nodes vanish at\n"
	"t + notice.\n"
	".TP\n\\fBstockout\\fR\n"
	"nodeGroup (zone: only there), until, mode: error (the cloud refuses), silent (instances never come up) or "
	"instance\n"
	"(each new instance is listed with an error).\n"
	".TP\n\\fBnodeNotReady\\fR\n"
	"node, or nodeGroup and count (zone: those there); until: the node is not ready, its pods stay and run on.\n"
	".TP\n\\fBprice\\fR\n"
	"price in dollars an hour, and nodeGroup, or instanceType and zone (and product): the spot price\n"
	"from t on. Also in files of their own (prices).\n";

static const char scenario_head[] =
	"YAML or JSON. Unknown keys are errors with the nearest name. Durations are texts such as 90s,\n"
	"10m or 2h; quantities are those of Kubernetes; paths are relative to the file. Labels, taints,\n"
	"selectors, tolerations and disruption budgets are written as in Kubernetes. At the top:\n"
	"version, name, description, seed, horizon, warmup, loopDuration, trace, prices,\n"
	"nodeGroups, autoscaler, expanderPriorities, daemonSets, podDisruptionBudgets, spot,\n"
	"billing, slo, scheduler, placeholders, sweep, objectives.\n";

static const char zones[] =
	"zone, or zones: a list. A group over several zones, as an Auto Scaling group, a scale set or a\n"
	"regional instance group is, gets each new node in the zone where it has the fewest, the first listed\n"
	"on a tie; a zone without stock is passed over. Prices, interruptions and outages are those of the\n"
	"node's own zone. The autoscaler sees one template, of the zone of the group's oldest good node, or of\n"
	"the first listed while there is none. spot.availability: file, nodeGroup, zone, scale, atLeast.\n";

static const char results[] =
	"JSON documents with a schema (dryscale.run/1, dryscale.sweep/1, dryscale.check/1 ...) and units in the\n"
	"keys. What is undefined is null. A sweep's file ends with the SHA-256 of its content.\n";

static const char stability[] =
	"Files of dryscale/v1 and documents of a /1 schema are read by every 1.x and mean the same. Fields\n"
	"may be added to results; within a number none is renamed, removed or given another unit.\n";

static void add_fields(struct dry_page *page, const struct dry_config_field *field, size_t count)
{
	struct dry_arena arena = { 0 };

	for (size_t i = 0; i < count; i++) {
		dry_page_add(page, ".TP\n\\fB");
		dry_help_add_roff(page, field[i].name);
		dry_page_add(page, "\\fR\n");
		dry_help_add_roff(page, dry_field_expected(&field[i], &arena));
		dry_page_add_char(page, '\n');
	}
	dry_arena_release(&arena);
}

void dry_help_manual_formats(struct dry_page *page)
{
	dry_page_add(page, ".TH DRYSCALE\\-FORMATS 5 \"2026-11-26\" \"dryscale " DRY_VERSION "\" \"File Formats\"\n"
			   ".SH NAME\n"
			   "dryscale\\-formats \\- scenarios, traces and results of dryscale\n"
			   ".SH DESCRIPTION\n"
			   "What \\fBdryscale\\fR(1) reads and writes.\n"
			   ".SH SCENARIO\n");
	dry_page_add(page, scenario_head);
	dry_page_add(page, ".SS Fields of a node group\n");
	add_fields(page, dry_group_field_table, dry_group_field_count);
	dry_page_add(page, ".TP\n\\fBzone\\fR, \\fBzones\\fR\n");
	dry_page_add(page, zones);
	dry_page_add(page, ".SS Fields of the scenario that can be swept\n");
	add_fields(page, dry_config_field_table, dry_config_field_count);
	dry_help_add_topic(page, "FLAGS OF THE AUTOSCALER", "flags");
	dry_page_add(page, ".SH TRACE\n");
	dry_page_add(page, trace_events);
	dry_page_add(page, ".SH RESULTS\n");
	dry_page_add(page, results);
	dry_help_add_topic(page, "METRICS", "metrics");
	dry_help_add_topic(page, "SUMMARY", "formats");
	dry_page_add(page, ".SH STABILITY\n");
	dry_page_add(page, stability);
	dry_page_add(page, ".SH SEE ALSO\n\\fBdryscale\\fR(1)\n");
}
