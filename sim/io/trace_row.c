/* One line of a trace by way of its tree: every shape, and every complaint. */
#include <string.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"
#include "trace_line.h"

#define VERSION "dryscale/v1"

static const char *const pod_key[] = {
	"t", "type", "name", "namespace", "requests", "duration", "until", "owner", "priority", "labels", "annotations",
	"nodeSelector", "tolerations", "affinity", "topologySpreadConstraints", "initRequests", "localStorage",
	"terminationSeconds", "node", NULL
};

/* --- header --- */

static bool is_epoch(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	if (text[i] == '.')
		for (i++; text[i] >= '0' && text[i] <= '9'; i++)
			;
	return !strcmp(text + i, "Z") || ((text[i] == '+' || text[i] == '-') && strlen(text + i) == 6);
}

static bool read_header(struct load *load, struct load_source *source, const struct dry_doc_node *line)
{
	static const char *const known[] = { "type", "version", "epoch", "source", "synthetic", NULL };
	const struct dry_doc_node *version = dry_doc_find(line, "version"), *epoch = dry_doc_find(line, "epoch");

	source->row.kind = LOAD_ROW_HEADER;
	if (!load_map(load, line, known))
		return false;
	if (source->header_allowed == false)
		return load_fail(load, line, "a header can only be the first line");
	if (version && load_is_scalar(load, version, VERSION) && strcmp(version->text, VERSION))
		load_fail_expected(load, version, VERSION, "%s is not a version that is read here",
				   load_shown(load, version));
	if (epoch && load_text(load, epoch, &source->row.epoch) && !is_epoch(source->row.epoch))
		load_fail_expected(load, epoch, "an instant such as \"2026-03-02T00:00:00Z\"", "%s is no instant",
				   load_shown(load, epoch));
	return true;
}

/* --- pod --- */

static bool read_owner(struct load *load, const struct dry_doc_node *owner, dry_symbol *kind, dry_symbol *name)
{
	static const char *const known[] = { "kind", "name", NULL };

	if (!load_map(load, owner, known))
		return false;
	if (!dry_doc_find(owner, "kind"))
		return load_missing(load, owner, "kind", "ReplicaSet, Job, ...");
	if (!dry_doc_find(owner, "name"))
		return load_missing(load, owner, "name", "the owner's name");
	if (!load_symbol(load, dry_doc_find(owner, "kind"), kind) ||
	    !load_symbol(load, dry_doc_find(owner, "name"), name))
		return false;
	if (!*kind)
		return load_fail(load, dry_doc_find(owner, "kind"), "is empty");
	return *name ? true : load_fail(load, dry_doc_find(owner, "name"), "is empty");
}

static bool read_times(struct load *load, const struct dry_doc_node *line, struct load_row *row)
{
	const struct dry_doc_node *duration = dry_doc_find(line, "duration"), *until = dry_doc_find(line, "until");

	row->duration_ms = -1;
	row->until_ms = DRY_NEVER;
	if (duration && until) {
		load_fail(load, until, "does not go with duration");
		return load_fix(load, "a batch pod has a duration, a service pod has until, neither runs for ever");
	}
	if (duration)
		return load_duration(load, duration, &row->duration_ms);
	if (until && !load_instant(load, until, &row->until_ms))
		return false;
	return row->until_ms >= row->at_ms ? true : load_fail(load, until, "%s is before the pod's t",
							       load_shown(load, until));
}

static bool read_node(struct load *load, const struct dry_doc_node *line, struct load_row *row)
{
	const struct dry_doc_node *node = dry_doc_find(line, "node"), *t = dry_doc_find(line, "t");
	const struct dry_node_group *group;

	row->node_group = row->node_ordinal = DRY_NONE;
	if (!node) {
		if (row->at_ms >= 0)
			return true;
		load_fail(load, t, "%s is negative, and the pod is on no node", load_shown(load, t));
		return load_fix(load, "only pods that already run at the start (node) come before 0");
	}
	if (!load_node_named(load, node, &row->node_group, &row->node_ordinal))
		return false;
	if (row->at_ms > 0) {
		load_fail(load, t, "%s is after the start, and the pod is on a node already", load_shown(load, t));
		return load_fix(load, "leave node out, or set t to 0 or less");
	}
	group = &load->input->config.group[row->node_group];
	if (row->node_ordinal >= (uint32_t)group->initial_size) {
		load_fail(load, node, "%s is not there at the start: %s has initialSize %d", load_shown(load, node),
			  group->name, group->initial_size);
		return load_fix(load, "raise initialSize to %u or more, or name another node", row->node_ordinal + 1);
	}
	return true;
}

