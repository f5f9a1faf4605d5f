#include "import_test.h"

#include <stdarg.h>

/* ----- a small writer of MessagePack ----- */

struct pack {
	unsigned char bytes[65536];
	size_t length;
};

static void byte(struct pack *pack, unsigned value)
{
	assert_true(pack->length < sizeof(pack->bytes));
	pack->bytes[pack->length++] = (unsigned char)value;
}

static void map(struct pack *pack, unsigned count)
{
	byte(pack, 0x80 | count);
}

static void list(struct pack *pack, unsigned count)
{
	byte(pack, 0x90 | count);
}

static void text(struct pack *pack, const char *value)
{
	const size_t length = strlen(value);

	if (length < 32) {
		byte(pack, 0xa0 | (unsigned)length);
	} else {
		byte(pack, 0xd9);
		byte(pack, (unsigned)length);
	}
	for (size_t i = 0; i < length; i++)
		byte(pack, (unsigned char)value[i]);
}

static void number(struct pack *pack, uint64_t value)
{
	byte(pack, 0xcf);
	for (int shift = 56; shift >= 0; shift -= 8)
		byte(pack, (unsigned)(value >> shift) & 0xff);
}

static void pairs(struct pack *pack, unsigned count, ...)
{
	va_list list_of;

	va_start(list_of, count);
	map(pack, count);
	for (unsigned i = 0; i < 2 * count; i++)
		text(pack, va_arg(list_of, const char *));
	va_end(list_of);
}

/* An owner with a template of one container that asks for `cpu`. */
static void owner(struct pack *pack, const char *kind, const char *name, const char *key, uint64_t count,
		  const char *cpu)
{
	map(pack, 4);
	text(pack, "apiVersion");
	text(pack, "x/v1");
	text(pack, "kind");
	text(pack, kind);
	text(pack, "metadata");
	pairs(pack, 2, "name", name, "namespace", "shop");
	text(pack, "spec");
	map(pack, key ? 2 : 1);
	if (key) {
		text(pack, key);
		number(pack, count);
	}
	text(pack, "template");
	map(pack, 1);
	text(pack, "spec");
	map(pack, 1);
	text(pack, "containers");
	list(pack, 1);
	map(pack, 1);
	text(pack, "resources");
	map(pack, 1);
	text(pack, "requests");
	pairs(pack, 1, "cpu", cpu);
}

static void begin(struct pack *pack, unsigned version, unsigned events, bool lives)
{
	pack->length = 0;
	map(pack, lives ? 5 : 4);
	text(pack, "version");
	byte(pack, version);
	text(pack, "config");
	map(pack, 0);
	text(pack, "index");
	map(pack, 0);
	text(pack, "events");
	list(pack, events);
}

static void event(struct pack *pack, uint64_t ts, unsigned applied)
{
	map(pack, applied ? 2 : 1);
	text(pack, "ts");
	number(pack, ts);
	if (applied) {
		text(pack, "applied_objs");
		list(pack, applied);
	}
}

static void run(struct import_test *test, const struct pack *pack)
{
	import_begin(test, "simkube");
	import_add(test, (const char *)pack->bytes, pack->length);
	import_run(test);
}

static void replicas_become_pods_that_come_and_go(void **state)
{
	static struct pack pack;
	struct import_test test;

	(void)state;
	begin(&pack, 2, 4, false);
	event(&pack, 1700000000, 1);
	owner(&pack, "Deployment", "cart", "replicas", 2, "500m");
	event(&pack, 1700000060, 1);
	owner(&pack, "Deployment", "cart", "replicas", 3, "500m");
	event(&pack, 1700000120, 1);
	owner(&pack, "Deployment", "cart", "replicas", 1, "500m");
	event(&pack, 1700000180, 1);
	owner(&pack, "Deployment", "cart", "replicas", 1, "1");
	run(&test, &pack);
	import_good(&test);
	assert_int_equal(test.report.rows_written, 4);
	import_has(&test, "\"epoch\":\"2023-11-14T22:13:20Z\"");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"cart-1\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"500m\"},"
		   "\"until\":120,\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"cart\"}}\n");
	import_has(&test, "{\"t\":60,\"type\":\"pod\",\"name\":\"cart-2\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"500m\"},\"until\":120,");
	/* Another template: the one that is left is made anew. */
	import_has(&test, "\"name\":\"cart-0\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"500m\"},\"until\":180,");
	import_has(&test, "{\"t\":180,\"type\":\"pod\",\"name\":\"cart-3\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"1\"},\"owner\"");
	assert_int_equal(test.report.censored, 1);
	import_end(&test);
}

