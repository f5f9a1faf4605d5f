/* The profiles: which services, jobs, prices and shortages each is made of. */
#include <math.h>

#include "generation.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define APP(name) ",\"labels\":{\"app\":\"" name "\"}"
#define ON_SPOT ",\"tolerations\":[{\"key\":\"lifecycle\",\"value\":\"spot\",\"effect\":\"NoSchedule\"}]"
#define ON_GPU ",\"tolerations\":[{\"key\":\"nvidia.com/gpu\",\"operator\":\"Exists\",\"effect\":\"NoSchedule\"}]"
#define OVER_ZONES(name)                                                                          \
	",\"topologySpreadConstraints\":[{\"maxSkew\":2,\"topologyKey\":"                         \
	"\"topology.kubernetes.io/zone\",\"whenUnsatisfiable\":\"ScheduleAnyway\","               \
	"\"labelSelector\":{\"matchLabels\":{\"app\":\"" name "\"}}}]"

static const struct service web_services[] = {
	{ "frontend", { "\"cpu\":\"500m\",\"memory\":\"512Mi\"", APP("frontend") },
	  6, 30, 14, 0.7, 0.10, 10, NULL },
	{ "api", { "\"cpu\":\"1\",\"memory\":\"1536Mi\"", APP("api") },
	  6, 28, 14.5, 0.7, 0.13, 11, NULL },
	{ "checkout", { "\"cpu\":\"500m\",\"memory\":\"1Gi\"", APP("checkout") },
	  3, 12, 18, 0.9, 0.13, 15, NULL },
	{ "search", { "\"cpu\":\"2\",\"memory\":\"6Gi\"", APP("search") },
	  3, 14, 15, 0.6, 0.16, -1, NULL },
	{ "recommend", { "\"cpu\":\"1500m\",\"memory\":\"4Gi\"", APP("recommend") },
	  2, 10, 20, 1, 0.16, -1, NULL },
	{ "worker", { "\"cpu\":\"750m\",\"memory\":\"1Gi\"", APP("worker") },
	  4, 16, 20, 0.8, 0.2, 16, NULL },
	{ "cache", { "\"cpu\":\"1\",\"memory\":\"6Gi\"", APP("cache") },
	  4, 4, 12, 1, 0, -1, NULL },
};

static const struct wave batch_waves[] = {
	{ "extract", { "\"cpu\":\"500m\",\"memory\":\"1Gi\"", "" }, 1, 0, 60, 120, 300, 0.5, false },
	{ "transform", { "\"cpu\":\"2\",\"memory\":\"6Gi\"", "" }, 1.5, 0, 90, 300, 900, 0.5, false },
	{ "aggregate", { "\"cpu\":\"3\",\"memory\":\"10Gi\"", "" }, 2.5, 0, 30, 60, 1500, 0.4, false },
	{ "backup", { "\"cpu\":\"1\",\"memory\":\"2Gi\"", "" }, 3.5, 0, 8, 30, 1800, 0.3, false },
	{ "report", { "\"cpu\":\"1\",\"memory\":\"4Gi\"", "" }, 5, 0, 16, 60, 600, 0.4, true },
	{ "cron", { "\"cpu\":\"250m\",\"memory\":\"256Mi\"", "" }, 0, 0.25, 4, 5, 60, 0.4, false },
};

static const uint32_t training_widths[] = { 1, 1, 1, 2, 2, 4, 8 };
static const uint32_t encode_widths[] = { 2, 4, 6, 10 };

static const struct arrivals training = {
	"train", { "\"cpu\":\"6\",\"memory\":\"24Gi\",\"nvidia.com/gpu\":\"1\"", ON_GPU },
	5, 0.2, COUNT(training_widths), training_widths, 2700, 0.9
};

static const struct wave gpu_waves[] = {
	{ "sweep", { "\"cpu\":\"4\",\"memory\":\"16Gi\",\"nvidia.com/gpu\":\"1\"", ON_GPU },
	  10, 4, 24, 20, 1200, 0.4, true },
	{ "prepare", { "\"cpu\":\"2\",\"memory\":\"6Gi\"", "" }, 7, 3, 40, 120, 600, 0.4, false },
};

static const struct service inference = {
	"inference", { "\"cpu\":\"3\",\"memory\":\"12Gi\",\"nvidia.com/gpu\":\"1\"",
		       ",\"priority\":1000" APP("inference") ON_GPU },
	2, 7, 15, 0.5, 0.08, -1, NULL
};

static const struct shortage gpu_shortages[] = {
	{ "gpu-a", "error", 2, 30, 0.6 },
	{ "gpu-b", "instance", 1, 45, 0.6 },
};

static const struct service zone_services[] = {
	{ "web", { "\"cpu\":\"1\",\"memory\":\"2Gi\"", APP("web") ON_SPOT OVER_ZONES("web") },
	  12, 48, 14, 0.7, 0.10, 10, NULL },
	{ "api", { "\"cpu\":\"2\",\"memory\":\"4Gi\"", APP("api") ON_SPOT OVER_ZONES("api") },
	  8, 30, 15, 0.7, 0.08, 11, NULL },
	{ "ledger", { "\"cpu\":\"1\",\"memory\":\"4Gi\"", ",\"priority\":1000" APP("ledger") OVER_ZONES("ledger") },
	  6, 9, 14, 1, 0.03, -1, NULL },
};

