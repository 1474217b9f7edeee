// A dataset in memory with the size of one of the study's subsets, for timing only: popular films are popular, tastes
// are not there.
#pragma once
#include <cmath>
#include <random>
#include <set>
#include <string>

#include "dataset/dataset.h"

namespace encore::benchmark_data {

/// `users` training users with about `per_user` ratings each; film i is drawn with a chance that falls like 1 / (i +
/// 50).
inline Dataset made_up(std::int32_t items, std::int32_t users, double per_user) {
  Dataset data;
  for (std::int32_t i = 0; i < items; ++i) {
    data.items.id.push_back(std::to_string(i));
    data.items.title.emplace_back("Film");
    data.items.year.emplace_back(1950);
    data.items.genres.emplace_back();
  }
  data.items.ratings.assign(static_cast<std::size_t>(items), 0);
  data.items.training_ratings = data.items.ratings;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::poisson_distribution<int> length(per_user - 1);
  const double range = std::log(1 + static_cast<double>(items) / 50);
  for (std::int32_t u = 0; u < users; ++u) {
    std::set<std::int32_t> row;
    const auto wanted = static_cast<std::size_t>(std::min(1 + length(random), items / 2));
    while (row.size() < wanted) row.insert(static_cast<std::int32_t>(50 * (std::exp(range * uniform(random)) - 1)));
    for (const std::int32_t item : row) {
      data.ratings.item.push_back(item);
      data.ratings.rating.push_back(0.5F * static_cast<float>(1 + static_cast<int>(uniform(random) * 10)));
      ++data.items.training_ratings[static_cast<std::size_t>(item)];
    }
    data.ratings.start.push_back(data.ratings.size());
    data.users.id.push_back(std::to_string(u));
    data.users.fold.push_back(Fold::train);
  }
  return data;
}

}  // namespace encore::benchmark_data
