/*
 * The autoscaler's own log: klog's text ("I0302 10:15:04.123456  1 file.go:1] ...")
 * or JSON (--logging-format=json), with or without a prefix that a log shipper
 * put before each line. Text has no year and no time zone: UTC is taken, and
 * the year of --log-year.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/recorded.h"
#include "io/importers/tree.h"

#define PREFIX_MAX 400                  /* bytes before klog's header */

struct log {
	struct dry_recorded recorded;
	struct dry_tree tree;
	struct dry_text line;           /* a copy that the parser may change */
	int year;
	int month;                      /* of the line before; 0 = none */
	uint64_t lines;                 /* of klog's */
	struct dry_where first;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* L0302 10:15:04.123456, where L is the severity. */
static bool is_header(const char *at, size_t left)
{
	static const char shape[] = "L0000 00:00:00.000000";

	if (left < sizeof(shape) - 1 || !strchr("IWEF", *at) || !*at)
		return false;
	for (size_t i = 1; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? !is_digit(at[i]) : at[i] != shape[i])
			return false;
	return true;
}

static int two(const char *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

/* A month that goes back from December to January is the next year's. */
static bool read_time(struct log *log, const struct dry_where where, const char *at, int64_t *ms,
		      struct dry_error *err)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const int month = two(at + 1), day = two(at + 3);

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] || two(at + 6) > 23 ||
	    two(at + 9) > 59 || two(at + 12) > 60) {
		dry_fail(err, DRY_ERROR_INPUT, where, "\"%.20s\" is no date and time", at + 1);
		return dry_fail_expected(err, "klog's MMDD hh:mm:ss.uuuuuu");
	}
	if (log->month == 12 && month == 1)
		log->year++;
	log->month = month;
	*ms = dry_clock_days(log->year, month, day) * 86400000 +
	      ((two(at + 6) * 60 + two(at + 9)) * 60 + two(at + 12)) * INT64_C(1000) +
	      INT64_C(10) * two(at + 15) + (at[17] - '0');
	return true;
}

static const char *find_header(const char *line, size_t length)
{
	for (size_t i = 0; i < length && i < PREFIX_MAX; i++)
		if ((i == 0 || strchr(" \t:|\"", line[i - 1])) && is_header(line + i, length - i))
			return line + i;
	return NULL;
}

/* Events that it sent are in the log, too, at higher verbosity: the same told again. */
static bool use(struct log *log, int64_t at_ms, const char *text, size_t length)
{
	if (length && *text == '"' && text[length - 1] == '"') {
		text++;
		length -= 2;
	}
	return dry_recorded_sentence(&log->recorded, at_ms, text, length);
}

static bool read_text(struct log *log, const struct dry_where where, const char *header, size_t length,
		      bool *used, struct dry_error *err)
{
	const char *const close = memmem(header, length, "] ", 2);
	int64_t at_ms = 0;

	if (!close)
		return true;
	if (!read_time(log, where, header, &at_ms, err))
		return false;
	if (!log->lines++)
		log->first = where;
	*used = use(log, at_ms, close + 2, length - (size_t)(close + 2 - header));
	return true;
}

/* {"ts":1772446504123.4,"caller":"..","msg":"..","v":1}: ts in milliseconds */
static bool read_json(struct log *log, const struct dry_feed *feed, const struct dry_where where,
		      const char *line, size_t length, bool *used, struct dry_error *err)
{
	size_t bad, message_length;
	double ts;

	dry_text_clear(&log->line);
	dry_text_add(&log->line, line, length);
	dry_text_string(&log->line);
	const char *const wrong = dry_tree_parse(&log->tree, log->line.data, length, NULL, &bad);

	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, where.line,
			 (uint32_t)(where.column + bad) }, "%s", wrong);
		return dry_fail_expected(err, "JSON, one object a line");
	}
	const uint32_t time = dry_tree_find(&log->tree, 0, "ts");
	const char *const message = dry_tree_text(&log->tree, dry_tree_find(&log->tree, 0, "msg"),
						  &message_length);
	if (!time || !message)
		return true;
	if (!dry_tree_double(&log->tree, time, &ts) || ts < 0 || ts > 9e15) {
		dry_fail(err, DRY_ERROR_INPUT, where, "ts is no Unix time in milliseconds");
		return false;
	}
	if (!log->lines++)
		log->first = where;
	*used = use(log, (int64_t)ts, message, message_length);
	return true;
}

static bool read_line(struct log *log, const struct dry_feed *feed, uint64_t number, const char *line,
		      size_t length, struct dry_error *err)
{
	struct dry_import_job *const job = log->recorded.job;
	const char *const header = find_header(line, length);
	const char *const brace = length < PREFIX_MAX ? memchr(line, '{', length) : memchr(line, '{', PREFIX_MAX);
	const uint64_t lines = log->lines;
	bool used = false, good = true;

	job->report->rows_read++;
	if (header) {
		const struct dry_where where = { feed->path, (uint32_t)number, (uint32_t)(header - line) + 1 };
		good = read_text(log, where, header, length - (size_t)(header - line), &used, err);
	} else if (brace && start_has(brace, length - (size_t)(brace - line), "\"ts\":") &&
		   start_has(brace, length - (size_t)(brace - line), "\"msg\":")) {
		const struct dry_where where = { feed->path, (uint32_t)number, (uint32_t)(brace - line) + 1 };
		good = read_json(log, feed, where, brace, length - (size_t)(brace - line), &used, err);
	}
	if (!good)
		return false;
	if (used) {
		job->report->rows_kept++;
		return true;
	}
	DRY_LEAVE_OUT(job, ((struct dry_where){ feed->path, (uint32_t)number, 1 }), "%s",
		      log->lines > lines ? "is a line that tells no decision"
					 : "is no line of klog's");
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	struct log *const log = context;
	const char *line;
	size_t length;
	int more;

	for (;;) {
		const uint64_t number = feed->line;
		more = dry_feed_line(feed, &line, &length, err);
		if (more <= 0)
			break;
		if (!read_line(log, feed, number, line, length, err))
			return false;
	}
	if (more == 0 && !log->lines) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, 1, 1 },
			 "has no line of the autoscaler's log");
		dry_fail_expected(err, "klog's lines (I0302 10:15:04.123456 ...) or JSON with ts and msg");
		return false;
	}
	(void)job;
	return more == 0;
}

int dry_ca_log_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	for (int i = 0; i < 20 && length; i++) {
		const char *const end = memchr(start, '\n', length);
		const size_t line = end ? (size_t)(end - start) : length;
		if (find_header(start, line))
			return 85;
		if (start_has(start, line, "\"ts\":") && start_has(start, line, "\"caller\":") &&
		    start_has(start, line, "\"msg\":"))
			return 85;
		if (!end)
			break;
		start += line + 1;
		length -= line + 1;
	}
	return 0;
}

bool dry_ca_log_read(struct dry_import_job *job, struct dry_error *err)
{
	struct log log = { .year = job->request->log_year ? job->request->log_year : 1970 };

	dry_recorded_init(&log.recorded, job);
	bool good = dry_import_each_file(job, read_file, &log, err);
	if (good && log.month && !job->request->log_year)
		DRY_NOTE(job, "the log has no year: 1970 is taken (--log-year)");
	if (good)
		good = dry_recorded_write(&log.recorded, err);
	dry_recorded_release(&log.recorded);
	dry_tree_release(&log.tree);
	dry_text_release(&log.line);
	return good;
}
