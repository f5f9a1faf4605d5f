/*
 * Keyed random numbers: Philox4x64-10, one uniform per variate, inverse CDF
 * only. key = (seed, FNV-1a(purpose)), counter = (draw, ordinal,
 * FNV-1a(entity), replication): a draw depends on what it is for and on
 * nothing else, so two settings of a sweep see the same luck (methods.md 3.2).
 */
#ifndef DRY_BASE_RANDOM_H
#define DRY_BASE_RANDOM_H

#include <stdint.h>

void dry_philox4x64(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

struct dry_stream {
	uint64_t seed;
	uint64_t purpose;       /* FNV-1a of its name */
	uint64_t entity;        /* FNV-1a of its name */
	uint64_t replication;
};

struct dry_stream dry_stream_make(uint64_t seed, const char *purpose, const char *entity,
				  uint64_t replication);
/* The first word of the block: 64 random bits. */
uint64_t dry_stream_bits(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw);
/* Uniform in (0,1), never 0 or 1. */
double dry_stream_uniform(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw);

#endif
