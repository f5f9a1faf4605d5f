/* Which node group could take a pod, and what refuses it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "io/scenario.h"
#include "run/fit.h"
#include "run/run_many.h"

static char folder[] = "fit-XXXXXX";
static struct dry_input input;

static void put(const char *name, const char *text)
{
	char path[80];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const char scenario[] =
	"version: dryscale/v1\n"
	"name: fit\n"
	"trace: t.jsonl\n"
	"horizon: 30m\n"
	"nodeGroups:\n"
	"  - {name: plain, minSize: 0, maxSize: 4, price: 0.1, provisionTime: 30s,\n"
	"     capacity: {cpu: 4, memory: 8Gi, pods: 3}, allocatable: {cpu: 4, memory: 8Gi, pods: 3}}\n"
	"  - {name: tainted, minSize: 0, maxSize: 4, price: 0.1, labels: {disk: ssd},\n"
	"     taints: [{key: gpu, value: \"true\", effect: NoSchedule}, {key: soft, value: x, effect: PreferNoSchedule}],\n"
	"     capacity: {cpu: 8, memory: 8Gi, pods: 9}, allocatable: {cpu: 8, memory: 8Gi, pods: 9}}\n"
	"daemonSets:\n"
	"  - {name: agent, namespace: kube-system, requests: {cpu: 500m}}\n";

static const char trace[] =
	"{\"type\":\"pod\",\"t\":1,\"name\":\"small\",\"requests\":{\"cpu\":\"1\"},\"duration\":60}\n"
	"{\"type\":\"pod\",\"t\":2,\"name\":\"exact\",\"requests\":{\"cpu\":\"3500m\"},\"duration\":60}\n"
	"{\"type\":\"pod\",\"t\":3,\"name\":\"above\",\"requests\":{\"cpu\":\"3501m\"},\"duration\":60}\n"
	"{\"type\":\"pod\",\"t\":4,\"name\":\"ssd\",\"requests\":{\"cpu\":\"1\"},\"nodeSelector\":{\"disk\":\"ssd\"},\"duration\":60}\n"
	"{\"type\":\"pod\",\"t\":5,\"name\":\"both\",\"requests\":{\"cpu\":\"5\"},\"nodeSelector\":{\"disk\":\"ssd\"},"
	"\"tolerations\":[{\"key\":\"gpu\",\"operator\":\"Exists\"}],\"duration\":60}\n"
	"{\"type\":\"pod\",\"t\":6,\"name\":\"memory\",\"requests\":{\"memory\":\"9Gi\"},\"duration\":60}\n";

static int load(void **state)
{
	struct dry_error err = { 0 };
	char path[80];

	(void)state;
	if (!mkdtemp(folder))
		return 1;
	put("s.yaml", scenario);
	put("t.jsonl", trace);
	snprintf(path, sizeof(path), "%s/s.yaml", folder);
	if (!dry_input_load(&input, path, NULL, &err)) {
		print_error("%s\n", err.complaint[0].text);
		return 1;
	}
	dry_error_release(&err);
	return 0;
}

static int unload(void **state)
{
	char path[80];

	(void)state;
	dry_input_release(&input);
	snprintf(path, sizeof(path), "%s/s.yaml", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/t.jsonl", folder);
	unlink(path);
	return rmdir(folder);
}

static struct dry_fit_answer ask(struct dry_fits *fits, const char *pod, uint32_t group)
{
	for (uint32_t p = 0; p < input.pod.count; p++)
		if (!strcmp(input.pod.name_text + input.pod.name_offset[p], pod))
			return dry_fits_ask(fits, input.pod.class_index[p], group);
	fail_msg("no pod %s", pod);
	return (struct dry_fit_answer){ 0 };
}

static void text_is(struct dry_fits *fits, const char *pod, uint32_t group, const char *text)
{
	struct dry_fit_answer answer = ask(fits, pod, group);
	char said[200];

	assert_string_equal(dry_fit_text(&input, &answer, said, sizeof(said)), text);
}

static void filters_decide_in_their_order(void **state)
{
	struct dry_fits *fits = dry_fits_new(&input, &input.config);

	(void)state;
	assert_int_equal(ask(fits, "small", 0).fit, DRY_FITS);
	assert_int_equal(ask(fits, "exact", 0).fit, DRY_FITS);
	text_is(fits, "above", 0, "Insufficient cpu (wants 3501m, an empty node has 3500m)");
	text_is(fits, "small", 1, "node(s) had untolerated taint {gpu: true}");
	text_is(fits, "ssd", 0, "node(s) didn't match Pod's node affinity/selector");
	text_is(fits, "ssd", 1, "node(s) had untolerated taint {gpu: true}");
	assert_int_equal(ask(fits, "both", 1).fit, DRY_FITS);
	text_is(fits, "memory", 0, "Insufficient memory (wants 9Gi, an empty node has 8Gi)");
	/* Asking leaves nothing behind. */
	for (int i = 0; i < 100; i++)
		assert_int_equal(ask(fits, "exact", 0).fit, DRY_FITS);
	dry_fits_release(fits);
}

