// The greatest cosine to what is chosen is kept for each film of the pool, so a choice costs one pass.
#include "recommendation/diversity.h"

#include <algorithm>
#include <limits>

namespace encore {

std::vector<ScoredItem> diversified(const ItemVectors& vectors, const std::vector<ScoredItem>& pool, std::int64_t k,
                                    double diversity, std::span<const std::int32_t> before) {
  std::vector<double> nearest(pool.size(), -1);
  const auto choose = [&](std::int32_t item) {
    for (std::size_t i = 0; i < pool.size(); ++i) nearest[i] = std::max(nearest[i], vectors.cosine(pool[i].item, item));
  };
  for (const auto item : before) choose(item);
  bool anything = !before.empty();
  std::vector<bool> taken(pool.size());
  std::vector<ScoredItem> chosen;
  while (std::ssize(chosen) < std::min<std::int64_t>(k, std::ssize(pool))) {
    std::size_t best = 0;
    double greatest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (taken[i]) continue;
      const double relevance = 1 - static_cast<double>(i) / static_cast<double>(pool.size());
      const double value = (1 - diversity) * relevance - (anything ? diversity * nearest[i] : 0);
      if (value > greatest) greatest = value, best = i;
    }
    taken[best] = true;
    chosen.push_back(pool[best]);
    choose(pool[best].item);
    anything = true;
  }
  return chosen;
}

}  // namespace encore
