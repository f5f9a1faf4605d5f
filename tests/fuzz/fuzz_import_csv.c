/* Any CSV by a map of its columns: the first line is the map, the rest the file. */
#include <string.h>

#include "support/fuzz.h"
#include "support/import_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *const end = size ? memchr(data, '\n', size) : NULL;
	char columns[512];

	if (!end || (size_t)(end - data) >= sizeof(columns))
		return 0;
	memcpy(columns, data, (size_t)(end - data));
	columns[end - data] = '\0';
	import_bytes("csv", end + 1, size - (size_t)(end + 1 - data), columns);
	return 0;
}