static bool read_pod(struct load *load, struct load_source *source, const struct dry_doc_node *line)
{
	const struct dry_doc_node *name = dry_doc_find(line, "name"), *space = dry_doc_find(line, "namespace");
	const struct dry_doc_node *owner = dry_doc_find(line, "owner");
	dry_symbol name_space = 0, kind = 0, owner_name = 0;
	struct load_row *row = &source->row;
	uint32_t form = 0;

	row->kind = LOAD_ROW_POD;
	load_map(load, line, pod_key);
	if (!name)
		return load_missing(load, line, "name", "the pod's name");
	if (!load_is_scalar(load, name, "a text"))
		return false;
	if (!name->length)
		return load_fail(load, name, "is empty");
	row->name = name->text;
	row->name_length = name->length;
	if (!space)
		name_space = dry_symbols_add_text(load->symbols, "default");
	else if (!load_symbol(load, space, &name_space))
		return false;
	if (!name_space)
		return load_fail(load, space, "is empty");
	if (owner && !read_owner(load, owner, &kind, &owner_name))
		return false;
	if (!read_times(load, line, row) || !read_node(load, line, row))
		return false;
	form |= row->duration_ms >= 0 ? LOAD_POD_HAS_DURATION : 0;
	form |= row->until_ms != DRY_NEVER ? LOAD_POD_HAS_UNTIL : 0;
	if (!load_pod_class(load, line, name_space, owner ? dry_symbols_text(load->symbols, kind) : NULL, form,
			    &row->class_index))
		return false;
	row->owner_index = owner ? load_add_owner(load, name_space, kind, owner_name) : DRY_NONE;
	source->name_space = name_space;
	source->kind = kind;
	source->form = form;
	return true;
}

/* --- events --- */

static bool read_target(struct load *load, const struct dry_doc_node *line, struct dry_trace_event *event,
			int64_t count)
{
	const struct dry_doc_node *node = dry_doc_find(line, "node"), *group = dry_doc_find(line, "nodeGroup");
	const struct dry_doc_node *number = dry_doc_find(line, "count");

	if (node && group)
		return load_fail(load, group, "does not go with node");
	if (node) {
		if (number || dry_doc_find(line, "zone"))
			return load_fail(load, number ? number : dry_doc_find(line, "zone"),
					 "goes with nodeGroup, not with node");
		return load_node_named(load, node, &event->group_index, &event->node_ordinal);
	}
	if (!group)
		return load_missing(load, line, "nodeGroup", "the name of a node group (or node: the name of a node)");
	event->group_index = load_group_named(load, group);
	if (event->group_index == DRY_NONE)
		return false;
	if (!number && !count)
		return load_missing(load, line, "count", "how many nodes, newest first");
	if (number && !load_integer(load, number, 0, 1000000, &count))
		return false;
	event->count = (uint32_t)count;
	return load_zone_of(load, dry_doc_find(line, "zone"), event->group_index, &event->zone);
}

static bool read_until(struct load *load, const struct dry_doc_node *line, struct load_row *row)
{
	const struct dry_doc_node *until = dry_doc_find(line, "until");

	if (!until)
		return true;
	if (!load_instant(load, until, &row->event.until_ms))
		return false;
	return row->event.until_ms >= row->at_ms ? true : load_fail(load, until, "%s is before t",
								     load_shown(load, until));
}

static bool read_interrupt(struct load *load, struct load_row *row, const struct dry_doc_node *line)
{
	static const char *const known[] = { "t", "type", "node", "nodeGroup", "zone", "count", "notice",
					     NULL };
	const struct dry_doc_node *notice = dry_doc_find(line, "notice");

	row->event.kind = DRY_TRACE_INTERRUPT;
	return load_map(load, line, known) && read_target(load, line, &row->event, 1) &&
	       (!notice || load_duration(load, notice, &row->event.notice_ms));
}

