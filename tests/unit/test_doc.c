/* JSON and YAML as one tree: what is read, where it stood, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "io/doc.h"

/* A tree as text: "{a=[n1,t'x']@...}"; places as line:column when asked for. */
static void draw(const struct dry_doc_node *node, char *to, size_t room, bool has_places)
{
	static const char letter[] = { '0', 'b', 'n', 't' };
	size_t filled = strlen(to);
	uint32_t index = 0;

#define ADD(...) (filled += (size_t)snprintf(to + filled, room - filled, __VA_ARGS__))
	if (has_places)
		ADD("%u:%u", node->line, node->column);
	if (node->kind < DRY_DOC_LIST) {
		assert_int_equal(strlen(node->text), node->length);
		ADD("%c%s", letter[node->kind], node->text);
		return;
	}
	ADD("%c", node->kind == DRY_DOC_LIST ? '[' : '{');
	for (const struct dry_doc_node *child = node->first; child; child = child->next) {
		assert_ptr_equal(child->parent, node);
		assert_int_equal(child->index, index++);
		assert_int_equal(child->key != NULL, node->kind == DRY_DOC_MAP);
		if (child->index)
			ADD(",");
		if (child->key && has_places)
			ADD("%u:%u", child->key_line, child->key_column);
		if (child->key)
			ADD("%s=", child->key);
		draw(child, to, room, has_places);
		filled = strlen(to);
	}
	assert_int_equal(index, node->count);
	ADD("%c", node->kind == DRY_DOC_LIST ? ']' : '}');
#undef ADD
}

static void assert_tree(const char *name, const char *text, bool has_places, const char *wanted)
{
	struct dry_error err = { 0 };
	struct dry_doc doc;
	char drawn[2000] = "";

	if (!dry_doc_parse(&doc, name, text, strlen(text), NULL, &err))
		fail_msg("\"%s\": %s", text, err.complaint[0].text);
	draw(doc.root, drawn, sizeof(drawn), has_places);
	assert_string_equal(drawn, wanted);
	assert_int_equal(err.count, 0);
	dry_doc_release(&doc);
}

struct refusal {
	const char *text;
	uint32_t line, column;
	const char *what;               /* in the complaint, what was expected or the fix */
};

static void assert_refused(const char *name, const char *text, size_t length,
			   const struct dry_doc_options *options, const struct refusal *wanted)
{
	struct dry_error err = { 0 };
	struct dry_doc doc;
	char said[800];

	if (dry_doc_parse(&doc, name, text, length, options, &err))
		fail_msg("\"%s\" was read", text);
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_int_equal(err.count, 1);
	const struct dry_complaint *const c = &err.complaint[0];
	assert_string_equal(c->file, name);
	snprintf(said, sizeof(said), "%s / %s / %s", c->text, c->expected ? c->expected : "",
		 c->fix ? c->fix : "");
	if (c->line != wanted->line || c->column != wanted->column || !strstr(said, wanted->what))
		fail_msg("\"%.60s\": %u:%u: %s; wanted %u:%u: %s", text, c->line, c->column, said,
			 wanted->line, wanted->column, wanted->what);
	for (const char *p = c->text; *p; p++)
		assert_true((unsigned char)*p >= 32 && *p != 127);
	dry_error_release(&err);
	dry_doc_release(&doc);
}

static void json_values(void **state)
{
	(void)state;
	assert_tree("a.json", "{}", false, "{}");
	assert_tree("a.json", " [ ] ", false, "[]");
	assert_tree("a.json", "null", false, "0");
	assert_tree("a.json", "[true,false,null]", false, "[btrue,bfalse,0]");
	assert_tree("a.json", "[0,-0,1.50,1e5,1E+5,1e-5,-12.5e3,1e999]", false,
		    "[n0,n-0,n1.50,n1e5,n1E+5,n1e-5,n-12.5e3,n1e999]");
	assert_tree("a.json", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", false, "t\"\\/\b\f\n\r\t");
	assert_tree("a.json", "[\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\",\"\"]", false,
		    "[tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80,t]");
	assert_tree("a.json", "{\"a\":{\"b\":[1,[2,{\"c\":3}]]},\"\":4}", false,
		    "{a={b=[n1,[n2,{c=n3}]]},=n4}");
	assert_tree("a.json", "\xef\xbb\xbf[1]", true, "1:1[1:2n1]");
	/* The same without a name that tells. */
	assert_tree("-", "\n {\"a\":1}", false, "{a=n1}");
	assert_tree("-", "a: 1", false, "{a=n1}");
}

