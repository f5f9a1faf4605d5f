/* Classes, attribution, anomalies, the audit chain. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "forecast/anomaly.h"
#include "io/audit_chain.h"
#include "kind.h"
#include "run/attribution.h"
#include "world/classify.h"

#define LABELS 32
#define CUTOFF (-10)

static void check_classify(struct reference *ref, const cJSON *test)
{
	const cJSON *pod = ref_at(test, "pod"), *annotation = ref_at(pod, "annotations"), *item;
	struct dry_classify_label label[LABELS];
	struct dry_classify_pod ask = {
		.owner_kind = ref_get_text(ref_at(pod, "owner"), "kind"), .label = label,
		.is_finite = ref_at(pod, "duration") != NULL, .has_until = ref_at(pod, "until") != NULL,
		.class_annotation = ref_get_text(annotation, DRY_ANNOTATION_CLASS),
		.urgency_annotation = ref_get_text(annotation, DRY_ANNOTATION_URGENCY),
	};
	struct dry_classified found;

	if (ref_at(pod, "priority"))
		ask.priority = (int64_t)ref_get(pod, "priority");
	cJSON_ArrayForEach(item, ref_at(pod, "labels"))
		if (ask.label_count < LABELS)
			label[ask.label_count++] = (struct dry_classify_label){ item->string, item->valuestring };
	found = dry_classify(&ask, CUTOFF);
	ref_text(ref, "class", dry_workload_name(found.workload), ref_at(test, "class"));
	ref_text(ref, "rule", dry_class_rule_name(found.rule), ref_at(test, "rule"));
	ref_text(ref, "urgency", dry_urgency_name(found.urgency), ref_at(test, "urgency"));
	ref_number(ref, "weight", dry_urgency_weight(found.urgency), ref_at(test, "weight"));
}

/* Requests in the order of the node's resources; init: the larger of both. */
static double share_of(const cJSON *pod, const cJSON *allocatable, bool with_init)
{
	double request[LABELS], has[LABELS];
	size_t count = 0;
	const cJSON *resource;

	cJSON_ArrayForEach(resource, allocatable) {
		double main = ref_get(ref_at(pod, "requests"), resource->string);
		double init = ref_get(ref_at(pod, "initRequests"), resource->string);

		request[count] = isnan(main) ? 0 : main;
		if (with_init && init > request[count])
			request[count] = init;
		has[count++] = resource->valuedouble;
	}
	return dry_dominant_share(request, has, count);
}

static uint32_t group_index(char (*name)[128], uint32_t *count, const cJSON *pod)
{
	char key[128];
	uint32_t i;

	snprintf(key, sizeof(key), "%s/%s", ref_get_text(pod, "namespace"), ref_get_text(pod, "owner"));
	for (i = 0; i < *count; i++)
		if (!strcmp(name[i], key))
			return i;
	memcpy(name[*count], key, sizeof(key));
	return (*count)++;
}

static void check_attribution(struct reference *ref, const cJSON *test)
{
	const cJSON *pods = ref_at(test, "pods"), *pod, *want;
	size_t count = (size_t)cJSON_GetArraySize(pods), i = 0;
	struct dry_attributed_pod *list = dry_xcalloc(count + 1, sizeof(*list));
	struct dry_attributed_group *group = dry_xcalloc(count + 1, sizeof(*group));
	char (*name)[128] = dry_xcalloc(count + 1, sizeof(*name));
	struct dry_attribution found;
	uint32_t groups = 0, g = 0;

	cJSON_ArrayForEach(pod, pods) {
		list[i] = (struct dry_attributed_pod){
			.group_index = group_index(name, &groups, pod),
			.share = share_of(pod, ref_at(test, "allocatable"), true),
			.share_without_init = share_of(pod, ref_at(test, "allocatable"), false),
			.is_restart = ref_get(pod, "restarts") > 0,
		};
		ref_number(ref, "share", list[i].share, ref_at(pod, "share"));
		ref_number(ref, "share_without_init", list[i].share_without_init, ref_at(pod, "share_without_init"));
		i++;
	}
	dry_attribute(list, count, group, groups, &found);
	cJSON_ArrayForEach(want, ref_at(test, "groups")) {
		ref_that(ref, g < groups, "groups: more than %u wanted", groups);
		if (g < groups) {
			ref_text(ref, "groups.key", name[group[g].group_index], ref_at(want, "key"));
			ref_number(ref, "groups.share", group[g].share, ref_at(want, "share"));
		}
		g++;
	}
	ref_that(ref, g == groups, "groups: %u, want %u", groups, g);
	ref_number(ref, "init_share", found.init_share, ref_at(test, "init_share"));
	ref_number(ref, "restart_share", found.restart_share, ref_at(test, "restart_share"));
	free(name);
	free(group);
	free(list);
}

