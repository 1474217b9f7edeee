// The formulas of metrics.h, word for word.
#include "evaluation/metrics.h"
#include <algorithm>
#include <cmath>

namespace encore {
namespace {

Items first_of(Items ranked, std::int64_t k) {
  return ranked.first(std::min(static_cast<std::size_t>(k), ranked.size()));
}

bool holds(Items targets, std::int32_t item) { return std::binary_search(targets.begin(), targets.end(), item); }

double hits(std::int64_t k, Items ranked, Items targets) {
  const Items shown = first_of(ranked, k);
  return static_cast<double>(
      std::count_if(shown.begin(), shown.end(), [&](std::int32_t item) { return holds(targets, item); }));
}

double discount(std::size_t rank_from_0) { return 1 / std::log2(static_cast<double>(rank_from_0) + 2); }

}  // namespace

double recall_at(std::int64_t k, Items ranked, Items targets) {
  return hits(k, ranked, targets) / static_cast<double>(std::min<std::int64_t>(k, std::ssize(targets)));
}

double precision_at(std::int64_t k, Items ranked, Items targets) {
  return hits(k, ranked, targets) / static_cast<double>(k);
}

double ndcg_at(std::int64_t k, Items ranked, Items targets) {
  const Items shown = first_of(ranked, k);
  double gained = 0, ideal = 0;
  for (std::size_t rank = 0; rank < shown.size(); ++rank) gained += holds(targets, shown[rank]) ? discount(rank) : 0;
  for (std::size_t rank = 0; rank < std::min(static_cast<std::size_t>(k), targets.size()); ++rank)
    ideal += discount(rank);
  return gained / ideal;
}

double coverage_of(std::span<const std::int64_t> exposures) {
  if (exposures.empty()) return 0;
  const auto shown = std::count_if(exposures.begin(), exposures.end(), [](std::int64_t count) { return count > 0; });
  return static_cast<double>(shown) / static_cast<double>(exposures.size());
}

double gini_of(std::vector<std::int64_t> exposures) {
  std::sort(exposures.begin(), exposures.end());
  const auto n = static_cast<double>(exposures.size());
  double weighted = 0, total = 0;
  for (std::size_t i = 0; i < exposures.size(); ++i) {
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * static_cast<double>(exposures[i]);
    total += static_cast<double>(exposures[i]);
  }
  return total > 0 ? weighted / (n * total) : 0;
}

}  // namespace encore
