/* Hours that stand out, owners' names, other inputs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/investigate.h"

static struct dry_node_group group[2] = { { .name = "a" }, { .name = "b" } };
static struct dry_config config = { .group_count = 2, .group = group };
static struct dry_input input;

static struct dry_log log_of(int days)
{
	return (struct dry_log){ .input = &input, .config = &config, .end_at_ms = days * 24 * DRY_HOUR_MS };
}

static void grow(struct dry_log *log, int64_t hour, uint32_t g, int32_t nodes)
{
	struct dry_event event = { .at_ms = hour * DRY_HOUR_MS + 60000, .kind = DRY_EVENT_SCALE_UP, .group_index = g,
				   .node_ordinal = DRY_NONE, .pod_index = DRY_NONE, .to = nodes };

	dry_log_on_event(log, &event);
}

static void a_burst_in_three_weeks_is_confirmed(void **state)
{
	struct dry_log log = log_of(20);
	struct dry_unusual *found;
	uint32_t count;

	(void)state;
	for (int h = 0; h < 20 * 24; h++) {
		grow(&log, h, 0, 1 + h % 3);
		if (h == 301)
			grow(&log, h, 0, 40);
	}
	found = dry_unusual_find(&log, &count);
	assert_int_equal(count, 1);
	assert_int_equal(found[0].hour, 301);
	assert_int_equal(found[0].group_index, 0);
	assert_true(found[0].nodes == 42 && found[0].usual == 2);
	assert_int_equal(found[0].proof, DRY_UNUSUAL_CONFIRMED);
	free(found);
	dry_log_release(&log);
}

static void a_daily_rhythm_is_not_unusual(void **state)
{
	struct dry_log log = log_of(20);
	struct dry_unusual *found;
	uint32_t count;

	(void)state;
	for (int h = 0; h < 20 * 24; h++) {
		if (h % 24 == 2)
			grow(&log, h, 0, 10);
		if (h == 7 * 24 + 11)
			grow(&log, h, 0, 10);
	}
	found = dry_unusual_find(&log, &count);
	assert_int_equal(count, 1);
	assert_int_equal(found[0].hour, 7 * 24 + 11);
	free(found);
	dry_log_release(&log);
}

static void short_traces_have_z_alone(void **state)
{
	struct dry_log log = log_of(2);
	struct dry_unusual *found;
	uint32_t count;

	(void)state;
	for (int h = 0; h < 48; h++)
		grow(&log, h, 1, 1 + h % 2);
	grow(&log, 30, 1, 9);
	found = dry_unusual_find(&log, &count);
	assert_int_equal(count, 1);
	assert_int_equal(found[0].proof, DRY_UNUSUAL_BY_Z);
	assert_int_equal(found[0].group_index, 1);
	free(found);
	dry_log_release(&log);
}

static void two_nodes_are_no_event(void **state)
{
	struct dry_log log = log_of(2);
	struct dry_unusual *found;
	uint32_t count;

	(void)state;
	grow(&log, 5, 0, 2);
	found = dry_unusual_find(&log, &count);
	assert_int_equal(count, 0);
	free(found);
	grow(&log, 5, 0, 1);
	found = dry_unusual_find(&log, &count);
	assert_int_equal(count, 1);
	free(found);
	assert_true(dry_unusual_at(&log, 0, 5 * DRY_HOUR_MS + 1).nodes == 3);
	assert_true(dry_unusual_at(&log, 0, 6 * DRY_HOUR_MS).nodes == 0);
	dry_log_release(&log);
}

/* --- owners --- */

static dry_symbol symbol(const char *text)
{
	return dry_symbols_add_text(&input.symbols, text);
}

