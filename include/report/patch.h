/*
 * Changes as files that real tools accept: one row a format. A patch holds the
 * changed keys and nothing else, says old -> new in comments where the format
 * has comments, and names at its end what it cannot express. Written from the
 * changes alone, or against the live file (so that lists, positions and
 * repeated keys come out right).
 */
#ifndef DRY_REPORT_PATCH_H
#define DRY_REPORT_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/doc.h"
#include "report/change.h"
#include "report/page.h"

/* Everything is borrowed. */
struct dry_patch_request {
	const struct dry_change_set *changes;
	uint32_t title_count;           /* comment lines on top, without "# " */
	const char *const *title;
	bool comments;                  /* title, old -> new, what is not exported */
	const struct dry_doc *against;  /* the live file: Deployment, values, pool list; NULL = none */
	const char *name_space;         /* of the autoscaler; NULL = kube-system, or what `against` says */
	const char *deployment;         /* NULL = cluster-autoscaler, or what `against` says */
	/*
	 * Names of node groups elsewhere: NULL = a group's name is its id there.
	 * Cluster API: "MachineDeployment/NAMESPACE/NAME" is understood as such.
	 */
	const struct dry_expander_priority *priority;   /* wanted list, for DRY_CHANGE_PRIORITIES */
	uint32_t priority_count;
};

struct dry_patch_format {
	const char *name;               /* word of --patch: "helm" */
	const char *label;              /* "Helm values" */
	const char *file;               /* default file name: "values-dryscale.yaml" */
	const char *what;               /* one line: which tool takes it, with which command */
	const char *against;            /* what the live file is; NULL = this format never needs one */
	bool needs_against;
	/* May it say this change? Those it cannot are listed as not exported. */
	bool (*can)(const struct dry_change *change);
	/* False with a complaint; the page is then unspecified. */
	bool (*write)(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err);
};

extern const struct dry_patch_format dry_patch_formats[];
extern const size_t dry_patch_format_count;

/* Does this document run the autoscaler? Of a file with several it is the one that is patched. */
bool dry_patch_is_deployment(const struct dry_doc *doc);

/* "helm|args|kustomize|..." for option tables. */
#define DRY_PATCH_WORDS \
	"helm|args|kustomize|json|configmap|cluster-api|palette-pool|palette-pack|terraform|aks"

/* NULL when there is none; *nearest (may be NULL) gets the nearest name or NULL. */
const struct dry_patch_format *dry_patch_find(const char *name, const char **nearest);

/*
 * Writes title, patch, and what is not exported. DRY_ERROR_EMPTY when no change
 * can be said in this format, DRY_ERROR_USAGE when it needs a live file and has
 * none, DRY_ERROR_INPUT when the live file is not what it must be.
 */
bool dry_patch_write(const struct dry_patch_format *format,
		     const struct dry_patch_request *request, struct dry_page *page,
		     struct dry_error *err);

#endif