/* --- anomalies --- */

static void check_indices(struct reference *ref, const char *what, const size_t *got, size_t count, const cJSON *want)
{
	double *copy = dry_xcalloc(count + 1, sizeof(*copy));
	size_t i;

	for (i = 0; i < count; i++)
		copy[i] = (double)got[i];
	ref_numbers(ref, what, copy, count, want);
	free(copy);
}

static void check_flagged(struct reference *ref, const char *what, const double *z, size_t count, const cJSON *want)
{
	size_t *flagged = dry_xcalloc(count + 1, sizeof(*flagged)), n = 0, i;

	for (i = 0; i < count; i++)
		if (z[i] > DRY_ANOMALY_Z)
			flagged[n++] = i;
	check_indices(ref, what, flagged, n, want);
	free(flagged);
}

static void check_gesd(struct reference *ref, const cJSON *test, const double *x, size_t count)
{
	size_t most = (size_t)ref_get(test, "max_outliers"), steps, outliers;
	size_t *removed = dry_xcalloc(most + 1, sizeof(*removed));
	double *statistic = dry_xcalloc(2 * most + 1, sizeof(*statistic));

	outliers = dry_generalized_esd(x, count, most, ref_get(test, "alpha"), statistic, statistic + most, removed,
				       &steps);
	ref_numbers(ref, "R", statistic, steps, ref_at(test, "R"));
	ref_numbers(ref, "lambda_", statistic + most, steps, ref_at(test, "lambda_"));
	ref_number(ref, "outliers", (double)outliers, ref_at(test, "outliers"));
	check_indices(ref, "removed", removed, outliers, ref_at(test, "removed"));
	free(statistic);
	free(removed);
}

