/* Audit logs: unbroken, or refused; an unbroken one is replayed and shown. */
#include <unistd.h>

#include "report/governance.h"
#include "support/fuzz.h"

static void show(const struct dry_audit_log *log)
{
	struct dry_governance governance;
	struct dry_change_set state;
	struct dry_page page = { 0 };
	struct dry_arena arena;

	dry_arena_init(&arena);
	dry_governance_read(log, &arena, &governance);
	dry_governance_state(&governance, &arena, &state);
	fuzz_require(governance.count <= log->count, "no more proposals than records");
	dry_audit_show(log, &page, false);
	dry_audit_csv(log, &page);
	dry_page_release(&page);
	dry_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_audit_log log;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_audit_log_read(&log, path, NULL, &err)) {
		fuzz_require_silence(&err);
		show(&log);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_audit_log_release(&log);
	close(fd);
	return 0;
}
