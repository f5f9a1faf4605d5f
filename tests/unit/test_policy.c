/* Policies: places of mistakes, limits, who reviews what, limits for the API server. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/policy.h"
#include "sweep_fixture.h"

static struct dry_arena arena;
static struct sweep_fixture fixture;

static char path[128];

static void put(const char *text)
{
	snprintf(path, sizeof(path), "%s/policy.yaml", fixture.folder);
	assert_true(fixture_write(path, text));
}

static void refused(const char *text, uint32_t line, const char *piece)
{
	struct dry_error err = { 0 };
	struct dry_policy policy;
	const struct dry_complaint *c = &err.complaint[0];

	put(text);
	assert_false(dry_policy_read(&policy, path, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	if (c->line != line || (!strstr(c->text, piece) && !(c->expected && strstr(c->expected, piece)) &&
				!(c->fix && strstr(c->fix, piece))))
		fail_msg("%s: line %u: %s (%s; %s)", text, c->line, c->text, c->expected ? c->expected : "",
			 c->fix ? c->fix : "");
	dry_error_release(&err);
	dry_policy_release(&policy);
}

static void mistakes_are_shown_where_they_are(void **state)
{
	(void)state;
	refused("phase: gated\n", 1, "version: dryscale/v1");
	refused("version: dryscale/v2\n", 1, "version: dryscale/v1");
	refused("version: dryscale/v1\nphase: gatd\n", 2, "observe, gated or supervised");
	refused("version: dryscale/v1\nlimit: {}\n", 2, "did you mean \"limits\"?");
	refused("version: dryscale/v1\nlimits: {maxNodeTotal: 3}\n", 2, "did you mean \"maxNodesTotal\"?");
	refused("version: dryscale/v1\nlimits: {maxNodesTotal: 2.5}\n", 2, "an integer");
	refused("version: dryscale/v1\nlimits: {maxNodesTotal: -1}\n", 2, "out of range");
	refused("version: dryscale/v1\nlimits:\n  maxCostDay: .nan\n", 3, "");
	refused("version: dryscale/v1\nlimits:\n  zones: []\n", 3, "leave the key out");
	refused("version: dryscale/v1\nlimits:\n  zones: a\n", 3, "a list");
	refused("version: dryscale/v1\nlimits:\n  flags:\n    scale-down-uneeded-time: {min: 3m}\n", 4,
		"scale-down-unneeded-time");
	refused("version: dryscale/v1\nlimits:\n  flags:\n    scale-down-unneeded-time: {min: soon}\n", 4, "10m");
	refused("version: dryscale/v1\nlimits:\n  flags:\n    scale-down-unneeded-time: {mim: 3m}\n", 4, "min");
	refused("version: dryscale/v1\nlimits:\n  minOnDemandShare: 120%\n", 3, "percentage");
	refused("version: dryscale/v1\nlimits:\n  slo: ['p95_wiat <= 3s']\n", 3, "p95_wait");
	refused("version: dryscale/v1\nreview: {newInstanceType: 3}\n", 2, "not true or false");
	refused("version: dryscale/v1\ntags: {a: [1]}\n", 2, "not a text");
	refused("version: dryscale/v1\ntags: {a: 1, a: 2}\n", 2, "twice");
	refused("[1]\n", 1, "a map");
	refused("version: dryscale/v1\nlimits:\n  flags:\n    scale-down-unneeded-time: {min: 5m, max: 3m}\n", 4,
		"above");
}

struct step {
	struct dry_change change[8];
	struct dry_change_set changes;
	double a[DRY_METRIC_COUNT], b[DRY_METRIC_COUNT];
	struct dry_policy_side base, proposal;
	struct dry_config config;       /* of the proposal */
	struct dry_policy policy;
	struct dry_policy_verdict verdict;
};

/* Both sides alike: $100 a day, 100 s, no change. */
static void begin(struct step *s, const char *policy)
{
	memset(s, 0, sizeof(*s));
	s->changes.change = s->change;
	s->a[DRY_METRIC_COST_DAY] = s->b[DRY_METRIC_COST_DAY] = 100;
	s->a[DRY_METRIC_P95_WAIT] = s->b[DRY_METRIC_P95_WAIT] = 100;
	s->a[DRY_METRIC_COST_ON_DEMAND] = s->b[DRY_METRIC_COST_ON_DEMAND] = 100;
	s->base.metric = s->a;
	s->proposal.metric = s->b;
	s->base.config = &fixture.input.config;
	dry_config_copy(&s->config, &fixture.input.config, &arena);
	s->proposal.config = &s->config;
	if (!policy) {
		dry_policy_init(&s->policy);
		return;
	}
	put(policy);
	assert_true(dry_policy_read(&s->policy, path, NULL));
}

static void change(struct step *s, const char *what, const char *from, const char *to)
{
	struct dry_change *c = &s->change[s->changes.count++];

	dry_change_classify(what, &arena, c);
	c->from = from;
	c->to = to;
	assert_true(dry_config_set(&s->config, &fixture.input, what, to, &arena, NULL));
}

