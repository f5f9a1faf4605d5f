/* Result files: whatever is taken writes itself again and reads back, and has a picture. */
#include <stdlib.h>

#include "io/results_file.h"
#include "report/sweep_picture.h"
#include "support/fuzz.h"

static void draw(const struct dry_sweep_result *result)
{
	struct dry_sweep_picture picture;
	struct dry_page page = { 0 };

	dry_sweep_picture_choose(result, &picture);
	dry_sweep_picture_svg(&picture, &page);
	dry_sweep_picture_markdown(&picture, &page);
	fuzz_require(page.length > 0, "a picture is no empty text");
	dry_page_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_sweep_result result, back;
	struct dry_results_text text = { 0 };
	struct dry_error err = { 0 };

	if (dry_results_read_memory(data, size, "fuzz", &result, &err)) {
		dry_results_json(&result, &text);
		if (!dry_results_read_memory(text.text, text.length, "again", &back, &err))
			abort();
		dry_sweep_result_release(&back);
		dry_results_csv(&result, &text);
		draw(&result);
	} else if (!err.count) {
		abort();
	}
	dry_results_text_release(&text);
	dry_sweep_result_release(&result);
	dry_error_release(&err);
	return 0;
}
