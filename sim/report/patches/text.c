/* Pieces of text that patches are made of. */
#include <ctype.h>
#include <string.h>

#include "autoscaler/options.h"
#include "base/units.h"
#include "report/patches/patches.h"
#include "report/json.h"

/* Up to six digits: Helm reads larger numbers as floats and writes 1e+06. */
static bool is_plain_number(const char *text)
{
	size_t digits = 0, i = 0;

	if (text[i] == '-')
		i++;
	if (text[i] == '0' && isdigit((unsigned char)text[i + 1]))
		return false;
	while (isdigit((unsigned char)text[i]))
		digits++, i++;
	if (digits == 0 || digits > 6)
		return false;
	if (text[i] == '.') {
		size_t fraction = 0;

		i++;
		while (isdigit((unsigned char)text[i]))
			fraction++, i++;
		if (fraction == 0)
			return false;
	}
	return text[i] == '\0';
}

static bool is_plain_duration(const char *text)
{
	size_t length = strlen(text);
	int64_t ms;

	if (length == 0 || !isdigit((unsigned char)text[0]) || !strchr("smh", text[length - 1]))
		return false;
	return dry_parse_duration_ms(text, length, &ms) == NULL;
}

/* Words that some YAML version reads as something else than text. */
static bool is_plain_word(const char *text)
{
	static const char *const special[] = { "y", "n", "yes", "no", "on", "off",
					       "null", "nan", "inf", "true", "false" };

	if (!strcmp(text, "true") || !strcmp(text, "false"))
		return true;
	if (!isalpha((unsigned char)text[0]))
		return false;
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._,/-", *c))
			return false;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (!strcasecmp(text, special[i]))
			return false;
	return true;
}

void patch_yaml_scalar(struct dry_page *page, const char *text)
{
	if (is_plain_number(text) || is_plain_duration(text) || is_plain_word(text))
		dry_page_add(page, text);
	else
		patch_yaml_string(page, text);
}

void patch_yaml_string(struct dry_page *page, const char *text)
{
	dry_json_quote(page, text, strlen(text));
}

void patch_was(const struct dry_patch_request *request, struct dry_page *page,
	       const struct dry_change *change)
{
	if (request->comments) {
		dry_page_add(page, change->from ? "   # was " : "   # was not set");
		if (change->from)
			dry_page_add_visible(page, change->from, strlen(change->from));
	}
	dry_page_add_char(page, '\n');
}

bool patch_next_item(const char **rest, const char **item, size_t *length)
{
	const char *comma;

	if (!*rest || !**rest)
		return false;
	*item = *rest;
	comma = strchr(*rest, ',');
	*length = comma ? (size_t)(comma - *rest) : strlen(*rest);
	*rest = comma ? comma + 1 : NULL;
	return true;
}

bool patch_is_list_flag(const char *name)
{
	const struct dry_option *option = dry_option_find(name, NULL);

	return option && (option->type == DRY_OPTION_TEXT_LIST || option->type == DRY_OPTION_GPU_LIMIT);
}

bool patch_is_flag(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_FLAG;
}

bool patch_is_flag_or_size(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_FLAG || change->kind == DRY_CHANGE_GROUP_SIZE;
}
