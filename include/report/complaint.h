/*
 * What is wrong, for people and for editors that jump to a line: each
 * complaint as "file:line:column: error: what", the source line with a caret,
 * what was expected, how to fix it. Text from a file never reaches the terminal
 * raw. The same text serves the command line and the terminal screens.
 */
#ifndef DRY_REPORT_COMPLAINT_H
#define DRY_REPORT_COMPLAINT_H

#include <stdbool.h>

#include "base/error.h"
#include "report/page.h"

/*
 * Adds every complaint of err. `consequence` (may be NULL) ends the count line
 * that follows complaints about files: "nothing was simulated, nothing was written".
 * Notes are left out when `errors_only`.
 */
void dry_complaint_print(struct dry_page *page, const struct dry_error *err, const char *consequence,
			bool errors_only, bool colour);

#endif
