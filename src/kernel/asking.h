// How a product asks for memory that others need soon (kernels.h, Ahead). For the innermost loops of this room.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "kernel/kernels.h"

namespace encore::kernel {

/// Asks for the lines of `ahead`, one with each step of a sum: seldom enough to leave the loads their place.
class Asking {
 public:
  explicit Asking(const std::array<Ahead, 2>& ahead) : ahead_(ahead) { next(); }
  /// How many of the next `steps` may ask.
  std::int64_t steps(std::int64_t steps) const { return std::min(steps, lines_); }
  void ask(std::int64_t step) const { __builtin_prefetch(at_ + step * floats_of_a_line, 1, 2); }
  void done(std::int64_t steps) {
    at_ += steps * floats_of_a_line, lines_ -= steps;
    if (lines_ == 0) next();
  }

 private:
  static constexpr std::int64_t floats_of_a_line = 16;
  void next() {
    while (lines_ == 0 && which_ < ahead_.size()) {
      at_ = ahead_[which_].data, lines_ = ahead_[which_].floats / floats_of_a_line;
      ++which_;
    }
  }
  const std::array<Ahead, 2>& ahead_;
  std::size_t which_ = 0;
  const float* at_ = nullptr;
  std::int64_t lines_ = 0;
};

}  // namespace encore::kernel
