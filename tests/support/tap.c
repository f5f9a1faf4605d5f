#include "support/tap.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned count, failed;

bool tap_ok(bool good, const char *format, ...)
{
	va_list arguments;

	printf("%sok %u - ", good ? "" : "not ", ++count);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
	failed += !good;
	return good;
}

void tap_skip(const char *name, const char *reason)
{
	printf("ok %u - %s # SKIP %s\n", ++count, name, reason);
}

void tap_note(const char *format, ...)
{
	va_list arguments;

	printf("# ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

int tap_done(void)
{
	printf("1..%u\n", count);
	return failed || !count ? 1 : 0;
}
