// Questions that wait are scored as one block, because the weights then pass through the processor once for all of them.
// Not what a question means (recommend_call.h).
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include "recommendation/desk.h"
#include "serve/histogram.h"

namespace encore::serve {

/// A question that owns what it is about.
struct Asked {
  std::shared_ptr<const Desk> desk;
  Profile person;
  std::int64_t k = 10;
  FilmMask fits;  ///< null: all films
};

/// One of the two is set.
using OnAnswer = std::function<void(const Recommendation*, std::exception_ptr)>;

class Batcher {
 public:
  /// A block is computed on up to `threads` threads.
  explicit Batcher(int threads);
  ~Batcher();  ///< answers what waits first
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// `done` is called on the batcher's thread, and is short. While a block is computed questions gather, and the next block
  /// takes up to 64 of them: nobody waits for a clock.
  void ask(Asked question, OnAnswer done);
  std::int64_t waiting() const { return waiting_; }
  const Histogram& sizes() const { return sizes_; }

 private:
  struct Waiting {
    Asked question;
    OnAnswer done;
  };
  void work(const std::stop_token& stop);
  void answer(std::vector<Waiting>& block);

  int threads_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Waiting> queue_;
  std::atomic<std::int64_t> waiting_{0};
  Histogram sizes_;
  std::jthread thread_;
};

}  // namespace encore::serve
