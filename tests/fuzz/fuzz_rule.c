/*
 * Rules, one alone and several on a line: read, or refused in words. They are
 * quoted as they were given, and escaped where they are shown.
 */
#include <string.h>

#include "run/rule.h"
#include "support/fuzz.h"

#define ROOM 8

static void check_refusal(struct dry_error *err, enum dry_error_code code)
{
	fuzz_require(err->count > 0 && err->code == code, "what is refused is complained about");
	dry_error_release(err);
}

static void check_alone(const char *text, struct dry_where where, struct dry_arena *arena)
{
	struct dry_error err = { 0 };
	struct dry_rule rule, again;

	if (!dry_rule_parse(&rule, text, where, arena, &err)) {
		check_refusal(&err, where.file ? DRY_ERROR_INPUT : DRY_ERROR_USAGE);
		return;
	}
	fuzz_require_silence(&err);
	fuzz_require(rule.metric < DRY_METRIC_COUNT, "a rule is about a metric");
	fuzz_require(dry_rule_parse(&again, rule.text, DRY_NOWHERE, arena, &err), "its own text can be read");
	fuzz_require(again.metric == rule.metric && again.operator == rule.operator && again.base == rule.base &&
		     again.value == rule.value && again.warns == rule.warns, "and is the same rule");
	dry_rule_test(&rule, 1, true, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_where where = { "rules", 3, 1 };
	struct dry_rule rule[ROOM];
	struct dry_error err = { 0 };
	struct dry_arena arena;
	uint32_t count = 0;
	const char *text;

	dry_arena_init(&arena);
	text = dry_arena_copy(&arena, (const char *)data, size);
	check_alone(text, DRY_NOWHERE, &arena);
	check_alone(text, where, &arena);
	if (dry_rules_parse_line(rule, ROOM, &count, text, &arena, &err)) {
		fuzz_require(count <= ROOM, "no more rules than there is room");
		fuzz_require_silence(&err);
	} else {
		check_refusal(&err, DRY_ERROR_USAGE);
	}
	dry_arena_release(&arena);
	return 0;
}
