#include "support/truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

char *truth_text(const char *path, size_t *length)
{
	gzFile file = gzopen(path, "rb");
	size_t size = 0, capacity = 1 << 16;
	char *text = malloc(capacity + 1);
	int got = 0;

	if (!file || !text) {
		free(text);
		return NULL;
	}
	while ((got = gzread(file, text + size, (unsigned)(capacity - size))) > 0) {
		size += (size_t)got;
		if (size == capacity) {
			char *const more = realloc(text, (capacity *= 2) + 1);

			if (!more) {
				got = -1;
				break;
			}
			text = more;
		}
	}
	gzclose(file);
	if (got < 0 || !text) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	if (length)
		*length = size;
	return text;
}

bool truth_path(const char *folder, const char *name, char *path, size_t size)
{
	static const char *const suffix[] = { "", ".gz" };

	for (int i = 0; i < 2; i++) {
		snprintf(path, size, "%s/%s%s", folder, name, suffix[i]);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

static int64_t days(int64_t year, int64_t month, int64_t day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t count = 0;

	for (int64_t y = 1970; y < year; y++)
		count += y % 4 == 0 && (y % 100 || y % 400 == 0) ? 366 : 365;
	count += before[month - 1] + day - 1;
	return count + (month > 2 && year % 4 == 0 && (year % 100 || year % 400 == 0));
}

int64_t truth_instant(const char *text)
{
	int year, month, day, hour, minute;
	double second;

	if (!text || sscanf(text, "%d-%d-%dT%d:%d:%lfZ", &year, &month, &day, &hour, &minute, &second) != 6 ||
	    month < 1 || month > 12)
		return TRUTH_NONE;
	return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60000 + (int64_t)(second * 1000 + 0.5);
}

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int64_t instant_of(const cJSON *object, const char *key)
{
	return truth_instant(text_of(object, key));
}

static int64_t number_of(const cJSON *object, const char *key)
{
	const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static void read_pod(const cJSON *object, struct truth_pod *pod)
{
	const cJSON *const requests = cJSON_GetObjectItemCaseSensitive(object, "requests");
	const char *const phase = text_of(object, "final_phase");

	*pod = (struct truth_pod){
		.uid = text_of(object, "uid"), .name_space = text_of(object, "namespace"),
		.name = text_of(object, "name"), .owner_kind = text_of(object, "owner_kind"),
		.owner_name = text_of(object, "owner_name"), .role = text_of(object, "role"),
		.cause = text_of(object, "cause"), .loss = text_of(object, "loss_kind"),
		.created_ms = instant_of(object, "created"), .scheduled_ms = instant_of(object, "scheduled"),
		.started_ms = instant_of(object, "container_started"),
		.finished_ms = instant_of(object, "container_finished"),
		.delete_ms = instant_of(object, "delete_requested"),
		.gone_ms = instant_of(object, "gone_from_api"), .seen_ms = instant_of(object, "first_seen"),
		.milli_cpu = number_of(requests, "cpu_milli"), .bytes = number_of(requests, "memory_bytes"),
		.gated = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "was_gated")),
		.unschedulable = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "was_unschedulable")),
		.replaces = -1, .replaced_by = -1,
	};
	const bool ended = phase && (!strcmp(phase, "Succeeded") || !strcmp(phase, "Failed"));
	const bool cleaned = pod->loss && !strncmp(pod->loss, "cleanup:", 8);
	const bool by_owner = pod->loss && (!strncmp(pod->loss, "owner", 5) || !strncmp(pod->loss, "user", 4));
	pod->completed = ended && (!pod->loss || cleaned);
	pod->is_lost = pod->loss && !cleaned && !by_owner;
}

int truth_find_uid(const struct truth *truth, const char *uid)
{
	for (int i = 0; uid && i < truth->count; i++)
		if (!strcmp(truth->pod[i].uid, uid))
			return i;
	return -1;
}

bool truth_read(struct truth *truth, const char *path)
{
	char *const text = truth_text(path, NULL);
	const cJSON *object;
	int i = 0;

	*truth = (struct truth){ .start_ms = TRUTH_NONE, .end_ms = TRUTH_NONE };
	truth->json = text ? cJSON_Parse(text) : NULL;
	free(text);
	const cJSON *const pods = cJSON_GetObjectItemCaseSensitive(truth->json, "pods");
	if (!cJSON_IsArray(pods)) {
		cJSON_Delete(truth->json);
		return false;
	}
	const cJSON *const times = cJSON_GetObjectItemCaseSensitive(truth->json, "times");
	const cJSON *const t0 = cJSON_GetObjectItemCaseSensitive(times, "t0");
	const cJSON *const end = cJSON_GetObjectItemCaseSensitive(times, "end");
	if (cJSON_IsNumber(t0))
		truth->start_ms = (int64_t)(t0->valuedouble * 1000);
	if (cJSON_IsNumber(end))
		truth->end_ms = (int64_t)(end->valuedouble * 1000);
	truth->count = cJSON_GetArraySize(pods);
	truth->pod = calloc((size_t)truth->count + 1, sizeof(*truth->pod));
	cJSON_ArrayForEach(object, pods)
		read_pod(object, &truth->pod[i++]);
	i = 0;
	cJSON_ArrayForEach(object, pods) {
		/* A retry is a demand of its own: only what was lost is joined. */
		const char *const cause = truth->pod[i].cause;
		const int lost = cause && !strcmp(cause, "recreation")
			? truth_find_uid(truth, text_of(object, "replaces")) : -1;
		truth->pod[i].replaces = lost;
		if (lost >= 0)
			truth->pod[lost].replaced_by = i;
		i++;
	}
	return true;
}

void truth_release(struct truth *truth)
{
	cJSON_Delete(truth->json);
	free(truth->pod);
}

const char *truth_folder(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : getenv("DRY_RECORDS");

	if (!folder || !*folder)
		folder = "../shared/records/kestrel";
	if (!access(folder, R_OK))
		return folder;
	printf("1..0 # SKIP %s is absent\n", folder);
	return NULL;
}
