#include "io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "io/reader.h"
#include "results_text.h"

#define SYNC_AFTER_S 1
#define HEAD "{\"schema\":\"" DRY_JOURNAL_SCHEMA "\","

struct dry_journal {
	char *path;
	int fd;
	int first_errno;                /* of the first write that failed; 0 = none */
	time_t synced_at;
	struct dry_sweep_result manifest;
	struct dry_sweep_result kept;   /* manifest and points read, until given */
	bool has_baseline;
	struct dry_results_text line;   /* scratch */
};

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool fail_system(const char *path, const char *what, int number, struct dry_error *err)
{
	return dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = path }, "%s: %s", what,
			strerror(number));
}

static bool write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t wrote = write(fd, data, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		data += wrote;
		length -= (size_t)wrote;
	}
	return true;
}

/* --- reading --- */

static bool read_head(struct dry_journal *journal, const struct dry_doc *doc, struct dry_error *err)
{
	const struct dry_doc_node *schema = dry_doc_find(doc->root, "schema");
	const char *differs;
	bool fine = true;
	struct dry_arena arena;

	if (!schema || strcmp(schema->text, DRY_JOURNAL_SCHEMA)) {
		dry_doc_fail(doc, doc->root, err, "this is no journal of a sweep");
		return dry_fail_fix(err, "name another file: a journal is never written over something else");
	}
	if (!results_read_manifest(doc, doc->root, &journal->kept, err))
		return false;
	dry_arena_init(&arena);
	differs = dry_sweep_manifest_differs(&journal->kept, &journal->manifest, &arena);
	if (!differs && (journal->kept.shard.index != journal->manifest.shard.index ||
			 (journal->kept.shard.count > 1) != (journal->manifest.shard.count > 1) ||
			 (journal->kept.shard.count > 1 &&
			  journal->kept.shard.count != journal->manifest.shard.count)))
		differs = "shard: another one";
	if (differs) {
		dry_doc_fail(doc, doc->root, err, "the journal is of another sweep: %s", differs);
		fine = dry_fail_fix(err, "remove the journal, or name another one");
	}
	dry_arena_release(&arena);
	return fine;
}

/* A line that is whole must make sense: what does not was changed by somebody. */
static bool read_line(struct dry_journal *journal, const struct dry_doc *doc, struct dry_error *err)
{
	const struct dry_doc_node *baseline = dry_doc_find(doc->root, "baseline");
	const struct dry_doc_node *point = dry_doc_find(doc->root, "point");
	uint32_t before = journal->kept.point_count;

	if (!baseline && !point)
		return dry_doc_fail(doc, doc->root, err, "is neither a point nor the baseline");
	if (!results_read_point(doc, baseline ? baseline : point, baseline, &journal->kept, err))
		return false;
	journal->has_baseline |= baseline != NULL;
	if (point && journal->kept.point[before].state == DRY_POINT_PENDING)
		journal->kept.point_count = before;
	return true;
}

static bool read_lines(struct dry_journal *journal, const char *text, size_t length, size_t *whole,
		       struct dry_error *err)
{
	struct dry_doc doc;
	uint32_t number = 0;
	bool fine = true;

	dry_doc_init(&doc);
	*whole = 0;
	while (fine && *whole < length) {
		const char *start = text + *whole, *end = memchr(start, '\n', length - *whole);

		if (!end)
			break;
		number++;
		dry_arena_reset(&doc.arena);
		fine = dry_doc_parse_line(&doc, journal->path, start, (size_t)(end - start), number, err) &&
		       (number == 1 ? read_head(journal, &doc, err) : read_line(journal, &doc, err));
		*whole = (size_t)(end - text) + 1;
	}
	dry_doc_release(&doc);
	return fine;
}

static bool write_head(struct dry_journal *journal, struct dry_error *err)
{
	journal->line.length = 0;
	results_text(&journal->line, HEAD);
	results_manifest(&journal->line, &journal->manifest);
	results_text(&journal->line, "}");
	/* one line: the manifest is written with line breaks elsewhere */
	for (size_t i = 0; i < journal->line.length; i++)
		if (journal->line.text[i] == '\n')
			journal->line.text[i] = ' ';
	results_text(&journal->line, "\n");
	if (!write_all(journal->fd, journal->line.text, journal->line.length) || fsync(journal->fd))
		return fail_system(journal->path, "cannot write the journal", errno, err);
	return true;
}

/* A first line that was torn is of a journal that never began: only then is the file begun anew. */
static bool is_torn_head(const char *text, size_t length)
{
	size_t head = strlen(HEAD);

	return !memcmp(text, HEAD, length < head ? length : head);
}

