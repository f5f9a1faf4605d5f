/* Records of a real cluster, a calibration file or what is imported as one: in order, or refused. */
#include <unistd.h>

#include "report/recorded_log.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_calibration calibration;
	struct dry_recorded_log recorded;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));
	const char *const file[] = { path };
	const struct dry_calibration_request request = { .file_count = 1, .file = file, .log_year = 2026 };

	if (dry_calibration_read(&calibration, &request, &err)) {
		for (uint32_t i = 1; i < calibration.count; i++)
			fuzz_require(calibration.event[i - 1].at_ms <= calibration.event[i].at_ms, "events are in order");
		dry_recorded_log_make(&recorded, &calibration);
		fuzz_require(recorded.input.pod.count <= calibration.count, "no more pods than events");
		dry_recorded_log_release(&recorded);
	} else {
		fuzz_require(err.count > 0, "what is refused is complained about");
	}
	dry_error_release(&err);
	dry_calibration_release(&calibration);
	close(fd);
	return 0;
}
