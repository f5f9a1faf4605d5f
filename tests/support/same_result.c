#include "support/same_result.h"

#include <string.h>

#include "io/results_file.h"

bool same_bytes(const struct dry_sweep_result *a, const struct dry_sweep_result *b)
{
	struct dry_results_text x = { 0 }, y = { 0 };
	bool same;

	dry_results_json(a, &x);
	dry_results_json(b, &y);
	same = x.length == y.length && !memcmp(x.text, y.text, x.length);
	dry_results_text_release(&x);
	dry_results_text_release(&y);
	return same;
}
