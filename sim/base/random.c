#include "base/random.h"

#include <string.h>

#include "base/digest.h"
#include "base/banned.h"

/* Multipliers and Weyl constants of Philox4x64. */
#define MULTIPLIER_0 UINT64_C(0xD2E7470EE14C6C93)
#define MULTIPLIER_1 UINT64_C(0xCA5A826395121157)
#define WEYL_0 UINT64_C(0x9E3779B97F4A7C15)
#define WEYL_1 UINT64_C(0xBB67AE8584CAA73B)
#define ROUND_COUNT 10

__extension__ typedef unsigned __int128 wide;

void dry_philox4x64(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
	uint64_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3];
	uint64_t key0 = key[0], key1 = key[1];

	for (int round = 0; round < ROUND_COUNT; round++) {
		wide product0 = (wide)MULTIPLIER_0 * x0;
		wide product1 = (wide)MULTIPLIER_1 * x2;

		x0 = (uint64_t)(product1 >> 64) ^ x1 ^ key0;
		x1 = (uint64_t)product1;
		x2 = (uint64_t)(product0 >> 64) ^ x3 ^ key1;
		x3 = (uint64_t)product0;
		key0 += WEYL_0;
		key1 += WEYL_1;
	}
	out[0] = x0;
	out[1] = x1;
	out[2] = x2;
	out[3] = x3;
}

struct dry_stream dry_stream_make(uint64_t seed, const char *purpose, const char *entity,
				  uint64_t replication)
{
	return (struct dry_stream){
		.seed = seed,
		.purpose = dry_fnv1a(purpose, strlen(purpose)),
		.entity = dry_fnv1a(entity, strlen(entity)),
		.replication = replication,
	};
}

uint64_t dry_stream_bits(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw)
{
	const uint64_t counter[4] = { draw, ordinal, stream->entity, stream->replication };
	const uint64_t key[2] = { stream->seed, stream->purpose };
	uint64_t out[4];

	dry_philox4x64(counter, key, out);
	return out[0];
}

/* 53 bits and a half: the ends of (0,1) cannot be met. */
double dry_stream_uniform(const struct dry_stream *stream, uint64_t ordinal, uint64_t draw)
{
	return ((double)(dry_stream_bits(stream, ordinal, draw) >> 11) + 0.5) * 0x1p-53;
}
