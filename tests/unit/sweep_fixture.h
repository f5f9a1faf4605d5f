/*
 * A sweep over settings of a small scenario whose runs are made up: metrics
 * follow from the setting and a seed, so that recommendations and policies meet
 * any mixture of costs and waits in no time.
 */
#ifndef TESTS_UNIT_SWEEP_FIXTURE_H
#define TESTS_UNIT_SWEEP_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "io/scenario.h"
#include "sweep/sweep.h"

static const char fixture_scenario[] =
	"version: dryscale/v1\n"
	"name: made-up\n"
	"seed: 7\n"
	"trace: none.jsonl\n"
	"horizon: 24h\n"
	"nodeGroups:\n"
	"  - {name: general, instanceType: m5.xlarge, region: us-east-1, zone: us-east-1a, minSize: 1, maxSize: 20}\n"
	"  - {name: spot.pool-a, instanceType: c5.2xlarge, region: eu-west-1, zone: eu-west-1b, capacityType: spot,\n"
	"     minSize: 0, maxSize: 10}\n"
	"autoscaler: {expander: least-waste}\n"
	"sweep:\n"
	"  parameters:\n"
	"    scale-down-unneeded-time: [2m, 5m, 10m, 20m]\n"
	"    nodeGroups.spot.pool-a.maxSize: [0, 5, 10, 40]\n"
	"    expander: [least-waste, priority, most-pods]\n"
	"objectives: [cost_day, p95_wait]\n";

struct sweep_fixture {
	char folder[64];
	char path[96];
	struct dry_input input;
	struct dry_sweep_result result;
};

/* 0 to 1 from a setting, a seed and a purpose. */
static double fixture_draw(const struct dry_run_request *request, int purpose)
{
	const struct dry_options *o = &request->config->options;
	char text[160], hex[65];

	snprintf(text, sizeof(text), "%lld %d %d %d %llu %u %d", (long long)o->scale_down_unneeded_ms,
		 request->config->group[1].max_size, (int)o->expander[0], (int)o->expander_count,
		 (unsigned long long)request->seed, request->replication, purpose);
	dry_sha256_hex(text, strlen(text), hex);
	hex[12] = '\0';
	return (double)strtoull(hex, NULL, 16) / 281474976710656.0;
}

static bool fixture_run(struct dry_worker *worker, const struct dry_run_request *request,
			struct dry_result *result)
{
	double spot = request->config->group[1].max_size > 0 ? fixture_draw(request, 3) : 0;

	(void)worker;
	dry_result_reserve(result, 0, 0);
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		result->metric[i] = 0;
	memset(result->lower_bound, 0, sizeof(result->lower_bound));
	result->metric[DRY_METRIC_COST_DAY] = 50 + 100 * fixture_draw(request, 1);
	result->metric[DRY_METRIC_P95_WAIT] = 10 + 200 * fixture_draw(request, 2);
	result->metric[DRY_METRIC_COST_SPOT] = spot * result->metric[DRY_METRIC_COST_DAY];
	result->metric[DRY_METRIC_COST_ON_DEMAND] = (1 - spot) * result->metric[DRY_METRIC_COST_DAY];
	result->metric[DRY_METRIC_PEAK_NODES] = floor(1 + 40 * fixture_draw(request, 4));
	result->metric[DRY_METRIC_INTERRUPTIONS] = floor(5 * spot);
	result->stochastic = true;
	result->pruned = false;
	result->digest = 1;
	return true;
}

static bool fixture_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool done = file && fputs(text, file) >= 0;

	return file && fclose(file) == 0 && done;
}

/* False when anything is wrong. End it with fixture_end() either way. */
static bool fixture_begin(struct sweep_fixture *f, uint64_t seed, uint32_t replications)
{
	struct dry_sweep_options options = { .has_seed = true, .seed = seed, .replications = replications,
					     .exhaustive = true, .run_fn = fixture_run };
	const struct dry_load_options load = { .without_trace = true };
	struct dry_error err = { 0 };
	struct dry_sweep *sweep;

	memset(f, 0, sizeof(*f));
	dry_sweep_result_init(&f->result);
	snprintf(f->folder, sizeof(f->folder), "/tmp/dryscale-sweep-XXXXXX");
	if (!mkdtemp(f->folder))
		return false;
	snprintf(f->path, sizeof(f->path), "%s/scenario.yaml", f->folder);
	if (!fixture_write(f->path, fixture_scenario) || !dry_input_load(&f->input, f->path, &load, &err) ||
	    !(sweep = dry_sweep_new(&f->input, &options, &err))) {
		if (err.count)
			fprintf(stderr, "%s\n", err.complaint[0].text);
		dry_error_release(&err);
		return false;
	}
	dry_sweep_start(sweep, 1);
	dry_sweep_wait(sweep, -1);
	dry_sweep_result_release(&f->result);
	dry_sweep_result(sweep, &f->result);
	dry_sweep_release(sweep);
	dry_error_release(&err);
	return f->result.counts.done == 48;
}

static void fixture_end(struct sweep_fixture *f)
{
	dry_sweep_result_release(&f->result);
	dry_input_release(&f->input);
	unlink(f->path);
	rmdir(f->folder);
}

#endif