static void anywhere_is_any_group(void **state)
{
	struct dry_fits *fits = dry_fits_new(&input, &input.config);
	uint32_t count = 0;

	(void)state;
	for (uint32_t p = 0; p < input.pod.count; p++)
		count += dry_fits_anywhere(fits, input.pod.class_index[p]);
	assert_int_equal(count, 3);     /* small, exact, both */
	dry_fits_release(fits);
}

static uint32_t class_of(const char *pod)
{
	for (uint32_t p = 0; p < input.pod.count; p++)
		if (!strcmp(input.pod.name_text + input.pod.name_offset[p], pod))
			return input.pod.class_index[p];
	return DRY_NONE;
}

static void a_node_holds_what_its_room_divides(void **state)
{
	struct dry_fits *fits = dry_fits_new(&input, &input.config);

	(void)state;
	assert_int_equal(dry_fits_per_node(fits, class_of("small"), 0), 2);     /* 3 pods less the agent's */
	assert_int_equal(dry_fits_per_node(fits, class_of("exact"), 0), 1);
	assert_int_equal(dry_fits_per_node(fits, class_of("above"), 0), 0);
	assert_int_equal(dry_fits_per_node(fits, class_of("both"), 1), 1);      /* 7.5 cores for 5 each */
	assert_int_equal(dry_fits_per_node(fits, class_of("ssd"), 1), 0);
	dry_fits_release(fits);
}

static void amounts_read_as_people_write_them(void **state)
{
	static const struct {
		uint32_t resource;
		int64_t amount;
		const char *text;
	} cases[] = {
		{ DRY_RESOURCE_CPU, 2000, "2" },
		{ DRY_RESOURCE_CPU, 1500, "1500m" },
		{ DRY_RESOURCE_CPU, 0, "0" },
		{ DRY_RESOURCE_MEMORY, INT64_C(1) << 31, "2Gi" },
		{ DRY_RESOURCE_MEMORY, 1536 << 10, "1.50Mi" },
		{ DRY_RESOURCE_MEMORY, 1023, "1023" },
		{ DRY_RESOURCE_PODS, 110, "110" },
	};
	char text[48];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(dry_amount_text(cases[i].resource, cases[i].amount, text, sizeof(text)),
				    cases[i].text);
}

static void runs_at_once_are_the_runs_one_by_one(void **state)
{
	struct dry_run_request request[9];
	struct dry_result alone[9], together[9];
	atomic_uint done = 0;

	(void)state;
	for (uint32_t i = 0; i < 9; i++)
		request[i] = (struct dry_run_request){ .input = &input, .config = &input.config, .seed = 3 + i,
						       .replication = i };
	assert_true(dry_run_many(request, 9, 1, alone, NULL));
	assert_true(dry_run_many(request, 9, 4, together, &done));
	assert_int_equal(atomic_load(&done), 9);
	for (uint32_t i = 0; i < 9; i++) {
		assert_true(alone[i].digest == together[i].digest);
		assert_memory_equal(alone[i].metric, together[i].metric, sizeof(alone[i].metric));
		dry_result_release(&alone[i]);
		dry_result_release(&together[i]);
	}
}

static void a_stopped_run_stops_them_all(void **state)
{
	atomic_bool stop = true;
	struct dry_run_request request[3];
	struct dry_result result[3];

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		request[i] = (struct dry_run_request){ .input = &input, .config = &input.config, .seed = 1,
						       .stop = &stop };
	assert_false(dry_run_many(request, 3, 2, result, NULL));
	for (uint32_t i = 0; i < 3; i++)
		dry_result_release(&result[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_decide_in_their_order),
		cmocka_unit_test(anywhere_is_any_group),
		cmocka_unit_test(a_node_holds_what_its_room_divides),
		cmocka_unit_test(amounts_read_as_people_write_them),
		cmocka_unit_test(runs_at_once_are_the_runs_one_by_one),
		cmocka_unit_test(a_stopped_run_stops_them_all),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