static void lives_say_how_long_pods_run(void **state)
{
	static struct pack pack;
	struct import_test test;

	(void)state;
	begin(&pack, 2, 1, true);
	event(&pack, 1700000000, 1);
	owner(&pack, "Job", "etl", "completions", 2, "1");
	text(&pack, "pod_lifecycles");
	map(&pack, 1);
	list(&pack, 2);
	text(&pack, "batch/v1.Job");
	text(&pack, "shop/etl");
	map(&pack, 1);
	number(&pack, UINT64_C(17444848747665552468));
	list(&pack, 2);
	map(&pack, 1);
	text(&pack, "Finished");
	list(&pack, 2);
	number(&pack, 1700000010);
	number(&pack, 1700000110);
	map(&pack, 2);
	text(&pack, "start_ts");
	number(&pack, 1700000120);
	text(&pack, "end_ts");
	number(&pack, 1700000150);
	run(&test, &pack);
	import_good(&test);
	/* One at a time (no parallelism): the second comes when the first has ended. */
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"etl-0\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"1\"},\"duration\":100,");
	import_has(&test, "{\"t\":100,\"type\":\"pod\",\"name\":\"etl-1\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"1\"},\"duration\":30,");
	assert_int_equal(test.report.batch, 2);
	import_end(&test);
}

static void deleted_owners_take_their_pods_along(void **state)
{
	static struct pack pack;
	struct import_test test;

	(void)state;
	begin(&pack, 2, 2, false);
	event(&pack, 1700000000, 1);
	owner(&pack, "StatefulSet", "db", "replicas", 2, "2");
	map(&pack, 2);
	text(&pack, "ts");
	number(&pack, 1700000300);
	text(&pack, "deleted_objs");
	list(&pack, 1);
	owner(&pack, "StatefulSet", "db", "replicas", 2, "2");
	run(&test, &pack);
	import_good(&test);
	import_has(&test, "\"name\":\"db-0\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"2\"},\"until\":300,\"owner\":{\"kind\":\"StatefulSet\"");
	import_has(&test, "\"name\":\"db-1\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"2\"},\"until\":300,");
	import_end(&test);
}

/* An owner of one's own kind: the configuration says where its template stands. */
static void the_configuration_says_where_a_template_is(void **state)
{
	static struct pack pack;
	struct import_test test;

	(void)state;
	pack.length = 0;
	map(&pack, 3);
	text(&pack, "version");
	byte(&pack, 2);
	text(&pack, "config");
	map(&pack, 1);
	text(&pack, "trackedObjects");
	map(&pack, 1);
	text(&pack, "x/v1.Trainer");
	map(&pack, 1);
	text(&pack, "podSpecTemplatePaths");
	list(&pack, 1);
	text(&pack, "/spec/worker");
	text(&pack, "events");
	list(&pack, 1);
	event(&pack, 1700000000, 1);
	map(&pack, 4);
	text(&pack, "apiVersion");
	text(&pack, "x/v1");
	text(&pack, "kind");
	text(&pack, "Trainer");
	text(&pack, "metadata");
	pairs(&pack, 1, "name", "bert");
	text(&pack, "spec");
	map(&pack, 2);
	text(&pack, "replicas");
	byte(&pack, 2);
	text(&pack, "worker");
	map(&pack, 1);
	text(&pack, "spec");
	map(&pack, 1);
	text(&pack, "containers");
	list(&pack, 0);
	run(&test, &pack);
	import_good(&test);
	assert_int_equal(test.report.rows_written, 2);
	import_has(&test, "\"name\":\"bert-1\",\"requests\":{},\"owner\":{\"kind\":\"Trainer\",\"name\":\"bert\"}");
	import_end(&test);
}

static void fails_at(const struct pack *pack, uint32_t column, const char *piece)
{
	struct import_test test;

	run(&test, pack);
	import_fails(&test, DRY_ERROR_INPUT, 1, column, piece);
	import_end(&test);
}

