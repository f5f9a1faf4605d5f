#include "run/pattern.h"

#include <limits.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define PATTERN_MAX 1000
#define WRITTEN_OUT_MAX 2000            /* regcomp() writes repetitions out: memory and time */

struct rewriter {
	char text[PATTERN_MAX * 12 + 1];
	size_t length;
	uint64_t size[PATTERN_MAX + 1]; /* of each open group, in characters with repetitions written out */
	size_t depth;
	uint64_t atom;                  /* of what a repetition would repeat */
	bool ignore_case;
	const char *wrong;
};

static void put(struct rewriter *r, const char *text, size_t length)
{
	memcpy(r->text + r->length, text, length);
	r->length += length;
}

/* Perl's classes by what they stand for, with and without the brackets around them. */
static const char *class_of(char letter)
{
	switch (letter) {
	case 'd':
		return "0-9";
	case 'w':
		return "0-9A-Za-z_";
	case 's':
		return "\t\n\f\r ";
	default:
		return NULL;
	}
}

/* After a backslash, outside brackets. Returns how many characters were taken. */
static size_t escape(struct rewriter *r, const char *p)
{
	char lower = (char)(*p | 0x20);
	const char *set = class_of(lower);

	if (!*p) {
		r->wrong = "ends in a backslash";
		return 0;
	}
	if (set) {
		put(r, *p == lower ? "[" : "[^", *p == lower ? 1 : 2);
		put(r, set, strlen(set));
		put(r, "]", 1);
	} else if (*p == 'A') {
		put(r, "^", 1);
	} else if (*p == 'z') {
		put(r, "$", 1);
	} else if (strchr("bB\\.+*?()|[]{}^$", *p)) {
		put(r, p - 1, 2);
	} else if (strchr("-_/:, ", *p)) {
		put(r, p, 1);
	} else {
		r->wrong = "has an escape that is not known here";
		return 0;
	}
	return 1;
}

/* From '[' on: classes inside are rewritten, the rest is kept. */
static size_t bracket(struct rewriter *r, const char *p)
{
	size_t i = 1;

	put(r, "[", 1);
	if (p[i] == '^')
		put(r, &p[i++], 1);
	if (p[i] == ']')
		put(r, &p[i++], 1);
	for (; p[i] && p[i] != ']'; i++) {
		const char *end = p[i] == '[' && p[i + 1] == ':' ? strstr(p + i, ":]") : NULL;

		if (end) {
			put(r, p + i, (size_t)(end + 2 - (p + i)));
			i = (size_t)(end + 1 - p);
		} else if (p[i] == '\\' && class_of(p[i + 1])) {
			put(r, class_of(p[i + 1]), strlen(class_of(p[i + 1])));
			i++;
		} else if (p[i] == '\\' && p[i + 1] && !strchr("]^-[", p[i + 1])) {
			put(r, &p[++i], 1);
		} else if (p[i] == '\\') {
			r->wrong = "has an escape inside [ ] that is not known here";
			return i;
		} else {
			put(r, &p[i], 1);
		}
	}
	if (!p[i]) {
		r->wrong = "has an unmatched [";
		return i;
	}
	put(r, "]", 1);
	return i + 1;
}

/* --- what it comes to, written out --- */

static void take_atom(struct rewriter *r, uint64_t size)
{
	r->atom = size;
	r->size[r->depth] += size;
}

static void repeat_atom(struct rewriter *r, uint64_t times)
{
	r->size[r->depth] += r->atom * (times - 1);
	r->atom *= times;
	if (r->size[r->depth] > WRITTEN_OUT_MAX)
		r->wrong = "repeats too much: written out, it is longer than 2,000 characters";
}

static void close_group(struct rewriter *r)
{
	if (r->depth) {
		r->depth--;
		take_atom(r, r->size[r->depth + 1] + 1);
	}
}

static void open_group(struct rewriter *r)
{
	r->size[++r->depth] = 1;
}

