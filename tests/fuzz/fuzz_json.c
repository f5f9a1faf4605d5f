/* JSON as a tree. */
#include "support/doc_laws.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	doc_laws(data, size, DRY_DOC_JSON);
	return 0;
}