static void places_count_characters(void **state)
{
	(void)state;
	assert_tree("a.json", "{\"\xc3\xa9\xe2\x82\xac\": \"\xf0\x9f\x98\x80\",\r\n\t\"b\": [1,\n2]}", true,
		    "1:1{1:2\xc3\xa9\xe2\x82\xac=1:8t\xf0\x9f\x98\x80,2:2b=2:7[2:8n1,3:1n2]}");
	assert_tree("a.yaml", "\xc3\xa9\xe2\x82\xac: \xf0\x9f\x98\x80\r\nb:\r\n- 1\r\n-   c: 2\r\n", true,
		    "1:1{1:1\xc3\xa9\xe2\x82\xac=1:5t\xf0\x9f\x98\x80,2:1b=3:1[3:3n1,4:5{4:5c=4:8n2}]}");
	/* A separator that YAML 1.1 took for the end of a line and editors do not. */
	assert_tree("a.yaml", "a: \"x\xe2\x80\xa8y\"\nb: 1\n", true, "1:1{1:1a=1:4tx\xe2\x80\xa8y,2:1b=2:4n1}");
}

static void json_refusals(void **state)
{
	static const struct refusal cases[] = {
		{ "", 1, 1, "empty input" }, { " \n ", 2, 2, "empty input" },
		{ "{\"a\": 1,}", 1, 8, "a comma before '}'" }, { "[1,\n]", 1, 3, "a comma before ']'" },
		{ "[,1]", 1, 2, "a value" }, { "[1,,2]", 1, 4, "a value" },
		{ "{\"a\" 1}", 1, 6, "':' after the key" }, { "{\"a\":}", 1, 6, "a value" },
		{ "{'a': 1}", 1, 2, "double quotes" }, { "['a']", 1, 2, "double quotes" },
		{ "{a: 1}", 1, 2, "key in double quotes" }, { "{1: 2}", 1, 2, "key in double quotes" },
		{ "[1 2]", 1, 4, "',' or ']'" }, { "{\"a\":1 \"b\":2}", 1, 8, "',' or '}'" },
		{ "[1}", 1, 3, "',' or ']'" }, { "{\"a\":[1}", 1, 8, "',' or ']'" },
		{ "[1, // x\n2]", 1, 5, "no comments" }, { "# x\n{}", 1, 1, "no comments" },
		{ "[/* x */]", 1, 2, "no comments" },
		{ "[NaN]", 1, 2, "finite" }, { "[-Infinity]", 1, 2, "finite" }, { "[Infinity]", 1, 2, "finite" },
		{ "[01]", 1, 2, "leading 0" }, { "[.5]", 1, 2, "before the point" }, { "[1.]", 1, 2, "the point" },
		{ "[+1]", 1, 2, "the +" }, { "[-]", 1, 2, "not a JSON number" }, { "[1e]", 1, 2, "not a JSON number" },
		{ "[0x10]", 1, 2, "quote it" }, { "{\"cpu\": 500m}", 1, 9, "quote it" },
		{ "[True]", 1, 2, "write true" }, { "[None]", 1, 2, "write null" }, { "[abc]", 1, 2, "double quotes" },
		{ "[nul]", 1, 2, "unexpected \"nul\"" },
		{ "[\"abc]\n", 1, 2, "not closed" }, { "[\"abc", 1, 2, "not closed" }, { "[\"abc\\", 1, 2, "not closed" },
		{ "[\"a\tb\"]", 1, 4, "\\t" }, { "[\"a\x01\"]", 1, 4, "control character" },
		{ "[\"\\x41\"]", 1, 3, "no escape" }, { "[\"\\u12g4\"]", 1, 3, "four hexadecimal" },
		{ "[\"\\u12\"]", 1, 3, "four hexadecimal" }, { "[\"\\ud800\"]", 1, 3, "surrogate" },
		{ "[\"\\ude00\\ud83d\"]", 1, 3, "surrogate" }, { "[\"\\ud83d\\u0041\"]", 1, 3, "surrogate" },
		{ "[\"\\u0000\"]", 1, 3, "\\u0000" },
		{ "{\"a\":[1,\n2", 2, 2, "'[' of line 1 is not closed" }, { "{\"a\":1", 1, 7, "'}'" },
		{ "{", 1, 2, "not closed" }, { "{\"a\"", 1, 5, "too early" },
		{ "{}{}", 1, 3, "one value" }, { "{}\n{}", 2, 1, "one value" }, { "1 2", 1, 3, "one value" },
		{ "{\"a\":1,\n \"a\":2}", 2, 2, "\"a\" is there twice, first in line 1" },
		{ "{\"x\":{\"\\u0061\":1,\"a\":2}}", 1, 18, "x: key \"a\"" },
		{ "[\"\xc3\xa9\", \xc3\xa9]", 1, 7, "double quotes" },
		{ "[\"\xff\"]", 1, 3, "0xff is not UTF-8" }, { "[\"\xc3\"]", 1, 3, "not UTF-8" },
		{ "[\"\xed\xa0\x80\"]", 1, 3, "not UTF-8" }, { "[\"\xc0\xaf\"]", 1, 3, "not UTF-8" },
		{ "[\x1b]", 1, 2, "\\u001b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused("a.json", cases[i].text, strlen(cases[i].text), NULL, &cases[i]);
	assert_refused("a.json", "[\0]", 3, NULL, &(struct refusal){ "", 1, 2, "\\u0000" });
	assert_refused("a.json", "[\"\0\"]", 5, NULL, &(struct refusal){ "", 1, 3, "control character" });
}

static void yaml_scalars(void **state)
{
	static const struct { const char *text, *wanted; } cases[] = {
		{ "~", "0" }, { "null", "0" }, { "Null", "0" }, { "---\n", "0" }, { "'null'", "tnull" }, { "nULL", "tnULL" },
		{ "true", "btrue" }, { "True", "btrue" }, { "FALSE", "bfalse" }, { "yes", "tyes" }, { "on", "ton" },
		{ "\"true\"", "ttrue" },
		{ "12", "n12" }, { "-0", "n-0" }, { "+12", "n12" }, { "007", "n007" }, { "0x1F", "n31" }, { "0o17", "n15" },
		{ "0xffffffffffffffff", "n18446744073709551615" }, { "0x", "t0x" }, { "0o8", "t0o8" },
		{ "1.5e3", "n1.5e3" }, { ".5", "n0.5" }, { "-.5", "n-0.5" }, { "5.", "n5.0" }, { "5.e2", "n5.0e2" },
		{ ".", "t." }, { "1e", "t1e" }, { "1_000", "t1_000" }, { "-", "[0]" }, { ".inf", "n.inf" }, { "-.Inf", "n-.Inf" },
		{ ".NaN", "n.NaN" }, { "nan", "tnan" }, { "500m", "t500m" }, { "2Gi", "t2Gi" }, { "1h30m", "t1h30m" },
		{ "12:30", "t12:30" }, { "2026-01-01", "t2026-01-01" },
		{ "!!str 12", "t12" }, { "! 12", "t12" }, { "!!int \"12\"", "n12" }, { "!!float 1", "n1" }, { "!!null ''", "0" },
		{ "|\n a\n b\n", "ta\nb\n" }, { ">-\n a\n b\n", "ta b" }, { "'it''s'", "tit's" }, { "\"\\x41\\u20ac\"", "tA\xe2\x82\xac" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_tree("a.yaml", cases[i].text, false, cases[i].wanted);
}

static void yaml_aliases_and_merges(void **state)
{
	(void)state;
	assert_tree("a.yml", "a: &x {p: 1, q: [2, 3]}\nb: *x\nc: [*x, *x]\n", false,
		    "{a={p=n1,q=[n2,n3]},b={p=n1,q=[n2,n3]},c=[{p=n1,q=[n2,n3]},{p=n1,q=[n2,n3]}]}");
	/* The alias stands where it is used, what is in it where it was written. */
	assert_tree("a.yml", "a: &x {p: 1}\nb: *x\nc: &y 7\nd: *y\n", true,
		    "1:1{1:1a=1:4{1:8p=1:11n1},2:1b=2:4{1:8p=1:11n1},3:1c=3:4n7,4:1d=4:4n7}");
	/* An anchor that is set again, a key that is an alias. */
	assert_tree("a.yml", "a: &x 1\nb: &x 2\nc: *x\n*x : 3\n", false, "{a=n1,b=n2,c=n2,2=n3}");
	/* Own keys win, wherever they stand; earlier maps win over later ones. */
	assert_tree("a.yml", "m: &m {a: 1, b: 2}\nx: {b: 3, <<: *m}\ny: {<<: *m, b: 4}\n", false,
		    "{m={a=n1,b=n2},x={b=n3,a=n1},y={b=n4,a=n1}}");
	assert_tree("a.yml", "<<: [{a: 1, b: 2}, {b: 3, c: 4}]\nz: 0\n", false, "{z=n0,a=n1,b=n2,c=n4}");
	assert_tree("a.yml", "m: &m {<<: {a: 1}, b: 2}\nn: {<<: *m}\n", false, "{m={b=n2,a=n1},n={b=n2,a=n1}}");
	assert_tree("a.yml", "\"<<\": {a: 1}\n", false, "{<<={a=n1}}");
	/* Around the number of keys from which a map is searched another way. */
	assert_tree("a.yml", "k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\nk8: 1\n<<: {k1: 2, k9: 2, z: 2}\nk9: 1\n", false,
		    "{k1=n1,k2=n1,k3=n1,k4=n1,k5=n1,k6=n1,k7=n1,k8=n1,k9=n1,z=n2}");
	assert_tree("a.yml", "k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\n<<: {k1: 2, k8: 2, k9: 2, z: 2}\n", false,
		    "{k1=n1,k2=n1,k3=n1,k4=n1,k5=n1,k6=n1,k7=n1,k8=n2,k9=n2,z=n2}");
}

static void yaml_refusals(void **state)
{
	static const struct refusal cases[] = {
		{ "", 1, 1, "empty input" }, { "# only a comment\n", 2, 1, "empty input" },
		{ "a: 1\nb: 2\na: 3\n", 3, 1, "\"a\" is there twice, first in line 1" },
		{ "a:\n  b: {c: 1, c: 2}\n", 2, 13, "a.b: key \"c\"" },
		{ "a: b: c\n", 1, 5, "':' where no key can stand" }, { "a: 1\n  b: 2\n", 2, 4, "indented" },
		{ "\ta: 1\n", 1, 1, "a tab cannot indent" }, { "a:\n\t- 1\n", 2, 1, "a tab cannot indent" },
		{ "a: @x\n", 1, 4, "'@' cannot start" }, { "a: `x`\n", 1, 4, "quote the text" },
		{ "- a\nb: 1\n", 2, 1, "'-'" }, { "a: \"x\nb: 1\n", 1, 4, "not closed" },
		{ "a: [1, 2\nb: 3\n", 2, 2, "']'" }, { "a: {b: 1\nc: 3\n", 2, 2, "'}'" },
		{ "a: 1\n---\nb: 1\n", 2, 1, "second document" }, { "a: 1\n...\nb: 2\n", 3, 1, "after the end" },
		{ "a: *x\n", 1, 4, "*x has no anchor" }, { "a: &a [1, *a]\n", 1, 11, "contain itself" },
		{ "a: &a\n  b: {<<: *a}\n", 2, 11, "contain itself" },
		{ "a: !foo 1\n", 1, 4, "!foo" }, { "a: !!binary aGk=\n", 1, 4, "binary" }, { "a: !!set {b}\n", 1, 4, "set" },
		{ "a: !!int x\n", 1, 4, "tag" }, { "a: !!int 1.5\n", 1, 4, "tag" },
		{ "? [a]\n: 1\n", 1, 3, "a key must be a word" }, { "{{a: 1}: 2}\n", 1, 2, "a key must be a word" },
		{ "a: {{ .Values.x }}\n", 1, 5, "a key must be a word" }, { "?\n: 1\n", 1, 2, "a key is missing" },
		{ "a: \"\\0\"\n", 1, 4, "U+0000" }, { "\"\\0\": 1\n", 1, 1, "U+0000" }, { "a: \"\\q\"\n", 1, 5, "no escape" },
		{ "a: \x01\n", 1, 4, "U+0001" }, { "a: \x7f\n", 1, 4, "U+007F" }, { "a: \xff\n", 1, 4, "not UTF-8" },
		{ "a: 0x1ffffffffffffffff\n", 1, 4, "64 bits" },
		{ "<<: 3\n", 1, 5, "a number cannot be merged" }, { "<<: [{a: 1}, b]\n", 1, 14, "a text cannot be merged" },
		{ "<<: {a: 1}\n<<: {b: 1}\n", 2, 1, "there twice" },
		{ "a: b\nccc\nd: 1\n", 3, 1, "without its ':'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused("a.yaml", cases[i].text, strlen(cases[i].text), NULL, &cases[i]);
}

/* Same word, many times. */
static char *repeat(const char *word, size_t times)
{
	const size_t length = strlen(word);
	char *const text = dry_xcalloc(length * times + 1, 1);

	for (size_t i = 0; i < times; i++)
		memcpy(text + i * length, word, length);
	return text;
}

static void limits_are_named(void **state)
{
	static const char bomb[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
		"g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
	const struct dry_doc_options few = { .node_limit = 5 }, flat = { .depth_limit = 2 };
	const struct dry_doc_options small = { .size_limit = 5 };
	const char *const open[] = { "[", "{\"a\":" };
	struct dry_error err = { 0 };
	struct dry_doc doc;

	(void)state;
	assert_false(dry_doc_parse(&doc, "a.yaml", bomb, sizeof(bomb) - 1, NULL, &err));
	assert_non_null(strstr(err.complaint[0].text, "limit of 2000000 values"));
	dry_error_release(&err);
	dry_doc_release(&doc);
	for (size_t i = 0; i < 4; i++) {
		char *const text = repeat(open[i / 2], 100000);
		assert_refused(i % 2 ? "a.yaml" : "a.json", text, strlen(text), NULL,
			       &(struct refusal){ "", 1, i / 2 ? 64 * 5 + 1 : 65, "limit of 64" });
		free(text);
	}
	assert_refused("a.json", "[1,2,3,4,5]", 11, &few, &(struct refusal){ "", 1, 10, "limit of 5 values" });
	assert_refused("a.json", "[[[]]]", 6, &flat, &(struct refusal){ "", 1, 3, "limit of 2" });
	assert_refused("a.yaml", "a: &a [1]\nb: [*a]\n", 18, &flat, &(struct refusal){ "", 2, 5, "limit of 2" });
	assert_refused("a.json", "[1,2,3]", 7, &small, &(struct refusal){ "", 0, 0, "limit of 5 bytes" });
}

static void long_lines_and_many_keys(void **state)
{
	const size_t length = 10000000;
	char *const text = dry_xmalloc(length + 100);
	struct dry_error err = { 0 };
	struct dry_doc doc;
	size_t filled;

	(void)state;
	for (int is_yaml = 0; is_yaml < 2; is_yaml++) {
		filled = (size_t)sprintf(text, "{\"a\": \"");
		memset(text + filled, 'x', length);
		strcpy(text + filled + length, "\", \"b\": oops]");
		assert_false(dry_doc_parse(&doc, is_yaml ? "a.yaml" : "a.json", text, strlen(text), NULL, &err));
		/* A piece of the line around the place, or none: never ten million characters in each complaint. */
		assert_int_equal(err.count, 1);
		assert_null(err.complaint[0].source);
		dry_error_release(&err);
		dry_doc_release(&doc);
	}
	for (int is_twice = 0; is_twice < 2; is_twice++) {
		filled = 0;
		text[filled++] = '{';
		for (int i = 0; i < 200000; i++)
			filled += (size_t)sprintf(text + filled, "\"k%d\":%d,", i, i);
		filled += (size_t)sprintf(text + filled, "\"%s\":0}", is_twice ? "k77777" : "last");
		assert_int_equal(dry_doc_parse(&doc, "a.json", text, filled, NULL, &err), !is_twice);
		if (!is_twice)
			assert_int_equal(doc.root->count, 200001);
		dry_error_release(&err);
		dry_doc_release(&doc);
	}
	free(text);
}

static void paths_and_complaints(void **state)
{
	const char text[] = "groups:\n  - name: a\n    labels: {topology.kubernetes.io/zone: z}\n"
			    "  - name: b\n    \"x\\ny\": 1\n";
	struct dry_error err = { 0 };
	struct dry_arena arena;
	struct dry_doc doc;

	(void)state;
	dry_arena_init(&arena);
	assert_true(dry_doc_parse(&doc, "s.yaml", text, sizeof(text) - 1, NULL, NULL));
	const struct dry_doc_node *const groups = dry_doc_find(doc.root, "groups");
	const struct dry_doc_node *const a = groups->first, *const b = a->next;
	const struct dry_doc_node *const zone = dry_doc_find(a, "labels")->first;
	assert_string_equal(dry_doc_path(doc.root, &arena), "");
	assert_string_equal(dry_doc_path(b, &arena), "groups[1]");
	assert_string_equal(dry_doc_path(dry_doc_find(b, "name"), &arena), "groups[1].name");
	assert_string_equal(dry_doc_path(zone, &arena), "groups[0].labels[\"topology.kubernetes.io/zone\"]");
	assert_string_equal(dry_doc_path(dry_doc_find(b, "x\ny"), &arena), "groups[1][\"x\\u000ay\"]");
	assert_null(dry_doc_find(a, "none"));
	assert_null(dry_doc_find(NULL, "a"));
	assert_null(dry_doc_find(groups, "name"));
	assert_string_equal(dry_doc_kind_name(groups), "a list");

	assert_false(dry_doc_fail(&doc, b->first, &err, "%d is wrong", 7));
	assert_false(dry_doc_fail_key(&doc, b->first, &err, "unknown key"));
	dry_doc_warn(&doc, zone, &err, "odd");
	assert_false(dry_doc_fail(&doc, groups, NULL, "nobody hears it"));
	assert_int_equal(err.count, 3);
	assert_string_equal(err.complaint[0].text, "groups[1].name: 7 is wrong");
	assert_string_equal(err.complaint[0].source, "  - name: b");
	assert_int_equal(err.complaint[0].line, 4);
	assert_int_equal(err.complaint[0].column, 11);
	assert_int_equal(err.complaint[1].column, 5);
	assert_true(err.complaint[2].warning);
	assert_int_equal(err.complaint[2].line, 3);
	dry_error_release(&err);
	dry_doc_release(&doc);
	dry_arena_release(&arena);
}

static void lines_of_a_doc(void **state)
{
	struct dry_doc doc;
	size_t length;

	(void)state;
	assert_true(dry_doc_parse(&doc, "a.json", "[1,\r\n\n2]", 8, NULL, NULL));
	const char *line = dry_doc_line(&doc, 1, &length);
	assert_int_equal(length, 3);
	assert_memory_equal(line, "[1,", 3);
	assert_non_null(dry_doc_line(&doc, 2, &length));
	assert_int_equal(length, 0);
	assert_non_null(dry_doc_line(&doc, 3, &length));
	assert_int_equal(length, 2);
	assert_null(dry_doc_line(&doc, 4, &length));
	assert_null(dry_doc_line(&doc, 0, &length));
	dry_doc_release(&doc);
}

static void single_lines_again_and_again(void **state)
{
	const char text[] = "{\"t\":1,\"name\":\"a\\u0062\"}\n{\"t\":oops}\n";
	struct dry_error err = { 0 };
	struct dry_doc doc;
	size_t held = 0;

	(void)state;
	dry_doc_init(&doc);
	for (int i = 0; i < 1000; i++) {
		assert_true(dry_doc_parse_line(&doc, "t.jsonl", text, 24, 41, &err));
		assert_string_equal(dry_doc_find(doc.root, "name")->text, "ab");
		assert_int_equal(doc.root->first->line, 41);
		/* What one line took is used again for the next. */
		if (i == 1)
			held = doc.arena.total_bytes;
		assert_true(i < 1 || doc.arena.total_bytes == held);
	}
	assert_false(dry_doc_parse_line(&doc, "t.jsonl", text + 25, 10, 42, &err));
	assert_int_equal(err.complaint[0].line, 42);
	assert_int_equal(err.complaint[0].column, 6);
	assert_string_equal(err.complaint[0].source, "{\"t\":oops}");
	dry_error_release(&err);
	dry_doc_release(&doc);
}

static void files_and_their_digest(void **state)
{
	char name[] = "/tmp/doc-XXXXXX.json";
	struct dry_error err = { 0 };
	struct dry_doc doc;
	char wanted[65];

	(void)state;
	const int fd = mkstemps(name, 5);
	assert_int_equal(write(fd, "\xef\xbb\xbf[1]\n", 7), 7);
	close(fd);
	assert_true(dry_doc_read(&doc, name, NULL, NULL));
	dry_sha256_hex("\xef\xbb\xbf[1]\n", 7, wanted);
	assert_string_equal(doc.sha256, wanted);
	assert_string_equal(doc.root->first->text, "1");
	dry_doc_release(&doc);
	unlink(name);
	assert_false(dry_doc_read(&doc, name, NULL, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_string_equal(err.complaint[0].file, name);
	dry_error_release(&err);
	dry_doc_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_values), cmocka_unit_test(places_count_characters),
		cmocka_unit_test(json_refusals), cmocka_unit_test(yaml_scalars),
		cmocka_unit_test(yaml_aliases_and_merges), cmocka_unit_test(yaml_refusals),
		cmocka_unit_test(limits_are_named), cmocka_unit_test(long_lines_and_many_keys),
		cmocka_unit_test(paths_and_complaints), cmocka_unit_test(lines_of_a_doc),
		cmocka_unit_test(single_lines_again_and_again), cmocka_unit_test(files_and_their_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
