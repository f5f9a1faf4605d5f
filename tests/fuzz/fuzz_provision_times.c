/* Provision times from a decision log: read and fitted, or refused at a line. */
#include <unistd.h>

#include "base/error.h"
#include "io/provision_times.h"
#include "market/provision_fit.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_provision_times times;
	struct dry_provision_fit fit;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_provision_times_read(&times, path, 0, &err)) {
		fuzz_require_silence(&err);
		for (size_t i = 0; i < times.group_count; i++)
			if (dry_provision_fit(&fit, times.group[i].seconds, times.group[i].count))
				fuzz_require(fit.least > 0 && fit.least <= fit.most, "times are in order");
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_provision_times_release(&times);
	close(fd);
	return 0;
}
