// A file system that cannot exchange two folders in one step, to be loaded before the program (LD_PRELOAD) by
// tests/program/faults: what renameat2 answers there, and a word on standard error that it was asked.
#include <unistd.h>

#include <cerrno>

extern "C" int renameat2(int, const char*, int, const char*, unsigned) {
  constexpr char asked[] = "no exchange\n";
  if (write(STDERR_FILENO, asked, sizeof asked - 1) < 0) return -1;
  errno = EINVAL;
  return -1;
}
