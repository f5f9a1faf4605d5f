/* Patterns of the priority expander: a match or none, or what is wrong; the second line is the name. */
#include <string.h>

#include "base/arena.h"
#include "run/pattern.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const text = (const char *)data;
	const char *const end = size ? memchr(text, '\n', size) : NULL;
	const size_t length = end ? (size_t)(end - text) : size;
	const size_t rest = end && size - length - 1 < 253 ? size - length - 1 : 0;
	struct dry_arena arena;

	dry_arena_init(&arena);
	const char *const pattern = dry_arena_copy(&arena, text, length);
	const char *const name = rest ? dry_arena_copy(&arena, end + 1, rest) : "spot-large-a";
	const char *const wrong = dry_pattern_check(pattern);
	fuzz_require(!wrong || *wrong, "a refusal says why");
	if (dry_pattern_matches(pattern, name))
		fuzz_require(!wrong, "what is wrong matches nothing");
	dry_arena_release(&arena);
	return 0;
}
