/* A wall clock that is wrong by CLOCK_SHIFT_SECONDS, for one process: what is loaded before the C library answers first.
   (libfaketime 0.9.10 also bends the monotonic clock, and sleeps never end.) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long shift(void) {
  const char *text = getenv("CLOCK_SHIFT_SECONDS");
  return text ? atol(text) : 0;
}

int clock_gettime(clockid_t id, struct timespec *at) {
  static int (*ask)(clockid_t, struct timespec *);
  if (!ask) ask = dlsym(RTLD_NEXT, "clock_gettime");
  int done = ask(id, at);
  if (!done && id == CLOCK_REALTIME) at->tv_sec += shift();
  return done;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}
