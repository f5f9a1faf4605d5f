#include "report/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"

void dry_json_init(struct dry_json *json, struct dry_page *page)
{
	*json = (struct dry_json){ .page = page };
}

void dry_json_quote(struct dry_page *page, const char *text, size_t length)
{
	dry_page_add_char(page, '"');
	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(text + i, length - i, &code);

		if (!taken)
			dry_page_add(page, "\\ufffd");
		else if (code == '"' || code == '\\')
			dry_page_printf(page, "\\%c", (char)code);
		else if (code == '\n')
			dry_page_add(page, "\\n");
		else if (code == '\t')
			dry_page_add(page, "\\t");
		else if (code < 0x20 || code == 0x7f)
			dry_page_printf(page, "\\u%04x", code);
		else
			dry_page_add_span(page, text + i, taken);
		i += taken ? taken : 1;
	}
	dry_page_add_char(page, '"');
}

static void begin(struct dry_json *json, const char *key)
{
	if (json->needs_comma)
		dry_page_add_char(json->page, ',');
	json->needs_comma = true;
	if (key) {
		dry_json_quote(json->page, key, strlen(key));
		dry_page_add_char(json->page, ':');
	}
}

void dry_json_open_object(struct dry_json *json, const char *key)
{
	begin(json, key);
	dry_page_add_char(json->page, '{');
	json->needs_comma = false;
	json->depth++;
}

void dry_json_close_object(struct dry_json *json)
{
	dry_page_add_char(json->page, '}');
	json->needs_comma = true;
	if (!--json->depth)
		dry_page_add_char(json->page, '\n');
}

void dry_json_open_array(struct dry_json *json, const char *key)
{
	begin(json, key);
	dry_page_add_char(json->page, '[');
	json->needs_comma = false;
	json->depth++;
}

void dry_json_close_array(struct dry_json *json)
{
	dry_page_add_char(json->page, ']');
	json->needs_comma = true;
	json->depth--;
}

void dry_json_text(struct dry_json *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		dry_json_quote(json->page, value, strlen(value));
	else
		dry_page_add(json->page, "null");
}

void dry_json_number(struct dry_json *json, const char *key, double value)
{
	begin(json, key);
	dry_page_add_number(json->page, value);
}

void dry_json_integer(struct dry_json *json, const char *key, int64_t value)
{
	begin(json, key);
	dry_page_printf(json->page, "%" PRId64, value);
}

void dry_json_bool(struct dry_json *json, const char *key, bool value)
{
	begin(json, key);
	dry_page_add(json->page, value ? "true" : "false");
}

void dry_json_null(struct dry_json *json, const char *key)
{
	begin(json, key);
	dry_page_add(json->page, "null");
}

void dry_json_digest(struct dry_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	dry_page_printf(json->page, "\"%016" PRIx64 "\"", value);
}

void dry_json_newline(struct dry_json *json)
{
	if (json->needs_comma) {
		dry_page_add_char(json->page, ',');
		json->needs_comma = false;
	}
	dry_page_add_char(json->page, '\n');
}

void dry_json_seconds(struct dry_json *json, const char *key, int64_t ms)
{
	char buffer[40];

	begin(json, key);
	dry_page_add(json->page, dry_format_seconds(ms, buffer, sizeof(buffer)));
}
