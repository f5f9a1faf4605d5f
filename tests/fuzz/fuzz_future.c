/* Traces to forecast from: a future that can be written, or a refusal at a line. */
#include <unistd.h>

#include "base/error.h"
#include "io/trace_future.h"
#include "io/writer.h"
#include "support/fuzz.h"

#define MINUTE_MS INT64_C(60000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* short ones: a case of a few lines then holds two seasons */
	const struct dry_future_options options = { .bucket_ms = 5 * MINUTE_MS, .season_ms = 60 * MINUTE_MS,
						    .horizon_ms = 120 * MINUTE_MS, .growth = 1.2, .seed = 1 };
	struct dry_error err = { 0 };
	struct dry_future future;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_future_read(&future, path, &options, &err)) {
		fuzz_require_silence(&err);
		fuzz_require(future.pod_count <= size, "no more pods than lines");
		struct dry_writer *const writer = dry_writer_open("/dev/null", NULL, &err);
		fuzz_require(writer != NULL, "nowhere can be written to");
		dry_future_write(&future, writer);
		fuzz_require(dry_writer_commit(writer, &err), "and is");
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_future_release(&future);
	close(fd);
	return 0;
}
