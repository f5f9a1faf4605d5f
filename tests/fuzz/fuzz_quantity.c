/* Quantities, prices and numbers: the ways to read one text agree. */
#include <math.h>
#include <stddef.h>

#include "base/units.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const text = (const char *)data;
	int64_t milli = 0, whole = 0, integer = 0, nusd = 0;
	double number = 0;
	const char *const bad_milli = dry_parse_quantity_milli(text, size, &milli);
	const char *const bad_whole = dry_parse_quantity(text, size, &whole);

	fuzz_require(!(bad_milli && !*bad_milli) && !(bad_whole && !*bad_whole), "a refusal says why");
	/* 1000 times as large may be too large; the other way round nothing is. */
	fuzz_require(bad_milli || !bad_whole, "what has thousandths has a whole");
	if (!bad_milli) {
		const int64_t up = milli / 1000 + (milli > 0 && milli % 1000 != 0);
		fuzz_require(whole == up, "both are rounded up");
	}
	if (!dry_parse_number(text, size, &number))
		fuzz_require(isfinite(number), "a number is finite");
	if (!dry_parse_integer(text, size, &integer)) {
		fuzz_require(!dry_parse_number(text, size, &number), "an integer is a number");
		fuzz_require(fabs(number - (double)integer) <= fabs(number) * 1e-15, "the same one");
	}
	if (!dry_parse_price_nusd(text, size, &nusd))
		fuzz_require(nusd >= 0, "a price is not negative");
	return 0;
}
