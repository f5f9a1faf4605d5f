/* Values of fields, each with its complaint: what is wrong, what was expected, what to do. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"

#define SHOWN 40
#define UNKNOWN (sizeof(((struct load *)NULL)->unknown) / sizeof(struct dry_doc_node *))

static void complain(struct load *load, const struct dry_doc_node *node, const char *format, va_list arguments)
{
	va_list again;
	char text[600];

	va_copy(again, arguments);
	vsnprintf(text, sizeof(text), format, again);
	va_end(again);
	dry_doc_fail(load->doc, node, load->err, "%s", text);
	load->failed = true;
}

bool load_fail(struct load *load, const struct dry_doc_node *node, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(load, node, format, arguments);
	va_end(arguments);
	return false;
}

bool load_fail_expected(struct load *load, const struct dry_doc_node *node, const char *expected,
			const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(load, node, format, arguments);
	va_end(arguments);
	return dry_fail_expected(load->err, "%s", expected);
}

bool load_fix(struct load *load, const char *format, ...)
{
	va_list arguments;
	char text[600];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return dry_fail_fix(load->err, "%s", text);
}

const char *load_shown(struct load *load, const struct dry_doc_node *node)
{
	size_t length = node->length < SHOWN ? node->length : SHOWN;
	char *text;
	size_t i;

	if (node->kind == DRY_DOC_LIST || node->kind == DRY_DOC_MAP || node->kind == DRY_DOC_NULL)
		return dry_doc_kind_name(node);
	while (length < node->length && length > 0 && ((unsigned char)node->text[length] & 0xc0) == 0x80)
		length--;
	text = dry_arena_printf(&load->temp, "\"%.*s%s\"", (int)length, node->text,
				length < node->length ? "..." : "");
	for (i = 0; text[i]; i++)
		if ((unsigned char)text[i] < 32 || text[i] == 127)
			text[i] = '?';
	return text;
}

void load_drop_nulls(struct dry_doc_node *node)
{
	struct dry_doc_node **at = &node->first, *child;

	while ((child = *at) != NULL) {
		if (node->kind == DRY_DOC_MAP && child->kind == DRY_DOC_NULL) {
			*at = child->next;
			node->count--;
			continue;
		}
		load_drop_nulls(child);
		at = &child->next;
	}
}

bool load_is_map(struct load *load, const struct dry_doc_node *node)
{
	if (!node)
		return false;
	if (node->kind != DRY_DOC_MAP)
		return load_fail_expected(load, node, "a map", "is %s", dry_doc_kind_name(node));
	return true;
}

bool load_is_list(struct load *load, const struct dry_doc_node *node)
{
	if (!node)
		return false;
	if (node->kind != DRY_DOC_LIST)
		return load_fail_expected(load, node, "a list", "is %s", dry_doc_kind_name(node));
	return true;
}

bool load_is_scalar(struct load *load, const struct dry_doc_node *node, const char *expected)
{
	if (!node)
		return false;
	if (node->kind == DRY_DOC_LIST || node->kind == DRY_DOC_MAP || node->kind == DRY_DOC_NULL)
		return load_fail_expected(load, node, expected, "is %s", dry_doc_kind_name(node));
	return true;
}

bool load_map(struct load *load, const struct dry_doc_node *node, const char *const *known)
{
	const struct dry_doc_node *child;
	size_t count = 0, i;

	if (!load_is_map(load, node))
		return false;
	while (known[count])
		count++;
	for (child = node->first; child; child = child->next) {
		const char *near;

		for (i = 0; i < count && strcmp(known[i], child->key); i++)
			;
		if (i < count)
			continue;
		dry_doc_fail_key(load->doc, child, load->err, "is no known key");
		load->failed = true;
		load->unknown[load->unknown_count++ % UNKNOWN] = child;
		near = dry_nearest_word(child->key, known, count);
		if (near)
			load_fix(load, "did you mean \"%s\"?", near);
		else if (count <= 12)
			for (i = 0; i < count; i++)
				near = near ? dry_arena_printf(&load->temp, "%s, %s", near, known[i]) : known[i];
		if (near && !dry_nearest_word(child->key, known, count))
			dry_fail_expected(load->err, "%s", near);
	}
	return true;
}

/* "maxsize", "nam": when that key was complained of, it says it all. */
static bool is_misspelt(const struct load *load, const struct dry_doc_node *map, const char *key)
{
	size_t length = strlen(key);
	uint32_t i;

	for (i = 0; i < load->unknown_count && i < UNKNOWN; i++) {
		const struct dry_doc_node *child = load->unknown[i];

		if (child->parent == map &&
		    (!strcasecmp(child->key, key) ||
		     (length > 2 && !strncmp(child->key, key, length - 1) && strlen(child->key) <= length + 1)))
			return true;
	}
	return false;
}

