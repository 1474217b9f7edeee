// Memory and processor time of a process and all its descendants, now. Not a series over time (sampler.h).
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>

namespace encore {

struct TreeUse {
  std::int64_t memory_bytes = 0;  ///< of all processes; a page that n processes share counts as 1/n in each
  double cpu_seconds = 0;         ///< user and system, of ended descendants too, since the first `read`
};

/// Looks for new descendants once a second, because that means reading all processes of the machine; one that lives
/// for less may be missed. Memory is the proportional set size, as in python/encore/process_tree.py. The kernel walks all pages of a
/// process for it, so in between it is the resident size times the ratio of the two when they were last read.
class ProcessTree {
 public:
  explicit ProcessTree(pid_t root);
  TreeUse read();

 private:
  struct Process {
    double cpu_seconds = 0;  ///< as last read
    double own_share = 1;    ///< proportional ÷ resident set size, as last read
  };
  void find_descendants();
  void read_pages();

  pid_t root_;
  std::map<pid_t, Process> living_;
  double ended_ = 0, at_start_ = 0;
  bool read_before_ = false;
  std::chrono::steady_clock::time_point next_search_, next_pages_;
};

}  // namespace encore