static const struct arrivals encoding = {
	"encode", { "\"cpu\":\"2\",\"memory\":\"4Gi\"", ON_SPOT }, 8, 0.4,
	COUNT(encode_widths), encode_widths, 1200, 0.6
};

static const struct spot_series zone_prices[] = {
	{ "m5.2xlarge", "us-east-1a", 0.152, 0.384, 0.15 }, { "m5.2xlarge", "us-east-1b", 0.164, 0.384, 0.22 },
	{ "m5.2xlarge", "us-east-1c", 0.141, 0.384, 0.30 }, { "c5.2xlarge", "us-east-1a", 0.139, 0.34, 0.18 },
	{ "c5.2xlarge", "us-east-1b", 0.128, 0.34, 0.15 },  { "c5.2xlarge", "us-east-1c", 0.146, 0.34, 0.25 },
};

/*
 * The sale opens at midnight after the first day: within ten minutes sixteen
 * times the load of that quiet hour, gone by the morning, three times the usual
 * at ten, four and a half times at eight in the evening. The day after has half
 * as much again as usual.
 */
static double sale(int64_t at_ms)
{
	double hour = (double)at_ms / (double)HOUR_MS - 24;

	if (hour < 0)
		return 1;
	if (hour >= 24)
		return 1.5;
	if (hour < 1.0 / 6)
		return 1 + 15 * hour * 6;
	if (hour < 5)
		return 1.5 + 14.5 * exp(-(hour - 1.0 / 6) / 1.2);
	return 1.5 + 1.5 * exp(-pow((hour - 10) / 2.5, 2)) + 3.0 * exp(-pow((hour - 20) / 1.8, 2));
}

static void web_service(struct generation *g)
{
	size_t i;

	for (i = 0; i < COUNT(web_services); i++)
		generate_service(g, &web_services[i]);
}

static void nightly_batch(struct generation *g)
{
	size_t i;

	for (i = 0; i < COUNT(batch_waves); i++)
		generate_wave(g, &batch_waves[i]);
}

static void gpu_training(struct generation *g)
{
	size_t i;

	generate_service(g, &inference);
	generate_arrivals(g, &training);
	for (i = 0; i < COUNT(gpu_waves); i++)
		generate_wave(g, &gpu_waves[i]);
	for (i = 0; i < COUNT(gpu_shortages); i++)
		generate_shortage(g, &gpu_shortages[i]);
}

static void spot_zones(struct generation *g)
{
	size_t i;

	for (i = 0; i < COUNT(zone_services); i++)
		generate_service(g, &zone_services[i]);
	generate_arrivals(g, &encoding);
	for (i = 0; i < COUNT(zone_prices); i++)
		generate_prices(g, &zone_prices[i]);
}

static void flash_sale(struct generation *g)
{
	size_t i;

	for (i = 0; i < COUNT(web_services); i++) {
		struct service service = web_services[i];

		service.rollout_hour = -1;      /* nobody deploys in that week */
		if (service.base < service.peak)
			service.extra = sale;
		generate_service(g, &service);
	}
}

const struct dry_generator_profile dry_generator_profiles[] = {
	{ "web-service", "seven Deployments that follow a day's load, with rollouts",
	  "frontend, api, checkout, search, recommend, worker and cache: 28 replicas at\n"
	  "night, 110 in the afternoon, moved minute by minute the way a horizontal\n"
	  "autoscaler does, with noise; less on weekends; four are rolled out each\n"
	  "weekday. t = 0 is a Monday, midnight.",
	  1, false },
	{ "nightly-batch", "waves of Jobs at night, and small ones every quarter of an hour",
	  "extract (01:00, 60 pods), transform (01:30, 90), aggregate (02:30, 30), backup\n"
	  "(03:30), report (05:00, weekdays); four cron pods every quarter of an hour. Run\n"
	  "times are lognormal.",
	  1, false },
	{ "gpu-training", "training Jobs, parameter searches and inference on GPUs that run out",
	  "Jobs of 1 to 8 GPUs that people start in working hours, a search of 24 GPU\n"
	  "pods at 10, 14, 18 and 22 h, a service with 2 to 7 GPU replicas, CPU jobs that\n"
	  "prepare data; times at which groups gpu-a and gpu-b get no machines. GPU pods\n"
	  "tolerate the taint nvidia.com/gpu.",
	  2, false },
	{ "spot-zones", "services and Jobs over three zones, with spot prices",
	  "web and api (12 to 48 and 8 to 30 replicas, spread over zones) and encoding\n"
	  "Jobs tolerate the taint lifecycle=spot, ledger does not. Prices of m5.2xlarge\n"
	  "and c5.2xlarge in us-east-1a, b and c wander about a mean, each its own way,\n"
	  "never above on-demand.",
	  2, true },
	{ "flash-sale", "web-service with a sale that opens at midnight of the second day",
	  "A usual day; then, within ten minutes of midnight, sixteen times the load of\n"
	  "that quiet hour, three times the usual at 10:00, four and a half times at\n"
	  "20:00; a third day with half as much again as usual.",
	  3, false },
};
const size_t dry_generator_profile_count = COUNT(dry_generator_profiles);

static void (*const makers[])(struct generation *) = { web_service, nightly_batch, gpu_training,
						       spot_zones, flash_sale };
_Static_assert(COUNT(makers) == COUNT(dry_generator_profiles), "one maker a profile");

void generate_profile(struct generation *g)
{
	makers[g->profile - dry_generator_profiles](g);
}
