/*
 * A scenario file with some values changed and everything else, comments and
 * order included, as it was. Values are replaced where they stand; keys that
 * are not there yet are put into their map. What came out is read again and
 * must hold what was asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views.h"
#include "autoscaler/options.h"
#include "base/units.h"
#include "io/doc.h"

struct edit {
	size_t at, removed;             /* bytes */
	char *text;                     /* heap */
};

struct edits {
	struct edit *edit;
	size_t count, capacity;
};

static void add_edit(struct edits *edits, size_t at, size_t removed, const struct dry_page *text)
{
	edits->edit = dry_grow(edits->edit, &edits->capacity, edits->count + 1, sizeof(*edits->edit));
	edits->edit[edits->count++] = (struct edit){ at, removed, dry_xstrdup(dry_page_string(text)) };
}

static size_t offset_of(const struct dry_doc *doc, uint32_t line, uint32_t column)
{
	size_t length = 0, at = 0;
	const char *text = dry_doc_line(doc, line, &length);

	if (!text)
		return doc->length;
	for (uint32_t c = 1; c < column && at < length; c++) {
		uint32_t code;
		size_t taken = dry_utf8_decode(text + at, length - at, &code);
		at += taken ? taken : 1;
	}
	return (size_t)(text - doc->text) + at;
}

/* The map that should hold the last part of a path; *key gets that part. */
static const struct dry_doc_node *find_parent(const struct dry_doc *doc, const char *path, char *key, size_t size,
					      const char **missing)
{
	const struct dry_doc_node *node = doc->root;
	const char *dot;

	*missing = NULL;
	if (dry_option_find(path, NULL)) {
		snprintf(key, size, "%s", path);
		*missing = "autoscaler";
		return dry_doc_find(doc->root, "autoscaler");
	}
	for (; node && (dot = strchr(path, '.')); path = dot + 1) {
		snprintf(key, size, "%.*s", (int)(dot - path), path);
		if (node->kind == DRY_DOC_LIST) {
			const struct dry_doc_node *item = node->first, *name;

			for (; item; item = item->next) {
				name = dry_doc_find(item, "name");
				if (name && !strcmp(name->text, key))
					break;
			}
			node = item;
		} else {
			node = dry_doc_find(node, key);
		}
	}
	snprintf(key, size, "%s", path);
	return node;
}

static bool is_plain(const char *value)
{
	if (!*value || *value == '-' || *value == '.')
		return false;
	return strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == strlen(value);
}

static void add_value(struct dry_page *page, const char *value, bool json)
{
	double number;
	bool is_number = !dry_parse_number(value, strlen(value), &number);
	bool is_word = !strcmp(value, "true") || !strcmp(value, "false") || !strcmp(value, "null");

	if (is_number || (is_word && strcmp(value, "null")) || (!json && !is_word && is_plain(value))) {
		dry_page_add(page, value);
		return;
	}
	dry_page_add_char(page, '"');
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\')
			dry_page_add_char(page, '\\');
		dry_page_add_char(page, *p);
	}
	dry_page_add_char(page, '"');
}

/* Bytes of a scalar as written, quotes included. */
static size_t raw_length(const struct dry_doc *doc, size_t at, const struct dry_doc_node *node)
{
	char quote = doc->text[at];
	size_t end = at + 1;

	if (quote != '"' && quote != '\'')
		return at + node->length <= doc->length && !memcmp(doc->text + at, node->text, node->length)
			       ? node->length
			       : 0;
	for (; end < doc->length && doc->text[end] != '\n'; end++) {
		if (doc->text[end] == '\\' && quote == '"')
			end++;
		else if (doc->text[end] == quote)
			return end + 1 - at;
	}
	return 0;
}

static bool replace(const struct dry_doc *doc, const struct dry_doc_node *node, const char *value, bool json,
		    struct edits *edits)
{
	size_t at = offset_of(doc, node->line, node->column), length;
	struct dry_page text = { 0 };

	if (node->kind == DRY_DOC_LIST || node->kind == DRY_DOC_MAP || node->kind == DRY_DOC_NULL)
		return false;
	length = raw_length(doc, at, node);
	if (!length)
		return false;
	add_value(&text, value, json || doc->text[at] == '"');
	add_edit(edits, at, length, &text);
	dry_page_release(&text);
	return true;
}

