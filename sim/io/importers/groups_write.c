/*
 * Node group drafts become the nodeGroups: section of a scenario.
 */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "io/catalogue.h"
#include "io/importers/groups.h"

/* List prices of a core, a GiB and a GPU an hour (OpenCost's defaults), for types nobody lists. */
#define CORE_NUSD INT64_C(31611000)
#define GIB_NUSD INT64_C(4237000)
#define GPU_NUSD INT64_C(950000000)

static const struct dry_instance_type *type_of(const struct group_draft *draft)
{
	return draft->instance_type ? dry_catalogue_find(draft->instance_type, draft->region) : NULL;
}

static uint32_t zones_of(const struct groups *groups, const char *base)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < groups->count; i++)
		count += !strcmp(groups->draft[i].base, base);
	return count;
}

/* The share of one of `count` zones; the first ones take what is left over. */
static int64_t share(int64_t whole, uint32_t count, uint32_t index)
{
	return whole < 0 ? -1 : whole / count + ((int64_t)index < whole % count);
}

/* A pool of which the autoscaler sees one group a zone. */
static void split(struct dry_import_job *job, struct groups *groups, uint32_t index, uint32_t count)
{
	struct group_draft *const draft = &groups->draft[index];
	uint32_t before = 0;

	for (uint32_t i = 0; i < index; i++)
		before += !strcmp(groups->draft[i].base, draft->base);
	draft->name = dry_arena_printf(&job->arena, "%s-%s", draft->name, draft->zone);
	if (!before)
		DRY_NOTE(job, "a pool that spans zones is one group a zone: "
			 "balance-similar-node-groups keeps them level");
	if (draft->initial_whole >= 0)
		draft->initial_size = share(draft->initial_whole, count, before);
	if (draft->sizes_of_zone || (draft->min_size < 0 && draft->max_size < 0))
		return;
	draft->min_size = share(draft->min_size, count, before);
	draft->max_size = share(draft->max_size, count, before);
	DRY_IMPUTE(job, "minSize, maxSize: those of the whole group, shared between its zones");
}

static int64_t amount(struct dry_import_job *job, const struct dry_amounts *amounts, const char *name)
{
	return dry_amounts_get(amounts, dry_symbols_add_text(&job->symbols, name));
}

/* The first draft speaks for all: what the others add are their zones, and nodes that were counted zone by zone. */
static void unite(struct dry_import_job *job, struct groups *groups, uint32_t index)
{
	struct group_draft *const draft = &groups->draft[index];
	int64_t most = draft->initial_size, least = most, sum = 0;
	bool lost = false;

	if (draft->initial_whole >= 0) {
		draft->initial_size = draft->initial_whole;
		return;
	}
	for (uint32_t i = index; i < groups->count; i++) {
		const struct group_draft *const other = &groups->draft[i];
		if (strcmp(other->base, draft->base))
			continue;
		most = other->initial_size > most ? other->initial_size : most;
		least = other->initial_size < least ? other->initial_size : least;
		sum += other->initial_size;
		if (amount(job, &other->allocatable, "memory") < amount(job, &draft->allocatable, "memory")) {
			draft->capacity = other->capacity;      /* the smallest node stands for all */
			draft->allocatable = other->allocatable;
			draft->instance_type = other->instance_type;
		}
		lost |= group_keep_common(&draft->label, other->label);
		lost |= group_keep_common(&draft->taint, other->taint);
	}
	if (lost)
		DRY_NOTE(job, "a label or taint that a group carries in some of its zones only was left out");
	draft->initial_size = least < 0 ? -1 : sum;
	if (most > least + 1)
		DRY_IMPUTE(job, "initialSize: the nodes of a group over several zones, spread over them evenly");
}

static bool is_first(const struct groups *groups, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++)
		if (!strcmp(groups->draft[i].base, groups->draft[index].base))
			return false;
	return true;
}

