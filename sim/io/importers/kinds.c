/*
 * The table of kinds. Detection takes the highest score; on a tie the earlier
 * row.
 */
#include "io/importers/kinds.h"

#include "io/importers.h"

const struct dry_import_kind dry_import_kinds[] = {
	{ "openb", "alibaba-gpu-2023", "GPU cluster trace 2023, pod list (CSV)",
	  "the published openb_pod_list_*.csv", DRY_IMPORT_TRACE, dry_openb_detect, dry_openb_read },
};

const size_t dry_import_kind_count = sizeof(dry_import_kinds) / sizeof(dry_import_kinds[0]);