bool load_missing(struct load *load, const struct dry_doc_node *map, const char *key, const char *expected)
{
	load->failed = true;
	if (is_misspelt(load, map, key))
		return false;
	load_fail(load, map, "has no \"%s\"", key);
	return load_fix(load, "add %s: %s", key, expected);
}

bool load_text(struct load *load, const struct dry_doc_node *node, const char **text)
{
	if (!load_is_scalar(load, node, "a text"))
		return false;
	*text = dry_arena_copy(load->arena, node->text, node->length);
	return true;
}

bool load_symbol(struct load *load, const struct dry_doc_node *node, dry_symbol *symbol)
{
	if (!load_is_scalar(load, node, "a text"))
		return false;
	*symbol = dry_symbols_add(load->symbols, node->text, node->length);
	return true;
}

bool load_bool(struct load *load, const struct dry_doc_node *node, bool *value)
{
	if (!node)
		return false;
	if (node->kind != DRY_DOC_BOOL)
		return load_fail_expected(load, node, "true or false", "is %s", load_shown(load, node));
	*value = !strcmp(node->text, "true");
	return true;
}

static const char *whole_range(struct load *load, int64_t min, int64_t max)
{
	return dry_arena_printf(&load->temp, "a whole number from %lld to %lld", (long long)min, (long long)max);
}

bool load_integer(struct load *load, const struct dry_doc_node *node, int64_t min, int64_t max, int64_t *value)
{
	const char *wrong;
	int64_t number;

	if (!load_is_scalar(load, node, whole_range(load, min, max)))
		return false;
	wrong = dry_parse_integer(node->text, node->length, &number);
	if (!wrong && number < min)
		wrong = number < 0 && min >= 0 ? "is negative"
					       : dry_arena_printf(&load->temp, "is below %lld", (long long)min);
	if (!wrong && number > max)
		wrong = dry_arena_printf(&load->temp, "is above %lld", (long long)max);
	if (wrong)
		return load_fail_expected(load, node, whole_range(load, min, max), "%s %s", load_shown(load, node),
					  wrong);
	*value = number;
	return true;
}

bool load_int32(struct load *load, const struct dry_doc_node *node, int64_t min, int64_t max, int32_t *value)
{
	int64_t wide = 0;

	if (!load_integer(load, node, min, max, &wide))
		return false;
	*value = (int32_t)wide;
	return true;
}

bool load_number(struct load *load, const struct dry_doc_node *node, double min, double max, double *value)
{
	const struct dry_config_field field = { .kind = DRY_FIELD_NUMBER, .min = min, .max = max };

	return load_field(load, node, &field, value);
}

bool load_duration(struct load *load, const struct dry_doc_node *node, int64_t *ms)
{
	const struct dry_config_field field = { .kind = DRY_FIELD_DURATION, .max = 315360000.0 };

	return load_field(load, node, &field, ms);
}

bool load_price(struct load *load, const struct dry_doc_node *node, int64_t *nusd)
{
	const struct dry_config_field field = { .kind = DRY_FIELD_PRICE, .max = 1e6 };

	return load_field(load, node, &field, nusd);
}

bool load_instant(struct load *load, const struct dry_doc_node *node, int64_t *ms)
{
	static const char *const expected = "seconds since the trace's origin, a number such as 90 or 12.5";
	const char *wrong;

	if (!node)
		return false;
	if (node->kind != DRY_DOC_NUMBER)
		return load_fail_expected(load, node, expected, "is %s", load_shown(load, node));
	wrong = dry_parse_duration_ms(node->text, node->length, ms);
	if (wrong)
		return load_fail_expected(load, node, expected, "%s %s", load_shown(load, node), wrong);
	if (*ms > INT64_C(315360000) * 1000 || *ms < INT64_C(-315360000) * 1000)
		return load_fail_expected(load, node, expected, "%s is more than ten years away",
					  load_shown(load, node));
	return true;
}

bool load_word(struct load *load, const struct dry_doc_node *node, const char *const *word, uint32_t *index)
{
	const struct dry_config_field field = { .kind = DRY_FIELD_WORD, .word = word };
	unsigned value;

	if (!load_field(load, node, &field, &value))
		return false;
	*index = value;
	return true;
}

