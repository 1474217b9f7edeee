// A few threads that do what the event loop must not wait for: titles, conditions, JSON. Not the scoring (batcher.h).
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace encore::serve {

class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();  ///< does first what waits
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// `first`: before what waits (the end of an answer before the beginning of another). The work does not throw.
  void post(std::function<void()> work, bool first = false);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace encore::serve