static uint64_t times_at(const char *digits)
{
	const unsigned long times = strtoul(digits, NULL, 10);

	return times < RE_DUP_MAX ? times : RE_DUP_MAX;
}

/* From '{' on. Returns 0 when it repeats nothing. */
static size_t braces(struct rewriter *r, const char *p)
{
	const size_t length = 1 + strspn(p + 1, "0123456789,");
	const char *const comma = memchr(p, ',', length);
	uint64_t times = times_at(p + 1);

	if (p[length] != '}')
		return 0;
	if (comma)
		times = comma[1] == '}' ? times + 1 : times_at(comma + 1);
	repeat_atom(r, times ? times : 1);
	put(r, p, length + 1);
	return length + 1;
}

/* From "(?" on. */
static size_t group(struct rewriter *r, const char *p)
{
	if (p[2] == ':') {
		open_group(r);
		put(r, "(", 1);
		return 3;
	}
	if (!strncmp(p, "(?i)", 4) && !r->length) {
		r->ignore_case = true;
		return 4;
	}
	if (p[2] == '=' || p[2] == '!' || p[2] == '<')
		r->wrong = "looks ahead or behind, which Go's regexp cannot";
	else
		r->wrong = "has a (? ) group that is not known here";
	return 2;
}

/* A character that means what it means in both. */
static void plain(struct rewriter *r, const char *p)
{
	if (*p == '(')
		open_group(r);
	else if (*p == ')')
		close_group(r);
	else if (*p == '+')             /* one, and then any number of the same */
		repeat_atom(r, 2);
	else if (*p != '*' && *p != '?')
		take_atom(r, 1);
	put(r, p, 1);
}

static void rewrite(struct rewriter *r, const char *pattern)
{
	const char *p = pattern;
	bool quantified = false;

	while (*p && !r->wrong) {
		bool is_quantifier = strchr("*+?", *p) || *p == '}';
		size_t taken;

		if (*p == '\\') {
			p++;
			p += escape(r, p);
			take_atom(r, 1);
		} else if (*p == '[') {
			p += bracket(r, p);
			take_atom(r, 1);
		} else if (*p == '{' && (taken = braces(r, p)) > 0) {
			p += taken;
			is_quantifier = true;
		} else if (*p == '(' && p[1] == '?') {
			p += group(r, p);
		} else if (*p == '?' && quantified) {
			p++;            /* as few as possible: whether it matches is the same */
			is_quantifier = false;
		} else if (quantified && (*p == '*' || *p == '+')) {
			r->wrong = "repeats a repetition";
		} else {
			plain(r, p++);
		}
		quantified = is_quantifier;
	}
	r->text[r->length] = '\0';
}

static const char *compile(const char *pattern, regex_t *regex)
{
	struct rewriter *r;
	const char *wrong;
	int code;

	if (strlen(pattern) > PATTERN_MAX)
		return "is longer than 1000 characters";
	r = dry_xcalloc(1, sizeof(*r));
	rewrite(r, pattern);
	wrong = r->wrong;
	code = wrong ? 0 : regcomp(regex, r->text, REG_EXTENDED | REG_NOSUB | (r->ignore_case ? REG_ICASE : 0));
	free(r);
	switch (code) {
	case 0:
		return wrong;
	case REG_EPAREN:
		return "has an unmatched ( or )";
	case REG_EBRACK:
		return "has an unmatched [";
	case REG_EBRACE:
	case REG_BADBR:
		return "has a wrong { }";
	case REG_ERANGE:
		return "has a range in [ ] that runs backwards";
	case REG_BADRPT:
		return "repeats nothing";
	case REG_ESPACE:
		return "is too large";
	default:
		return "is no regular expression";
	}
}

const char *dry_pattern_check(const char *pattern)
{
	regex_t regex;
	const char *wrong = compile(pattern, &regex);

	if (!wrong)
		regfree(&regex);
	return wrong;
}

bool dry_pattern_matches(const char *pattern, const char *text)
{
	regex_t regex;
	bool found;

	if (compile(pattern, &regex))
		return false;
	found = !regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return found;
}
