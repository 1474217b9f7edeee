// One-way analysis of variance over three groups.
#include "tuning/importance.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace encore {

std::optional<double> importance_of(std::span<const double> at, std::span<const double> worth) {
  constexpr std::size_t groups = 3, least = 6;
  const std::size_t n = at.size();
  if (n < least) return std::nullopt;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return at[i]; });
  const double mean = std::accumulate(worth.begin(), worth.end(), 0.0) / static_cast<double>(n);
  double between = 0, within = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = g * n / groups, end = (g + 1) * n / groups;
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += worth[order[i]];
    const double of_group = sum / static_cast<double>(end - begin);
    between += static_cast<double>(end - begin) * (of_group - mean) * (of_group - mean);
    for (std::size_t i = begin; i < end; ++i) within += (worth[order[i]] - of_group) * (worth[order[i]] - of_group);
  }
  const double total = between + within;
  if (total <= 0) return std::nullopt;
  const double by_chance = static_cast<double>(groups - 1) * within / static_cast<double>(n - groups);
  return std::max(0.0, (between - by_chance) / total);
}

}  // namespace encore
