/*
 * The library from C: a scenario with one setting changed, a small sweep, its
 * result file read again, and one of its points run with every decision told.
 *
 *     cc example.c $(pkg-config --cflags --libs dryscale) -o example
 *     ./example scenario.yaml
 */
#include <dryscale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

static void count(void *context, const char *line)
{
	unsigned *scale_ups = context;

	*scale_ups += strstr(line, "\"event\":\"scaleUp\"") != NULL;
}

/* A result file, and its first point on the front once more. */
static int a_file(struct dryscale_scenario *scenario)
{
	struct dryscale_sweep *found = dryscale_sweep_open("library.json");
	struct dryscale_result *result;
	unsigned scale_ups = 0;
	size_t i, first;

	if (!found)
		return complain();
	printf("file %s %s %s, %zu parameters, %zu points, base %.6f\n", dryscale_sweep_info(found, "scenario"),
	       dryscale_sweep_info(found, "method"), dryscale_sweep_info(found, "objectives"),
	       dryscale_parameter_count(found), dryscale_point_count(found),
	       dryscale_base_metric(found, "cost_day"));
	for (i = 0; i < dryscale_point_count(found); i++)
		printf("point %llu %s %s %s\n", (unsigned long long)dryscale_point_id(found, i),
		       dryscale_point_state(found, i), dryscale_point_value(found, i, dryscale_parameter_path(found, 0)),
		       dryscale_point_on_front(found, i) ? "front" : "-");
	first = dryscale_front_point(found, 0);
	if (dryscale_point_apply(found, first, scenario)) {
		dryscale_sweep_free(found);
		return complain();
	}
	result = dryscale_run_events(scenario, 0, count, &scale_ups);
	printf("again %.6f %.6f, %u scale-ups told, %.0f counted\n", dryscale_point_metric(found, first, "cost_day"),
	       dryscale_metric(result, "cost_day"), scale_ups, dryscale_metric(result, "scale_ups"));
	dryscale_result_free(result);
	dryscale_sweep_free(found);
	dryscale_reset(scenario);
	return 0;
}

static int mistakes(struct dryscale_scenario *scenario)
{
	if (dryscale_set(scenario, "scale-down-uneeded-time", "2m") != DRYSCALE_USAGE)
		return 1;
	fputs(dryscale_error(), stdout);
	if (dryscale_load("no-such-file.yaml"))
		return 1;
	fputs(dryscale_error(), stdout);
	if (dryscale_sweep_open("no-such-result.json"))
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
	code = one_run(scenario) || a_sweep(scenario) || a_file(scenario) || mistakes(scenario);
	dryscale_free(scenario);
	return code;
}
