/* Observed lifetimes, CSV: read and fitted, or refused at a line. */
#include <math.h>
#include <unistd.h>

#include "io/lifetimes.h"
#include "market/lifetime_fit.h"
#include "support/fuzz.h"

static void fit(struct dry_lifetime_group *group)
{
	struct dry_lifetime_fit fitted;

	fuzz_require(group->count > 0, "a group has rows");
	for (size_t i = 0; i < group->count; i++)
		fuzz_require(isfinite(group->lifetime[i].duration) && group->lifetime[i].duration >= 0, "a life has a length");
	if (dry_lifetime_fit(&fitted, group->lifetime, group->count))
		fuzz_require(fitted.best && fitted.ended > 0 && fitted.ended <= group->count, "a fit has a best");
}

static void read_by(const char *path, const char *column)
{
	struct dry_error err = { 0 };
	struct dry_lifetime_table table;

	if (dry_lifetimes_read(&table, path, column, 0, &err)) {
		fuzz_require_silence(&err);
		for (size_t i = 0; i < table.group_count; i++)
			fit(&table.group[i]);
	} else {
		fuzz_require(err.count > 0, "what is refused is complained about");
	}
	dry_error_release(&err);
	dry_lifetimes_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	read_by(path, NULL);
	read_by(path, "zone");
	close(fd);
	return 0;
}
