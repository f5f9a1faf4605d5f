/*
 * One MessagePack value as a tree, so that what reads JSON and YAML trees reads
 * it too. Keys become text: numbers in decimal, lists with their elements
 * joined by a byte 0x1f. Places are line 1 and the number of the byte, from 1.
 */
#ifndef DRY_IO_IMPORTERS_MSGPACK_H
#define DRY_IO_IMPORTERS_MSGPACK_H

#include <stddef.h>

#include "io/importers/tree.h"

#define DRY_MSGPACK_JOIN '\x1f'

/*
 * NULL, or what is wrong, with the byte in *bad. *used gets the bytes of the
 * value. The tree owns its text.
 */
const char *dry_msgpack_parse(struct dry_tree *tree, const char *bytes, size_t length, size_t *used,
			      size_t *bad);

#endif
