/* Policy files: read, or refused at a place; what is read makes an admission policy or says why not. */
#include <unistd.h>

#include "report/policy.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_page page = { 0 };
	struct dry_error err = { 0 };
	struct dry_policy policy;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_policy_read(&policy, path, &err)) {
		fuzz_require_silence(&err);
		err = (struct dry_error){ 0 };
		if (dry_policy_admission(&policy, &page, &err))
			fuzz_require(page.length > 0, "an admission policy is no empty text");
		else
			fuzz_require_complaint(&err, DRY_ERROR_EMPTY);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_page_release(&page);
	dry_policy_release(&policy);
	close(fd);
	return 0;
}
