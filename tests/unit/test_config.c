/* Paths into a configuration: what is set is what is read back, wrong ones name the nearest. */
#include "load_fixture.h"

#include "run/config_fields.h"
#include "run/pattern.h"

static struct dry_arena arena;
static struct dry_config config;

static int start(void **state)
{
	if (make_folder_of_test(state))
		return -1;
	dry_arena_init(&arena);
	must_load("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n"
		  "  - {name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: {median: 75s, p95: 140s, min: 10s}}\n"
		  "  - {name: b.c, instanceType: m5.2xlarge, capacityType: spot, maxSize: 7, minSize: 1,"
		  " provisionTime: {values: [80s, 95s, 140s]}}\n"
		  "autoscaler: {expander: \"priority,least-waste\", gpu-total: \"t4:0:8\", drain-priority-config: \"0:30,100:60\"}\n",
		  A_POD);
	return 0;
}

static int end(void **state)
{
	unload();
	dry_arena_release(&arena);
	return remove_folder_of_test(state);
}

static void fresh(void)
{
	dry_config_copy(&config, &fixture.input.config, &arena);
}

static bool set(const char *path, const char *value)
{
	struct dry_error err = { 0 };
	bool ok = dry_config_set(&config, &fixture.input, path, value, &arena, &err);

	dry_error_release(&err);
	return ok;
}

static const char *get(const char *path)
{
	return dry_config_get(&config, &fixture.input, path, &arena);
}

static void must_be(const char *path, const char *value, const char *text)
{
	if (!set(path, value))
		fail_msg("%s=%s is refused", path, value);
	assert_string_equal(get(path), text);
}

/* Setting what was got changes nothing at all. */
static void same_again(const char *path)
{
	struct dry_node_group before[2];
	struct dry_config whole;
	const char *text = get(path), *again;

	if (!text)
		return;
	memcpy(before, config.group, sizeof(before));
	memcpy(&whole, &config, sizeof(whole));
	if (!set(path, text))
		fail_msg("%s does not take its own %s", path, text);
	again = get(path);
	assert_string_equal(again, text);
	assert_int_equal(config.spot.hazard.kind, whole.spot.hazard.kind);
	assert_true(config.spot.hazard.per_hour == whole.spot.hazard.per_hour);
	assert_int_equal(config.group[0].provision_time.kind, before[0].provision_time.kind);
	assert_true(config.group[0].provision_time.mu == before[0].provision_time.mu &&
		    config.group[0].provision_time.sigma == before[0].provision_time.sigma);
	assert_int_equal(config.group[1].provision_time.value_count, before[1].provision_time.value_count);
}

static void what_is_read_can_be_set(void **state)
{
	static const char *const group[] = { "a", "b.c", "*" };
	char path[300];
	size_t i, g, n = 0;

	(void)state;
	fresh();
	for (i = 0; i < dry_option_count; i++) {
		assert_non_null(get(dry_option_table[i].name));
		if (dry_option_table[i].effect == DRY_OPTION_ACTS)
			same_again(dry_option_table[i].name);
	}
	for (i = 0; i < dry_config_field_count; i++)
		same_again(dry_config_field_table[i].name);
	for (i = 0; i < dry_group_field_count; i++)
		for (g = 0; g < 2; g++, n++) {
			snprintf(path, sizeof(path), "nodeGroups.%s.%s", group[g], dry_group_field_table[i].name);
			same_again(path);
		}
	assert_true(n > 40);
}

