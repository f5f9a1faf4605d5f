/* Azure retail prices. */
#include "support/fuzz.h"
#include "support/import_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_bytes("azure-prices", data, size, NULL);
	return 0;
}
