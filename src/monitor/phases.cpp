// Reads and resets the kernel's mark of the highest resident memory (VmHWM), and keeps what each reset would forget.
#include "monitor/phases.h"

#include <sys/resource.h>
#include <ctime>
#include <algorithm>
#include <cassert>
#include <fstream>
#include <mutex>

namespace encore {
namespace {

/// The mark since its last reset, in bytes: "VmHWM:   123456 kB". Where /proc does not tell, the maximum since the
/// start.
std::int64_t current_mark() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// What the mark stood at before each reset. A phase around other phases takes the highest since its own start.
class Ledger {
 public:
  std::size_t reset() {
    const std::scoped_lock guard(mutex_);
    before_resets_.push_back(current_mark());
    std::ofstream("/proc/self/clear_refs") << "5";  // where this is forbidden, peaks only are less sharp
    return before_resets_.size();
  }

  std::int64_t highest_since(std::size_t first) {
    const std::scoped_lock guard(mutex_);
    std::int64_t highest = current_mark();
    for (std::size_t i = first; i < before_resets_.size(); ++i) highest = std::max(highest, before_resets_[i]);
    return highest;
  }

 private:
  std::mutex mutex_;
  std::vector<std::int64_t> before_resets_;
};

Ledger& ledger() {
  static Ledger the_only_one;  // the mark belongs to the process, so does this
  return the_only_one;
}

}  // namespace

void Phases::start(std::string name) {
  assert(!running_ && "finish a phase before the next one starts");
  phases_.push_back({std::move(name)});
  running_ = true;
  first_mark_ = ledger().reset();
  cpu_at_start_ = cpu_seconds();
  phases_.back().began = std::chrono::steady_clock::now();
}

const Phase& Phases::finish(std::int64_t rows) {
  assert(running_ && "no phase is running");
  Phase& phase = phases_.back();
  phase.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - phase.began).count();
  phase.cpu_seconds = cpu_seconds() - cpu_at_start_;
  phase.rows = rows;
  phase.peak_rss_bytes = ledger().highest_since(first_mark_);
  running_ = false;
  return phase;
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::int64_t peak_rss_bytes() { return ledger().highest_since(0); }

}  // namespace encore
