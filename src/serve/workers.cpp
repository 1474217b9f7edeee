// One queue with two ends.
#include "serve/workers.h"

#include <utility>

namespace encore::serve {

Workers::Workers(int threads) {
  for (int t = 0; t < threads; ++t) threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
}

Workers::~Workers() {
  for (auto& thread : threads_) thread.request_stop();
  arrived_.notify_all();
}

void Workers::post(std::function<void()> work, bool first) {
  {
    const std::lock_guard lock(mutex_);
    first ? queue_.push_front(std::move(work)) : queue_.push_back(std::move(work));
  }
  arrived_.notify_one();
}

void Workers::run(const std::stop_token& stop) {
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace encore::serve
