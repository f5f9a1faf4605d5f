/* Durations: what is read is written in a form that reads as the same. */
#include <string.h>

#include "base/units.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const text = (const char *)data;
	int64_t ms = 0, again = 0;
	char written[64];
	const char *const wrong = dry_parse_duration_ms(text, size, &ms);

	if (wrong) {
		fuzz_require(*wrong, "a refusal says why");
		return 0;
	}
	fuzz_require(size > 0, "nothing is no duration");
	dry_format_duration(ms, written, sizeof(written));
	fuzz_require(!dry_parse_duration_ms(written, strlen(written), &again), "a written duration can be read");
	fuzz_require(ms == again, "and is the same");
	dry_format_seconds(ms, written, sizeof(written));
	fuzz_require(!dry_parse_duration_ms(written, strlen(written), &again), "so can its seconds");
	fuzz_require(ms == again, "and are the same");
	return 0;
}
