/*
 * SHA-256 is libcrypto's plain one: the calls that look an algorithm up take
 * memory, and the library ends with a bad access when it gets none at that moment.
 */
#define OPENSSL_API_COMPAT 0x10101000L

#include "base/digest.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/assert.h"

#define BLOCK_SIZE 64           /* of SHA-256, bytes */

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct dry_sha256), "the state fits");

uint64_t dry_fnv1a(const void *data, size_t length)
{
	const unsigned char *byte = data;
	uint64_t hash = DRY_DIGEST_START;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static SHA256_CTX *context(struct dry_sha256 *sha)
{
	return (SHA256_CTX *)(void *)sha->state;
}

void dry_sha256_init(struct dry_sha256 *sha)
{
	dry_assert(SHA256_Init(context(sha)) == 1);
}

void dry_sha256_add(struct dry_sha256 *sha, const void *data, size_t length)
{
	dry_assert(SHA256_Update(context(sha), data, length) == 1);
}

static void finish(struct dry_sha256 *sha, unsigned char digest[SHA256_DIGEST_LENGTH])
{
	dry_assert(SHA256_Final(digest, context(sha)) == 1);
}

void dry_sha256_finish(struct dry_sha256 *sha, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char digest[SHA256_DIGEST_LENGTH];

	finish(sha, digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		hex[2 * i] = digit[digest[i] >> 4];
		hex[2 * i + 1] = digit[digest[i] & 15];
	}
	hex[64] = '\0';
}

void dry_sha256_hex(const void *data, size_t length, char hex[65])
{
	struct dry_sha256 sha;

	dry_sha256_init(&sha);
	dry_sha256_add(&sha, data, length);
	dry_sha256_finish(&sha, hex);
}

/* The key, each byte changed by `pad`, begins a digest. */
static void begin_keyed(struct dry_sha256 *sha, const unsigned char key[BLOCK_SIZE], unsigned char pad)
{
	unsigned char block[BLOCK_SIZE];

	for (size_t i = 0; i < BLOCK_SIZE; i++)
		block[i] = key[i] ^ pad;
	dry_sha256_init(sha);
	dry_sha256_add(sha, block, sizeof(block));
}

void dry_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
		     unsigned char mac[32])
{
	unsigned char whole[BLOCK_SIZE] = { 0 };
	struct dry_sha256 sha;

	if (key_length > BLOCK_SIZE) {
		dry_sha256_init(&sha);
		dry_sha256_add(&sha, key, key_length);
		finish(&sha, whole);
	} else if (key_length) {
		memcpy(whole, key, key_length);
	}
	begin_keyed(&sha, whole, 0x36);
	dry_sha256_add(&sha, data, length);
	finish(&sha, mac);
	begin_keyed(&sha, whole, 0x5c);
	dry_sha256_add(&sha, mac, SHA256_DIGEST_LENGTH);
	finish(&sha, mac);
}
