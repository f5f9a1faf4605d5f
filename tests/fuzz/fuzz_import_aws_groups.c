/* EKS node groups and Auto Scaling groups. */
#include "support/fuzz.h"
#include "support/import_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_bytes("asg", data, size, NULL);
	return 0;
}
