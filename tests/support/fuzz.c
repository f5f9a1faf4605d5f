#include "support/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_require(bool holds, const char *law)
{
	if (holds)
		return;
	fprintf(stderr, "broken: %s\n", law);
	abort();
}

static bool is_clean(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 32 || *text == 127)
			return false;
	return true;
}

void fuzz_require_complaint(struct dry_error *err, enum dry_error_code code)
{
	uint32_t errors = 0;

	for (uint32_t i = 0; i < err->count; i++) {
		fuzz_require(err->complaint[i].text && *err->complaint[i].text, "a complaint has a text");
		fuzz_require(is_clean(err->complaint[i].text), "a complaint has no control characters");
		errors += !err->complaint[i].warning;
	}
	fuzz_require(errors > 0, "what is refused is complained about");
	fuzz_require(err->code == code, "the complaint has the right exit code");
	dry_error_release(err);
}

void fuzz_require_silence(struct dry_error *err)
{
	for (uint32_t i = 0; i < err->count; i++)
		fuzz_require(err->complaint[i].warning, "what is read is not complained about");
	fuzz_require(err->code == DRY_OK, "what is read leaves no exit code");
	dry_error_release(err);
}

void fuzz_require_blameless(const struct dry_error *err, const char *path, const char *law)
{
	for (uint32_t i = 0; i < err->count; i++)
		fuzz_require(!err->complaint[i].file || strcmp(err->complaint[i].file, path) != 0 ||
			     err->complaint[i].warning, law);
}

int fuzz_file(const uint8_t *data, size_t size, char *path, size_t room)
{
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);
	size_t done = 0;

	fuzz_require(fd >= 0, "memory can be a file");
	while (done < size) {
		const ssize_t count = write(fd, data + done, size - done);
		fuzz_require(count > 0, "a file in memory can be written");
		done += (size_t)count;
	}
	snprintf(path, room, "/proc/self/fd/%d", fd);
	return fd;
}
