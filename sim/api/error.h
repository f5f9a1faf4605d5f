/* The last complaint of a thread. Inner header of the api layer. */
#ifndef DRY_SIM_API_ERROR_H
#define DRY_SIM_API_ERROR_H

#include "base/error.h"

/* Begins a call: there is no complaint. */
void api_begin(void);
/* Keeps what err says for dryscale_error(), releases it, returns its code (a dryscale_code). */
int api_fail(struct dry_error *err);
/* The same with a text of its own: the caller's mistake. */
int api_usage(const char *text);

#endif