static const struct dry_policy_verdict *judge(struct step *s)
{
	dry_policy_judge(&s->policy, &fixture.input, &s->base, &s->proposal, &s->changes, NULL, &arena,
			 &s->verdict);
	return &s->verdict;
}

static bool found(const struct step *s, const char *rule)
{
	for (uint32_t i = 0; i < s->verdict.count; i++)
		if (!strcmp(s->verdict.finding[i].rule, rule))
			return true;
	return false;
}

static void small_steps_go_by_themselves_only_when_supervised(void **state)
{
	struct step s;

	(void)state;
	begin(&s, "version: dryscale/v1\nphase: supervised\n");
	change(&s, "scale-down-unneeded-time", "10m", "9m");
	assert_int_equal(judge(&s)->reviewers, 0);
	assert_int_equal(s.verdict.count, 0);
	s.policy.phase = DRY_POLICY_GATED;
	assert_int_equal(judge(&s)->reviewers, 1);
	assert_true(found(&s, "phase"));
	s.policy.phase = DRY_POLICY_OBSERVE;
	assert_int_equal(judge(&s)->reviewers, 1);
	dry_policy_release(&s.policy);
}

static void thresholds_ask_for_people(void **state)
{
	static const struct {
		enum dry_metric_id metric;
		double value;
		uint32_t reviewers;
		const char *rule;
	} cases[] = {
		{ DRY_METRIC_COST_DAY, 98, 0, NULL },           /* exactly 2 % is no more than 2 % */
		{ DRY_METRIC_COST_DAY, 97.9, 1, "review.costChange" },
		{ DRY_METRIC_COST_DAY, 103, 1, "review.costChange" },
		{ DRY_METRIC_COST_DAY, 110, 1, "review.costChange" },
		{ DRY_METRIC_COST_DAY, 110.1, 2, "review.costRise" },
		{ DRY_METRIC_P95_WAIT, 99, 0, NULL },
		{ DRY_METRIC_P95_WAIT, 101, 1, "review.waitChange" },
		{ DRY_METRIC_P95_WAIT, 125, 1, "review.waitChange" },
		{ DRY_METRIC_P95_WAIT, 125.1, 2, "review.waitChange" },
		{ DRY_METRIC_P95_WAIT, NAN, 1, "review.waitChange" },
		{ DRY_METRIC_COST_SPOT, 24, 0, NULL },          /* 24 of 124 dollars */
		{ DRY_METRIC_COST_SPOT, 26, 2, "review.spotShareRise" },
	};
	struct step s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&s, "version: dryscale/v1\nphase: supervised\n");
		change(&s, "scale-down-unneeded-time", "10m", "9m");
		s.b[cases[i].metric] = cases[i].value;
		judge(&s);
		if (s.verdict.reviewers != cases[i].reviewers || (cases[i].rule && !found(&s, cases[i].rule)))
			fail_msg("case %zu: %u reviewers, %s", i, s.verdict.reviewers,
				 s.verdict.count ? s.verdict.finding[0].text : "");
		dry_policy_release(&s.policy);
	}
}

static void changes_ask_for_people(void **state)
{
	struct step s;

	(void)state;
	begin(&s, "version: dryscale/v1\nphase: supervised\n");
	change(&s, "scale-down-unneeded-time", "10m", "7m");
	judge(&s);
	assert_true(found(&s, "review.parameterChange"));
	change(&s, "nodeGroups.general.maxSize", "20", "26");
	judge(&s);
	assert_true(found(&s, "review.maxSizeChange"));
	assert_false(found(&s, "review.parameterCount"));
	change(&s, "expander", "least-waste", "priority");
	judge(&s);
	assert_true(found(&s, "review.parameterCount"));
	assert_int_equal(s.verdict.reviewers, 1);
	dry_policy_release(&s.policy);
}

static void limits_are_never_crossed(void **state)
{
	struct step s;

	(void)state;
	begin(&s, "version: dryscale/v1\nlimits:\n  maxNodesTotal: 100\n  maxCostHour: 4\n"
		  "  flags: {expander: [least-waste], scale-down-unneeded-time: {min: 3m, max: 15m}}\n"
		  "  nodeGroups: {spot.pool-a: {maxNodes: 12}}\n  maxNodesPerGroup: 30\n"
		  "  regions: [us-east-1, eu-west-1]\n  allowedFlags: [scale-down-unneeded-time, expander]\n");
	judge(&s);
	assert_true(s.verdict.breached);
	assert_true(found(&s, "limits.maxCostHour"));
	assert_int_equal(s.verdict.finding[0].severity, DRY_POLICY_BREACH);
	s.b[DRY_METRIC_COST_DAY] = 80;
	assert_false(judge(&s)->breached);
	change(&s, "nodeGroups.spot.pool-a.maxSize", "10", "13");
	assert_true(judge(&s)->breached);
	assert_true(found(&s, "limits.maxNodesPerGroup"));
	change(&s, "nodeGroups.spot.pool-a.maxSize", "10", "12");
	assert_false(judge(&s)->breached);
	/* At the limit is near it. */
	assert_int_equal(s.verdict.reviewers, 2);
	change(&s, "scale-down-unneeded-time", "10m", "179s");
	assert_true(judge(&s)->breached);
	change(&s, "scale-down-unneeded-time", "10m", "3m");
	assert_false(judge(&s)->breached);
	change(&s, "expander", "least-waste", "priority");
	assert_true(judge(&s)->breached);
	change(&s, "expander", "least-waste", "least-waste");
	assert_false(judge(&s)->breached);
	s.b[DRY_METRIC_PEAK_NODES] = 101;
	assert_true(judge(&s)->breached);
	dry_policy_release(&s.policy);
}