static void paths_set_what_they_name(void **state)
{
	(void)state;
	fresh();
	must_be("expander", "random", "random");
	must_be("--scan-interval", "90", "1m30s");
	must_be("autoscaler.max-nodes-total", "12", "12");
	must_be("nodeGroups.a.maxSize", "9", "9");
	must_be("nodeGroups.b.c.price", "0.0701", "0.0701");
	must_be("nodeGroups.b.c.options.scaleDownUnneededTime", "5m", "5m");
	must_be("nodeGroups.b.c.options.scaleDownUnneededTime", "default", "default");
	must_be("nodeGroups.a.provisionTime", "90s", "1m30s");
	must_be("nodeGroups.a.provisionTime", "{ median: 1m , p95: 2m, max: 300 }", "{median: 1m, p95: 2m, max: 5m}");
	must_be("nodeGroups.a.provisionTime", "{values: [3m, 60], interpolate: true}",
		"{values: [1m, 3m], interpolate: true}");
	must_be("nodeGroups.*.maxSize", "3", "3");
	assert_int_equal(config.group[0].max_size, 3);
	assert_int_equal(config.group[1].max_size, 3);
	must_be("spot.hazard.perHour", "0.02", "0.02");
	assert_null(get("spot.hazard.monthlyFrequency"));
	must_be("spot.hazard.monthlyFrequency", "0.05", "0.05");
	assert_null(get("spot.hazard.perHour"));
	must_be("spot.hazard.advisor", "4", "4");
	must_be("spot.hazard.lognormal.mean", "3.2", "3.2");
	must_be("spot.hazard.lognormal.median", "30m", "0.5");
	assert_null(get("spot.hazard.advisor"));
	must_be("spot.hazard.weibull.scale", "10h", "10");
	must_be("spot.hazard.weibull.shape", "0.6", "0.6");
	assert_null(get("spot.hazard.lognormal.mean"));
	must_be("spot.hazard.bathtub.A", "0.6", "0.6");
	must_be("spot.hazard.bathtub.tau1", "1", "1");
	assert_null(get("spot.hazard.weibull.shape"));
	must_be("placeholders.nodeGroup", "b.c", "b.c");
	must_be("placeholders.nodes", "3", "3");
	must_be("horizon", "36h", "36h");
	must_be("horizon", "default", "default");
	must_be("seed", "18446744073709551615", "18446744073709551615");
	must_be("billing.spotBilling", "hourStart", "hourStart");
	must_be("scheduler.preemption", "true", "true");
	/* The input's own groups are as they were. */
	assert_int_equal(fixture.input.config.group[0].max_size, 5);
	assert_string_equal(dry_config_get(&fixture.input.config, &fixture.input, "nodeGroups.*.maxSize", &arena), "(differ)");
}

static const struct { const char *path, *value, *piece; } wrong[] = {
	{ "scan-intervall", "1s", "scan-interval" },
	{ "spot.hazard.perhour", "1", "spot.hazard.perHour" },
	{ "nodeGroups.a.maxSiz", "1", "nodeGroups.a.maxSize" },
	{ "nodeGroups.b.cc.maxSize", "1", "nodeGroups.b.c.maxSize" },
	{ "nodeGroups.nobody.maxSize", "1", "no node group \"nobody\"" },
	{ "nodeGroups.a", "1", "nodeGroups.NAME.FIELD" },
	{ "nodeGroups.", "1", "nodeGroups.NAME.FIELD" },
	{ "nodeGroups.x*.maxSize", "1", "no node group \"x*\"" },
	{ "", "1", "is no parameter" },
	{ "scan-interval", "-5s", "is below" },
	{ "nodeGroups.a.maxSize", "-1", "is negative" },
	{ "nodeGroups.a.maxSize", "1.5", "is not a whole number" },
	{ "nodeGroups.a.maxSize", "", "is empty" },
	{ "nodeGroups.a.price", "-1", "is negative" },
	{ "nodeGroups.a.provisionTime", "{median: 2m, p95: 1m}", "not above its median" },
	{ "nodeGroups.a.provisionTime", "{median: 2m", "is not a map" },
	{ "nodeGroups.a.provisionTime", "{", "is not a map" },
	{ "nodeGroups.a.provisionTime", "{values: []}", "" },
	{ "nodeGroups.a.provisionTime", "{vals: [1]}", "unknown key" },
	{ "nodeGroups.a.capacityType", "sport", "spot" },
	{ "spot.hazard.perHour", "nan", "is not a number" },
	{ "spot.hazard.monthlyFrequency", "1", "is not below 1" },
	{ "spot.hazard.weibull.shape", "200", "is above 100" },
	{ "spot.hazard.lognormal.mean", "soon", "has no number" },
	{ "spot.notice", "2 minutes", "unknown unit" },
	{ "placeholders.nodeGroup", "z", "is no node group" },
	{ "seed", "18446744073709551616", "is too large" },
	{ "expander", "least-wast", "least-waste" },
};

