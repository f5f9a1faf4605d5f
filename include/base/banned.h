/*
 * Included last by the model (des to sweep): what would break determinism or
 * the arenas does not compile.
 */
#ifndef DRY_BASE_BANNED_H
#define DRY_BASE_BANNED_H

#pragma GCC poison rand srand random drand48 time clock gettimeofday clock_gettime
#pragma GCC poison printf puts putchar fopen strcpy strcat sprintf gets strtok

#endif
