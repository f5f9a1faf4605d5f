/*
 * What a file is, from its first bytes: small scans for keys, no parsing, since
 * the bytes may end anywhere.
 */
#include "io/importers/detect.h"

#include <string.h>

#include "io/importers/kinds.h"


bool start_has(const char *start, size_t length, const char *piece)
{
	return memmem(start, length, piece, strlen(piece)) != NULL;
}

const char *start_of_text(const char *start, size_t *length)
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

bool start_pair(const char *start, size_t length, const char *key, const char *value)
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

bool start_is_json(const char *start, size_t length)
{
	return length && (*start == '{' || *start == '[');
}

int dry_pod_list_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (start_pair(start, length < START_NEAR ? length : START_NEAR, "kind", "PodList"))
		return 95;
	/* kubectl sorts keys: "items" comes before "kind", the first item's kind is near. */
	const bool is_list = start_is_json(start, length)
		? start_has(start, length < 512 ? length : 512, "\"items\"")
		: start_has(start, length < 512 ? length : 512, "\nitems:");
	return is_list && (start_pair(start, length, "kind", "Pod") ||
			   start_has(start, length, "\"podIP\"")) ? 80 : 0;
}

int dry_pod_watch_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (!start_pair(start, length, "kind", "Pod") || start_has(start, length < START_NEAR ? length : START_NEAR,
							   "audit.k8s.io"))
		return 0;
	const size_t near = length < 512 ? length : 512;
	if (start_is_json(start, length) && (start_has(start, near, "\"object\"") || start_has(start, near, "\"obj\"")))
		return 85;
	return start_has(start, near, "\"metadata\"") || start_has(start, near, "\nmetadata:") ? 60 : 0;
}

int dry_audit_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length < START_NEAR ? length : START_NEAR, "audit.k8s.io/v1") ? 95 : 0;
}

int dry_kube_events_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (start_has(start, length < START_NEAR ? length : START_NEAR, "audit.k8s.io"))
		return 0;
	if (!start_has(start, length, "involvedObject") && !start_has(start, length, "regarding"))
		return 0;
	/* Items of an API server's own list have no kind. */
	return start_pair(start, length, "kind", "Event") || start_pair(start, length, "kind", "EventList") ? 96 : 0;
}

int dry_prom_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (!start_is_json(start, length))
		return length > 5 && !memcmp(start, "kube_", 5) && start_has(start, length, "} =>") ? 90 : 0;
	if (start_has(start, length, "\"__name__\"") && start_has(start, length, "\"metric\""))
		return 90;
	return start_has(start, length < 512 ? length : 512, "\"resultType\"") ? 70 : 0;
}
