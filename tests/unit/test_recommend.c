/* Recommendations: what is picked and why, and what the log makes of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

#include "report/governance.h"
#include "sweep_fixture.h"

static struct dry_arena arena;
static struct sweep_fixture fixture;

static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static struct dry_recommend_request request_of(enum dry_pick pick)
{
	return (struct dry_recommend_request){ .result = &fixture.result, .result_file = "r.json",
					       .result_sha256 = digest, .input = &fixture.input,
					       .scenario_file = fixture.path, .pick = pick };
}

static struct dry_rule rule_of(const char *text)
{
	struct dry_rule rule;

	assert_true(dry_rule_parse(&rule, text, DRY_NOWHERE, &arena, NULL));
	return rule;
}

static void picks_are_extremes(void **state)
{
	struct dry_recommend_request request = request_of(DRY_PICK_CHEAPEST);
	struct dry_recommendation r;

	(void)state;
	assert_true(dry_recommend(&r, &request, NULL));
	for (uint32_t i = 0; i < fixture.result.point_count; i++)
		assert_true(fixture.result.point[i].metric[DRY_METRIC_COST_DAY] >= r.point->metric[DRY_METRIC_COST_DAY]);
	assert_int_equal(r.candidates, 48);
	dry_recommendation_release(&r);
	request = request_of(DRY_PICK_FASTEST);
	assert_true(dry_recommend(&r, &request, NULL));
	for (uint32_t i = 0; i < fixture.result.point_count; i++)
		assert_true(fixture.result.point[i].metric[DRY_METRIC_P95_WAIT] >= r.point->metric[DRY_METRIC_P95_WAIT]);
	dry_recommendation_release(&r);
	request = request_of(DRY_PICK_KNEE);
	assert_true(dry_recommend(&r, &request, NULL));
	assert_true(dry_sweep_point_on_front(r.point));
	dry_recommendation_release(&r);
}

static void an_slo_is_met_or_said_to_be_out_of_reach(void **state)
{
	struct dry_recommend_request request = request_of(DRY_PICK_CHEAPEST);
	struct dry_rule slo = rule_of("p95_wait <= 100s"), never = rule_of("p95_wait <= 1s");
	struct dry_error err = { 0 };
	struct dry_recommendation r;

	(void)state;
	request.slo = &slo;
	request.slo_count = 1;
	assert_true(dry_recommend(&r, &request, NULL));
	assert_true(r.point->metric[DRY_METRIC_P95_WAIT] <= 100);
	assert_int_equal(r.candidates + r.missed_slo, 48);
	for (uint32_t i = 0; i < fixture.result.point_count; i++)
		assert_true(fixture.result.point[i].metric[DRY_METRIC_P95_WAIT] > 100 ||
			    fixture.result.point[i].metric[DRY_METRIC_COST_DAY] >=
				    r.point->metric[DRY_METRIC_COST_DAY]);
	dry_recommendation_release(&r);
	request.slo = &never;
	assert_false(dry_recommend(&r, &request, &err));
	assert_int_equal(err.code, DRY_ERROR_EMPTY);
	assert_non_null(strstr(err.complaint[0].text, "no point meets p95_wait <= 1s"));
	assert_non_null(strstr(err.complaint[0].fix, "the best p95 wait is "));
	dry_recommendation_release(&r);
	dry_error_release(&err);
}

static void options_keep_to_their_capacity(void **state)
{
	struct dry_recommend_request request = request_of(DRY_PICK_KNEE);
	struct dry_recommendation r;

	(void)state;
	assert_true(dry_recommend(&r, &request, NULL));
	assert_non_null(r.option[0].point);
	assert_true(r.option[0].point->metric[DRY_METRIC_COST_SPOT] == 0);
	assert_true(r.option[1].spot_share > 0);
	assert_true(r.option[2].spot_share >= 0.2 && r.option[2].spot_share <= 0.8);
	dry_recommendation_release(&r);
}

static void another_scenario_is_refused(void **state)
{
	struct dry_recommend_request request = request_of(DRY_PICK_KNEE);
	struct dry_error err = { 0 };
	struct dry_recommendation r;
	char kept = fixture.result.scenario_sha256[0];

	(void)state;
	fixture.result.scenario_sha256[0] = kept == '0' ? '1' : '0';
	assert_false(dry_recommend(&r, &request, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	fixture.result.scenario_sha256[0] = kept;
	dry_recommendation_release(&r);
	dry_error_release(&err);
}

static const cJSON *get(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item)
		fail_msg("no %s", key);
	return item;
}

static void the_document_says_what_why_and_how_sure(void **state)
{
	struct dry_recommend_request request = request_of(DRY_PICK_CHEAPEST);
	struct dry_page page = { 0 };
	struct dry_recommendation r;
	const cJSON *item, *effect = NULL;
	cJSON *document;

	(void)state;
	assert_true(dry_recommend(&r, &request, NULL));
	dry_recommendation_json(&r, &page);
	document = cJSON_Parse(dry_page_string(&page));
	assert_non_null(document);
	assert_string_equal(get(document, "schema")->valuestring, DRY_RECOMMENDATION_SCHEMA);
	assert_true(get(get(document, "what"), "id")->valuedouble == (double)r.point->index);
	assert_int_equal(cJSON_GetArraySize(get(get(document, "what"), "changes")), (int)r.changes.count);
	assert_true(cJSON_GetArraySize(get(get(document, "why"), "reasons")) > 2);
	assert_string_equal(get(get(document, "evidence"), "result_sha256")->valuestring, digest);
	assert_true(get(get(document, "evidence"), "replications")->valuedouble == 12);
	cJSON_ArrayForEach(item, get(document, "effect"))
		if (!strcmp(get(item, "metric")->valuestring, "cost_usd_day"))
			effect = item;
	assert_true(get(effect, "expected")->valuedouble == r.point->metric[DRY_METRIC_COST_DAY]);
	assert_true(cJSON_GetArrayItem(get(effect, "expected_95"), 0)->valuedouble <
		    r.point->metric[DRY_METRIC_COST_DAY]);
	assert_true(cJSON_GetArrayItem(get(effect, "change_95"), 1)->valuedouble >
		    get(effect, "change")->valuedouble);
	assert_int_equal(cJSON_GetArraySize(get(document, "options")), 3);
	cJSON_Delete(document);
	dry_page_clear(&page);
	dry_recommendation_schema(&page);
	document = cJSON_Parse(dry_page_string(&page));
	assert_non_null(document);
	/* All that the schema asks for is what the document has. */
	assert_int_equal(cJSON_GetArraySize(get(document, "required")), 9);
	cJSON_Delete(document);
	dry_page_release(&page);
	dry_recommendation_release(&r);
}

