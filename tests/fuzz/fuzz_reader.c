/* Files as lines and as one text, plain and gzip: both ways give the same bytes, or both refuse. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/reader.h"
#include "support/fuzz.h"

/* The lines are those of the text. */
static void check_lines(struct dry_reader *reader, const char *text, size_t length)
{
	enum dry_reader_state state;
	struct dry_error err = { 0 };
	const char *line, *at = text;
	uint64_t number = 0;
	size_t size;

	while ((state = dry_reader_line(reader, &line, &size, &err)) == DRY_READER_LINE) {
		fuzz_require(dry_reader_line_number(reader) == ++number, "lines are counted");
		const size_t left = (size_t)(text + length - at);
		const char *const stop = memchr(at, '\n', left);
		size_t wanted = stop ? (size_t)(stop - at) : left;
		const char *const next = at + wanted + (stop != NULL);
		if (wanted && at[wanted - 1] == '\r')
			wanted--;
		fuzz_require(size == wanted && !memcmp(line, at, size), "a line is that of the text");
		at = next;
	}
	fuzz_require(state == DRY_READER_END, "a text that can be read can be read as lines");
	fuzz_require(at == text + length, "all of it");
	fuzz_require(dry_reader_text_bytes(reader) == length, "bytes are counted");
	fuzz_require_silence(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_reader_options options = { .size_limit = 1 << 17, .line_limit = 1 << 17 };
	struct dry_error err = { 0 };
	char path[64], *text = NULL;
	size_t length = 0;
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_reader_whole(path, &options, &text, &length, &err)) {
		fuzz_require_silence(&err);
		fuzz_require(text[length] == '\0' && length <= options.size_limit, "a text ends and keeps its limit");
		struct dry_reader *const reader = dry_reader_open(path, &options, &err);
		fuzz_require(reader != NULL, "what can be read once can be read again");
		fuzz_require(dry_reader_file_bytes(reader) == size, "a file has its size");
		check_lines(reader, text, length);
		dry_reader_close(reader);
	} else {
		fuzz_require(!text && !length, "nothing is given of what is refused");
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
		const char *line;
		enum dry_reader_state state = DRY_READER_FAILED;
		struct dry_reader *const reader = dry_reader_open(path, &options, &err);
		while (reader && (state = dry_reader_line(reader, &line, &length, &err)) == DRY_READER_LINE)
			continue;
		fuzz_require(state == DRY_READER_FAILED, "what is refused as a text is refused as lines");
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
		dry_reader_close(reader);
	}
	free(text);
	close(fd);
	return 0;
}
