/* Chart values and packs. */
#include "support/fuzz.h"
#include "support/import_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_bytes("helm", data, size, NULL);
	return 0;
}