static bool read_not_ready(struct load *load, struct load_row *row, const struct dry_doc_node *line)
{
	static const char *const known[] = { "t", "type", "node", "nodeGroup", "zone", "count", "until",
					     NULL };

	row->event.kind = DRY_TRACE_NODE_NOT_READY;
	return load_map(load, line, known) && read_target(load, line, &row->event, 1) &&
	       read_until(load, line, row);
}

static bool read_stockout(struct load *load, struct load_row *row, const struct dry_doc_node *line)
{
	static const char *const known[] = { "t", "type", "nodeGroup", "zone", "until", "mode", NULL };
	static const char *const mode[] = { "error", "silent", "instance", NULL };
	const struct dry_doc_node *group = dry_doc_find(line, "nodeGroup"), *how = dry_doc_find(line, "mode");
	uint32_t index = 0;

	row->event.kind = DRY_TRACE_STOCKOUT;
	if (!load_map(load, line, known))
		return false;
	if (!group)
		return load_missing(load, line, "nodeGroup", "the name of a node group");
	if (!dry_doc_find(line, "until"))
		return load_missing(load, line, "until", "the instant at which it ends");
	row->event.group_index = load_group_named(load, group);
	if (row->event.group_index == DRY_NONE || (how && !load_word(load, how, mode, &index)))
		return false;
	row->event.mode = (enum dry_stockout_mode)index;
	return load_zone_of(load, dry_doc_find(line, "zone"), row->event.group_index, &row->event.zone) &&
	       read_until(load, line, row);
}

static bool read_delete(struct load *load, struct load_row *row, const struct dry_doc_node *line)
{
	static const char *const known[] = { "t", "type", "name", "namespace", NULL };
	const struct dry_doc_node *name = dry_doc_find(line, "name"), *space = dry_doc_find(line, "namespace");

	row->event.kind = DRY_TRACE_POD_DELETE;
	if (!load_map(load, line, known))
		return false;
	if (!name)
		return load_missing(load, line, "name", "the pod's name");
	if (!space)
		row->delete_name_space = dry_symbols_add_text(load->symbols, "default");
	else if (!load_symbol(load, space, &row->delete_name_space))
		return false;
	return load_symbol(load, name, &row->delete_name);
}

static bool read_price(struct load *load, struct load_row *row, const struct dry_doc_node *line)
{
	static const char *const known[] = { "t", "type", "price", "nodeGroup", "instanceType", "zone", "product",
					     NULL };
	const struct dry_doc_node *price = dry_doc_find(line, "price"), *group = dry_doc_find(line, "nodeGroup");
	const struct dry_doc_node *type = dry_doc_find(line, "instanceType"), *zone = dry_doc_find(line, "zone");
	const struct dry_doc_node *product = dry_doc_find(line, "product");

	row->event.kind = DRY_TRACE_PRICE;
	if (!load_map(load, line, known))
		return false;
	if (!price)
		return load_missing(load, line, "price", "dollars per node-hour");
	if (!load_price(load, price, &row->price))
		return false;
	row->event.price_nusd_per_hour = row->price;
	if (group && (type || zone || product))
		return load_fail(load, type ? type : zone ? zone : product, "does not go with nodeGroup");
	if (group) {
		row->event.group_index = load_group_named(load, group);
		return row->event.group_index != DRY_NONE;
	}
	if (!type || !zone)
		return load_missing(load, line, type ? "zone" : "instanceType",
				    type ? "us-east-1a" : "m5.xlarge, with its zone");
	row->kind = LOAD_ROW_PRICE;
	return load_symbol(load, type, &row->instance_type) && load_symbol(load, zone, &row->zone) &&
	       (!product || load_symbol(load, product, &row->product));
}

/* --- any line --- */

static const struct {
	const char *type;
	bool (*read)(struct load *load, struct load_row *row, const struct dry_doc_node *line);
} event_type[] = {
	{ "podDelete", read_delete },     { "interrupt", read_interrupt }, { "stockout", read_stockout },
	{ "nodeNotReady", read_not_ready }, { "price", read_price },
};
#define EVENT_TYPES (sizeof(event_type) / sizeof(event_type[0]))

static bool unknown_type(struct load *load, const struct load_source *source, const struct dry_doc_node *type)
{
	static const char *const known[] = { "pod", "podDelete", "interrupt", "stockout", "nodeNotReady", "price",
					     "header" };
	size_t first = source->is_prices ? 5 : 0;
	const char *near = type->text ? dry_nearest_word(type->text, known + first, 7 - first) : NULL;

	load_fail_expected(load, type, source->is_prices ? "price"
			   : "pod, podDelete, interrupt, stockout, nodeNotReady or price", "%s is no type of event%s",
			   load_shown(load, type), source->is_prices ? " of a prices file" : "");
	return near ? load_fix(load, "did you mean \"%s\"?", near) : false;
}