static bool settle_names(struct dry_import_job *job, struct groups *groups, struct dry_error *err)
{
	for (uint32_t i = 0; i < groups->count; i++) {
		struct group_draft *const draft = &groups->draft[i];
		const uint32_t count = zones_of(groups, draft->base);
		draft->name = dry_import_name(job, draft->base, strlen(draft->base));
		for (uint32_t j = 0; j < i; j++) {
			const struct group_draft *const other = &groups->draft[j];
			const bool same_zone = draft->zone && other->zone
				? !strcmp(draft->zone, other->zone) : true;
			if (strcmp(other->base, draft->base) || !same_zone)
				continue;
			dry_fail(err, DRY_ERROR_INPUT, draft->where, "node group \"%s\" is described twice",
				 draft->base);
			return dry_fail_fix(err, "leave one of the descriptions out");
		}
		if (count > 1 && !draft->is_one)
			split(job, groups, i, count);
		else if (count > 1 && is_first(groups, i))
			unite(job, groups, i);
	}
	return true;
}

static bool settle_sizes(struct dry_import_job *job, struct group_draft *draft, struct dry_error *err)
{
	if (draft->min_size < 0) {
		draft->min_size = 0;
		DRY_IMPUTE(job, "minSize: not in the source, taken as 0");
	}
	if (draft->max_size < 0) {
		draft->max_size = draft->initial_size > 5 ? 2 * draft->initial_size : 10;
		DRY_IMPUTE(job, "maxSize: not in the source, taken as twice the nodes, at least 10");
	}
	if (draft->min_size > draft->max_size) {
		dry_fail(err, DRY_ERROR_INPUT, draft->where, "node group \"%s\": minSize %lld exceeds maxSize %lld",
			 draft->base, (long long)draft->min_size, (long long)draft->max_size);
		return dry_fail_fix(err, "the autoscaler refuses this too");
	}
	if (draft->initial_size > draft->max_size)
		DRY_NOTE(job, "a group has more nodes than its maxSize");
	return true;
}

static void set(struct dry_import_job *job, struct dry_amounts *amounts, const char *name, int64_t value)
{
	dry_amounts_set(amounts, dry_symbols_add_text(&job->symbols, name), value);
}

/* Number of pods other than the type's own: then capacity and what is left of it are both written. */
static void settle_pods(struct dry_import_job *job, struct group_draft *draft,
			const struct dry_instance_type *type)
{
	if (draft->max_pods < 0)
		return;
	if (!draft->capacity.count) {
		set(job, &draft->capacity, "cpu", type->milli_cpu);
		set(job, &draft->capacity, "memory", type->memory_bytes);
		if (type->gpu_count)
			set(job, &draft->capacity, type->gpu_resource, type->gpu_count);
	}
	set(job, &draft->capacity, "pods", draft->max_pods);
	if (!type || draft->allocatable.count)
		return;
	const struct dry_allocatable left =
		dry_catalogue_allocatable(type->provider, amount(job, &draft->capacity, "cpu"),
					  amount(job, &draft->capacity, "memory"), (int32_t)draft->max_pods);
	draft->allocatable = draft->capacity;
	set(job, &draft->allocatable, "cpu", left.milli_cpu);
	set(job, &draft->allocatable, "memory", left.memory_bytes);
}

static bool is_gpu(const char *resource)
{
	const size_t length = strlen(resource);

	return length > 4 && !strcmp(resource + length - 4, "/gpu");
}

static void settle_price(struct dry_import_job *job, struct group_draft *draft,
			 const struct dry_instance_type *type)
{
	if (draft->price_nusd >= 0)
		return;
	if (type && type->on_demand_nusd_per_hour >= 0) {
		if (draft->region && strcmp(draft->region, type->region))
			DRY_NOTE(job, "price: of %s, the catalogue has none of %s", type->region,
				 draft->region);
		return;
	}
	const int64_t mib = amount(job, &draft->capacity, "memory") >> 20;
	draft->price_nusd = amount(job, &draft->capacity, "cpu") * (CORE_NUSD / 1000) +
			    mib * (GIB_NUSD / 1024);
	for (uint32_t i = 0; i < draft->capacity.count; i++)
		if (is_gpu(dry_symbols_text(&job->symbols, draft->capacity.entry[i].resource)))
			draft->price_nusd += draft->capacity.entry[i].value * GPU_NUSD;
	DRY_IMPUTE(job, "price: the catalogue does not know the type; 0.031611 a core, 0.004237 a GiB, "
		   "0.95 a GPU");
}