/* ---- the log's view */

static char log_path[128];

static uint64_t propose(const struct dry_policy *policy, const char *who, enum dry_pick pick)
{
	struct dry_recommend_request request = request_of(pick);
	const struct dry_actor actor = { .name = who, .time = "2026-03-02T09:30:00Z" };
	struct dry_recommendation r;
	uint64_t seq = 0;
	cJSON *record;

	request.policy = policy;
	assert_true(dry_recommend(&r, &request, NULL));
	assert_false(r.is_baseline);
	record = dry_record_propose(&r, &actor);
	assert_true(dry_audit_log_append(log_path, record, &seq, NULL));
	cJSON_Delete(record);
	dry_recommendation_release(&r);
	return seq;
}

static void act(const char *action, const char *who, uint64_t ref)
{
	const struct dry_actor actor = { .name = who, .time = "2026-03-02T09:31:00Z", .reason = "because" };
	cJSON *record = dry_record_about(action, &actor, &ref);

	assert_true(dry_audit_log_append(log_path, record, NULL, NULL));
	cJSON_Delete(record);
}

struct view {
	struct dry_audit_log log;
	struct dry_governance governance;
	struct dry_change_set state;
};

static struct view *look(void)
{
	static struct view v;

	dry_audit_log_release(&v.log);
	assert_true(dry_audit_log_read(&v.log, log_path, NULL, NULL));
	dry_governance_read(&v.log, &arena, &v.governance);
	dry_governance_state(&v.governance, &arena, &v.state);
	return &v;
}

static const struct dry_change *in_force(const struct view *v, const char *path)
{
	for (uint32_t i = 0; i < v->state.count; i++)
		if (!strcmp(v->state.change[i].path, path))
			return &v->state.change[i];
	return NULL;
}

static void two_reviewers_are_two_people_and_not_the_proposer(void **state)
{
	struct dry_policy policy;
	struct view *v;
	uint64_t seq;

	(void)state;
	unlink(log_path);
	dry_policy_init(&policy);
	policy.cost_change = 0;
	policy.spot_share_rise = -1;    /* every step asks for two */
	policy.file = "policy.yaml";
	seq = propose(&policy, "ci", DRY_PICK_CHEAPEST);
	v = look();
	assert_int_equal(v->governance.proposal[0].reviewers, 2);
	assert_ptr_equal(dry_governance_find(&v->governance, UINT64_MAX), &v->governance.proposal[0]);
	act("approve", "ci", seq);
	act("approve", "maria", seq);
	act("approve", "maria", seq);
	v = look();
	assert_int_equal(v->governance.proposal[0].approvals, 1);
	assert_int_equal(v->state.count, 0);
	assert_null(dry_governance_last_approved(&v->governance));
	act("approve", "bob", seq);
	v = look();
	assert_true(dry_proposal_is_approved(&v->governance.proposal[0]));
	assert_true(v->state.count > 0);
	dry_policy_release(&policy);
}

