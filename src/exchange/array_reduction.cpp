// Sums run over small runs of numbers, so that they stay in the cache; each round carries the finished part of the last
// piece together with what is to be added up of the next.
#include "exchange/array_reduction.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace encore {
namespace {

constexpr std::size_t run_floats = 2048;

}  // namespace

void combine(std::span<const Summand> summands, Reduction::Kind kind, std::size_t count, float* to) {
  std::array<float, run_floats> sum;
  std::array<double, run_floats> exact;
  for (std::size_t start = 0; start < count; start += run_floats) {
    const std::size_t n = std::min(run_floats, count - start);
    if (kind == Reduction::Kind::sum) {
      std::fill_n(sum.begin(), n, 0.0F);
      for (const Summand& one : summands) {
        if (one.values == nullptr) continue;
        const float* values = one.values + start;
        for (std::size_t i = 0; i < n; ++i) sum[i] += values[i];
      }
    } else {
      std::fill_n(exact.begin(), n, 0.0);
      for (const Summand& one : summands) {
        if (one.values == nullptr) continue;
        const float* values = one.values + start;
        for (std::size_t i = 0; i < n; ++i) exact[i] += one.share * static_cast<double>(values[i]);
      }
      std::transform(exact.begin(), exact.begin() + static_cast<std::ptrdiff_t>(n), sum.begin(),
                     [](double x) { return static_cast<float>(x); });
    }
    std::copy_n(sum.begin(), n, to + start);
  }
}

void reduce_here(std::span<const std::span<float>> arrays, std::span<const Reduction> reductions, std::size_t from,
                 std::size_t to) {
  if (from == to) return;
  std::vector<Summand> summands;
  for (std::size_t start = from; start < to; start += run_floats) {
    const std::size_t n = std::min(run_floats, to - start);
    summands.clear();
    for (std::size_t k = 0; k < arrays.size(); ++k)
      summands.push_back({reductions[k].present ? arrays[k].data() + start : nullptr, reductions[k].share});
    combine(summands, reductions[0].kind, n, arrays[0].data() + start);
    for (std::size_t k = 1; k < arrays.size(); ++k) std::copy_n(arrays[0].data() + start, n, arrays[k].data() + start);
  }
}

}  // namespace encore
