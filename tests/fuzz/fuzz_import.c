/* Files of which nobody says what they are: recognized and imported, or refused. */
#include <stdlib.h>
#include <unistd.h>

#include "io/importers.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_import_request request;
	struct dry_import_report report;
	struct dry_error err = { 0 };
	char path[64], *text = NULL;
	size_t length = 0;
	const int fd = fuzz_file(data, size, path, sizeof(path));
	const char *const file[] = { path };

	dry_import_request_init(&request);
	dry_import_report_init(&report);
	request.file = file;
	request.file_count = 1;
	if (dry_import_text(&request, &report, &text, &length, &err))
		fuzz_require(report.kind && text && length > 0, "what is imported has a kind and lines");
	else
		fuzz_require(err.count > 0, "what is refused is complained about");
	fuzz_require(*dry_import_report_json(&report), "a report is no empty text");
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
	close(fd);
	return 0;
}