static void what_is_rolled_back_is_not_in_force(void **state)
{
	struct dry_change_set changes, inverse;
	struct view *v;
	uint64_t first, second;

	(void)state;
	unlink(log_path);
	first = propose(NULL, "ci", DRY_PICK_CHEAPEST);
	second = propose(NULL, "ci", DRY_PICK_FASTEST);
	act("approve", "maria", first);
	act("approve", "maria", second);
	v = look();
	assert_int_equal(dry_governance_last_approved(&v->governance)->seq, second);
	dry_proposal_changes(dry_governance_find(&v->governance, second), &arena, &changes);
	assert_true(changes.count > 0);
	for (uint32_t i = 0; i < changes.count; i++)
		assert_string_equal(in_force(v, changes.change[i].path)->to, changes.change[i].to);
	dry_changes_invert(&changes, &arena, &inverse, NULL);
	assert_string_equal(inverse.change[0].from, changes.change[0].to);
	act("rollback", "maria", second);
	v = look();
	assert_int_equal(dry_governance_last_approved(&v->governance)->seq, first);
	act("rollback", "maria", first);
	v = look();
	/* All is to be as it was. */
	for (uint32_t i = 0; i < changes.count; i++)
		assert_string_equal(in_force(v, changes.change[i].path)->to, changes.change[i].from);
	assert_null(dry_governance_last_approved(&v->governance));
}

/* What happened to a proposal is settled once: a late no does not undo an approval. */
static void a_late_rejection_changes_nothing(void **state)
{
	struct view *v;
	uint64_t seq;

	(void)state;
	unlink(log_path);
	seq = propose(NULL, "ci", DRY_PICK_CHEAPEST);
	act("approve", "maria", seq);
	act("reject", "bob", seq);
	v = look();
	assert_true(dry_proposal_is_approved(&v->governance.proposal[0]));
	seq = propose(NULL, "ci", DRY_PICK_FASTEST);
	act("reject", "bob", seq);
	act("approve", "maria", seq);
	v = look();
	assert_false(dry_proposal_is_approved(&v->governance.proposal[1]));
	assert_null(dry_governance_find(&v->governance, UINT64_MAX));
}

static void a_log_for_people_and_for_sheets(void **state)
{
	const struct dry_actor actor = { .name = "=cmd()\x1b[31m", .time = "2026-03-02T09:31:00Z", .reason = "a, \"b\"\nc|d" };
	struct dry_page page = { 0 };
	cJSON *record = dry_record_about("note", &actor, NULL);
	struct view *v;

	(void)state;
	unlink(log_path);
	assert_true(dry_audit_log_append(log_path, record, NULL, NULL));
	cJSON_Delete(record);
	v = look();
	dry_audit_csv(&v->log, &page);
	assert_null(strstr(dry_page_string(&page), "\n0,2026-03-02T09:31:00Z,=cmd"));
	assert_non_null(strstr(dry_page_string(&page), "\"a, \"\"b\"\""));
	dry_page_clear(&page);
	dry_audit_show(&v->log, &page, false);
	assert_null(strchr(dry_page_string(&page), '\x1b'));
	dry_page_clear(&page);
	dry_audit_show(&v->log, &page, true);
	assert_null(strchr(dry_page_string(&page), '\x1b'));
	assert_non_null(strstr(dry_page_string(&page), "c\\|d"));
	dry_page_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks_are_extremes),
		cmocka_unit_test(an_slo_is_met_or_said_to_be_out_of_reach),
		cmocka_unit_test(options_keep_to_their_capacity),
		cmocka_unit_test(another_scenario_is_refused),
		cmocka_unit_test(the_document_says_what_why_and_how_sure),
		cmocka_unit_test(two_reviewers_are_two_people_and_not_the_proposer),
		cmocka_unit_test(what_is_rolled_back_is_not_in_force),
		cmocka_unit_test(a_late_rejection_changes_nothing),
		cmocka_unit_test(a_log_for_people_and_for_sheets),
	};
	int failed;

	dry_arena_init(&arena);
	if (!fixture_begin(&fixture, 5, 12))
		return 2;
	snprintf(log_path, sizeof(log_path), "%s/audit.jsonl", fixture.folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dry_audit_log_release(&look()->log);
	unlink(log_path);
	fixture_end(&fixture);
	dry_arena_release(&arena);
	return failed;
}
