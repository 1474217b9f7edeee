// Memory and processor time of a process and all its descendants, now. Not a series over time (sampler.h).
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>

namespace encore {

struct TreeUse {
  std::int64_t memory_bytes = 0;  ///< resident pages of all processes; pages that several share count for each
  double cpu_seconds = 0;         ///< user and system, of ended descendants too, since the first `read`
};

/// Looks for new descendants once a second, because that means reading all processes of the machine; one that lives
/// for less may be missed.
class ProcessTree {
 public:
  explicit ProcessTree(pid_t root);
  TreeUse read();

 private:
  void find_descendants();

  pid_t root_;
  std::map<pid_t, double> cpu_;  ///< of each living process, as last read
  double ended_ = 0, at_start_ = 0;
  bool read_before_ = false;
  std::chrono::steady_clock::time_point next_search_;
};

}  // namespace encore
