/*
 * The library from C: a scenario with one setting changed, then a small sweep.
 *
 *     cc example.c $(pkg-config --cflags --libs dryscale) -o example
 *     ./example scenario.yaml
 */
#include <dryscale.h>
#include <math.h>
#include <stdio.h>

static int complain(void)
{
	fputs(dryscale_error(), stderr);
	return 1;
}

static int one_run(struct dryscale_scenario *scenario)
{
	struct dryscale_result *result;

	if (dryscale_set(scenario, "scale-down-unneeded-time", "2m"))
		return complain();
	result = dryscale_run(scenario, 0);
	printf("run %s %.6f %.6f %016llx\n", dryscale_get(scenario, "scale-down-unneeded-time"),
	       dryscale_metric(result, "cost_day"), dryscale_metric(result, "p95_wait_s"),
	       (unsigned long long)dryscale_digest(result));
	dryscale_result_free(result);
	dryscale_reset(scenario);
	return 0;
}

static int a_sweep(struct dryscale_scenario *scenario)
{
	static const char *const times[] = { "2m", "10m", "30m" };
	static const char *const sizes[] = { "4", "6" };
	struct dryscale_sweep *sweep = dryscale_sweep_new(scenario);
	int code = 0;
	size_t i;

	for (i = 0; i < 3 && !code; i++)
		code = dryscale_sweep_value(sweep, "scale-down-unneeded-time", times[i]);
	for (i = 0; i < 2 && !code; i++)
		code = dryscale_sweep_value(sweep, "nodeGroups.general.maxSize", sizes[i]);
	if (!code)
		code = dryscale_sweep_run(sweep, 2);
	if (code) {
		dryscale_sweep_free(sweep);
		return complain();
	}
	for (i = 0; i < dryscale_front_count(sweep); i++) {
		size_t point = dryscale_front_point(sweep, i);

		printf("front %llu %s %s %.6f\n", (unsigned long long)dryscale_point_id(sweep, point),
		       dryscale_point_value(sweep, point, "scale-down-unneeded-time"),
		       dryscale_point_value(sweep, point, "nodeGroups.general.maxSize"),
		       dryscale_point_metric(sweep, point, "cost_day"));
	}
	code = dryscale_sweep_write(sweep, "library.json");
	dryscale_sweep_free(sweep);
	return code ? complain() : 0;
}

static int mistakes(struct dryscale_scenario *scenario)
{
	if (dryscale_set(scenario, "scale-down-uneeded-time", "2m") != DRYSCALE_USAGE)
		return 1;
	fputs(dryscale_error(), stdout);
	if (dryscale_load("no-such-file.yaml"))
		return 1;
	fputs(dryscale_error(), stdout);
	return dryscale_metric_name(100000) != NULL || dryscale_get(scenario, "nonsense") != NULL;
}

int main(int argc, char **argv)
{
	struct dryscale_scenario *scenario = argc == 2 ? dryscale_load(argv[1]) : NULL;
	int code;

	if (!scenario)
		return complain();
	printf("dryscale %s, API %d\n", dryscale_version(), dryscale_api_version());
	code = one_run(scenario) || a_sweep(scenario) || mistakes(scenario);
	dryscale_free(scenario);
	return code;
}
