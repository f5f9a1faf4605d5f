/*
 * Instance types: answers of aws ec2 describe-instance-types, and catalogues as
 * CSV or JSON with a row a type (name or machine_type, vcpu, memory_mib; gpus,
 * max_pods, allocatable_*, on_demand_usd_hour when known). Each type becomes a
 * node group of its own, for comparing what pods would make of it.
 */
#include "io/importers/kinds.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "io/catalogue.h"
#include "io/importers/csv.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/groups.h"

static const char *const lists[] = { "InstanceTypes", "instance_types", NULL };

int dry_instance_types_detect(const char *start, size_t length, const char *path)
{
	const char *const end = memchr(start, '\n', length);
	const size_t head = end ? (size_t)(end - start) : length;

	(void)path;
	if (start_has(start, length, "\"InstanceTypes\"") || start_has(start, length, "\"VCpuInfo\"") ||
	    (start_has(start, length, "\"instance_types\"") && start_has(start, length, "\"memory_mib\"")))
		return 93;
	return start_has(start, head, "vcpu") && start_has(start, head, "memory_mib") ? 90 : 0;
}

/* What is known of a type; -1 = unknown. */
struct shape {
	int64_t milli_cpu, memory_mib, gpus, max_pods, allocatable_milli, allocatable_mib, price_nusd;
};

static void set(struct dry_import_job *job, struct dry_amounts *amounts, const char *name, int64_t value)
{
	dry_amounts_set(amounts, dry_symbols_add_text(&job->symbols, name), value);
}

/* By their names: AWS types have a dot, Azure's begin with Standard_. */
static enum dry_provider provider_of(const char *name)
{
	return strchr(name, '.') ? DRY_PROVIDER_AWS
	       : !strncmp(name, "Standard_", 9) ? DRY_PROVIDER_AZURE : DRY_PROVIDER_GCP;
}

static void add_type(struct dry_import_job *job, struct groups *groups, const char *name, bool is_arm,
		     const struct shape *shape, struct dry_where where)
{
	struct group_draft *const draft = groups_add(job, groups, name, strlen(name), where);
	const int64_t pods = shape->max_pods > 0 ? shape->max_pods : 110;
	const int64_t bytes = shape->memory_mib << 20;
	struct dry_allocatable left = dry_catalogue_allocatable(provider_of(name), shape->milli_cpu, bytes,
								(int32_t)pods);

	if (shape->allocatable_milli > 0)
		left.milli_cpu = shape->allocatable_milli;
	if (shape->allocatable_mib > 0)
		left.memory_bytes = shape->allocatable_mib << 20;
	draft->instance_type = draft->base;
	draft->capacity_type = "on-demand";
	draft->price_nusd = shape->price_nusd;
	set(job, &draft->capacity, "cpu", shape->milli_cpu);
	set(job, &draft->capacity, "memory", bytes);
	set(job, &draft->capacity, "pods", pods);
	if (shape->gpus > 0)
		set(job, &draft->capacity, "nvidia.com/gpu", shape->gpus);
	draft->allocatable = draft->capacity;
	set(job, &draft->allocatable, "cpu", left.milli_cpu);
	set(job, &draft->allocatable, "memory", left.memory_bytes);
	if (is_arm)
		group_add_label(job, draft, "kubernetes.io/arch", 18, "arm64", 5);
	job->report->rows_kept++;
}

static bool whole(const struct dry_items *items, uint32_t node, const char *what, int64_t *value,
		  struct dry_error *err)
{
	if (dry_tree_integer(&items->tree, node, value) && *value >= 1 && *value < 100000000)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node ? node : items->item), "%s %s", what,
		 node ? "is no whole number above 0" : "is missing");
	return false;
}

/* Interfaces * (addresses of each - 1) + 2, as the EKS node agent counts. */
static int64_t aws_pods(const struct dry_tree *tree, uint32_t network)
{
	int64_t interfaces, addresses;

	if (!dry_tree_integer(tree, group_sub(tree, network, "MaximumNetworkInterfaces"), &interfaces) ||
	    !dry_tree_integer(tree, group_sub(tree, network, "Ipv4AddressesPerInterface"), &addresses))
		return -1;
	return interfaces > 0 && interfaces < 1000 && addresses > 1 && addresses < 10000
		? interfaces * (addresses - 1) + 2 : -1;
}

static bool read_aws(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		     const char *name, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t item = items->item;
	const uint32_t gpus = dry_tree_path(tree, item, "GpuInfo.Gpus");
	const uint32_t archs = dry_tree_path(tree, item, "ProcessorInfo.SupportedArchitectures");
	struct shape shape = { .gpus = 0, .allocatable_milli = -1, .allocatable_mib = -1, .price_nusd = -1 };

	if (!whole(items, dry_tree_path(tree, item, "VCpuInfo.DefaultVCpus"), "VCpuInfo.DefaultVCpus",
		   &shape.milli_cpu, err) ||
	    !whole(items, dry_tree_path(tree, item, "MemoryInfo.SizeInMiB"), "MemoryInfo.SizeInMiB",
		   &shape.memory_mib, err))
		return false;
	shape.milli_cpu *= 1000;
	shape.max_pods = aws_pods(tree, dry_tree_find(tree, item, "NetworkInfo"));
	if (shape.max_pods < 0)
		DRY_IMPUTE(job, "pods: network interfaces are not in the source, 110 are taken");
	for (uint32_t i = gpus ? dry_tree_first(tree, gpus) : 0; i; i = dry_tree_next(tree, i)) {
		int64_t count;
		if (dry_tree_integer(tree, dry_tree_find(tree, i, "Count"), &count) && count > 0 && count < 1000)
			shape.gpus += count;
	}
	const bool is_arm = archs && dry_tree_is(tree, dry_tree_first(tree, archs), "arm64");
	add_type(job, groups, name, is_arm, &shape, dry_items_where(items, item));
	return true;
}

