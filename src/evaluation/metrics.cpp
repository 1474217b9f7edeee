// The formulas of metrics.h, word for word.
#include "evaluation/metrics.h"
#include <algorithm>
#include <cmath>

namespace encore {
namespace {

bool holds(Items items, std::int32_t item) { return std::binary_search(items.begin(), items.end(), item); }

double hits(std::int64_t k, Items ranked, Items targets) {
  const Items shown = first_of(ranked, k);
  return static_cast<double>(
      std::count_if(shown.begin(), shown.end(), [&](std::int32_t item) { return holds(targets, item); }));
}

double discount(std::size_t rank_from_0) { return 1 / std::log2(static_cast<double>(rank_from_0) + 2); }

double most(std::int64_t k, Items targets) {
  return static_cast<double>(std::min<std::int64_t>(k, std::ssize(targets)));
}

}  // namespace

Items first_of(Items ranked, std::int64_t k) {
  return ranked.first(std::min(static_cast<std::size_t>(k), ranked.size()));
}

double recall_at(std::int64_t k, Items ranked, Items targets) { return hits(k, ranked, targets) / most(k, targets); }

double recall_of_all_at(std::int64_t k, Items ranked, Items targets) {
  return hits(k, ranked, targets) / static_cast<double>(targets.size());
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

double hit_at(std::int64_t k, Items ranked, Items targets) { return hits(k, ranked, targets) > 0 ? 1 : 0; }

double reciprocal_rank_at(std::int64_t k, Items ranked, Items targets) {
  const Items shown = first_of(ranked, k);
  for (std::size_t rank = 0; rank < shown.size(); ++rank)
    if (holds(targets, shown[rank])) return 1 / static_cast<double>(rank + 1);
  return 0;
}

double average_precision_at(std::int64_t k, Items ranked, Items targets) {
  const Items shown = first_of(ranked, k);
  double found = 0, sum = 0;
  for (std::size_t rank = 0; rank < shown.size(); ++rank) {
    if (!holds(targets, shown[rank])) continue;
    found += 1;
    sum += found / static_cast<double>(rank + 1);
  }
  return sum / most(k, targets);
}

std::optional<double> novelty_at(std::int64_t k, Items ranked, std::span<const double> surprise) {
  const Items shown = first_of(ranked, k);
  if (shown.empty()) return std::nullopt;
  double sum = 0;
  for (const auto item : shown) sum += surprise[static_cast<std::size_t>(item)];
  return sum / static_cast<double>(shown.size());
}

std::optional<double> diversity_at(std::int64_t k, Items ranked, std::span<const std::vector<std::int32_t>> genres) {
  const Items shown = first_of(ranked, k);
  double sum = 0, pairs = 0;
  for (std::size_t a = 0; a < shown.size(); ++a) {
    const auto& of_a = genres[static_cast<std::size_t>(shown[a])];
    for (std::size_t b = 0; b < a; ++b) {
      const auto& of_b = genres[static_cast<std::size_t>(shown[b])];
      if (of_a.empty() || of_b.empty()) continue;
      const auto both = static_cast<double>(std::count_if(of_a.begin(), of_a.end(), [&](std::int32_t genre) {
        return std::binary_search(of_b.begin(), of_b.end(), genre);
      }));
      sum += 1 - both / (static_cast<double>(of_a.size() + of_b.size()) - both);
      pairs += 1;
    }
  }
  if (pairs == 0) return std::nullopt;
  return sum / pairs;
}

std::optional<double> harm_at(std::int64_t k, Items ranked, Items disliked) {
  if (disliked.empty()) return std::nullopt;
  return hits(k, ranked, disliked) / static_cast<double>(k);
}

std::optional<double> coverage_of(std::span<const std::int64_t> exposures) {
  if (exposures.empty()) return std::nullopt;
  const auto shown = std::count_if(exposures.begin(), exposures.end(), [](std::int64_t count) { return count > 0; });
  return static_cast<double>(shown) / static_cast<double>(exposures.size());
}

std::optional<double> gini_of(std::vector<std::int64_t> exposures) {
  std::sort(exposures.begin(), exposures.end());
  const auto n = static_cast<double>(exposures.size());
  double weighted = 0, total = 0;
  for (std::size_t i = 0; i < exposures.size(); ++i) {
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * static_cast<double>(exposures[i]);
    total += static_cast<double>(exposures[i]);
  }
  if (total == 0) return std::nullopt;
  return weighted / (n * total);
}

}  // namespace encore
