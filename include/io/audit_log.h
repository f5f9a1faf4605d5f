/*
 * The audit log as a file: JSON lines that only ever grow, chained by hashes
 * (io/audit_chain.h). Appending locks the file, checks the whole chain, writes
 * one line and syncs it; when that fails (disk full) the file is as before.
 */
#ifndef DRY_IO_AUDIT_LOG_H
#define DRY_IO_AUDIT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "io/audit_chain.h"

struct cJSON;                   /* of libcjson */

struct dry_audit_log {
	struct dry_arena arena;
	const char *path;
	uint64_t count;
	struct cJSON **record;          /* owned; as they stand in the file, seq, prev and hash included */
	size_t capacity;
	struct dry_audit_head head;
};

/*
 * Reads and checks all of it. False with file:line and what is wrong: a changed,
 * cut, reordered or doubled line; also when `expected_head` (NULL = none) is
 * not the hash of the last record. Release it in any case.
 */
bool dry_audit_log_read(struct dry_audit_log *log, const char *path, const char *expected_head,
			struct dry_error *err);
void dry_audit_log_release(struct dry_audit_log *log);

/*
 * Adds one record (an object without seq, prev, hash; it gets them). The file
 * is made when it is not there (mode 0600); a symbolic link is refused.
 * *seq (may be NULL) is its number. False with a complaint; nothing is changed.
 */
bool dry_audit_log_append(const char *path, struct cJSON *record, uint64_t *seq, struct dry_error *err);

#endif