static void insert(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key,
		   const char *value, bool json, struct edits *edits)
{
	size_t at = offset_of(doc, map->line, map->column);
	struct dry_page text = { 0 };

	if (doc->text[at] == '{') {
		dry_page_printf(&text, json ? "\"%s\": " : "%s: ", key);
		add_value(&text, value, json);
		if (map->count)
			dry_page_add(&text, ", ");
		add_edit(edits, at + 1, 0, &text);
	} else if (map->first) {        /* a line of its own below the map's first key, or above it */
		uint32_t line = map->first->key_line;
		bool alone = true;
		size_t start = offset_of(doc, line, 1), from = offset_of(doc, line, map->first->key_column);

		for (size_t i = start; i < from; i++)
			alone &= doc->text[i] == ' ';
		if (!alone)             /* "- name: x": below */
			start = offset_of(doc, line + 1, 1);
		dry_page_repeat(&text, ' ', map->first->key_column - 1);
		dry_page_printf(&text, "%s: ", key);
		add_value(&text, value, json);
		dry_page_add_char(&text, '\n');
		add_edit(edits, start, 0, &text);
	}
	dry_page_release(&text);
}

static void insert_section(const struct dry_doc *doc, const char *section, const char *key, const char *value,
			   bool json, struct edits *edits)
{
	struct dry_page text = { 0 };

	if (json) {
		dry_page_printf(&text, "\"%s\": {\"%s\": ", section, key);
		add_value(&text, value, json);
		dry_page_add(&text, doc->root->count ? "}, " : "}");
		add_edit(edits, offset_of(doc, doc->root->line, doc->root->column) + 1, 0, &text);
	} else {
		dry_page_printf(&text, "%s%s:\n  %s: ",
				doc->length && doc->text[doc->length - 1] != '\n' ? "\n" : "", section, key);
		add_value(&text, value, json);
		dry_page_add_char(&text, '\n');
		add_edit(edits, doc->length, 0, &text);
	}
	dry_page_release(&text);
}

static bool change(const struct dry_doc *doc, const struct dry_setting *setting, struct edits *edits,
		   struct dry_error *err)
{
	char key[256];
	const char *missing;
	const struct dry_doc_node *parent = find_parent(doc, setting->path, key, sizeof(key), &missing);
	const struct dry_doc_node *node = dry_doc_find(parent, key);
	bool json = doc->text[offset_of(doc, doc->root->line, doc->root->column)] == '{';

	if (node && replace(doc, node, setting->value, json, edits))
		return true;
	if (node) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s is not written as one value in the file",
			 setting->path);
		return dry_fail_fix(err, "change it by hand to %s", setting->value);
	}
	if (parent && parent->kind == DRY_DOC_MAP && (parent->count || json))
		insert(doc, parent, key, setting->value, json, edits);
	else if (!parent && missing)
		insert_section(doc, missing, key, setting->value, json, edits);
	else if (!parent && strchr(setting->path, '.') && !strncmp(setting->path, "placeholders.", 13))
		insert_section(doc, "placeholders", key, setting->value, json, edits);
	else
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "the file has no place for %s", setting->path);
	return true;
}

static int by_place(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;

	return a->at < b->at ? -1 : a->at > b->at;
}

static void apply(const struct dry_doc *doc, struct edits *edits, struct dry_page *page)
{
	size_t at = 0;

	if (edits->count)
		qsort(edits->edit, edits->count, sizeof(*edits->edit), by_place);
	for (size_t i = 0; i < edits->count; i++) {
		dry_page_add_span(page, doc->text + at, edits->edit[i].at - at);
		dry_page_add(page, edits->edit[i].text);
		at = edits->edit[i].at + edits->edit[i].removed;
		free(edits->edit[i].text);
	}
	dry_page_add_span(page, doc->text + at, doc->length - at);
	free(edits->edit);
}

/* What was written holds what was asked. */
static bool verify(const char *name, const struct dry_page *page, const struct dry_setting *setting, uint32_t count,
		   struct dry_error *err)
{
	struct dry_doc doc;
	char key[256];
	const char *missing;
	bool ok = dry_doc_parse(&doc, name, dry_page_string(page), page->length, NULL, err);

	for (uint32_t i = 0; ok && i < count; i++) {
		const struct dry_doc_node *parent = find_parent(&doc, setting[i].path, key, sizeof(key), &missing);
		const struct dry_doc_node *node = dry_doc_find(parent, key);

		if (!node || strcmp(node->text, setting[i].value))
			ok = dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE,
				      "%s could not be changed in the file", setting[i].path);
	}
	dry_doc_release(&doc);
	return ok;
}

bool dry_scenario_patch(const char *path, const struct dry_setting *setting, uint32_t count, struct dry_page *page,
			struct dry_error *err)
{
	struct edits edits = { 0 };
	struct dry_doc doc;
	bool ok = dry_doc_read(&doc, path, NULL, err);

	if (ok) {
		for (uint32_t i = 0; ok && i < count; i++)
			ok = change(&doc, &setting[i], &edits, err);
		apply(&doc, &edits, page);
		ok = ok && verify(path, page, setting, count, err);
	}
	dry_doc_release(&doc);
	return ok;
}
