#include "sweep/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "base/units.h"
#include "base/banned.h"

bool dry_grid_count(const struct dry_sweep_parameter *parameter, uint32_t count, uint64_t *points)
{
	uint64_t product = count ? 1 : 0;

	for (uint32_t p = 0; p < count; p++)
		if (__builtin_mul_overflow(product, parameter[p].value_count, &product) ||
		    product > INT64_MAX)
			return false;
	*points = product;
	return true;
}

void dry_grid_values(const struct dry_sweep_parameter *parameter, uint32_t count, uint64_t index,
		     uint32_t *value_index)
{
	for (uint32_t p = count; p > 0; p--) {
		dry_assert(parameter[p - 1].value_count);
		value_index[p - 1] = (uint32_t)(index % parameter[p - 1].value_count);
		index /= parameter[p - 1].value_count;
	}
	dry_assert(!index);
}

uint64_t dry_grid_index(const struct dry_sweep_parameter *parameter, uint32_t count,
			const uint32_t *value_index)
{
	uint64_t index = 0;

	for (uint32_t p = 0; p < count; p++) {
		dry_assert(value_index[p] < parameter[p].value_count);
		index = index * parameter[p].value_count + value_index[p];
	}
	return index;
}

static int by_path(const void *a, const void *b)
{
	const struct dry_setting *x = *(const struct dry_setting *const *)a;
	const struct dry_setting *y = *(const struct dry_setting *const *)b;

	return strcmp(x->path, y->path);
}

static void hash_quoted(struct dry_sha256 *sha, const char *text)
{
	char escape[8];

	dry_sha256_add(sha, "\"", 1);
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\') {
			dry_sha256_add(sha, "\\", 1);
			dry_sha256_add(sha, p, 1);
		} else if ((unsigned char)*p < 0x20) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(unsigned char)*p);
			dry_sha256_add(sha, escape, 6);
		} else {
			dry_sha256_add(sha, p, 1);
		}
	}
	dry_sha256_add(sha, "\"", 1);
}

/* As JSON writes numbers: no leading zeros or signs that JSON does not know. */
static bool is_json_number(const char *text)
{
	double value;

	if (dry_parse_number(text, strlen(text), &value))
		return false;
	if (*text == '+' || *text == '.' || text[strlen(text) - 1] == '.')
		return false;
	text += *text == '-';
	return *text != '.' && !(text[0] == '0' && text[1] >= '0' && text[1] <= '9');
}

void dry_setting_id(const struct dry_setting *setting, uint32_t count, char id[17])
{
	const struct dry_setting **sorted = dry_xcalloc((size_t)count + 1, sizeof(*sorted));
	struct dry_sha256 sha;
	char hex[65];

	for (uint32_t i = 0; i < count; i++)
		sorted[i] = &setting[i];
	qsort(sorted, count, sizeof(*sorted), by_path);
	dry_sha256_init(&sha);
	dry_sha256_add(&sha, "{", 1);
	for (uint32_t i = 0; i < count; i++) {
		const char *value = sorted[i]->value;

		if (i)
			dry_sha256_add(&sha, ",", 1);
		hash_quoted(&sha, sorted[i]->path);
		dry_sha256_add(&sha, ":", 1);
		if (is_json_number(value) || !strcmp(value, "true") || !strcmp(value, "false"))
			dry_sha256_add(&sha, value, strlen(value));
		else
			hash_quoted(&sha, value);
	}
	dry_sha256_add(&sha, "}", 1);
	dry_sha256_finish(&sha, hex);
	memcpy(id, hex, 16);
	id[16] = '\0';
	free(sorted);
}
