// Slices that need no condition: by an item's popularity, by the length of a user's history.
#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include "evaluation/ranking.h"

namespace encore {

std::vector<RankingSlice> slices_by_popularity(const Catalogue& items) {
  std::vector<std::int32_t> order(items.training_ratings.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return items.training_ratings[static_cast<std::size_t>(a)] > items.training_ratings[static_cast<std::size_t>(b)];
  });
  const std::int64_t all = std::accumulate(items.training_ratings.begin(), items.training_ratings.end(), std::int64_t{});
  std::vector<RankingSlice> slices;
  for (const char* name : {"popularity head", "popularity middle", "popularity tail"})
    slices.push_back({name, std::vector<std::uint8_t>(order.size()), {}});
  std::int64_t before = 0;  // an item belongs where the ratings of those above it leave off
  for (const auto item : order) {
    const auto third = static_cast<std::size_t>(std::min<std::int64_t>(3 * before / std::max<std::int64_t>(all, 1), 2));
    slices[third].items[static_cast<std::size_t>(item)] = 1;
    before += items.training_ratings[static_cast<std::size_t>(item)];
  }
  return slices;
}

std::vector<RankingSlice> slices_by_history(const Dataset& dataset, Fold fold, bool with_empty) {
  constexpr std::int64_t bounds[] = {10, 30, 100};
  std::vector<RankingSlice> slices;
  for (const char* name : {"history below 10", "history 10 to 29", "history 30 to 99", "history 100 and more"})
    slices.push_back({name, {}, std::vector<std::uint8_t>(static_cast<std::size_t>(dataset.users.size()))});
  for (const auto user : users_with_targets(dataset, fold)) {
    const auto given = std::ranges::count(dataset.ratings.parts_of(user), Part::given);
    const auto* const bound = std::ranges::upper_bound(bounds, given);
    slices[static_cast<std::size_t>(bound - std::begin(bounds))].users[static_cast<std::size_t>(user)] = 1;
  }
  if (with_empty) return slices;
  std::erase_if(slices, [](const RankingSlice& slice) { return std::ranges::count(slice.users, 1) == 0; });
  return slices;
}

}  // namespace encore
