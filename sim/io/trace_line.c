/*
 * The usual shapes of a pod line, read without a tree. The pieces of a line
 * that differ from pod to pod (t, name, duration, until, the owner's name) are
 * taken one by one; all others together are the line's description, and a
 * description that was seen before is known to be right and has its class.
 * Whatever looks unusual is left to trace_row.c, which also complains.
 */
#include <string.h>

#include "base/digest.h"
#include "base/units.h"
#include "loading.h"
#include "trace_line.h"

#define PIECES 24
#define SPECS_MAX 200000                /* descriptions that are remembered; more are read the long way */

struct piece {
	const char *from;
	size_t length;
};

struct fast_line {
	const char *at, *end;
	struct piece piece[PIECES];     /* of the description, neighbours joined */
	uint32_t piece_count;
	struct piece name, kind, owner_name, name_space;
	int64_t at_ms, duration_ms, until_ms;
	uint32_t seen;
};

enum { SEEN_T = 1, SEEN_TYPE = 2, SEEN_NAME = 4, SEEN_DURATION = 8, SEEN_UNTIL = 16, SEEN_OWNER = 32 };

/* What a byte may end: a plain text, a stretch of a value, a text in a value. Line ends are of all three. */
enum { ENDS_TEXT = 1, ENDS_STRETCH = 2, ENDS_INNER = 4 };

#define CONTROL_8 7, 7, 7, 7, 7, 7, 7, 7
#define HIGH_16 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
static const unsigned char ends[256] = {
	CONTROL_8, CONTROL_8, CONTROL_8, CONTROL_8,
	['"'] = ENDS_TEXT | ENDS_STRETCH | ENDS_INNER, ['\\'] = ENDS_TEXT | ENDS_INNER,
	['{'] = ENDS_STRETCH, ['}'] = ENDS_STRETCH, ['['] = ENDS_STRETCH, [']'] = ENDS_STRETCH, [','] = ENDS_STRETCH,
	[127] = ENDS_TEXT, HIGH_16, HIGH_16, HIGH_16, HIGH_16, HIGH_16, HIGH_16, HIGH_16, HIGH_16,
};

static const char *until(const char *p, unsigned char what)
{
	while (!(ends[(unsigned char)*p] & what))
		p++;
	return p;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct fast_line *f)
{
	while (*f->at == ' ')
		f->at++;
}

static bool take(struct fast_line *f, char c)
{
	if (*f->at != c)
		return false;
	f->at++;
	return true;
}

/* A text without escapes; the quotes are not part of it. */
static bool take_text(struct fast_line *f, struct piece *piece)
{
	const char *p;

	if (!take(f, '"'))
		return false;
	p = until(f->at, ENDS_TEXT);
	if (*p != '"' || p >= f->end)
		return false;
	piece->from = f->at;
	piece->length = (size_t)(p - f->at);
	f->at = p + 1;
	return true;
}

/* Seconds with up to three decimals. */
static bool take_seconds(struct fast_line *f, int64_t *ms)
{
	const char *p = f->at, *first;
	bool negative = *p == '-';
	int64_t value = 0;
	int decimals = 0;

	p += negative;
	first = p;
	for (; is_digit(*p) && p - first <= 9; p++)
		value = value * 10 + (*p - '0');
	if (p == first || p - first > 9 || (*first == '0' && p - first > 1))
		return false;
	value *= 1000;
	if (*p == '.') {
		static const int64_t unit[] = { 100, 10, 1 };

		for (p++; is_digit(*p) && decimals < 3; p++)
			value += (*p - '0') * unit[decimals++];
		if (!decimals)
			return false;
	}
	if (*p != ',' && *p != '}' && *p != ' ')
		return false;
	f->at = p;
	*ms = negative ? -value : value;
	return true;
}

static bool take_duration(struct fast_line *f, int64_t *ms)
{
	struct piece text;

	if (*f->at != '"')
		return take_seconds(f, ms) && *ms >= 0;
	return take_text(f, &text) && !dry_parse_duration_ms(text.from, text.length, ms) && *ms >= 0 &&
	       *ms <= INT64_C(315360000000);
}

