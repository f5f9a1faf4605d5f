/* Pods as lists and watches, JSON and YAML. */
#include "support/fuzz.h"
#include "support/import_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_bytes("pod-watch", data, size, NULL);
	return 0;
}
