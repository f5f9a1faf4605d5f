/*
 * The links of an audit log (methods.md 8): each record is a line of canonical
 * JSON with its number `seq`, the hash of the record before it `prev` (64 zeros
 * for the first) and its own `hash`: SHA-256 of the canonical record without
 * it. A changed, cut, reordered or doubled line breaks the chain there; a cut
 * tail shows only against a head that was kept elsewhere.
 */
#ifndef DRY_IO_AUDIT_CHAIN_H
#define DRY_IO_AUDIT_CHAIN_H

#include <stddef.h>
#include <stdint.h>

struct cJSON;                   /* of libcjson */

struct dry_audit_head {
	uint64_t seq;                   /* of the next record */
	char hash[65];                  /* of the last one; 64 zeros before the first */
};

void dry_audit_head_init(struct dry_audit_head *head);

/*
 * Puts seq, prev and hash into the record (an object without them) and moves
 * the head on. Returns its line without newline, heap memory; NULL when the
 * record cannot be written (a NaN, or a field with one of the three names).
 */
char *dry_audit_seal(struct dry_audit_head *head, struct cJSON *record);

/*
 * Checks the next line of a log (no newline) and moves the head on. NULL = it
 * holds; else what is wrong with it, one static sentence.
 */
const char *dry_audit_check(struct dry_audit_head *head, const char *line, size_t length);

#endif
