/* The observer of a run: declared where the world can see it. */
#ifndef DRY_RUN_OBSERVER_H
#define DRY_RUN_OBSERVER_H

#include "world/observer.h"

#endif