static bool read_instant(struct load *load, struct load_source *source, const struct dry_doc_node *line)
{
	const struct dry_doc_node *t = dry_doc_find(line, "t");
	char last[40];

	if (!t)
		return load_missing(load, line, "t", "seconds since the trace's origin");
	if (!load_instant(load, t, &source->row.at_ms))
		return false;
	if (source->row.at_ms >= source->last_at_ms)
		return true;
	load_fail(load, t, "%s comes after %s of the line before: the trace is out of order", load_shown(load, t),
		  dry_format_seconds(source->last_at_ms, last, sizeof(last)));
	return load_fix(load, "sort the lines by t");
}

static bool read_line(struct load *load, struct load_source *source, const struct dry_doc_node *line)
{
	const struct dry_doc_node *type = dry_doc_find(line, "type");
	struct load_row *row = &source->row;
	bool ok;
	size_t i;

	*row = (struct load_row){ .owner_index = DRY_NONE, .node_group = DRY_NONE, .duration_ms = -1,
				  .until_ms = DRY_NEVER };
	row->event = (struct dry_trace_event){ .group_index = DRY_NONE, .node_ordinal = DRY_NONE, .count = 1,
					       .until_ms = DRY_NEVER };
	if (!load_is_map(load, line))
		return false;
	/* Not load_missing: which keys are known depends on the type, so nobody else tells a misspelt one. */
	if (!type) {
		load_fail(load, line, "has no \"type\"");
		return load_fix(load, "add type: %s", source->is_prices ? "price" : "pod, interrupt, price, ...");
	}
	if (!load_is_scalar(load, type, "a type of event"))
		return false;
	if (!strcmp(type->text, "header"))
		return read_header(load, source, line);
	/* A line that is out of order is looked at all the same: its other mistakes are worth knowing. */
	ok = read_instant(load, source, line);
	if (!strcmp(type->text, "pod") && !source->is_prices)
		return read_pod(load, source, line) && ok;
	row->kind = LOAD_ROW_EVENT;
	for (i = source->is_prices ? EVENT_TYPES - 1 : 0; i < EVENT_TYPES; i++)
		if (!strcmp(event_type[i].type, type->text)) {
			ok = event_type[i].read(load, row, line) && ok;
			row->event.at_ms = row->at_ms;
			if (ok && row->at_ms < 0 && row->kind == LOAD_ROW_EVENT)
				return load_fail(load, dry_doc_find(line, "t"),
						 "is negative: only pods that run at the start are");
			return ok;
		}
	return unknown_type(load, source, type);
}

/* Somebody's pod list, audit log or table instead of a trace: say what makes one of it. */
static void suggest_import(struct load *load, const struct load_source *source, const struct dry_doc_node *line)
{
	bool foreign = !line || dry_doc_find(line, "apiVersion") || dry_doc_find(line, "kind") ||
		       dry_doc_find(line, "items") || dry_doc_find(line, "SpotPriceHistory");

	if (!source->header_allowed || !foreign)
		return;
	if (source->is_prices)
		load_fix(load, "prices are one JSON object a line; \"dryscale import\" makes them of price histories");
	else
		load_fix(load, "a trace is one JSON object a line; \"dryscale import\" makes one of pod lists, audit "
			 "logs, CSV and others");
}

bool load_slow_line(struct load *load, struct load_source *source)
{
	bool failed = load->failed, ok;

	load->failed = false;
	load->unknown_count = 0;
	if (!dry_doc_parse_line(&source->doc, dry_reader_name(source->reader), source->text, source->length,
				(uint32_t)source->line, load->err)) {
		suggest_import(load, source, NULL);
		load->failed = true;
		return false;
	}
	load->doc = &source->doc;
	load_drop_nulls(source->doc.root);
	ok = read_line(load, source, source->doc.root) && !load->failed;
	if (!ok)
		suggest_import(load, source, source->doc.root);
	load->doc = NULL;
	load->failed = failed || !ok;
	dry_arena_reset(&load->temp);
	return ok;
}
