/* Classes, causes, the audit chain, fits: edges that reference numbers do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "io/audit_chain.h"
#include "io/canonical.h"
#include "market/distribution.h"
#include "market/lifetime_fit.h"
#include "market/provision_fit.h"
#include "run/attribution.h"
#include "world/classify.h"

static void priorities_move_urgency(void **state)
{
	static const struct { int64_t priority; enum dry_urgency batch, service; } row[] = {
		{ -11, DRY_URGENCY_EXPENDABLE, DRY_URGENCY_EXPENDABLE }, { -10, DRY_URGENCY_LOW, DRY_URGENCY_EXPENDABLE },
		{ 0, DRY_URGENCY_LOW, DRY_URGENCY_NORMAL }, { 1, DRY_URGENCY_NORMAL, DRY_URGENCY_HIGH },
		{ 999999, DRY_URGENCY_NORMAL, DRY_URGENCY_HIGH }, { 1000000, DRY_URGENCY_HIGH, DRY_URGENCY_HIGH },
		{ 2000000000, DRY_URGENCY_CRITICAL, DRY_URGENCY_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct dry_classify_pod job = { .owner_kind = "Job", .priority = row[i].priority };
		struct dry_classify_pod web = { .owner_kind = "ReplicaSet", .priority = row[i].priority };

		assert_int_equal(dry_classify(&job, -10).urgency, row[i].batch);
		/* a service below 0 that never ends is headroom: -10 makes it expendable */
		assert_int_equal(dry_classify(&web, -10).urgency, row[i].service);
	}
}

static void an_annotation_that_is_no_class_is_none(void **state)
{
	struct dry_classify_pod pod = { .owner_kind = "Job", .class_annotation = "urgent",
					.urgency_annotation = "very" };
	struct dry_classified found = dry_classify(&pod, -10);

	(void)state;
	assert_int_equal(found.rule, DRY_CLASS_BY_BATCH_OWNER);
	assert_int_equal(found.urgency, DRY_URGENCY_LOW);
	assert_true(dry_is_batch_like(10, 8));
	assert_false(dry_is_batch_like(9, 9));
	assert_false(dry_is_batch_like(100, 79));
}

static void the_first_cause_that_holds_is_named(void **state)
{
	struct dry_cause_evidence e = { .usage_p95_share = NAN };

	(void)state;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_GROWTH);
	e.top_owner_is_new = true;
	assert_string_equal(dry_cause_id(dry_find_cause(&e)), "A10");
	e.usage_p95_share = 0.1;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_OVER_REQUEST);
	e.daemon_share = 0.25;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_DAEMON_SETS);
	e.sum_had_room = true;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_FRAGMENTATION);
	e.node_had_room = true;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_CONSTRAINT);
	e.batch_share = 0.5;
	e.top_owner_same_minute_days = 3;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_CRON_BURST);
	e.top_owner_share = 0.5;
	e.top_owner_above_median = true;
	e.top_owner_short_share = 0.3;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_ROLLOUT);
	e.regretted_removal = true;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_OSCILLATION);
	e.reclaim_restart_share = 0.5;
	assert_int_equal(dry_find_cause(&e), DRY_CAUSE_RECLAIM);
	e.init_share = 0.3;
	assert_string_equal(dry_cause_id(dry_find_cause(&e)), "A1");
}

static void nothing_attributed_is_no_share(void **state)
{
	struct dry_attributed_group group[1];
	struct dry_attribution found;

	(void)state;
	dry_attribute(NULL, 0, group, 1, &found);
	assert_float_equal(found.init_share, 0, 0);
	assert_float_equal(group[0].share, 0, 0);
}

