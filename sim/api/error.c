#include "api/error.h"

#include <string.h>

#include "dryscale.h"
#include "report/complaint.h"

static _Thread_local char last[4096];

const char *dryscale_error(void)
{
	return last;
}

const char *dryscale_version(void)
{
	return DRY_VERSION;
}

int dryscale_api_version(void)
{
	return DRYSCALE_API_VERSION;
}

void api_begin(void)
{
	last[0] = '\0';
}

int api_usage(const char *text)
{
	struct dry_error err = { 0 };

	dry_fail(&err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s", text);
	return api_fail(&err);
}

int api_fail(struct dry_error *err)
{
	struct dry_page page = { 0 };
	int code = err->code == DRY_OK ? DRYSCALE_SYSTEM : (int)err->code;
	const char *text;
	size_t length;

	dry_complaint_print(&page, err, NULL, true, false);
	text = dry_page_string(&page);
	length = strlen(text);
	if (length >= sizeof(last)) {
		/* At the end of a character. */
		length = sizeof(last) - 1;
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(last, text, length);
	last[length] = '\0';
	dry_page_release(&page);
	dry_error_release(err);
	return code;
}
