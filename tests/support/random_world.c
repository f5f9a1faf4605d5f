/* Worlds from a seed. Small on purpose: a failing one should fit on a page. */
#include "support/random_world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"

struct maker {
	const struct world_options *options;
	struct dry_stream stream;
	uint64_t draws;
	FILE *scenario, *trace;
	uint32_t group_count, class_count;
	int64_t horizon_s, shift_s;
	double factor;
	bool has_gpu;
};

/* Uniform in [low, high]. */
static int64_t pick(struct maker *m, int64_t low, int64_t high)
{
	double u = dry_stream_uniform(&m->stream, m->draws++, 0);

	return low + (int64_t)(u * (double)(high - low + 1));
}

static bool chance(struct maker *m, int percent)
{
	return pick(m, 1, 100) <= percent;
}

static bool has(const struct maker *m, enum world_feature feature)
{
	return (m->options->features & feature) != 0;
}

static const char *one_of(struct maker *m, const char *const *text, int64_t count)
{
	return text[pick(m, 0, count - 1)];
}

#define ONE_OF(m, ...)                                                                            \
	one_of(m, (const char *const[]){ __VA_ARGS__ },                                           \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* Draws of zones are apart, so that a world without them is the same world. */
static struct maker zone_maker(const struct maker *m, const char *purpose, uint64_t number)
{
	struct maker own = *m;

	own.stream = dry_stream_make(m->options->seed, "random world zones", purpose, number);
	own.draws = 0;
	return own;
}

static bool spans_zones(const struct maker *m, uint32_t g)
{
	struct maker own = zone_maker(m, "group", g);

	return has(m, WORLD_ZONES) && chance(&own, 50);
}

static void write_zones(struct maker *m, uint32_t g, char zone)
{
	static const char *const over[] = { "r1a\",\"r1b", "r1b\",\"r1a\",\"r1c", "r1c\",\"r1b", "r1a\",\"r1b\",\"r1c" };
	struct maker own = zone_maker(m, "zones", g);

	if (spans_zones(m, g))
		fprintf(m->scenario, "\"zones\":[\"%s\"],", one_of(&own, over, 4));
	else if (m->options->zone_is_list)
		fprintf(m->scenario, "\"zones\":[\"r1%c\"],", zone);
	else
		fprintf(m->scenario, "\"zone\":\"r1%c\",", zone);
}

/* Besides the one it has. */
static const char *more_taints(const struct maker *m, uint32_t g)
{
	struct maker own = zone_maker(m, "taints", g);

	if (!has(m, WORLD_SETS))
		return "";
	return ONE_OF(&own, "", ",{\"key\":\"slow\",\"effect\":\"PreferNoSchedule\"}",
		      ",{\"key\":\"only\",\"value\":\"c\",\"effect\":\"NoExecute\"},"
		      "{\"key\":\"old\",\"effect\":\"PreferNoSchedule\"}");
}

/* No pod may use it; its DaemonSets may. */
static void write_useless_group(const struct maker *m)
{
	fprintf(m->scenario,
		",\n{\"name\":\"useless\",\"instanceType\":\"type-64\",\"capacityType\":\"on-demand\",\"region\":\"r1\","
		"\"minSize\":0,\"maxSize\":50,\"zone\":\"r1a\",\"capacity\":{\"cpu\":64,\"memory\":\"900Gi\",\"pods\":200},"
		"\"price\":0.000001,\"provisionTime\":1,\"labels\":{\"pool\":\"p9\"},"
		"\"taints\":[{\"key\":\"nobody\",\"effect\":\"NoSchedule\"}]}");
}

static void write_group(struct maker *m, uint32_t g)
{
	int64_t cores = INT64_C(2) << pick(m, 0, 3), ratio = pick(m, 2, 8);
	int64_t minimum = has(m, WORLD_INITIAL_NODES) ? pick(m, 0, 2) : 0, maximum;
	bool is_spot = chance(m, 40);
	FILE *f = m->scenario;

	maximum = minimum + pick(m, 1, 12) + (g ? 0 : m->options->more_nodes);

	fprintf(f,
		"%s{\"name\":\"g%u\",\"instanceType\":\"type-%" PRId64 "\",\"capacityType\":\"%s\","
		"\"region\":\"r1\",\"minSize\":%" PRId64 ",\"maxSize\":%" PRId64 ",\"initialSize\":%" PRId64 ",",
		g ? ",\n" : "", g, cores, is_spot ? "spot" : "on-demand", minimum, maximum,
		minimum + (has(m, WORLD_INITIAL_NODES) ? pick(m, 0, 1) : 0));
	write_zones(m, g, (char)('a' + pick(m, 0, 2)));
	fprintf(f,
		"\"capacity\":{\"cpu\":%" PRId64 ",\"memory\":\"%" PRId64 "Gi\",\"pods\":%" PRId64 "%s},"
		"\"allocatable\":{\"cpu\":\"%" PRId64 "m\",\"memory\":\"%" PRId64 "Mi\",\"pods\":%" PRId64 "%s},",
		cores, cores * ratio, pick(m, 8, 60), g == 1 && m->has_gpu ? ",\"nvidia.com/gpu\":2" : "",
		cores * 1000 - 80, cores * ratio * 1024 - 700, pick(m, 8, 60),
		g == 1 && m->has_gpu ? ",\"nvidia.com/gpu\":2" : "");
	fprintf(f, "\"price\":%.6f,", (double)pick(m, 20, 900) / 1000 * m->factor);
	if (has(m, WORLD_CHANCE) && chance(m, 60))
		fprintf(f, "\"provisionTime\":{\"median\":%" PRId64 ",\"p95\":%" PRId64 "},", pick(m, 20, 90),
			pick(m, 95, 400));
	else
		fprintf(f, "\"provisionTime\":%" PRId64 ",", pick(m, 0, 200));
	if (has(m, WORLD_CHANCE) && chance(m, 25))
		fprintf(f, "\"failureProbability\":0.1,\"stockoutProbability\":0.1,");
	if (has(m, WORLD_CONSTRAINTS) && chance(m, 30))
		fprintf(f, "\"taints\":[{\"key\":\"only\",\"value\":\"%c\",\"effect\":\"NoSchedule\"}%s],",
			(char)('a' + pick(m, 0, 1)), more_taints(m, g));
	if (g == 1 && m->has_gpu)
		fprintf(f, "\"labels\":{\"pool\":\"p1\",\"k8s.amazonaws.com/accelerator\":\"t4\"},");
	else
		fprintf(f, "\"labels\":{\"pool\":\"p%" PRId64 "\"},", pick(m, 0, 2));
	fprintf(f, "\"deletionTime\":%" PRId64 "}", chance(m, 50) ? 0 : pick(m, 1, 90));
}

static void write_flags(struct maker *m)
{
	FILE *f = m->scenario;
	bool with_price = has(m, WORLD_PRICE_EXPANDER) && chance(m, 35);

	fprintf(f, "\"autoscaler\":{\"frequent-loops-enabled\":%s,\"scan-interval\":\"10s\","
		   "\"expander\":\"%s\",\"balance-similar-node-groups\":%s,",
		chance(m, 15) ? "true" : "false",
		with_price ? "price" : ONE_OF(m, "least-waste", "most-pods", "least-nodes", "most-pods,least-waste"),
		chance(m, 50) ? "true" : "false");
	fprintf(f, "\"scale-down-unneeded-time\":\"%" PRId64 "s\",\"scale-down-delay-after-add\":\"%" PRId64 "s\",",
		pick(m, 1, 30) * 20, pick(m, 0, 30) * 20);
	fprintf(f, "\"scale-down-utilization-threshold\":0.%" PRId64 ",\"max-node-provision-time\":\"%" PRId64 "m\",",
		pick(m, 2, 9), pick(m, 3, 15));
	fprintf(f, "\"max-drain-parallelism\":%" PRId64 ",\"max-scale-down-parallelism\":10,", pick(m, 1, 3));
	if (chance(m, 20))
		fprintf(f, "\"max-nodes-total\":%" PRId64 ",", pick(m, 3, 15));
	if (chance(m, 20))
		fprintf(f, "\"cores-total\":\"0:%" PRId64 "\",", pick(m, 16, 80));
	if (has(m, WORLD_EQUAL_PODS))
		fprintf(f, "\"scale-down-enabled\":false,");
	fprintf(f, "\"new-pod-scale-up-delay\":\"%" PRId64 "s\"}", chance(m, 20) ? pick(m, 1, 40) : 0);
}

static void write_spot(struct maker *m)
{
	struct maker own = zone_maker(m, "spot", 0);

	fprintf(m->scenario, ",\n\"spot\":{\"hazard\":{\"perHour\":0.%" PRId64 "},\"notice\":\"%" PRId64 "s\"",
		pick(m, 1, 9), pick(m, 0, 2) * 60);
	if (has(m, WORLD_ZONES) && chance(&own, 60))
		fprintf(m->scenario,
			",\"stockouts\":{\"unavailable\":0.2,\"correlation\":0.3,\"mode\":\"%s\","
			"\"up\":{\"mean\":0.5,\"median\":0.3},\"down\":{\"mean\":0.2,\"median\":0.1}}",
			ONE_OF(&own, "error", "silent", "instance"));
	fprintf(m->scenario, "}");
}

static const char *more_daemon_sets(const struct maker *m)
{
	struct maker own = zone_maker(m, "daemon sets", 0);

	if (!has(m, WORLD_SETS))
		return "";
	return ONE_OF(&own, "",
		      ",{\"name\":\"log\",\"namespace\":\"kube-system\",\"requests\":{\"cpu\":\"30m\",\"memory\":\"90Mi\"},"
		      "\"nodeSelector\":{\"pool\":\"p1\"},\"tolerations\":[{\"operator\":\"Exists\"}]},"
		      "{\"name\":\"disk\",\"namespace\":\"kube-system\",\"requests\":{\"cpu\":\"20m\"},"
		      "\"tolerations\":[{\"key\":\"slow\",\"operator\":\"Exists\"},{\"operator\":\"Exists\"}]}");
}

static const char *more_budgets(const struct maker *m)
{
	struct maker own = zone_maker(m, "budgets", 0);

	if (!has(m, WORLD_SETS))
		return "";
	return ONE_OF(&own, "",
		      ",{\"name\":\"c\",\"namespace\":\"default\",\"selector\":{\"matchLabels\":{\"tier\":\"t1\"}},"
		      "\"minAvailable\":\"60%\"},{\"name\":\"d\",\"namespace\":\"default\",\"selector\":{\"matchExpressions\":"
		      "[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"a2\",\"a1\",\"a3\"]},"
		      "{\"key\":\"tier\",\"operator\":\"Exists\"}]},\"maxUnavailable\":1}");
}

static void write_scenario(struct maker *m)
{
	FILE *f = m->scenario;
	uint32_t g;

	m->group_count = (uint32_t)pick(m, 1, has(m, WORLD_EQUAL_PODS) ? 1 : 5);
	m->has_gpu = m->group_count > 1 && chance(m, 30);
	m->horizon_s = pick(m, 20, 120) * 60;
	fprintf(f, "{\"version\":\"dryscale/v1\",\"name\":\"world-%" PRIu64 "\",\"seed\":%" PRIu64
		   ",\"horizon\":%" PRId64 ",\"trace\":\"trace.jsonl\",\n\"nodeGroups\":[",
		m->options->seed, m->options->seed, m->horizon_s + m->shift_s);
	for (g = 0; g < m->group_count; g++)
		write_group(m, g);
	if (m->options->useless_group)
		write_useless_group(m);
	fprintf(f, "],\n");
	write_flags(m);
	if (chance(m, 60))
		fprintf(f, ",\n\"daemonSets\":[{\"name\":\"agent\",\"namespace\":\"kube-system\","
			   "\"requests\":{\"cpu\":\"50m\",\"memory\":\"64Mi\"},"
			   "\"tolerations\":[{\"operator\":\"Exists\"}]}%s]", more_daemon_sets(m));
	if (has(m, WORLD_CONSTRAINTS) && chance(m, 50))
		fprintf(f, ",\n\"podDisruptionBudgets\":[{\"name\":\"b\",\"namespace\":\"default\","
			   "\"selector\":{\"matchLabels\":{\"app\":\"a0\"}},\"maxUnavailable\":1}%s]", more_budgets(m));
	if (has(m, WORLD_CHANCE) && chance(m, 50))
		write_spot(m);
	if (has(m, WORLD_PREEMPTION) && chance(m, 40))
		fprintf(f, ",\n\"scheduler\":{\"preemption\":true},\"placeholders\":{\"nodes\":%" PRId64 "}",
			pick(m, 0, 2));
	fprintf(f, "}\n");
}

static void write_zone_rules(struct maker *m, uint32_t class)
{
	struct maker own = zone_maker(m, "class", class);

	if (!has(m, WORLD_ZONES))
		return;
	if (chance(&own, 15))
		fprintf(m->trace,
			"\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
			"{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"topology.kubernetes.io/zone\","
			"\"operator\":\"%s\",\"values\":[\"r1%c\"]}]}]}},\"podAffinity\":"
			"{\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":10,\"podAffinityTerm\":"
			"{\"topologyKey\":\"topology.kubernetes.io/zone\",\"labelSelector\":{\"matchLabels\":"
			"{\"app\":\"a%u\"}}}}]}},",
			ONE_OF(&own, "In", "NotIn"), (char)('a' + pick(&own, 0, 2)), class);
}

/* The part of a pod line that its class decides: equal draws for equal class. */
static void write_class(struct maker *m, uint32_t class)
{
	struct maker own = *m;
	FILE *f = m->trace;

	own.stream = dry_stream_make(m->options->seed, "random world", "class", class);
	own.draws = 0;
	fprintf(f, "\"requests\":{\"cpu\":\"%" PRId64 "m\",\"memory\":\"%" PRId64 "Mi\"%s},", pick(&own, 1, 30) * 100,
		pick(&own, 1, 40) * 100, m->has_gpu && chance(&own, 25) ? ",\"nvidia.com/gpu\":1" : "");
	fprintf(f, "\"labels\":{\"app\":\"a%u\"%s},", class,
		has(m, WORLD_SETS) && class % 3 ? ",\"tier\":\"t1\",\"x\":\"y\"" : "");
	if (chance(&own, 20))
		fprintf(f, "\"terminationSeconds\":%" PRId64 ",", pick(&own, 1, 60));
	if (!has(m, WORLD_CONSTRAINTS))
		return;
	if (chance(&own, 40))
		fprintf(f, "\"tolerations\":[{\"key\":\"only\",\"operator\":\"Exists\"}%s],",
			has(m, WORLD_SETS) && class % 2 ? ",{\"key\":\"slow\"},{\"key\":\"old\",\"operator\":\"Exists\"}" : "");
	if (chance(&own, 20))
		fprintf(f, "\"nodeSelector\":{\"pool\":\"p%" PRId64 "\"},", pick(&own, 0, 2));
	if (chance(&own, 20))
		fprintf(f, "\"priority\":%" PRId64 ",", pick(&own, -12, 3) * 10);
	if (chance(&own, 15))
		fprintf(f, "\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"%s\","
			   "\"whenUnsatisfiable\":\"%s\",\"labelSelector\":{\"matchLabels\":{\"app\":\"a%u\"}}}],",
			ONE_OF(&own, "kubernetes.io/hostname", "topology.kubernetes.io/zone"),
			ONE_OF(&own, "DoNotSchedule", "ScheduleAnyway"), class);
	if (chance(&own, 12))
		fprintf(f, "\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
			   "[{\"topologyKey\":\"%s\",\"labelSelector\":{\"matchLabels\":{\"app\":\"a%u\"}}}]}},",
			has(m, WORLD_ZONES) && class % 2 ? "topology.kubernetes.io/zone" : "kubernetes.io/hostname", class);
	else
		write_zone_rules(m, class);
	if (chance(&own, 15))
		fprintf(f, "\"localStorage\":true,");
	if (chance(&own, 12))
		fprintf(f, "\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"%s\"},",
			ONE_OF(&own, "true", "false"));
}

static void write_pod(struct maker *m, int64_t at_s, uint32_t serial)
{
	uint32_t class = (uint32_t)pick(m, 0, m->class_count - 1);
	FILE *f = m->trace;

	fprintf(f, "{\"t\":%" PRId64 ",\"type\":\"pod\",\"name\":\"p%u\",", at_s + m->shift_s, serial);
	write_class(m, class);
	switch (pick(m, 0, 3)) {
	case 0:
		fprintf(f, "\"until\":%" PRId64 ",", at_s + m->shift_s + pick(m, 10, m->horizon_s));
		break;
	case 1:
		break;
	default:
		fprintf(f, "\"duration\":%" PRId64 ",", pick(m, 5, 1800));
	}
	if (class % 5 != 4)
		fprintf(f, "\"owner\":{\"kind\":\"%s\",\"name\":\"o%u\"},",
			class % 2 ? "ReplicaSet" : "Job", class);
	fprintf(f, "\"namespace\":\"default\"}\n");
}

static void write_trouble(struct maker *m, int64_t at_s)
{
	uint32_t g = (uint32_t)pick(m, 0, m->group_count - 1);
	int64_t until_s = at_s + m->shift_s + pick(m, 10, 1200);
	struct maker own = zone_maker(m, "trouble", (uint64_t)at_s);
	FILE *f = m->trace;

	fprintf(f, "{\"t\":%" PRId64 ",\"nodeGroup\":\"g%u\",", at_s + m->shift_s, g);
	if (spans_zones(m, g) && chance(&own, 70))
		fprintf(f, "\"zone\":\"r1b\",");
	switch (pick(m, 0, 3)) {
	case 0:
		fprintf(f, "\"type\":\"interrupt\",\"count\":%" PRId64 ",\"notice\":%" PRId64 "}\n",
			pick(m, 1, 3), pick(m, 0, 120));
		break;
	case 1:
		fprintf(f, "\"type\":\"nodeNotReady\",\"count\":%" PRId64 ",\"until\":%" PRId64 "}\n",
			pick(m, 1, 2), until_s);
		break;
	default:
		fprintf(f, "\"type\":\"stockout\",\"until\":%" PRId64 ",\"mode\":\"%s\"}\n", until_s,
			ONE_OF(m, "error", "silent", "instance"));
	}
}

static void write_trace(struct maker *m)
{
	int64_t at_s = pick(m, 1, 60);
	uint32_t serial = 0, pods = (uint32_t)pick(m, 5, 120);

	m->class_count = (uint32_t)pick(m, 1, has(m, WORLD_EQUAL_PODS) ? 1 : 8);
	while (serial < pods && at_s < m->horizon_s) {
		int64_t burst = chance(m, 25) ? pick(m, 2, 15) : 1;

		while (burst-- > 0 && serial < pods)
			write_pod(m, at_s, serial++);
		if (has(m, WORLD_CLOUD_TROUBLE) && chance(m, 6))
			write_trouble(m, at_s);
		at_s += pick(m, 0, 2 * m->horizon_s / pods);
	}
}

bool world_write(const struct world_options *options, const char *folder)
{
	struct maker m = { .options = options, .shift_s = options->shift_s };
	char path[1024];
	bool ok;

	m.factor = options->price_factor > 0 ? options->price_factor : 1;
	m.stream = dry_stream_make(options->seed, "random world", "", 0);
	snprintf(path, sizeof(path), "%s/scenario.json", folder);
	m.scenario = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/trace.jsonl", folder);
	m.trace = fopen(path, "w");
	if (m.scenario && m.trace) {
		write_scenario(&m);
		write_trace(&m);
	}
	ok = m.scenario && m.trace;
	if (m.scenario)
		ok = fclose(m.scenario) == 0 && ok;
	if (m.trace)
		ok = fclose(m.trace) == 0 && ok;
	return ok;
}

bool make_folder(char *path, size_t size)
{
	const char *under = getenv("TMPDIR");

	snprintf(path, size, "%s/dryscale-XXXXXX", under && *under ? under : P_tmpdir);
	return mkdtemp(path) != NULL;
}

void remove_folder(const char *path)
{
	static const char *const file[] = { "scenario.json", "trace.jsonl" };
	char name[1024];
	size_t i;

	for (i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", path, file[i]);
		unlink(name);
	}
	rmdir(path);
}
