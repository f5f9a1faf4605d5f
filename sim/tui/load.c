#include "load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "io/reader.h"
#include "io/results_file.h"
#include "io/scenario.h"
#include "quiet.h"

struct dry_load {
	pthread_t thread;
	bool has_thread;
	int64_t started_at_ms;
	atomic_bool stop, done;
	atomic_ullong text, stored, file;
	struct dry_loaded loaded;
};

static bool on_progress(void *context, uint64_t text, uint64_t stored, uint64_t file)
{
	struct dry_load *load = context;

	atomic_store(&load->text, text);
	atomic_store(&load->stored, stored);
	atomic_store(&load->file, file);
	return !atomic_load(&load->stop);
}

/* A result says what it is in its first lines. */
static bool looks_like_result(const char *path)
{
	struct dry_error err = { 0 };
	struct dry_reader *reader = dry_reader_open(path, NULL, &err);
	bool found = false;
	const char *line;
	size_t length;

	for (int i = 0; reader && i < 3 && !found; i++) {
		if (dry_reader_line(reader, &line, &length, &err) != DRY_READER_LINE)
			break;
		found = memmem(line, length, DRY_SWEEP_SCHEMA, strlen(DRY_SWEEP_SCHEMA)) != NULL;
	}
	if (reader)
		dry_reader_close(reader);
	dry_error_release(&err);
	return found;
}

static void *read_file(void *context)
{
	struct dry_load *load = context;
	struct dry_loaded *loaded = &load->loaded;
	const struct dry_load_options options = { .on_progress = on_progress, .context = load };

	loaded->is_result = looks_like_result(loaded->path);
	if (loaded->is_result) {
		loaded->ok = dry_results_read(loaded->path, &loaded->result, &loaded->err);
	} else {
		loaded->input = dry_xcalloc(1, sizeof(*loaded->input));
		loaded->ok = dry_input_load(loaded->input, loaded->path, &options, &loaded->err);
		if (!loaded->ok) {
			free(loaded->input);
			loaded->input = NULL;
		}
	}
	atomic_store(&load->done, true);
	return NULL;
}

struct dry_load *dry_load_start(const char *path, bool waits, int64_t now_ms)
{
	struct dry_load *load = dry_xcalloc(1, sizeof(*load));
	sigset_t before;

	load->loaded.path = dry_xstrdup(path);
	load->started_at_ms = now_ms;
	dry_sweep_result_init(&load->loaded.result);
	dry_signals_hold(&before);
	if (!waits)
		load->has_thread = !pthread_create(&load->thread, NULL, read_file, load);
	dry_signals_release(&before);
	if (!load->has_thread)
		read_file(load);
	return load;
}

void dry_load_cancel(struct dry_load *load)
{
	atomic_store(&load->stop, true);
}

bool dry_load_is_done(const struct dry_load *load)
{
	return atomic_load(&load->done);
}

void dry_load_progress(const struct dry_load *load, int64_t now_ms, struct dry_load_progress *progress)
{
	*progress = (struct dry_load_progress){ .path = load->loaded.path,
						.stored = atomic_load(&load->stored),
						.file = atomic_load(&load->file),
						.text = atomic_load(&load->text),
						.elapsed_ms = now_ms - load->started_at_ms };
}

void dry_load_finish(struct dry_load *load, struct dry_loaded *loaded)
{
	if (load->has_thread)
		pthread_join(load->thread, NULL);
	*loaded = load->loaded;
	loaded->was_cancelled = atomic_load(&load->stop);
	free(load);
}