/* {"kind":"Job","name":"x"} in this order. */
static bool take_owner(struct fast_line *f)
{
	struct piece key;

	if (!take(f, '{'))
		return false;
	skip_blanks(f);
	if (!take_text(f, &key) || key.length != 4 || memcmp(key.from, "kind", 4))
		return false;
	skip_blanks(f);
	if (!take(f, ':'))
		return false;
	skip_blanks(f);
	if (!take_text(f, &f->kind) || !f->kind.length)
		return false;
	skip_blanks(f);
	if (!take(f, ','))
		return false;
	skip_blanks(f);
	if (!take_text(f, &key) || key.length != 4 || memcmp(key.from, "name", 4))
		return false;
	skip_blanks(f);
	if (!take(f, ':'))
		return false;
	skip_blanks(f);
	if (!take_text(f, &f->owner_name) || !f->owner_name.length)
		return false;
	skip_blanks(f);
	return take(f, '}');
}

/* Over any value, right or wrong: what it holds was checked when its bytes were first seen. */
static bool skip_value(struct fast_line *f)
{
	const char *p = f->at;
	int depth = 0;

	for (p = until(p, ENDS_STRETCH); p < f->end; p = until(p + 1, ENDS_STRETCH)) {
		switch (*p) {
		case '"':
			p = until(p + 1, ENDS_INNER);
			while (*p == '\\' && p + 2 < f->end)
				p = until(p + 2, ENDS_INNER);
			if (*p != '"' || p >= f->end)
				return false;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!depth) {
				f->at = p;
				return true;
			}
			depth--;
			break;
		case ',':
			if (!depth) {
				f->at = p;
				return true;
			}
			break;
		default:
			return false;   /* a control character */
		}
	}
	return false;
}

static bool add_piece(struct fast_line *f, const char *from, const char *to)
{
	struct piece *last = f->piece_count ? &f->piece[f->piece_count - 1] : NULL;

	/* A comma between neighbours belongs to both. */
	if (last && last->from + last->length + 1 == from) {
		last->length = (size_t)(to - last->from);
		return true;
	}
	if (f->piece_count == PIECES)
		return false;
	f->piece[f->piece_count++] = (struct piece){ from, (size_t)(to - from) };
	return true;
}

static bool once(struct fast_line *f, uint32_t what)
{
	if (f->seen & what)
		return false;
	f->seen |= what;
	return true;
}

static bool is(const struct piece *key, const char *name, size_t length)
{
	return key->length == length && !memcmp(key->from, name, length);
}

static bool take_field(struct fast_line *f)
{
	const char *from = f->at;
	struct piece key, type;

	if (!take_text(f, &key))
		return false;
	skip_blanks(f);
	if (!take(f, ':'))
		return false;
	skip_blanks(f);
	if (is(&key, "t", 1))
		return once(f, SEEN_T) && take_seconds(f, &f->at_ms);
	if (key.length > 8 || !strchr("tndou", *key.from))
		return skip_value(f) && add_piece(f, from, f->at);
	if (is(&key, "type", 4))
		return once(f, SEEN_TYPE) && take_text(f, &type) && is(&type, "pod", 3);
	if (is(&key, "name", 4))
		return once(f, SEEN_NAME) && take_text(f, &f->name) && f->name.length;
	if (is(&key, "duration", 8))
		return once(f, SEEN_DURATION) && take_duration(f, &f->duration_ms);
	if (is(&key, "until", 5))
		return once(f, SEEN_UNTIL) && take_seconds(f, &f->until_ms);
	if (is(&key, "owner", 5))
		return once(f, SEEN_OWNER) && take_owner(f);
	if (is(&key, "node", 4))
		return false;
	return skip_value(f) && add_piece(f, from, f->at);
}

static bool take_line(struct fast_line *f)
{
	if (!take(f, '{'))
		return false;
	do {
		skip_blanks(f);
		if (!take_field(f))
			return false;
		skip_blanks(f);
	} while (take(f, ','));
	if (!take(f, '}'))
		return false;
	skip_blanks(f);
	if (f->at != f->end || (f->seen & (SEEN_T | SEEN_TYPE | SEEN_NAME)) != (SEEN_T | SEEN_TYPE | SEEN_NAME))
		return false;
	return (f->seen & (SEEN_DURATION | SEEN_UNTIL)) != (SEEN_DURATION | SEEN_UNTIL);
}

/* --- descriptions --- */

static uint32_t form_of(const struct fast_line *f)
{
	return (f->seen & SEEN_DURATION ? LOAD_POD_HAS_DURATION : 0) | (f->seen & SEEN_UNTIL ? LOAD_POD_HAS_UNTIL : 0) |
	       (f->seen & SEEN_OWNER ? 1u << 8 : 0);
}