/* What cannot be known is no proof that a limit holds. */
static void an_unmeasured_cost_does_not_pass_a_limit(void **state)
{
	struct step s;

	(void)state;
	begin(&s, "version: dryscale/v1\nlimits: {maxCostDay: 120}\n");
	s.b[DRY_METRIC_COST_DAY] = NAN;
	assert_true(judge(&s)->breached);
	dry_policy_release(&s.policy);
}

/* Without the scenario's config the changes alone are judged. */
static void changes_alone_are_judged_too(void **state)
{
	struct step s;

	(void)state;
	begin(&s, "version: dryscale/v1\nlimits: {maxNodesPerGroup: 30, flags: {expander: [least-waste]}}\n");
	change(&s, "nodeGroups.spot.pool-a.maxSize", "10", "31");
	s.proposal.config = s.base.config = NULL;
	assert_true(judge(&s)->breached);
	s.change[0].to = "20";
	assert_false(judge(&s)->breached);
	change(&s, "expander", "least-waste", "random");
	assert_true(judge(&s)->breached);
	dry_policy_release(&s.policy);
}

static void families_of_three_clouds(void **state)
{
	static const struct {
		const char *type, *family;
		bool allowed;
	} cases[] = {
		{ "m5.xlarge", "m5", true },            { "m5d.xlarge", "m5", false },
		{ "n2-standard-8", "n2-standard", true }, { "n2-standard-8", "n2", false },
		{ "Standard_D4s_v5", "Standard_D", true }, { "Standard_D4s_v5", "Standard_D4s_v5", true },
		{ "Standard_DC4s_v5", "Standard_D", false },
	};
	struct step s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[160];

		snprintf(text, sizeof(text), "version: dryscale/v1\nlimits: {instanceFamilies: [%s]}\n", cases[i].family);
		begin(&s, text);
		s.config.group[0].max_size = 0;
		s.config.group[1].instance_type = dry_symbols_add_text(&fixture.input.symbols, cases[i].type);
		judge(&s);
		if (s.verdict.breached == cases[i].allowed)
			fail_msg("%s with %s", cases[i].type, cases[i].family);
		dry_policy_release(&s.policy);
	}
}

static void the_api_server_gets_what_it_can_see(void **state)
{
	struct dry_page page = { 0 };
	struct dry_error err = { 0 };
	struct dry_policy policy;

	(void)state;
	put("version: dryscale/v1\nlimits:\n  maxNodesTotal: 24\n  maxNodesPerGroup: 9\n  expanders: [least-waste, \"a'b\"]\n");
	assert_true(dry_policy_read(&policy, path, NULL));
	assert_true(dry_policy_admission(&policy, &page, &err));
	assert_non_null(strstr(dry_page_string(&page), "validationActions: [Deny, Audit]"));
	assert_non_null(strstr(dry_page_string(&page), "<= 24"));
	assert_non_null(strstr(dry_page_string(&page), "cluster-api-autoscaler-node-group-max-size"));
	assert_non_null(strstr(dry_page_string(&page), "'a\\\\'b'"));
	dry_policy_release(&policy);
	dry_page_clear(&page);
	put("version: dryscale/v1\nlimits: {maxCostDay: 24}\n");
	assert_true(dry_policy_read(&policy, path, NULL));
	assert_false(dry_policy_admission(&policy, &page, &err));
	assert_int_equal(err.code, DRY_ERROR_EMPTY);
	dry_policy_release(&policy);
	dry_page_release(&page);
	dry_error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_shown_where_they_are),
		cmocka_unit_test(small_steps_go_by_themselves_only_when_supervised),
		cmocka_unit_test(thresholds_ask_for_people),
		cmocka_unit_test(changes_ask_for_people),
		cmocka_unit_test(limits_are_never_crossed),
		cmocka_unit_test(an_unmeasured_cost_does_not_pass_a_limit),
		cmocka_unit_test(changes_alone_are_judged_too),
		cmocka_unit_test(families_of_three_clouds),
		cmocka_unit_test(the_api_server_gets_what_it_can_see),
	};
	int failed;

	dry_arena_init(&arena);
	if (!fixture_begin(&fixture, 1, 1))
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	fixture_end(&fixture);
	dry_arena_release(&arena);
	return failed;
}
