// Threads arrive, the last one opens the next generation. A short spin first: a step is shorter than a sleep.
#include "exchange/barrier.h"

#include "exchange/exchange.h"

namespace encore {

Barrier::Barrier(int size, int running) : size_(size), spins_(running >= size ? 4000 : 0), limited_(running < size), places_(running) {}

void Barrier::enter() {
  if (!limited_) return;
  std::unique_lock lock(places_mutex_);
  place_is_free_.wait(lock, [this] { return places_ > 0; });
  --places_;
}

void Barrier::leave() noexcept {
  if (!limited_) return;
  {
    const std::lock_guard lock(places_mutex_);
    ++places_;
  }
  place_is_free_.notify_one();
}

/// The generation first: an abort behind this line opens the next one, so that nobody waits for a thread that is gone.
std::uint32_t Barrier::begin() const {
  const std::uint32_t now = generation_.load();
  check();
  return now;
}

void Barrier::open() noexcept {
  arrived_ = 0;
  generation_.fetch_add(1);
  generation_.notify_all();
}

void Barrier::sleep(std::uint32_t generation) {
  leave();
  for (int spin = 0; spin < spins_ && generation_.load(std::memory_order_acquire) == generation; ++spin) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  while (generation_.load() == generation) generation_.wait(generation);
  enter();
}

void Barrier::check() const {
  if (aborted_) throw WorldAborted();
}

void Barrier::abort() noexcept {
  aborted_ = true;
  generation_.fetch_add(1);
  generation_.notify_all();
}

}  // namespace encore
