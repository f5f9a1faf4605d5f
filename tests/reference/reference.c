/*
 * Formulas against numbers of well-known libraries: every *.json of a folder
 * (argument, default ../shared/reference). The last line is "N of M cases
 * hold"; the exit status is 1 when one does not, or a file's kind is unknown.
 */
#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "kinds/kind.h"

#define FOLDER "../shared/reference"
#define SHOWN 6                         /* complaints of a case that are printed */

static const struct reference_kind *const table[] = {
	statistics_kinds, money_kinds, spot_kinds, forecast_kinds, prewarm_kinds, people_kinds, sweep_kinds,
};

/* --- comparing --- */

void ref_that(struct reference *ref, bool holds, const char *format, ...)
{
	va_list arguments;

	if (holds || ref->complaints++ >= SHOWN)
		return;
	printf("# %s case %d: ", ref->file, ref->index);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

static bool is_near(double got, double want, double tolerance)
{
	if (isnan(want) || isnan(got))
		return isnan(want) && isnan(got);
	if (isinf(want) || isinf(got))
		return want == got;
	return fabs(got - want) <= tolerance * fmax(1, fabs(want));
}

static double value_of(const cJSON *item)
{
	if (cJSON_IsNumber(item))
		return item->valuedouble;
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item);
	if (cJSON_IsString(item) && strstr(item->valuestring, "inf"))
		return item->valuestring[0] == '-' ? -INFINITY : INFINITY;
	return NAN;
}

void ref_value(struct reference *ref, const char *what, double got, double want)
{
	ref_that(ref, is_near(got, want, ref->tolerance), "%s: %.17g, want %.17g", what, got, want);
}

void ref_number(struct reference *ref, const char *what, double got, const cJSON *want)
{
	ref_that(ref, want != NULL, "%s: the case does not say", what);
	if (want)
		ref_value(ref, what, got, value_of(want));
}

void ref_numbers(struct reference *ref, const char *what, const double *got, size_t count, const cJSON *want)
{
	const cJSON *item;
	size_t i = 0;

	ref_that(ref, cJSON_IsArray(want) && (size_t)cJSON_GetArraySize(want) == count,
		 "%s: %zu values, want %d", what, count, cJSON_GetArraySize(want));
	cJSON_ArrayForEach(item, want) {
		if (i < count)
			ref_that(ref, is_near(got[i], value_of(item), ref->tolerance),
				 "%s[%zu]: %.17g, want %.17g", what, i, got[i], value_of(item));
		i++;
	}
}

void ref_text(struct reference *ref, const char *what, const char *got, const cJSON *want)
{
	const char *text = cJSON_GetStringValue(want);

	ref_that(ref, text && !strcmp(got, text), "%s: %s, want %s", what, got, text ? text : "nothing");
}

/* --- reading --- */

const cJSON *ref_at(const cJSON *test, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(test, key);
}

double ref_get(const cJSON *test, const char *key)
{
	return value_of(ref_at(test, key));
}

const char *ref_get_text(const cJSON *test, const char *key)
{
	return cJSON_GetStringValue(ref_at(test, key));
}

double *ref_list(const cJSON *list, size_t *count)
{
	double *value = dry_xcalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*value));
	const cJSON *item;

	*count = 0;
	cJSON_ArrayForEach(item, list)
		value[(*count)++] = value_of(item);
	return value;
}

cJSON *ref_open(const char *folder, const char *name)
{
	char path[4096], *text;
	cJSON *json = NULL;
	FILE *file;
	long size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = dry_xcalloc((size_t)size + 1, 1);
	if (fread(text, 1, (size_t)size, file) == (size_t)size)
		json = cJSON_Parse(text);
	free(text);
	fclose(file);
	return json;
}

/* --- running --- */

/* The longest name of a kind that the file's begins with. */
static const struct reference_kind *find_kind(const char *file)
{
	const struct reference_kind *found = NULL;
	size_t best = 0, i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct reference_kind *kind;

		for (kind = table[i]; kind->name; kind++) {
			size_t length = strlen(kind->name);

			if (length > best && !strncmp(file, kind->name, length) && strchr("._-", file[length])) {
				found = kind;
				best = length;
			}
		}
	}
	return found;
}

static bool run_file(const char *folder, const char *name, unsigned *cases, unsigned *held)
{
	const struct reference_kind *kind = find_kind(name);
	struct reference ref = { .folder = folder, .file = name };
	unsigned here = 0, good = 0;
	const cJSON *test;
	cJSON *file;

	file = kind ? ref_open(folder, name) : NULL;
	if (!file || !cJSON_IsArray(ref_at(file, "cases"))) {
		printf("not ok - %s: %s\n", name, kind ? "no JSON object with cases" : "a kind that is not known");
		cJSON_Delete(file);
		return false;
	}
	ref.tolerance = ref_get(file, "tolerance");
	if (!(ref.tolerance >= 0))
		ref.tolerance = 1e-9;
	cJSON_ArrayForEach(test, ref_at(file, "cases")) {
		ref.complaints = 0;
		kind->check(&ref, test);
		good += !ref.complaints;
		here++;
		ref.index++;
	}
	printf("%sok - %s: %u of %u\n", good == here ? "" : "not ", name, good, here);
	cJSON_Delete(file);
	*cases += here;
	*held += good;
	return good == here;
}

static int is_vector(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + length - 5, ".json");
}

int main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : FOLDER;
	unsigned cases = 0, held = 0;
	struct dirent **entry;
	bool good = true;
	int count = scandir(folder, &entry, is_vector, alphasort), i;

	if (count < 0 && argc < 2) {
		printf("ok 1 - reference # SKIP %s is not there\n1..1\n", folder);
		return 0;
	}
	for (i = 0; i < count; i++) {
		good = run_file(folder, entry[i]->d_name, &cases, &held) && good;
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	if (count <= 0) {
		printf("not ok - no *.json in %s\n", folder);
		good = false;
	}
	printf("1..%d\n", count > 0 ? count : 1);
	printf("%u of %u cases hold\n", held, cases);
	return good ? 0 : 1;
}