static void owners_lose_their_generated_suffix(void **state)
{
	static const struct {
		enum dry_owner_kind kind;
		const char *name, *key;
	} cases[] = {
		{ DRY_OWNER_REPLICA_SET, "web-7d9f8c6b5d", "ns/web" },
		{ DRY_OWNER_REPLICA_SET, "web-api-k582n", "ns/web-api" },
		{ DRY_OWNER_REPLICA_SET, "web", "ns/web" },
		{ DRY_OWNER_REPLICA_SET, "web-blue", "ns/web-blue" },
		{ DRY_OWNER_REPLICA_SET, "web-canary", "ns/web-canary" },
		{ DRY_OWNER_JOB, "report-29384756", "ns/report" },
		{ DRY_OWNER_JOB, "report-90", "ns/report" },
		{ DRY_OWNER_JOB, "report-final", "ns/report-final" },
		{ DRY_OWNER_STATEFUL_SET, "db-90", "ns/db-90" },
	};
	struct dry_owner owner;
	uint32_t owner_index = 0;
	struct dry_arena arena;

	(void)state;
	dry_arena_init(&arena);
	dry_symbols_init(&input.symbols);
	input.pod.count = 1;
	input.pod.owner_index = &owner_index;
	input.owner = &owner;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		owner = (struct dry_owner){ symbol("ns"), symbol("k"), symbol(cases[i].name), cases[i].kind };
		assert_string_equal(dry_owner_key(&input, 0, &arena), cases[i].key);
	}
	dry_symbols_release(&input.symbols);
	dry_arena_release(&arena);
	input = (struct dry_input){ 0 };
}

static void only_the_owner_asks_for_something_else(void **state)
{
	struct dry_pod_class class[2] = { { .spec_index = 0 }, { .spec_index = 1 } };
	uint32_t class_index[3] = { 0, 0, 1 }, owner_index[3] = { 0, 1, 0 };
	struct dry_owner owner[2];
	struct dry_finding finding = { .owner_count = 1 };
	struct dry_proposal proposal = { .kind = DRY_REQUEST, .resource = DRY_RESOURCE_CPU, .amount = 250 };
	struct dry_input other;
	struct dry_arena arena;

	(void)state;
	dry_arena_init(&arena);
	dry_symbols_init(&input.symbols);
	owner[0] = (struct dry_owner){ symbol("ns"), symbol("k"), symbol("one"), DRY_OWNER_STATEFUL_SET };
	owner[1] = (struct dry_owner){ symbol("ns"), symbol("k"), symbol("two"), DRY_OWNER_STATEFUL_SET };
	class[0].request.amount[DRY_RESOURCE_CPU] = class[1].request.amount[DRY_RESOURCE_CPU] = 1000;
	input.pod = (struct dry_pod_table){ .count = 3, .class_index = class_index, .owner_index = owner_index };
	input.owner = owner;
	input.owner_count = 2;
	input.pod_class = class;
	input.class_count = input.spec_count = 2;
	finding.owner[0].name = "ns/one";
	dry_counterfactual_make(&other, &input, &finding, &proposal, &arena);
	assert_int_equal(other.class_count, 4);
	assert_int_equal(other.pod_class[other.pod.class_index[0]].request.amount[DRY_RESOURCE_CPU], 250);
	assert_int_equal(other.pod_class[other.pod.class_index[1]].request.amount[DRY_RESOURCE_CPU], 1000);
	assert_int_equal(other.pod_class[other.pod.class_index[2]].request.amount[DRY_RESOURCE_CPU], 250);
	assert_int_not_equal(other.pod_class[other.pod.class_index[0]].spec_index,
			     other.pod_class[other.pod.class_index[2]].spec_index);
	/* the original is as it was */
	assert_int_equal(class_index[0], 0);
	assert_int_equal(class[0].request.amount[DRY_RESOURCE_CPU], 1000);
	dry_symbols_release(&input.symbols);
	dry_arena_release(&arena);
	input = (struct dry_input){ 0 };
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_in_three_weeks_is_confirmed),
		cmocka_unit_test(a_daily_rhythm_is_not_unusual),
		cmocka_unit_test(short_traces_have_z_alone),
		cmocka_unit_test(two_nodes_are_no_event),
		cmocka_unit_test(owners_lose_their_generated_suffix),
		cmocka_unit_test(only_the_owner_asks_for_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
