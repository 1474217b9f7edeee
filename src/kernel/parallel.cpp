// One loop on several threads, with subnormal numbers as zeros.
#include "kernel/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/flush_to_zero.h"

namespace encore::kernel {

void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body) {
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> stop{false};
  std::exception_ptr first;
  std::mutex guard;
  const auto work = [&] {
    const FlushToZero for_speed;
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
