// Seconds, rows and peak memory of each named phase of a command. Not a sampler over time (sampler.h).
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace encore {

struct Phase {
  std::string name;
  double seconds = 0;
  double cpu_seconds = 0;  ///< user and system time of all threads of this process
  std::int64_t rows = 0;
  std::int64_t peak_rss_bytes =
      0;  ///< highest resident memory while this phase ran (the kernel's mark is reset at its start)
  std::chrono::steady_clock::time_point began;
};

/// Phases follow one another; those of two objects may lie inside one another (a command's "train" around its epochs).
class Phases {
 public:
  void start(std::string name);
  /// Ends the running phase and returns it.
  const Phase& finish(std::int64_t rows);
  const std::vector<Phase>& all() const { return phases_; }

 private:
  std::vector<Phase> phases_;
  double cpu_at_start_ = 0;
  std::size_t first_mark_ = 0;
  bool running_ = false;
};

/// Processor time that this process has used since its start, all threads, user and system.
double cpu_seconds();

/// Highest resident memory of this process since its start, in bytes, resets by `Phases` included.
std::int64_t peak_rss_bytes();

}  // namespace encore
