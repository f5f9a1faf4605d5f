/*
 * Rules of the model that can be switched off, each with recorded cases that
 * only hold with it. A rule whose cases hold without it is not tested by them.
 */
#ifndef TESTS_CONFORMANCE_MUTATION_H
#define TESTS_CONFORMANCE_MUTATION_H

#include <stddef.h>
#include <stdint.h>

struct mutation {
	uint32_t rule;                  /* enum dry_model_rule */
	const char *name;
	const char *const *cases;       /* NULL at the end */
};

extern const struct mutation mutations[];
extern const size_t mutation_count;

#endif
