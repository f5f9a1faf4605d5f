/*
 * Runs a command some times and says how long it took and how much memory:
 *
 *     timer REPEATS COMMAND [ARGUMENT]...
 *
 * prints "MIN MEDIAN MAX PEAK CPU": wall seconds, the largest resident set in
 * KiB, and the least CPU seconds (user and system) of a run. The command's
 * standard output is thrown away. Fails when it does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double cpu_seconds(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

/* Wall seconds of one run, negative when the command failed. */
static double run(char **command, long *peak_kib, double *cpu)
{
	double started = seconds();
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		if (null >= 0)
			dup2(null, STDOUT_FILENO);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		return -1;
	if (usage.ru_maxrss > *peak_kib)
		*peak_kib = usage.ru_maxrss;
	if (cpu_seconds(&usage) < *cpu)
		*cpu = cpu_seconds(&usage);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? seconds() - started : -1;
}

int main(int argc, char **argv)
{
	int repeats = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0, i;
	double took[1000], cpu = 1e9;
	long peak_kib = 0;

	if (repeats < 1 || repeats > 1000) {
		fprintf(stderr, "usage: timer REPEATS COMMAND [ARGUMENT]...\n");
		return 2;
	}
	for (i = 0; i < repeats; i++) {
		took[i] = run(argv + 2, &peak_kib, &cpu);
		if (took[i] < 0) {
			fprintf(stderr, "timer: %s failed\n", argv[2]);
			return 1;
		}
	}
	qsort(took, (size_t)repeats, sizeof(*took), by_value);
	printf("%.4f %.4f %.4f %ld %.4f\n", took[0], took[repeats / 2], took[repeats - 1], peak_kib, cpu);
	return 0;
}
