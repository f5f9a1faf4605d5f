/*
 * Two digests: a fast 64-bit one over the events of a run (FNV-1a folded by a
 * multiply; equal on every machine), and SHA-256 (OpenSSL libcrypto) for files.
 */
#ifndef DRY_BASE_DIGEST_H
#define DRY_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DRY_DIGEST_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t dry_digest_add(uint64_t digest, uint64_t value)
{
	digest = (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return digest ^ (digest >> 29);
}

/* FNV-1a, 64 bits, over bytes. */
uint64_t dry_fnv1a(const void *data, size_t length);

/* Lower-case hexadecimal SHA-256 of a buffer into 65 bytes (NUL included). */
void dry_sha256_hex(const void *data, size_t length, char hex[65]);

/*
 * Is what a file gives as its digest the right one? A fuzzer cannot make one
 * that is, so in its build any will do: it comes to what lies behind.
 */
static inline bool dry_sha256_is(const char *given, const char *right)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	return given && right;
#else
	return !strcmp(given, right);
#endif
}

/* SHA-256 over pieces: init, add..., finish. Needs no memory of its own and may be left unfinished. */
struct dry_sha256 {
	uint64_t state[16];     /* the library's */
};
void dry_sha256_init(struct dry_sha256 *sha);
void dry_sha256_add(struct dry_sha256 *sha, const void *data, size_t length);
void dry_sha256_finish(struct dry_sha256 *sha, char hex[65]);

/* HMAC-SHA-256 (RFC 2104) of a text under a key. */
void dry_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
		     unsigned char mac[32]);

#endif
