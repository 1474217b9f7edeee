// Small datasets made in memory, for tests of the trainer.
#pragma once
#include <fmt/format.h>

#include <random>

#include "dataset/dataset.h"

namespace encore::tiny {

/// Adds one user's row; items ascending.
inline void add_user(Dataset& data, const std::vector<std::pair<std::int32_t, float>>& row, Fold fold = Fold::train) {
  for (const auto& [item, stars] : row) {
    data.ratings.item.push_back(item);
    data.ratings.rating.push_back(stars);
    ++data.items.ratings[static_cast<std::size_t>(item)];
    if (fold == Fold::train) ++data.items.training_ratings[static_cast<std::size_t>(item)];
  }
  data.ratings.part.resize(data.ratings.item.size(), Part::none);
  data.ratings.start.push_back(data.ratings.size());
  data.users.id.push_back(fmt::format("{}", data.users.size() + 1));
  data.users.fold.push_back(fold);
}

inline Dataset without_users(std::int32_t items) {
  Dataset data;
  data.fingerprint = "tiny";
  for (std::int32_t i = 0; i < items; ++i) {
    data.items.id.push_back(fmt::format("{}", i + 1));
    data.items.title.push_back(fmt::format("Film {} (19{:02})", i + 1, i % 100));
    data.items.year.emplace_back(1900 + i % 100);
    data.items.genres.emplace_back("Drama");
  }
  data.items.ratings.assign(static_cast<std::size_t>(items), 0);
  data.items.training_ratings.assign(static_cast<std::size_t>(items), 0);
  return data;
}

/// Users who rate each film with probability `density`, in half stars, at least one of them liked.
inline Dataset random_ratings(std::int32_t users, std::int32_t items, double density, unsigned seed) {
  Dataset data = without_users(items);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::int32_t u = 0; u < users; ++u) {
    std::vector<std::pair<std::int32_t, float>> row;
    const auto favourite = static_cast<std::int32_t>(uniform(random) * items);
    for (std::int32_t i = 0; i < items; ++i) {
      if (i == favourite)
        row.emplace_back(i, 5.0F);
      else if (uniform(random) < density)
        row.emplace_back(i, 0.5F * static_cast<float>(1 + static_cast<int>(uniform(random) * 10)));
    }
    add_user(data, row);
  }
  return data;
}

}  // namespace encore::tiny
