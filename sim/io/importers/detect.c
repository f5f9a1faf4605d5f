/*
 * What a file is, from its first bytes: small scans for keys, no parsing, since
 * the bytes may end anywhere.
 */
#include <string.h>

#include "io/importers/kinds.h"

/* Bytes of the start that matter for a key that must come early. */
#define NEAR 4096

static bool has(const char *start, size_t length, const char *piece)
{
	return memmem(start, length, piece, strlen(piece)) != NULL;
}

static const char *skip_blanks(const char *start, size_t *length)
{
	if (*length >= 3 && !memcmp(start, "\xef\xbb\xbf", 3)) {
		start += 3;
		*length -= 3;
	}
	while (*length && (*start == ' ' || *start == '\n' || *start == '\r' || *start == '\t')) {
		start++;
		--*length;
	}
	return start;
}

/* "key": "value" with any blanks around the colon; or YAML's key: value. */
static bool has_pair(const char *start, size_t length, const char *key, const char *value)
{
	const size_t key_length = strlen(key), value_length = strlen(value);
	const char *at = start, *const stop = start + length;

	while ((at = memmem(at, (size_t)(stop - at), key, key_length))) {
		at += key_length;
		const char *look = at;
		while (look < stop && (*look == '"' || *look == ' ' || *look == ':'))
			look++;
		if (look > at && (size_t)(stop - look) >= value_length &&
		    !memcmp(look, value, value_length) &&
		    (look + value_length == stop || strchr("\", \n\r}", look[value_length])))
			return true;
	}
	return false;
}

static bool is_json(const char *start, size_t length)
{
	return length && (*start == '{' || *start == '[');
}

int dry_pod_list_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = skip_blanks(start, &length);
	if (has_pair(start, length < NEAR ? length : NEAR, "kind", "PodList"))
		return 95;
	/* kubectl sorts keys: "items" comes before "kind", the first item's kind is near. */
	const bool is_list = is_json(start, length)
		? has(start, length < 512 ? length : 512, "\"items\"")
		: has(start, length < 512 ? length : 512, "\nitems:");
	return is_list && (has_pair(start, length, "kind", "Pod") ||
			   has(start, length, "\"podIP\"")) ? 80 : 0;
}

int dry_pod_watch_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = skip_blanks(start, &length);
	if (!has_pair(start, length, "kind", "Pod") || has(start, length < NEAR ? length : NEAR,
							   "audit.k8s.io"))
		return 0;
	const size_t near = length < 512 ? length : 512;
	if (is_json(start, length) && (has(start, near, "\"object\"") || has(start, near, "\"obj\"")))
		return 85;
	return has(start, near, "\"metadata\"") || has(start, near, "\nmetadata:") ? 60 : 0;
}

int dry_audit_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return has(start, length < NEAR ? length : NEAR, "audit.k8s.io/v1") ? 95 : 0;
}