static bool take_over(struct dry_journal *journal, struct dry_journal_summary *summary, struct dry_error *err)
{
	struct dry_reader_options options = { .line_limit = SIZE_MAX / 4 };
	size_t length = 0, whole = 0;
	char *text = NULL;
	bool fine = dry_reader_whole(journal->path, &options, &text, &length, err);

	if (fine && length && !memchr(text, '\n', length) && !is_torn_head(text, length)) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = journal->path, .line = 1, .column = 1 },
			 "this is no journal of a sweep");
		fine = dry_fail_fix(err, "name another file: a journal is never written over something else");
	}
	fine = fine && read_lines(journal, text, length, &whole, err);
	free(text);
	if (!fine)
		return false;
	summary->dropped_bytes = length - whole;
	if (ftruncate(journal->fd, (off_t)whole) || lseek(journal->fd, 0, SEEK_END) < 0)
		return fail_system(journal->path, "cannot cut the torn line off", errno, err);
	summary->points = journal->kept.point_count;
	summary->baseline = journal->has_baseline;
	return whole || write_head(journal, err);
}

static bool open_file(struct dry_journal *journal, struct dry_journal_summary *summary, struct dry_error *err)
{
	struct stat is;

	journal->fd = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (journal->fd < 0)
		return fail_system(journal->path, "cannot open the journal", errno, err);
	if (flock(journal->fd, LOCK_EX | LOCK_NB)) {
		dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = journal->path },
			 "the journal is in use by another sweep");
		return dry_fail_fix(err, "wait for it, or name another journal");
	}
	if (fstat(journal->fd, &is) || !S_ISREG(is.st_mode))
		return dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = journal->path },
				"the journal is not a file");
	summary->created = is.st_size == 0;
	if (!summary->created)
		return take_over(journal, summary, err);
	if (write_head(journal, err))
		return true;
	unlink(journal->path);          /* no part of a first line is left */
	return false;
}

struct dry_journal *dry_journal_open(const char *path, const struct dry_sweep_result *manifest,
				     struct dry_journal_summary *summary, struct dry_error *err)
{
	struct dry_journal *journal = dry_xcalloc(1, sizeof(*journal));

	*summary = (struct dry_journal_summary){ 0 };
	journal->path = dry_xstrdup(path);
	journal->synced_at = seconds_now();
	dry_sweep_result_copy_manifest(&journal->manifest, manifest);
	dry_sweep_result_init(&journal->kept);
	if (open_file(journal, summary, err))
		return journal;
	if (journal->fd >= 0)
		close(journal->fd);
	dry_sweep_result_release(&journal->manifest);
	dry_sweep_result_release(&journal->kept);
	dry_results_text_release(&journal->line);
	free(journal->path);
	free(journal);
	return NULL;
}

bool dry_journal_give(struct dry_journal *journal, struct dry_sweep *sweep, struct dry_error *err)
{
	bool fine = !journal->has_baseline || dry_sweep_give(sweep, &journal->kept.baseline, true);

	for (uint32_t i = 0; i < journal->kept.point_count && fine; i++)
		fine = dry_sweep_give(sweep, &journal->kept.point[i], false);
	if (!fine) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = journal->path },
			 "the journal holds a point that is not of this sweep");
		dry_fail_fix(err, "remove the journal, or name another one");
	}
	return fine;
}

const struct dry_sweep_result *dry_journal_points(const struct dry_journal *journal, bool *has_baseline)
{
	*has_baseline = journal->has_baseline;
	return &journal->kept;
}

void dry_journal_on_point(void *context, const struct dry_sweep_point *point, bool is_baseline)
{
	struct dry_journal *journal = context;
	time_t now = seconds_now();

	if (journal->first_errno)
		return;
	journal->line.length = 0;
	results_text(&journal->line, is_baseline ? "{\"baseline\":" : "{\"point\":");
	results_point(&journal->line, &journal->manifest, point);
	results_text(&journal->line, "}\n");
	if (!write_all(journal->fd, journal->line.text, journal->line.length)) {
		journal->first_errno = errno ? errno : EIO;
		return;
	}
	if (now - journal->synced_at < SYNC_AFTER_S)
		return;
	journal->synced_at = now;
	if (fsync(journal->fd))
		journal->first_errno = errno;
}

bool dry_journal_close(struct dry_journal *journal, struct dry_error *err)
{
	int number;

	if (!journal)
		return true;
	if (fsync(journal->fd) && !journal->first_errno)
		journal->first_errno = errno;
	if (close(journal->fd) && !journal->first_errno)
		journal->first_errno = errno;
	number = journal->first_errno;
	if (number)
		fail_system(journal->path, "the journal could not be written and is short", number, err);
	dry_sweep_result_release(&journal->manifest);
	dry_sweep_result_release(&journal->kept);
	dry_results_text_release(&journal->line);
	free(journal->path);
	free(journal);
	return !number;
}