/* False: the group cannot be used, and was counted as dropped. */
static bool settle_shape(struct dry_import_job *job, struct group_draft *draft)
{
	const struct dry_instance_type *const type = type_of(draft);
	const char *const nearest = !type && draft->instance_type
		? dry_catalogue_nearest(draft->instance_type) : NULL;

	if (!type && !draft->capacity.count) {
		if (!draft->instance_type)
			DRY_DROP(job, draft->where, "says neither an instance type nor a capacity");
		else
			DRY_DROP(job, draft->where, "instance type %s is not in the catalogue and no capacity "
				 "is given%s%s", draft->instance_type, nearest ? "; is meant: " : "",
				 nearest ? nearest : "");
		return false;
	}
	settle_pods(job, draft, type);
	settle_price(job, draft, type);
	return true;
}

static void write_text(struct dry_text *out, const char *key, const char *value)
{
	if (!value)
		return;
	dry_text_printf(out, "    %s: ", key);
	dry_text_yaml(out, value);
	dry_text_char(out, '\n');
}

static void write_price(struct dry_text *out, const char *key, int64_t nusd)
{
	if (nusd < 0)
		return;
	dry_text_printf(out, "    %s: ", key);
	dry_text_dollars(out, nusd);
	dry_text_char(out, '\n');
}

/* Resources that are 0 or of single volumes say nothing. */
static bool is_told(const char *resource, int64_t value)
{
	return value > 0 && strncmp(resource, "attachable-volumes-", 19) &&
	       dry_import_is_key(resource, strlen(resource));
}

static void write_amounts(struct dry_import_job *job, const char *key, const struct dry_amounts *amounts)
{
	struct dry_text *const out = &job->out;
	bool first = true;

	if (!amounts->count)
		return;
	dry_text_printf(out, "    %s: {", key);
	for (uint32_t i = 0; i < amounts->count; i++) {
		const char *const name = dry_symbols_text(&job->symbols, amounts->entry[i].resource);
		const int64_t value = amounts->entry[i].value;
		if (!is_told(name, value))
			continue;
		dry_import_resource(job, name);
		if (!first)
			dry_text_puts(out, ", ");
		first = false;
		dry_text_yaml(out, name);
		dry_text_puts(out, ": ");
		if (!strcmp(name, "cpu"))
			dry_text_milli(out, value);
		else if (!strcmp(name, "memory") || !strcmp(name, "ephemeral-storage") ||
			 !strncmp(name, "hugepages-", 10))
			dry_text_bytes(out, value);
		else
			dry_text_printf(out, "%lld", (long long)value);
	}
	dry_text_puts(out, "}\n");
}

static void write_pairs(struct dry_text *out, const char *key, const struct group_pair *pair)
{
	if (!pair)
		return;
	dry_text_printf(out, "    %s:\n", key);
	for (; pair; pair = pair->next) {
		dry_text_puts(out, "      ");
		dry_text_yaml(out, pair->key);
		dry_text_puts(out, ": ");
		dry_text_yaml(out, pair->value);
		dry_text_char(out, '\n');
	}
}

static void write_taints(struct dry_text *out, const struct group_pair *pair)
{
	if (!pair)
		return;
	dry_text_puts(out, "    taints:\n");
	for (; pair; pair = pair->next) {
		dry_text_puts(out, "      - {key: ");
		dry_text_yaml(out, pair->key);
		if (*pair->value) {
			dry_text_puts(out, ", value: ");
			dry_text_yaml(out, pair->value);
		}
		dry_text_printf(out, ", effect: %s}\n", pair->effect);
	}
}

