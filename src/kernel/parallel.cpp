// parallel_for and the number of threads that this process may use.
#include "kernel/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace encore::kernel {

namespace {

/// CPUs that the container's quota allows: cgroup v2 "max 100000" or "150000 100000"; v1 in two files. 0 = no quota.
double cgroup_quota() {
  std::string quota;
  double period = 0;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> quota >> period && quota != "max" && period > 0) {
    return std::stod(quota) / period;
  }
  double allowed = 0;
  std::ifstream v1_quota("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), v1_period("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  if (v1_quota >> allowed && v1_period >> period && allowed > 0 && period > 0) return allowed / period;
  return 0;
}

}  // namespace

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const double quota = cgroup_quota();
  if (quota > 0) count = std::min(count, static_cast<int>(quota + 0.999));
  return std::max(count, 1);
}

int threads_to_use(std::optional<std::int64_t> wanted) {
  return wanted ? static_cast<int>(*wanted) : available_threads();
}

void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body) {
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> stop{false};
  std::exception_ptr first;
  std::mutex guard;
  const auto work = [&] {
    try {
      for (std::int64_t i; !stop && (i = next.fetch_add(1)) < count;) body(i);
    } catch (...) {
      stop = true;
      const std::lock_guard lock(guard);
      if (!first) first = std::current_exception();
    }
  };
  std::vector<std::jthread> others;
  for (int t = 1; t < std::min<std::int64_t>(threads, count); ++t) others.emplace_back(work);
  work();
  others.clear();  // joins
  if (first) std::rethrow_exception(first);
}

}  // namespace encore::kernel