static void wrong_paths_and_values_are_explained(void **state)
{
	size_t i;

	(void)state;
	fresh();
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct dry_error err = { 0 };
		const struct dry_complaint *c = &err.complaint[0];

		if (dry_config_set(&config, &fixture.input, wrong[i].path, wrong[i].value, &arena, &err))
			fail_msg("%s=%s is taken", wrong[i].path, wrong[i].value);
		assert_int_equal(err.code, DRY_ERROR_USAGE);
		if (!strstr(c->text, wrong[i].piece) && !(c->fix && strstr(c->fix, wrong[i].piece)))
			fail_msg("%s=%s: %s (fix: %s)", wrong[i].path, wrong[i].value, c->text, c->fix ? c->fix : "-");
		dry_error_release(&err);
	}
}

static void rules_across_fields_are_checked(void **state)
{
	struct dry_error err = { 0 };

	(void)state;
	fresh();
	assert_true(dry_config_check(&config, &fixture.input, &err));
	assert_true(set("nodeGroups.a.minSize", "6"));
	assert_false(dry_config_check(&config, &fixture.input, &err));
	assert_non_null(strstr(err.complaint[0].text, "nodeGroups.a.minSize: 6 is above maxSize 5"));
	dry_error_release(&err);
	assert_true(set("nodeGroups.a.minSize", "0"));
	assert_true(set("nodeGroups.a.provisionTime.median", "200s"));
	assert_false(dry_config_check(&config, &fixture.input, &err));
	assert_non_null(strstr(err.complaint[0].text, "p95"));
	dry_error_release(&err);
	/* In any order: what counts is the end. */
	assert_true(set("nodeGroups.a.provisionTime.p95", "400s"));
	assert_true(dry_config_check(&config, &fixture.input, &err));
	assert_true(config.group[0].provision_time.sigma > 0.4);
	assert_true(set("horizon", "1h") && set("warmup", "1h"));
	assert_false(dry_config_check(&config, &fixture.input, &err));
	dry_error_release(&err);
}

static void patterns_follow_go(void **state)
{
	(void)state;
	assert_true(dry_pattern_matches("spot", "my-spot-a"));
	assert_true(dry_pattern_matches("^a\\d+$", "a12"));
	assert_false(dry_pattern_matches("^a\\d+$", "a1x"));
	assert_true(dry_pattern_matches("^(?:a|b)[\\w.-]*?$", "b_9.x"));
	assert_true(dry_pattern_matches("(?i)SPOT", "a-spot"));
	assert_true(dry_pattern_matches("^a\\.b$", "a.b") && !dry_pattern_matches("^a\\.b$", "axb"));
	assert_true(dry_pattern_matches("^x[^\\d]$", "xy") && !dry_pattern_matches("^x[^\\d]$", "x1"));
	assert_true(dry_pattern_matches("", "anything"));
	assert_true(dry_pattern_matches("^(?:[ab]{2,3}c)+$", "abcbaac") && !dry_pattern_matches("^a{2}$", "a"));
	/* as large as memory, were they written out */
	assert_string_equal(dry_pattern_check("((a{255}){255}){255}"),
			    "repeats too much: written out, it is longer than 2,000 characters");
	assert_non_null(dry_pattern_check("((((((((((((((((((((a)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+"));
	assert_non_null(dry_pattern_check("(a{32767,}){4}"));
	assert_null(dry_pattern_check("(a{10}){100}(b+)+"));
	assert_non_null(dry_pattern_check("("));
	assert_non_null(dry_pattern_check("[a"));
	assert_non_null(dry_pattern_check("a**"));
	assert_non_null(dry_pattern_check("*a"));
	assert_non_null(dry_pattern_check("(?<=a)b"));
	assert_non_null(dry_pattern_check("a\\"));
	assert_non_null(dry_pattern_check("\\p{Greek}"));
	assert_null(dry_pattern_check(".*spot.*"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_can_be_set),
		cmocka_unit_test(paths_set_what_they_name),
		cmocka_unit_test(wrong_paths_and_values_are_explained),
		cmocka_unit_test(rules_across_fields_are_checked),
		cmocka_unit_test(patterns_follow_go),
	};

	return cmocka_run_group_tests(tests, start, end);
}