bool load_field(struct load *load, const struct dry_doc_node *node, const struct dry_config_field *field,
		void *base)
{
	const char *expected = dry_field_expected(field, &load->temp), *wrong;

	if (!load_is_scalar(load, node, expected))
		return false;
	wrong = dry_field_set(field, base, node->text, load->arena);
	if (!wrong)
		return true;
	return load_fail_expected(load, node, expected, "%s %s", load_shown(load, node), wrong);
}

bool load_field_of(struct load *load, const struct dry_doc_node *node, const char *name,
		   struct dry_node_group *group)
{
	return node && load_field(load, node, dry_group_field_find(name), group);
}

bool load_list(struct load *load, const struct dry_doc_node *node, size_t size, load_element_fn *read,
	       const void *context, struct load_list *list)
{
	const struct dry_doc_node *child;
	unsigned char *element;
	uint32_t n = 0;

	if (!node) {
		*list = (struct load_list){ 0 };
		return true;
	}
	if (!load_is_list(load, node))
		return false;
	element = dry_arena_array(load->arena, node->count, size);
	for (child = node->first; child; child = child->next)
		if (!read(load, child, context, &element[size * n++]))
			return false;
	*list = (struct load_list){ element, n };
	return true;
}

/* --- resources, labels --- */

static uint32_t find_resource(struct load *load, const struct dry_doc_node *node)
{
	struct dry_input *input = load->input;
	const char *near;
	uint32_t r;

	for (r = 0; r < input->resource_count; r++)
		if (!strcmp(input->resource_name[r], node->key))
			return r;
	if (!strchr(node->key, '/') && strncmp(node->key, "hugepages-", 10)) {
		dry_doc_fail_key(load->doc, node, load->err, "is no resource");
		load->failed = true;
		near = dry_nearest_word(node->key, input->resource_name, DRY_RESOURCE_EXTENDED);
		if (near)
			load_fix(load, "did you mean \"%s\"?", near);
		else
			load_fix(load, "cpu, memory, ephemeral-storage, or a name with a domain: nvidia.com/gpu");
		return DRY_NONE;
	}
	if (r == DRY_RESOURCE_MAX) {
		load_fail(load, node, "is the %uth kind of resource; %u are possible", r + 1, DRY_RESOURCE_MAX);
		return DRY_NONE;
	}
	input->resource_name[r] = dry_arena_text(load->arena, node->key);
	return input->resource_count++;
}

static bool read_amount(struct load *load, const struct dry_doc_node *node, uint32_t resource, int64_t *amount)
{
	static const char *const expected = "a quantity that is not negative, such as \"500m\", \"2Gi\" or 1";
	const char *wrong;

	if (!load_is_scalar(load, node, expected))
		return false;
	wrong = resource == DRY_RESOURCE_CPU ? dry_parse_quantity_milli(node->text, node->length, amount)
					     : dry_parse_quantity(node->text, node->length, amount);
	if (!wrong && *amount > INT64_C(1) << 53)
		wrong = "is too large";
	if (!wrong && resource >= DRY_RESOURCE_EXTENDED) {
		int64_t milli;

		wrong = dry_parse_quantity_milli(node->text, node->length, &milli);
		if (!wrong && milli % 1000)
			wrong = "is not whole, and this resource cannot be split";
	}
	if (wrong)
		return load_fail_expected(load, node, expected, "%s %s", load_shown(load, node), wrong);
	return true;
}

bool load_resources(struct load *load, const struct dry_doc_node *node, struct dry_resources *resources)
{
	const struct dry_doc_node *child;
	bool ok = true;

	if (!load_is_map(load, node))
		return false;
	for (child = node->first; child; child = child->next) {
		uint32_t r = find_resource(load, child);
		int64_t amount;

		if (r == DRY_NONE || !read_amount(load, child, r, &amount)) {
			ok = false;
			continue;
		}
		resources->amount[r] = amount;
		resources->present |= 1u << r;
	}
	return ok;
}

bool load_labels(struct load *load, const struct dry_doc_node *node, const struct dry_label **label,
		 uint32_t *count)
{
	const struct dry_doc_node *child;
	struct dry_label *list;
	uint32_t n = 0;

	if (!load_is_map(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		if (!*child->key) {
			load_fail(load, child, "is a label without a name");
			continue;
		}
		if (!load_symbol(load, child, &list[n].value))
			continue;
		list[n++].key = dry_symbols_add_text(load->symbols, child->key);
	}
	*label = list;
	*count = n;
	return true;
}