/*
 * Before it has seen a node of a group the autoscaler goes by the provider's
 * template, which may promise more than a node keeps: both views side by side.
 */
static void write_template(struct dry_import_job *job, const struct group_draft *draft)
{
	const struct dry_instance_type *const type = type_of(draft);
	struct dry_text *const out = &job->out;

	if (!type || draft->initial_size > 0 || draft->min_size > 0)
		return;
	const int64_t cpu = amount(job, &draft->capacity, "cpu"), memory = amount(job, &draft->capacity, "memory");
	const struct dry_allocatable assumed =
		dry_catalogue_template(type->provider, cpu ? cpu : type->milli_cpu,
				       memory ? memory : type->memory_bytes,
				       draft->max_pods > 0 ? (int32_t)draft->max_pods : type->max_pods);
	dry_text_puts(out, "    # while it is empty, the autoscaler takes a node to have {cpu: ");
	dry_text_milli(out, assumed.milli_cpu);
	dry_text_puts(out, ", memory: ");
	dry_text_bytes(out, assumed.memory_bytes);
	dry_text_printf(out, ", pods: %d}\n", assumed.pods);
}

static void write_zones(struct dry_text *out, const struct groups *groups, const struct group_draft *draft)
{
	bool first = true;

	if (!draft->is_one || zones_of(groups, draft->base) == 1) {
		write_text(out, "zone", draft->zone);
		return;
	}
	dry_text_puts(out, "    zones: [");
	for (uint32_t i = 0; i < groups->count; i++) {
		if (strcmp(groups->draft[i].base, draft->base))
			continue;
		dry_text_puts(out, first ? "" : ", ");
		dry_text_yaml(out, groups->draft[i].zone);
		first = false;
	}
	dry_text_puts(out, "]\n");
}

static void write_draft(struct dry_import_job *job, const struct groups *groups, const struct group_draft *draft)
{
	struct dry_text *const out = &job->out;

	dry_text_puts(out, "  - name: ");
	dry_text_yaml(out, draft->name);
	dry_text_char(out, '\n');
	write_text(out, "instanceType", draft->instance_type);
	write_text(out, "capacityType", draft->capacity_type);
	write_text(out, "region", draft->region);
	write_zones(out, groups, draft);
	dry_text_printf(out, "    minSize: %lld\n    maxSize: %lld\n", (long long)draft->min_size,
			(long long)draft->max_size);
	if (draft->initial_size >= 0)
		dry_text_printf(out, "    initialSize: %lld\n", (long long)draft->initial_size);
	write_amounts(job, "capacity", &draft->capacity);
	write_amounts(job, "allocatable", &draft->allocatable);
	write_template(job, draft);
	write_pairs(out, "labels", draft->label);
	write_taints(out, draft->taint);
	write_price(out, "price", draft->price_nusd);
	write_price(out, "maxPrice", draft->max_price_nusd);
	write_pairs(out, "options", draft->option);
	job->report->rows_written++;
}

bool groups_write(struct dry_import_job *job, struct groups *groups, struct dry_error *err)
{
	if (!settle_names(job, groups, err))
		return false;
	dry_text_puts(&job->out, "nodeGroups:\n");
	for (uint32_t i = 0; i < groups->count; i++) {
		if ((groups->draft[i].is_one && !is_first(groups, i)) || !settle_shape(job, &groups->draft[i]))
			continue;
		if (!settle_sizes(job, &groups->draft[i], err))
			return false;
		write_draft(job, groups, &groups->draft[i]);
	}
	if (job->report->rows_written)
		return true;
	dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no node group is in the input");
	for (uint32_t i = 0; i < job->report->dropped.count && i < 3; i++)
		dry_fail_fix(err, "%s", job->report->dropped.entry[i].text);
	return false;
}
