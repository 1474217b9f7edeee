// A system clock that jumps by years at every look, forth and back, to be loaded before the program (LD_PRELOAD) by
// tests/program/faults. Clocks that only measure time are left as they are.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace {

/// Seconds since 1970, between 1970 and 2106, another century at every look.
std::int64_t anything() {
  static std::atomic<std::uint32_t> looks{1};
  return static_cast<std::int64_t>(looks.fetch_add(1) * 2654435761U);  // Knuth's multiplicative hash
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* to) {
  const auto code = static_cast<int>(syscall(SYS_clock_gettime, clock, to));
  if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) to->tv_sec = anything();
  return code;
}

int gettimeofday(timeval* to, void*) {
  *to = {anything(), 0};
  return 0;
}

time_t time(time_t* to) {
  const time_t now = anything();
  if (to != nullptr) *to = now;
  return now;
}
}
