#include "io/importers/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

int64_t dry_clock_days(int64_t year, int month, int day)
{
	/* Years that begin in March put the leap day at the end. */
	const int64_t y = month <= 2 ? year - 1 : year;
	const int64_t era = (y >= 0 ? y : y - 399) / 400;
	const int64_t of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct span {
	const char *at, *stop;
};

static bool digits(struct span *span, int count, int64_t *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		if (span->at == span->stop || *span->at < '0' || *span->at > '9')
			return false;
		*value = *value * 10 + (*span->at++ - '0');
	}
	return true;
}

static bool one_of(struct span *span, const char *set)
{
	if (span->at == span->stop || !*span->at || !strchr(set, *span->at))
		return false;
	span->at++;
	return true;
}

static int month_days(int64_t year, int64_t month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool time_of_day(struct span *span, int64_t *ms)
{
	int64_t hour, minute, second = 0, fraction = 0;

	if (!digits(span, 2, &hour) || !one_of(span, ":") || !digits(span, 2, &minute))
		return false;
	if (one_of(span, ":") && !digits(span, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (one_of(span, ".,")) {
		int64_t scale = 100;
		if (span->at == span->stop || *span->at < '0' || *span->at > '9')
			return false;
		for (; span->at < span->stop && *span->at >= '0' && *span->at <= '9'; span->at++) {
			fraction += (*span->at - '0') * scale;
			scale /= 10;
		}
	}
	*ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
	return true;
}

static bool zone(struct span *span, int64_t *offset_ms)
{
	int64_t hour, minute = 0;

	*offset_ms = 0;
	if (span->at == span->stop || one_of(span, "Zz"))
		return true;
	const bool west = *span->at == '-';
	if (!one_of(span, "+-") || !digits(span, 2, &hour))
		return false;
	if (span->at < span->stop && *span->at != ' ') {
		one_of(span, ":");
		if (!digits(span, 2, &minute))
			return false;
	}
	*offset_ms = (hour * 60 + minute) * (west ? -60000 : 60000);
	return true;
}

static const char *parse(struct span *span, int64_t *unix_ms)
{
	int64_t year, month, day, ms = 0, offset = 0;

	if (!digits(span, 4, &year) || !one_of(span, "-/") || !digits(span, 2, &month) ||
	    !one_of(span, "-/") || !digits(span, 2, &day))
		return "is not a date and time";
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return "is a date that does not exist";
	if (one_of(span, "Tt ")) {
		if (!time_of_day(span, &ms))
			return "has no valid time of day";
		const bool spaced = span->at < span->stop && *span->at == ' ';
		span->at += spaced;
		if (!zone(span, &offset))
			return "has no valid time zone";
	}
	*unix_ms = dry_clock_days(year, (int)month, (int)day) * 86400000 + ms - offset;
	return NULL;
}

const char *dry_clock_parse(const char *text, size_t length, int64_t *unix_ms)
{
	if (!text)
		return "is not a date and time";
	struct span span = { text, text + length };
	int64_t value = 0;
	const char *const wrong = parse(&span, &value);
	if (wrong)
		return wrong;
	if (span.at != span.stop)
		return "has something behind the time";
	*unix_ms = value;
	return NULL;
}

const char *dry_clock_parse_go(const char *text, size_t length, int64_t *unix_ms)
{
	if (!text)
		return "is not a date and time";
	struct span span = { text, text + length };
	return parse(&span, unix_ms);
}

const char *dry_clock_parse_unix(const char *text, size_t length, int64_t *unix_ms)
{
	double seconds;
	const char *const wrong = text ? dry_parse_number(text, length, &seconds) : "is not a number";

	if (wrong)
		return wrong;
	if (seconds < -9e12 || seconds > 9e12)
		return "is no Unix time";
	*unix_ms = (int64_t)llround(seconds * 1000);
	return NULL;
}

char *dry_clock_format(int64_t unix_ms, char buffer[DRY_CLOCK_TEXT])
{
	const int64_t days = (unix_ms >= 0 ? unix_ms : unix_ms - 86399999) / 86400000;
	const int64_t ms = unix_ms - days * 86400000;
	const int64_t z = days + 719468;
	const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	const int64_t of_era = z - era * 146097;
	const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int64_t shifted = (5 * of_year + 2) / 153;
	const int day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
	const int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	const int64_t year = year_of_era + era * 400 + (month <= 2);
	char fraction[8] = "";

	if (ms % 1000)
		snprintf(fraction, sizeof(fraction), ".%03d", (int)(ms % 1000));
	snprintf(buffer, DRY_CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d%sZ",
		 (int)(year < 0 ? 0 : year > 9999 ? 9999 : year), month, day, (int)(ms / 3600000),
		 (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), fraction);
	return buffer;
}
