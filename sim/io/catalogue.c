/*
 * Looking up instance types, and what their providers keep back: the published
 * rules of EKS (AL2023), GKE and AKS (1.29 and later).
 */
#include "io/catalogue.h"

#include <stdbool.h>
#include <string.h>

#include "base/assert.h"
#include "base/units.h"

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)
#define EVICTION_BYTES (100 * MIB)      /* memory.available<100Mi, all three */
#define TYPE_MAX 512

/* Index of the first row whose name is not before `name`. */
static size_t first_of(const char *name)
{
	size_t low = 0, high = dry_instance_type_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(dry_instance_types[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct dry_instance_type *dry_catalogue_find(const char *name, const char *region)
{
	const size_t first = first_of(name);

	for (size_t i = first; region && i < dry_instance_type_count; i++) {
		if (strcmp(dry_instance_types[i].name, name))
			break;
		if (!strcmp(dry_instance_types[i].region, region))
			return &dry_instance_types[i];
	}
	return first < dry_instance_type_count && !strcmp(dry_instance_types[first].name, name)
		? &dry_instance_types[first] : NULL;
}

const char *dry_catalogue_nearest(const char *name)
{
	const char *known[TYPE_MAX];
	size_t count = 0;

	dry_assert(dry_instance_type_count <= TYPE_MAX);
	for (size_t i = 0; i < dry_instance_type_count; i++)
		if (!count || strcmp(known[count - 1], dry_instance_types[i].name))
			known[count++] = dry_instance_types[i].name;
	return dry_nearest_word(name, known, count);
}

/* A part of an amount: `share` of what lies below `upto`. */
struct step {
	int64_t upto;
	int64_t share;          /* in 1/10000 */
};

static int64_t by_steps(const struct step *step, int64_t amount)
{
	int64_t sum = 0, from = 0;

	for (;; step++) {
		const int64_t part = (amount < step->upto ? amount : step->upto) - from;
		sum += part * step->share / 10000;
		if (amount <= step->upto)
			return sum;
		from = step->upto;
	}
}

/* EKS and GKE: 6 % of the first core, 1 % of the second, 0.5 % of two more, 0.25 % of the rest. */
static int64_t cpu_ladder(int64_t milli_cpu)
{
	static const struct step step[] = { { 1000, 600 }, { 2000, 100 }, { 4000, 50 },
					    { INT64_MAX, 25 } };

	return by_steps(step, milli_cpu);
}

/* GKE's memory; its smallest machines keep a fixed part. */
static int64_t memory_ladder(int64_t bytes)
{
	static const struct step step[] = { { 4 * GIB, 2500 }, { 8 * GIB, 2000 }, { 16 * GIB, 1000 },
					    { 128 * GIB, 600 }, { INT64_MAX, 200 } };

	return bytes < GIB ? 255 * MIB : by_steps(step, bytes / MIB * MIB);
}

/* AKS: 60, 100, 140, 180, 260, 420, 740 milli-cores for 1, 2, 4, 8, 16, 32, 64 cores. */
static int64_t aks_cpu(int64_t milli_cpu)
{
	static const struct step step[] = { { 1000, 600 }, { 2000, 400 }, { 4000, 200 },
					    { INT64_MAX, 100 } };

	return by_steps(step, milli_cpu);
}

/* AKS, 1.29 and later: 20 MB a pod and 50 MB, a quarter at most. */
static int64_t aks_memory(int64_t bytes, int32_t pods)
{
	const int64_t by_pods = (20 * (int64_t)pods + 50) * 1000000;

	return by_pods < bytes / 4 ? by_pods : bytes / 4;
}

static struct dry_allocatable less(int64_t milli_cpu, int64_t memory_bytes, int32_t pods,
				   int64_t cpu_kept, int64_t memory_kept)
{
	return (struct dry_allocatable){
		.milli_cpu = milli_cpu > cpu_kept ? milli_cpu - cpu_kept : 0,
		.memory_bytes = memory_bytes > memory_kept ? memory_bytes - memory_kept : 0,
		.pods = pods,
	};
}

struct dry_allocatable dry_catalogue_allocatable(enum dry_provider provider, int64_t milli_cpu,
						 int64_t memory_bytes, int32_t pods)
{
	int64_t cpu_kept = 0, memory_kept = EVICTION_BYTES;

	dry_assert(milli_cpu >= 0 && memory_bytes >= 0);
	switch (provider) {
	case DRY_PROVIDER_AWS:
		cpu_kept = cpu_ladder(milli_cpu);
		memory_kept += (255 + 11 * (int64_t)pods) * MIB;
		break;
	case DRY_PROVIDER_GCP:
		cpu_kept = cpu_ladder(milli_cpu) + (pods > 110 ? 400 : 0);
		memory_kept += memory_ladder(memory_bytes);
		break;
	case DRY_PROVIDER_AZURE:
		cpu_kept = aks_cpu(milli_cpu);
		memory_kept += aks_memory(memory_bytes, pods);
		break;
	}
	return less(milli_cpu, memory_bytes, pods, cpu_kept, memory_kept);
}

/* GKE keeps 1060 milli-cores of the types that share their cores. */
static bool is_shared_core(const struct dry_instance_type *type)
{
	return !strcmp(type->name, "e2-micro") || !strcmp(type->name, "e2-small") ||
	       !strcmp(type->name, "e2-medium");
}

struct dry_allocatable dry_catalogue_type_allocatable(const struct dry_instance_type *type)
{
	struct dry_allocatable left = dry_catalogue_allocatable(type->provider, type->milli_cpu,
								type->memory_bytes, type->max_pods);

	if (is_shared_core(type))
		left.milli_cpu = type->milli_cpu - 1060;
	return left;
}

/* What the kernel and the image keep of a machine's memory, as the autoscaler's GCE templates have it. */
static int64_t gce_kernel_bytes(int64_t bytes)
{
	int64_t kept = bytes / 64 + 16 * MIB;
	const int64_t image = bytes / 100000 * 175;

	if (bytes > 3 * GIB)
		kept += 64 * MIB;
	if (bytes <= 8 * GIB)
		kept += 8 * MIB;
	return kept + (image < 248 * MIB ? image : 248 * MIB);
}

struct dry_allocatable dry_catalogue_template(enum dry_provider provider, int64_t milli_cpu,
					      int64_t memory_bytes, int32_t pods)
{
	if (provider != DRY_PROVIDER_GCP)
		return less(milli_cpu, memory_bytes, 110, 0, 0);
	return dry_catalogue_allocatable(provider, milli_cpu,
					 memory_bytes - gce_kernel_bytes(memory_bytes), pods);
}