static int64_t or_unknown(const struct dry_tree *tree, uint32_t item, const char *key)
{
	int64_t value;

	return dry_tree_integer(tree, dry_tree_find(tree, item, key), &value) ? value : -1;
}

static bool read_entry(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		       const char *name, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t item = items->item;
	const uint32_t price = dry_tree_find(tree, item, "on_demand_usd_hour");
	struct shape shape = { .price_nusd = -1 };
	size_t length;
	const char *const text = dry_tree_text(tree, price, &length);

	if (!whole(items, dry_tree_find(tree, item, "vcpu"), "vcpu", &shape.milli_cpu, err) ||
	    !whole(items, dry_tree_find(tree, item, "memory_mib"), "memory_mib", &shape.memory_mib, err))
		return false;
	shape.milli_cpu *= 1000;
	shape.gpus = or_unknown(tree, item, "gpus");
	shape.max_pods = or_unknown(tree, item, "max_pods");
	shape.allocatable_milli = or_unknown(tree, item, "allocatable_cpu_milli");
	shape.allocatable_mib = or_unknown(tree, item, "allocatable_memory_mib");
	const char *const wrong = text ? dry_parse_price_nusd(text, length, &shape.price_nusd) : NULL;
	if (wrong)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, price), "on_demand_usd_hour: %s", wrong);
	add_type(job, groups, name, dry_tree_is(tree, dry_tree_find(tree, item, "arch"), "arm64"), &shape,
		 dry_items_where(items, item));
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const aws = groups_text(job, tree, dry_tree_find(tree, items->item, "InstanceType"));
	const char *const name = groups_text(job, tree, dry_tree_find(tree, items->item, "name"));

	job->report->rows_read++;
	if (aws)
		return read_aws(job, context, items, aws, err);
	if (name)
		return read_entry(job, context, items, name, err);
	return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item), "InstanceType is missing");
}

enum column { NAME, VCPU, MEMORY, GPUS, PODS, ALLOCATABLE_CPU, ALLOCATABLE_MEMORY, PRICE, ARCH, COLUMN_COUNT };

static const char *const column_name[COLUMN_COUNT] = {
	"name", "vcpu", "memory_mib", "gpus", "max_pods", "allocatable_cpu_milli", "allocatable_memory_mib",
	"on_demand_usd_hour", "arch",
};

static bool number(const struct dry_csv *csv, const int *column, enum column which, double scale, int64_t *value,
		   struct dry_error *err)
{
	const char *const text = dry_csv_field(csv, column[which]);
	double parsed = -1;

	*value = -1;
	if (!*text && which > MEMORY)
		return true;
	const char *const wrong = dry_parse_number(text, strlen(text), &parsed);
	if (wrong || parsed < 0 || parsed > 1e8) {
		dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[which]), "%s: \"%s\" %s", column_name[which],
			 text, wrong ? wrong : parsed < 0 ? "is negative" : "is too large");
		return dry_fail_expected(err, "a number, 0 or more");
	}
	*value = llround(parsed * scale);
	return true;
}

static bool read_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		     void *context, struct dry_error *err)
{
	const char *const name = dry_csv_field(csv, column[NAME]);
	struct shape shape;

	job->report->rows_read++;
	if (!*name)
		return dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[NAME]), "name: is empty");
	if (!number(csv, column, VCPU, 1000, &shape.milli_cpu, err) ||
	    !number(csv, column, MEMORY, 1, &shape.memory_mib, err) ||
	    !number(csv, column, GPUS, 1, &shape.gpus, err) || !number(csv, column, PODS, 1, &shape.max_pods, err) ||
	    !number(csv, column, ALLOCATABLE_CPU, 1, &shape.allocatable_milli, err) ||
	    !number(csv, column, ALLOCATABLE_MEMORY, 1, &shape.allocatable_mib, err) ||
	    !number(csv, column, PRICE, 1e9, &shape.price_nusd, err))
		return false;
	if (!shape.milli_cpu || !shape.memory_mib)
		return dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[VCPU]), "%s has no %s", name,
				shape.milli_cpu ? "memory" : "cores");
	add_type(job, context, name, !strcmp(dry_csv_field(csv, column[ARCH]), "arm64"), &shape,
		 dry_csv_where(csv, column[NAME]));
	return true;
}

static bool read_csv(struct dry_import_job *job, struct dry_feed *feed, void *context, struct dry_error *err)
{
	int column[COLUMN_COUNT];
	struct dry_csv csv;
	bool good = dry_csv_open(&csv, feed, job->request->delimiter, err);

	for (int i = 0; good && i < COLUMN_COUNT; i++)
		column[i] = dry_csv_column(&csv, column_name[i]);
	if (good && column[NAME] < 0)
		column[NAME] = dry_csv_column(&csv, "machine_type");
	for (int i = NAME; good && i <= MEMORY; i++)
		good = column[i] >= 0 || dry_csv_want_column(&csv, column_name[i], &column[i], err);
	good = good && dry_import_each_row(job, &csv, column, read_row, context, err);
	dry_csv_close(&csv);
	return good;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists };
	bool is_json;

	return dry_import_is_json(feed, &is_json, err) &&
	       (is_json ? dry_import_each_item(job, feed, &form, read_item, context, err)
			: read_csv(job, feed, context, err));
}

bool dry_instance_types_read(struct dry_import_job *job, struct dry_error *err)
{
	struct groups groups = { 0 };
	const bool good = dry_import_each_file(job, read_file, &groups, err) && groups_write(job, &groups, err);

	groups_release(&groups);
	return good;
}
