/* Small texts that several reports share. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/run_report.h"

char *dry_format_price(int64_t nusd_per_hour, char *buffer, size_t size)
{
	char digits[40];
	size_t length;

	snprintf(digits, sizeof(digits), "%.6f", (double)nusd_per_hour / 1e9);
	length = strlen(digits);
	while (digits[length - 1] == '0' && length > strcspn(digits, ".") + 4)
		digits[--length] = '\0';
	snprintf(buffer, size, "$%s", digits);
	return buffer;
}

char *dry_format_money(int64_t nusd, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s$%.2f", nusd < 0 ? "-" : "", fabs((double)nusd) / 1e9);
	return buffer;
}

char *dry_format_clock(int64_t ms, char *buffer, size_t size)
{
	const char *sign = ms < 0 ? "-" : "";
	int64_t seconds = (ms < 0 ? -ms : ms) / 1000;
	int64_t rest = (ms < 0 ? -ms : ms) % 1000;
	int64_t days = seconds / 86400, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
	int length = 0;

	if (days)
		length = snprintf(buffer, size, "%s%" PRId64 "d%02d:%02d", sign, days, (int)hours,
				  (int)minutes);
	else
		length = snprintf(buffer, size, "%s%02d:%02d", sign, (int)hours, (int)minutes);
	if (length > 0 && (size_t)length < size && (seconds % 60 || rest))
		length += snprintf(buffer + length, size - (size_t)length, ":%02d", (int)(seconds % 60));
	if (length > 0 && (size_t)length < size && rest)
		snprintf(buffer + length, size - (size_t)length, ".%03d", (int)rest);
	return buffer;
}

/* A number of up to 9 digits; moves *text behind it. -1 when there is none. */
static int64_t take_number(const char **text)
{
	int64_t value = 0;
	int digits = 0;

	while (**text >= '0' && **text <= '9' && digits < 9) {
		value = value * 10 + (**text - '0');
		(*text)++;
		digits++;
	}
	return digits ? value : -1;
}

bool dry_parse_clock(const char *text, int64_t *ms)
{
	const char *p = text;
	int64_t days = 0, hours, minutes, seconds = 0, rest = 0;

	if (!strchr(text, ':'))
		return !dry_parse_span_ms(text, strlen(text), ms);
	hours = take_number(&p);
	if (hours >= 0 && *p == 'd') {
		days = hours;
		p++;
		hours = take_number(&p);
	}
	if (hours < 0 || *p++ != ':')
		return false;
	minutes = take_number(&p);
	if (*p == ':') {
		p++;
		seconds = take_number(&p);
		if (*p == '.') {
			const char *from = ++p;
			rest = take_number(&p);
			if (rest < 0 || p - from > 3)
				return false;
			for (; p - from < 3; from--)
				rest *= 10;
		}
	}
	if (*p || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
		return false;
	*ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + rest;
	return true;
}

uint32_t dry_config_changed_flags(const struct dry_config *config, uint32_t *all)
{
	struct dry_options fresh;
	struct dry_arena arena;
	uint32_t changed = 0, count = 0;

	dry_options_init(&fresh);
	dry_arena_init(&arena);
	for (size_t i = 0; i < dry_option_count; i++) {
		const struct dry_option *option = &dry_option_table[i];

		if (option->effect != DRY_OPTION_ACTS)
			continue;
		count++;
		changed += strcmp(dry_option_text(option, &config->options, &arena),
				  dry_option_text(option, &fresh, &arena)) != 0;
	}
	dry_arena_release(&arena);
	if (all)
		*all = count;
	return changed;
}
