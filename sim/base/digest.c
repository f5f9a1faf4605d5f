#include "base/digest.h"

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/assert.h"

uint64_t dry_fnv1a(const void *data, size_t length)
{
	const unsigned char *byte = data;
	uint64_t hash = DRY_DIGEST_START;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void dry_sha256_init(struct dry_sha256 *sha)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	/* The algorithm is fetched, which needs memory and nothing else. */
	if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		dry_out_of_memory(sizeof(*sha));
	sha->context = context;
}

void dry_sha256_add(struct dry_sha256 *sha, const void *data, size_t length)
{
	dry_assert(EVP_DigestUpdate(sha->context, data, length) == 1);
}

void dry_sha256_finish(struct dry_sha256 *sha, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	dry_assert(EVP_DigestFinal_ex(sha->context, digest, &length) == 1);
	dry_assert(length == 32);
	for (unsigned int i = 0; i < length; i++) {
		hex[2 * i] = digit[digest[i] >> 4];
		hex[2 * i + 1] = digit[digest[i] & 15];
	}
	hex[64] = '\0';
	EVP_MD_CTX_free(sha->context);
	sha->context = NULL;
}

void dry_sha256_hex(const void *data, size_t length, char hex[65])
{
	struct dry_sha256 sha;

	dry_sha256_init(&sha);
	dry_sha256_add(&sha, data, length);
	dry_sha256_finish(&sha, hex);
}
