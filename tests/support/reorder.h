/*
 * The same world, written in another order: keys of objects, members of lists
 * that are sets (taints, tolerations, DaemonSets, budgets, terms), and events
 * before or after the pods of their instant. Equal lists get equal orders: pods
 * whose specifications list the same in another order are not alike to the
 * autoscaler, which compares them as they are written.
 */
#ifndef TESTS_SUPPORT_REORDER_H
#define TESTS_SUPPORT_REORDER_H

#include <stdbool.h>
#include <stdint.h>

/* Rewrites FOLDER/scenario.json and FOLDER/trace.jsonl. */
bool world_reorder(const char *folder, uint64_t seed);

#endif
