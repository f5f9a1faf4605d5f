/* The steps from trigger to what if, drawn into a pane; and the words that the list of events shares. */
#ifndef DRY_TUI_EXPLAIN_H
#define DRY_TUI_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "app.h"
#include "report/recording.h"

struct dry_explain_steps {
	struct dry_app *app;
	const struct dry_recording *recording;
	const struct dry_moment *moment;
	const struct dry_pane *pane;
	int row;                        /* next one to draw in; begins at 0 */
};

void dry_explain_steps(struct dry_explain_steps *steps);

/* hh:mm:ss, with days in front when there are any: a scan is known to the second. Return buffer. */
const char *dry_explain_clock(int64_t ms, char *buffer, size_t size);
/* "1m52s" */
const char *dry_explain_span(int64_t ms, char *buffer, size_t size);
const char *dry_explain_group(const struct dry_recording *recording, uint32_t group);

#endif
