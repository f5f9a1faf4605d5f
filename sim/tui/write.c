/* Writing a result from the screens. */
#include <stdio.h>

#include "views.h"
#include "io/results_file.h"

static void write_result(struct dry_app *app, const char *path, bool force)
{
	struct dry_error err = { 0 };

	if (!*path || !dry_app_result(app))
		return;
	if (dry_results_write(dry_app_result(app), path, force, &err))
		dry_app_say(app, DRY_ROLE_PASS, "wrote %s", path);
	else
		dry_app_say_error(app, &err);
}

static void write_new(struct dry_app *app, const char *path)
{
	write_result(app, path, false);
}

static void write_over(struct dry_app *app, const char *path)
{
	write_result(app, path, true);
}

void dry_write_ask_result(struct dry_app *app, bool replace)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	char path[256];

	if (!result) {
		dry_app_say(app, DRY_ROLE_PLAIN, "there is no result yet");
		return;
	}
	snprintf(path, sizeof(path), "%s.sweep.json.gz", result->scenario ? result->scenario : "result");
	dry_app_ask(app, replace ? "write over: " : "write to: ", path, replace ? write_over : write_new);
}