static int by_index(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static void check_seasonal(struct reference *ref, const cJSON *test, const double *x, size_t count)
{
	size_t season = (size_t)ref_get(test, "season"), most = (size_t)ref_get(test, "gesd_max"), steps, outliers;
	double *residual = dry_xcalloc(2 * count + season + 1, sizeof(*residual)), *z = residual + count;
	double *slot = z + count, *statistic = dry_xcalloc(2 * most + 1, sizeof(*statistic));
	size_t *removed = dry_xcalloc(most + 1, sizeof(*removed));
	struct dry_robust_scale scale;

	dry_seasonal_residuals(x, count, season, residual, slot);
	dry_robust_z(residual, count, z, &scale);
	ref_numbers(ref, "slot_median", slot, season, ref_at(test, "slot_median"));
	ref_number(ref, "residual_median", scale.median, ref_at(test, "residual_median"));
	ref_number(ref, "residual_mad", scale.mad, ref_at(test, "residual_mad"));
	ref_numbers(ref, "z", z, count, ref_at(test, "z"));
	check_flagged(ref, "flagged_z", z, count, ref_at(test, "flagged_z"));
	outliers = dry_generalized_esd(residual, count, most, ref_get(test, "gesd_alpha"), statistic,
				       statistic + most, removed, &steps);
	qsort(removed, outliers, sizeof(*removed), by_index);
	check_indices(ref, "gesd_removed", removed, outliers, ref_at(test, "gesd_removed"));
	free(removed);
	free(statistic);
	free(residual);
}

static void check_anomaly(struct reference *ref, const cJSON *test)
{
	const char *kind = ref_get_text(test, "kind");
	size_t count;
	double *x = ref_list(ref_at(test, "x"), &count), *z;
	struct dry_robust_scale scale;

	if (!strcmp(kind, "gesd")) {
		check_gesd(ref, test, x, count);
	} else if (!strcmp(kind, "seasonal")) {
		check_seasonal(ref, test, x, count);
	} else if (!strcmp(kind, "robust_z")) {
		z = dry_xcalloc(count + 1, sizeof(*z));
		dry_robust_z(x, count, z, &scale);
		ref_number(ref, "median", scale.median, ref_at(test, "median"));
		ref_number(ref, "mad", scale.mad, ref_at(test, "mad"));
		ref_numbers(ref, "z", z, count, ref_at(test, "z"));
		check_flagged(ref, "flagged", z, count, ref_at(test, "flagged"));
		free(z);
	} else {
		ref_that(ref, false, "kind %s is not known", kind);
	}
	free(x);
}

/* --- the audit chain --- */

/* Lines until the first that does not hold; -1 = all hold. */
static int first_bad(const cJSON *lines, struct dry_audit_head *head)
{
	const cJSON *line;
	int index = 0;

	dry_audit_head_init(head);
	cJSON_ArrayForEach(line, lines) {
		if (dry_audit_check(head, line->valuestring, strlen(line->valuestring)))
			return index;
		index++;
	}
	return -1;
}

static void check_chain(struct reference *ref, const cJSON *test)
{
	const cJSON *record, *line = ref_at(test, "lines")->child;
	struct dry_sha256 sha;
	struct dry_audit_head head;
	char hex[65];

	dry_audit_head_init(&head);
	dry_sha256_init(&sha);
	cJSON_ArrayForEach(record, ref_at(test, "records")) {
		cJSON *copy = cJSON_Duplicate(record, true);
		char *sealed = dry_audit_seal(&head, copy);

		ref_text(ref, "line", sealed ? sealed : "refused", line);
		if (sealed) {
			dry_sha256_add(&sha, sealed, strlen(sealed));
			dry_sha256_add(&sha, "\n", 1);
		}
		line = line ? line->next : NULL;
		free(sealed);
		cJSON_Delete(copy);
	}
	dry_sha256_finish(&sha, hex);
	ref_text(ref, "head", head.hash, ref_at(test, "head"));
	ref_text(ref, "file_sha256", hex, ref_at(test, "file_sha256"));
	ref_that(ref, first_bad(ref_at(test, "lines"), &head) == -1, "a good chain does not verify");
}

static void check_audit_chain(struct reference *ref, const cJSON *test)
{
	const char *kind = ref_get_text(test, "kind"), *text = ref_get_text(test, "text");
	struct dry_audit_head head;
	char hex[65];
	bool holds;

	if (!strcmp(kind, "chain")) {
		check_chain(ref, test);
	} else if (!strcmp(kind, "sha256")) {
		dry_sha256_hex(text, strlen(text), hex);
		ref_text(ref, "hash", hex, ref_at(test, "hash"));
	} else if (ref_at(test, "first_bad_seq")) {
		ref_number(ref, "first_bad_seq", first_bad(ref_at(test, "lines"), &head),
			   ref_at(test, "first_bad_seq"));
	} else if (ref_at(test, "expected_head")) {
		holds = first_bad(ref_at(test, "lines"), &head) == -1;
		ref_number(ref, "verifies_without_head", holds, ref_at(test, "verifies_without_head"));
		ref_number(ref, "verifies_with_head", holds && !strcmp(head.hash, ref_get_text(test, "expected_head")),
			   ref_at(test, "verifies_with_head"));
	} else {
		ref_that(ref, false, "kind %s is not known", kind);
	}
}

const struct reference_kind people_kinds[] = {
	{ "classify", check_classify },
	{ "attribution", check_attribution },
	{ "anomaly", check_anomaly },
	{ "audit_chain", check_audit_chain },
	{ NULL, NULL },
};
