/*
 * The functions behind dry_import_kinds, one pair a format. Several formats
 * may share a pair.
 */
#ifndef DRY_IO_IMPORTERS_KINDS_H
#define DRY_IO_IMPORTERS_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct dry_import_job;

int dry_openb_detect(const char *start, size_t length, const char *path);
bool dry_openb_read(struct dry_import_job *job, struct dry_error *err);

int dry_swf_detect(const char *start, size_t length, const char *path);
bool dry_swf_read(struct dry_import_job *job, struct dry_error *err);
/* Of its own accord no CSV is one: --columns makes it one. */
bool dry_csv_rows_read(struct dry_import_job *job, struct dry_error *err);
int dry_simkube_detect(const char *start, size_t length, const char *path);
bool dry_simkube_read(struct dry_import_job *job, struct dry_error *err);

int dry_prom_detect(const char *start, size_t length, const char *path);
bool dry_prom_read(struct dry_import_job *job, struct dry_error *err);
int dry_kube_events_detect(const char *start, size_t length, const char *path);
bool dry_kube_events_read(struct dry_import_job *job, struct dry_error *err);
int dry_ca_log_detect(const char *start, size_t length, const char *path);
bool dry_ca_log_read(struct dry_import_job *job, struct dry_error *err);

struct dry_pod_fold;
int dry_pod_list_detect(const char *start, size_t length, const char *path);
int dry_pod_watch_detect(const char *start, size_t length, const char *path);
bool dry_kube_pods_read(struct dry_import_job *job, struct dry_error *err);
/* The records alone; the fold needs dry_pod_fold_release() either way. */
bool dry_kube_pods_fold(struct dry_import_job *job, struct dry_pod_fold *fold,
			struct dry_error *err);

int dry_audit_detect(const char *start, size_t length, const char *path);
bool dry_audit_read(struct dry_import_job *job, struct dry_error *err);
bool dry_audit_fold(struct dry_import_job *job, struct dry_pod_fold *fold, struct dry_error *err);

int dry_kube_nodes_detect(const char *start, size_t length, const char *path);
bool dry_kube_nodes_read(struct dry_import_job *job, struct dry_error *err);

int dry_aws_spot_detect(const char *start, size_t length, const char *path);
bool dry_aws_spot_read(struct dry_import_job *job, struct dry_error *err);
int dry_skypilot_detect(const char *start, size_t length, const char *path);
bool dry_skypilot_read(struct dry_import_job *job, struct dry_error *err);
int dry_gcp_prices_detect(const char *start, size_t length, const char *path);
bool dry_gcp_prices_read(struct dry_import_job *job, struct dry_error *err);
int dry_azure_prices_detect(const char *start, size_t length, const char *path);
bool dry_azure_prices_read(struct dry_import_job *job, struct dry_error *err);
int dry_spot_advisor_detect(const char *start, size_t length, const char *path);
bool dry_spot_advisor_read(struct dry_import_job *job, struct dry_error *err);

int dry_deployment_detect(const char *start, size_t length, const char *path);
int dry_priorities_detect(const char *start, size_t length, const char *path);
bool dry_kube_settings_read(struct dry_import_job *job, struct dry_error *err);
int dry_helm_values_detect(const char *start, size_t length, const char *path);
bool dry_helm_values_read(struct dry_import_job *job, struct dry_error *err);
int dry_aks_profile_detect(const char *start, size_t length, const char *path);
bool dry_aks_profile_read(struct dry_import_job *job, struct dry_error *err);

int dry_instance_types_detect(const char *start, size_t length, const char *path);
bool dry_instance_types_read(struct dry_import_job *job, struct dry_error *err);
int dry_cluster_api_detect(const char *start, size_t length, const char *path);
bool dry_cluster_api_read(struct dry_import_job *job, struct dry_error *err);
int dry_palette_detect(const char *start, size_t length, const char *path);
bool dry_palette_read(struct dry_import_job *job, struct dry_error *err);
int dry_gke_pools_detect(const char *start, size_t length, const char *path);
bool dry_gke_pools_read(struct dry_import_job *job, struct dry_error *err);
int dry_aks_pools_detect(const char *start, size_t length, const char *path);
bool dry_aks_pools_read(struct dry_import_job *job, struct dry_error *err);
int dry_eks_groups_detect(const char *start, size_t length, const char *path);
int dry_asg_detect(const char *start, size_t length, const char *path);
bool dry_aws_groups_read(struct dry_import_job *job, struct dry_error *err);

int dry_daemonsets_detect(const char *start, size_t length, const char *path);
bool dry_daemonsets_read(struct dry_import_job *job, struct dry_error *err);

#endif