static uint64_t mix(uint64_t hash, const char *text, size_t length)
{
	uint64_t word;

	for (; length >= 8; length -= 8, text += 8) {
		memcpy(&word, text, 8);
		hash = dry_digest_add(hash, word);
	}
	if (length) {
		word = length << 56;
		memcpy(&word, text, length);
		hash = dry_digest_add(hash, word);
	}
	return hash;
}

static uint32_t hash_of(const struct fast_line *f)
{
	uint64_t hash = dry_digest_add(DRY_DIGEST_START, form_of(f));
	uint32_t i;

	hash = mix(hash, f->kind.from, f->kind.length);
	for (i = 0; i < f->piece_count; i++)
		hash = mix(hash, f->piece[i].from, f->piece[i].length);
	return (uint32_t)(hash ^ hash >> 32);
}

struct spec_probe {
	const struct load *load;
	const struct fast_line *line;
};

static bool same_spec(const void *context, uint32_t index)
{
	const struct spec_probe *p = context;
	const struct load_spec *spec = &p->load->spec[index];
	const char *text = (const char *)p->load->spec_text.byte + spec->offset;
	const struct fast_line *f = p->line;
	size_t at = f->kind.length;
	uint32_t i;

	if (spec->form != form_of(f) || spec->length < at || spec->kind_length != at ||
	    memcmp(text, f->kind.from, at))
		return false;
	for (i = 0; i < f->piece_count; i++) {
		size_t length = f->piece[i].length;

		if (spec->length - at < length + 1 || memcmp(text + at, f->piece[i].from, length) ||
		    text[at + length] != '\n')
			return false;
		at += length + 1;
	}
	return at == spec->length;
}

static void add_text(struct load_bytes *out, const char *text, size_t length)
{
	out->byte = dry_grow(out->byte, &out->capacity, out->length + length + 1, 1);
	memcpy(out->byte + out->length, text, length);
	out->length += length;
}

static bool scan(const struct load_source *source, struct fast_line *f)
{
	f->at = source->text;
	f->end = source->text + source->length;
	f->duration_ms = -1;
	f->until_ms = DRY_NEVER;
	f->kind.from = "";
	return take_line(f);
}

void load_remember_spec(struct load *load, const struct load_source *source)
{
	struct fast_line f = { 0 };
	struct load_spec *spec;
	uint32_t i;

	if (load->spec_count >= SPECS_MAX || !scan(source, &f))
		return;
	load->spec = dry_grow(load->spec, &load->spec_capacity, (size_t)load->spec_count + 1, sizeof(*load->spec));
	spec = &load->spec[load->spec_count];
	*spec = (struct load_spec){ .offset = load->spec_text.length, .class_index = source->row.class_index,
				    .name_space = source->name_space, .kind = source->kind, .form = form_of(&f),
				    .kind_length = (uint32_t)f.kind.length };
	add_text(&load->spec_text, f.kind.from, f.kind.length);
	for (i = 0; i < f.piece_count; i++) {
		add_text(&load->spec_text, f.piece[i].from, f.piece[i].length);
		add_text(&load->spec_text, "\n", 1);
	}
	spec->length = (uint32_t)(load->spec_text.length - spec->offset);
	load_table_add(&load->text_table, hash_of(&f), load->spec_count++);
}

bool load_fast_line(struct load *load, struct load_source *source)
{
	struct fast_line f = { 0 };
	struct spec_probe probe = { load, &f };
	struct load_row *row = &source->row;
	const struct load_spec *spec;
	uint32_t index;

	if (source->is_prices || !scan(source, &f) || f.at_ms < 0 || f.at_ms < source->last_at_ms ||
	    f.until_ms < f.at_ms)
		return false;
	index = load_table_find(&load->text_table, hash_of(&f), same_spec, &probe);
	if (index == DRY_NONE)
		return false;
	spec = &load->spec[index];
	row->kind = LOAD_ROW_POD;
	row->at_ms = f.at_ms;
	row->name = f.name.from;
	row->name_length = f.name.length;
	row->duration_ms = f.duration_ms;
	row->until_ms = f.until_ms;
	row->class_index = spec->class_index;
	row->node_group = row->node_ordinal = DRY_NONE;
	row->owner_index = DRY_NONE;
	if (f.seen & SEEN_OWNER)
		row->owner_index =
			load_add_owner(load, spec->name_space, spec->kind,
				       dry_symbols_add(load->symbols, f.owner_name.from, f.owner_name.length));
	return true;
}
