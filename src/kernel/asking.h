// How memory that is needed soon is asked for (kernels.h, Ahead): along the sums of a product, or at once where it is
// little. For innermost loops alone.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "kernel/kernels.h"

namespace encore::kernel {

constexpr std::int64_t floats_of_a_line = 16;

/// Asks for all lines of `ahead`. Always inside its caller: GCC takes a function that only fetches ahead for one
/// without effect, and drops the call.
[[gnu::always_inline]] inline void ask_for(const Ahead& ahead) {
  for (std::int64_t i = 0; i < ahead.floats; i += floats_of_a_line) __builtin_prefetch(ahead.data + i, 1, 3);
}

/// Asks for the lines of `ahead` along the steps of sums, as evenly as the product is long: a burst would take all the
/// processor's places for lines on their way, and the product's own loads would wait for one.
class Asking {
 public:
  /// `steps`: of all sums of the product together; where unknown, every step asks.
  explicit Asking(const std::array<Ahead, 2>& ahead, std::int64_t steps = 0) : ahead_(ahead) {
    const std::int64_t lines = (ahead[0].floats + ahead[1].floats) / floats_of_a_line;
    // One less than would do, because the end of a sum, shorter than `every`, does not ask.
    if (lines > 0) every_ = std::clamp<std::int64_t>(steps / lines - 1, 1, 8);
    next();
  }
  /// How many steps share one question.
  std::int64_t every() const { return every_; }
  /// How many of the next `steps` questions there are.
  std::int64_t steps(std::int64_t steps) const { return std::min(steps, lines_); }
  /// Always inside its caller, as ask_for is.
  [[gnu::always_inline]] void ask(std::int64_t step) { __builtin_prefetch(at_ + step * floats_of_a_line, 1, 2); }
  void done(std::int64_t steps) {
    at_ += steps * floats_of_a_line, lines_ -= steps;
    if (lines_ == 0) next();
  }

 private:
  void next() {
    while (lines_ == 0 && which_ < ahead_.size()) {
      at_ = ahead_[which_].data, lines_ = ahead_[which_].floats / floats_of_a_line;
      ++which_;
    }
  }
  const std::array<Ahead, 2>& ahead_;
  std::size_t which_ = 0;
  const float* at_ = nullptr;
  std::int64_t lines_ = 0, every_ = 1;
};

}  // namespace encore::kernel
