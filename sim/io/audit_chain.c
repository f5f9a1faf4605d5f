#include "io/audit_chain.h"

#include <cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "io/canonical.h"

void dry_audit_head_init(struct dry_audit_head *head)
{
	head->seq = 0;
	memset(head->hash, '0', 64);
	head->hash[64] = '\0';
}

/* The hash of a record without its hash field; false when it has no spelling. */
static bool record_hash(const cJSON *record, char hash[65])
{
	char *text = dry_canonical_json(record);

	if (!text)
		return false;
	dry_sha256_hex(text, strlen(text), hash);
	free(text);
	return true;
}

char *dry_audit_seal(struct dry_audit_head *head, cJSON *record)
{
	char hash[65], *line;

	if (!cJSON_IsObject(record) || cJSON_HasObjectItem(record, "seq") || cJSON_HasObjectItem(record, "prev") ||
	    cJSON_HasObjectItem(record, "hash"))
		return NULL;
	cJSON_AddNumberToObject(record, "seq", (double)head->seq);
	cJSON_AddStringToObject(record, "prev", head->hash);
	if (!record_hash(record, hash))
		return NULL;
	cJSON_AddStringToObject(record, "hash", hash);
	line = dry_canonical_json(record);
	if (!line)
		return NULL;
	memcpy(head->hash, hash, sizeof(hash));
	head->seq++;
	return line;
}

static const char *check_record(const struct dry_audit_head *head, cJSON *record, const char *line, size_t length,
				char hash[65])
{
	const cJSON *seq = cJSON_GetObjectItemCaseSensitive(record, "seq");
	const cJSON *prev = cJSON_GetObjectItemCaseSensitive(record, "prev");
	cJSON *own = cJSON_GetObjectItemCaseSensitive(record, "hash");
	const char *complaint = NULL;
	char *text = dry_canonical_json(record);

	if (!text || strlen(text) != length || memcmp(text, line, length))
		complaint = "the line is not in canonical form: it was changed after it was written";
	free(text);
	if (complaint)
		return complaint;
	if (!cJSON_IsNumber(seq) || !cJSON_IsString(prev) || !cJSON_IsString(own) || strlen(own->valuestring) != 64)
		return "seq, prev or hash is missing";
	if (seq->valuedouble != (double)head->seq)
		return "the record's number is not the next: lines are missing, doubled or in another order";
	if (!dry_sha256_is(prev->valuestring, head->hash))
		return "prev is not the hash of the record before: that one was changed or cut out";
	own = cJSON_DetachItemViaPointer(record, own);
	if (!record_hash(record, hash) || !dry_sha256_is(own->valuestring, hash))
		complaint = "the hash does not match: the record was changed";
	cJSON_Delete(own);
	return complaint;
}

const char *dry_audit_check(struct dry_audit_head *head, const char *line, size_t length)
{
	const char *end = NULL, *complaint;
	cJSON *record = cJSON_ParseWithLengthOpts(line, length, &end, false);
	char hash[65];

	if (!cJSON_IsObject(record) || end != line + length) {
		cJSON_Delete(record);
		return "the line is no JSON object";
	}
	complaint = check_record(head, record, line, length, hash);
	cJSON_Delete(record);
	if (complaint)
		return complaint;
	memcpy(head->hash, hash, sizeof(hash));
	head->seq++;
	return NULL;
}
