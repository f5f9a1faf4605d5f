/*
 * Known instance types: what they hold and cost, on demand. Each row says where
 * its numbers come from and from when they are. A scenario may override all of
 * it, and needs it for none.
 */
#ifndef DRY_IO_CATALOGUE_H
#define DRY_IO_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

enum dry_provider { DRY_PROVIDER_AWS, DRY_PROVIDER_GCP, DRY_PROVIDER_AZURE };

struct dry_instance_type {
	const char *name;               /* "m5.xlarge" */
	enum dry_provider provider;
	int64_t milli_cpu;
	int64_t memory_bytes;
	int32_t gpu_count;
	const char *gpu_resource;       /* "nvidia.com/gpu"; NULL = no GPU */
	const char *gpu_model;          /* "T4"; NULL = no GPU */
	int32_t max_pods;               /* that the provider's defaults allow on a node */
	int64_t on_demand_nusd_per_hour;        /* -1 = not known in that region */
	const char *region;             /* of the price */
	const char *date;               /* of the price: "2026-03-01" */
	const char *source;             /* a few words */
};

/* The table, sorted by name, then region (bytewise). */
extern const struct dry_instance_type dry_instance_types[];
extern const size_t dry_instance_type_count;

/*
 * The row of that name and region; without one of that region (or with region
 * NULL) the first row of that name. NULL when the name is unknown.
 */
const struct dry_instance_type *dry_catalogue_find(const char *name, const char *region);

/* The known name nearest to a misspelt one, or NULL. */
const char *dry_catalogue_nearest(const char *name);

/*
 * What is left for pods after the provider's default reservations for kubelet,
 * system and eviction, for a node with this capacity.
 */
struct dry_allocatable {
	int64_t milli_cpu;
	int64_t memory_bytes;
	int32_t pods;
};
struct dry_allocatable dry_catalogue_allocatable(enum dry_provider provider, int64_t milli_cpu,
						 int64_t memory_bytes, int32_t pods);
/* The same for a known type and its default pods; knows shared-core types, which reserve more. */
struct dry_allocatable dry_catalogue_type_allocatable(const struct dry_instance_type *type);

/*
 * What the Cluster Autoscaler takes a node of an empty group to hold, before it
 * has seen one: on AWS and Azure its whole capacity and 110 pods (so that it
 * promises more than a node keeps), on GCE less the kernel's memory and the
 * reservations.
 */
struct dry_allocatable dry_catalogue_template(enum dry_provider provider, int64_t milli_cpu,
					      int64_t memory_bytes, int32_t pods);

#endif