static void wrong_traces_are_pointed_at(void **state)
{
	static struct pack pack;

	(void)state;
	begin(&pack, 1, 0, false);
	fails_at(&pack, 10, "version: is not 2");

	begin(&pack, 2, 1, false);
	map(&pack, 0);
	fails_at(&pack, (uint32_t)pack.length, "without ts");

	begin(&pack, 2, 1, false);
	event(&pack, 1700000000, 1);
	const size_t object = pack.length;
	map(&pack, 0);
	fails_at(&pack, (uint32_t)object + 1, "without metadata");

	begin(&pack, 2, 1, false);
	event(&pack, 1700000000, 1);
	owner(&pack, "Deployment", "cart", "replicas", 2, "many");
	fails_at(&pack, (uint32_t)pack.length - 4, "requests.cpu: \"many\"");

	begin(&pack, 2, 1, false);
	event(&pack, 1700000000, 1);
	owner(&pack, "Deployment", "cart", "replicas", 9000000, "1");
	struct import_test test;
	run(&test, &pack);
	assert_false(test.good);
	assert_non_null(strstr(test.err.complaint[0].text, "spec.replicas"));
	import_end(&test);
}

/* Cut off at any byte, it is refused, never read over the end. */
static void a_cut_off_trace_is_refused_everywhere(void **state)
{
	static struct pack pack, part;

	(void)state;
	begin(&pack, 2, 1, false);
	event(&pack, 1700000000, 1);
	owner(&pack, "Deployment", "cart", "replicas", 2, "500m");
	for (size_t length = 1; length < pack.length; length++) {
		struct import_test test;
		memcpy(part.bytes, pack.bytes, length);
		part.length = length;
		run(&test, &part);
		assert_false(test.good);
		assert_int_equal(test.err.code, DRY_ERROR_INPUT);
		assert_int_equal(test.err.complaint[0].line, 1);
		import_end(&test);
	}
}

static void hostile_lengths_and_depths_are_refused(void **state)
{
	static struct pack pack;
	static const unsigned char nan_double[] = { 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0 };

	(void)state;
	pack.length = 0;
	for (int i = 0; i < 1000; i++)
		list(&pack, 1);
	byte(&pack, 0xc0);
	fails_at(&pack, 202, "deeper than 200");

	pack.length = 0;
	byte(&pack, 0xdf);
	for (int i = 0; i < 4; i++)
		byte(&pack, 0xff);
	fails_at(&pack, 6, "ends inside a list or map");

	pack.length = 0;
	map(&pack, 1);
	text(&pack, "version");
	for (size_t i = 0; i < sizeof(nan_double); i++)
		byte(&pack, nan_double[i]);
	fails_at(&pack, (uint32_t)pack.length + 1, "NaN");

	pack.length = 0;
	byte(&pack, 0xc1);
	fails_at(&pack, 2, "a type that no trace has");
}

/* At each of its instants, the published trace has as many pods as the table derived from it says. */
static void the_published_trace_has_the_replicas_of_its_table(void **state)
{
	static const char table[] = "../shared/data/simkube/dsb_scaling_replicas.csv";
	static const char requests[] = "\"requests\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}";
	struct import_test test;
	char line[256], name[128];
	int t, replicas, checked = 0;

	(void)state;
	import_begin(&test, NULL);
	import_file(&test, "../shared/data/simkube/dsb-scaling.sktrace");
	import_runs(&test);
	assert_string_equal(test.report.kind, "simkube");
	FILE *const file = fopen(table, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%d,%127[^,],%d,", &t, name, &replicas) != 3)
			continue;
		char owner_text[200];
		int alive = 0;
		snprintf(owner_text, sizeof(owner_text), "\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"%s\"}", name);
		for (const char *at = test.text; *at; at = strchr(at, '\n') + 1) {
			const char *const end = strchr(at, '\n');
			const char *const until = memmem(at, (size_t)(end - at), "\"until\":", 8);
			if (!memmem(at, (size_t)(end - at), owner_text, strlen(owner_text)))
				continue;
			assert_non_null(memmem(at, (size_t)(end - at), requests, strlen(requests)));
			alive += atof(at + 5) <= t && (!until || atof(until + 8) > t);
		}
		if (alive != replicas)
			print_error("%s at %d: %d pods, table %d\n", name, t, alive, replicas);
		assert_int_equal(alive, replicas);
		checked++;
	}
	fclose(file);
	assert_true(checked >= 27);
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replicas_become_pods_that_come_and_go),
		cmocka_unit_test(lives_say_how_long_pods_run),
		cmocka_unit_test(deleted_owners_take_their_pods_along),
		cmocka_unit_test(the_configuration_says_where_a_template_is),
		cmocka_unit_test(wrong_traces_are_pointed_at),
		cmocka_unit_test(a_cut_off_trace_is_refused_everywhere),
		cmocka_unit_test(hostile_lengths_and_depths_are_refused),
		cmocka_unit_test(the_published_trace_has_the_replicas_of_its_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
