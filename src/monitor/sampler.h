// A thread that looks at a process tree again and again: memory, processor time, cores. What becomes of the samples is
// the listener's (sample_series.h, monitor_file.h).
#pragma once
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace encore {

struct Sample {
  double seconds = 0;             ///< since the sampler started
  std::int64_t memory_bytes = 0;  ///< of the process tree (TreeUse)
  double cpu_percent = 0;         ///< of the process tree since the sample before; 100 = all processors that it may use
  std::vector<float> cores;       ///< percent of each core, of the whole machine, since the sample before
};

struct SamplerCost {
  std::int64_t samples = 0;
  double cpu_seconds = 0;  ///< of the sampler's own thread
  double seconds = 0;      ///< that it ran
  double percent_of_a_core() const { return seconds > 0 ? 100 * cpu_seconds / seconds : 0; }
};

class Sampler {
 public:
  /// Samples `root` and its descendants every `interval`, or less often where that would take more than 1 % of a core.
  /// `on_sample` is called from the sampler's thread, which computes nothing else.
  Sampler(pid_t root, std::chrono::milliseconds interval, std::function<void(const Sample&)> on_sample);
  ~Sampler();  ///< stops
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  /// Takes a last sample and returns when it has been heard.
  SamplerCost stop();
  /// When its seconds are 0.
  std::chrono::steady_clock::time_point began() const { return began_; }

 private:
  void run(pid_t root, std::chrono::milliseconds interval);

  std::function<void(const Sample&)> on_sample_;
  std::chrono::steady_clock::time_point began_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  SamplerCost cost_;
  std::thread thread_;
};

}  // namespace encore
