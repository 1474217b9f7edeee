// A barrier that can be torn down: when one thread fails, the others are woken with an exception instead of waiting for
// ever.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace encore {

/// For `size` threads, of which at most `running` compute at the same time (waiting threads give their place away).
class Barrier {
 public:
  Barrier(int size, int running);
  /// To be called once by each thread before its first step, and `leave` after its last.
  void enter();
  void leave() noexcept;
  /// Throws WorldAborted when `abort` was called by any thread.
  void wait() {
    wait([] {});
  }
  /// The last thread to arrive does `work` while the others still wait. What it throws, it throws; the others throw
  /// WorldAborted.
  template <class Work>
  void wait(Work&& work) {
    const std::uint32_t generation = begin();
    if (arrived_.fetch_add(1) + 1 == size_) {
      try {
        work();
      } catch (...) {
        abort();
        throw;
      }
      open();
    } else {
      sleep(generation);
    }
    check();
  }
  void abort() noexcept;

 private:
  std::uint32_t begin() const;
  void open() noexcept;
  void sleep(std::uint32_t generation);
  void check() const;
  const int size_;
  const int spins_;
  std::atomic<int> arrived_{0};
  std::atomic<std::uint32_t> generation_{0};
  std::atomic<bool> aborted_{false};
  const bool limited_;  ///< there are more threads than may run
  // No std::counting_semaphore: that of libstdc++ 12 goes to sleep until its count is another than before its last try, also on one that
  // has become positive again by then; who releases a positive count wakes nobody.
  std::mutex places_mutex_;
  std::condition_variable place_is_free_;
  int places_;  ///< that are free
};

}  // namespace encore