static void canonical_json_has_one_spelling(void **state)
{
	static const struct { const char *text, *canonical; } row[] = {
		{ "{ \"b\": 1.50, \"a\": [true, null, 1e2] }", "{\"a\":[true,null,100],\"b\":1.5}" },
		{ "\"tab\\t \\u0001 \\u00e9 /\"", "\"tab\\t \\u0001 \xc3\xa9 /\"" },
		{ "[0.1, -0.0, 1e-7, 12345678901]", "[0.1,0,1e-07,12345678901]" },
		{ "{}", "{}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		cJSON *value = cJSON_Parse(row[i].text);
		char *text = dry_canonical_json(value);

		assert_string_equal(text, row[i].canonical);
		free(text);
		cJSON_Delete(value);
	}
}

#define RECORDS 12

static void every_changed_byte_of_a_chain_is_found(void **state)
{
	char *line[RECORDS];
	struct dry_audit_head head;

	(void)state;
	dry_audit_head_init(&head);
	for (int i = 0; i < RECORDS; i++) {
		cJSON *record = cJSON_CreateObject();

		cJSON_AddStringToObject(record, "action", i % 2 ? "apply" : "propose");
		cJSON_AddNumberToObject(record, "ref", i * 1.5);
		line[i] = dry_audit_seal(&head, record);
		assert_non_null(line[i]);
		assert_null(dry_audit_seal(&head, record));     /* it has a hash now */
		cJSON_Delete(record);
	}
	for (int i = 0; i < RECORDS; i++)
		for (size_t at = 0; at < strlen(line[i]); at++) {
			char kept = line[i][at];
			bool found = false;

			line[i][at] = kept == '1' ? '2' : (char)(kept ^ 1);
			dry_audit_head_init(&head);
			for (int k = 0; k < RECORDS && !found; k++)
				found = dry_audit_check(&head, line[k], strlen(line[k])) != NULL;
			assert_true(found);
			line[i][at] = kept;
		}
	dry_audit_head_init(&head);
	assert_null(dry_audit_check(&head, line[0], strlen(line[0])));
	assert_non_null(dry_audit_check(&head, line[0], strlen(line[0])));      /* doubled */
	assert_non_null(dry_audit_check(&head, line[2], strlen(line[2])));      /* one is missing */
	assert_null(dry_audit_check(&head, line[1], strlen(line[1])));
	for (int i = 0; i < RECORDS; i++)
		free(line[i]);
}

static void fits_find_what_was_drawn(void **state)
{
	enum { COUNT = 4000 };
	struct dry_stream stream = dry_stream_make(5, "test", "fit", 0);
	double *seconds = calloc(COUNT, sizeof(*seconds));
	struct dry_lifetime *life = calloc(COUNT, sizeof(*life));
	struct dry_provision_fit fit;
	struct dry_lifetime_fit lives;

	(void)state;
	for (uint64_t i = 0; i < COUNT; i++) {
		double u = dry_stream_uniform(&stream, i, 0), t = dry_weibull_inverse(3, 0.6, u);

		seconds[i] = dry_lognormal_inverse(log(90), 0.5, u);
		life[i] = (struct dry_lifetime){ t < 10 ? t : 10, t < 10 };
	}
	assert_true(dry_provision_fit(&fit, seconds, COUNT));
	assert_true(fit.fits);
	assert_float_equal(fit.fit_median, 90, 2);
	assert_float_equal(fit.sigma, 0.5, 0.02);
	assert_true(dry_lifetime_fit(&lives, life, COUNT));
	assert_int_equal(lives.best->kind, DRY_HAZARD_WEIBULL);
	assert_float_equal(lives.best->weibull_scale_hours, 3, 0.25);
	assert_float_equal(lives.best->weibull_shape, 0.6, 0.03);
	assert_true(lives.median_low < lives.median_hours && lives.median_hours < lives.median_high);
	free(seconds);
	free(life);
}

static void fits_refuse_what_cannot_be(void **state)
{
	double wrong[2] = { 5, -1 }, same[3] = { 60, 60, 60 };
	struct dry_lifetime alive[2] = { { 5, false }, { 7, false } };
	struct dry_provision_fit fit;
	struct dry_lifetime_fit lives;

	(void)state;
	assert_false(dry_provision_fit(&fit, NULL, 0));
	assert_false(dry_provision_fit(&fit, wrong, 2));
	assert_true(dry_provision_fit(&fit, same, 3));
	assert_true(fit.is_constant);
	assert_false(dry_lifetime_fit(&lives, alive, 2));
	assert_int_equal(lives.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(priorities_move_urgency),
		cmocka_unit_test(an_annotation_that_is_no_class_is_none),
		cmocka_unit_test(the_first_cause_that_holds_is_named),
		cmocka_unit_test(nothing_attributed_is_no_share),
		cmocka_unit_test(canonical_json_has_one_spelling),
		cmocka_unit_test(every_changed_byte_of_a_chain_is_found),
		cmocka_unit_test(fits_find_what_was_drawn),
		cmocka_unit_test(fits_refuse_what_cannot_be),
	};

	return cmocka_run_group_tests_name("methods", tests, NULL, NULL);
}
