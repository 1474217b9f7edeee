// Each process sends what it holds; whoever takes it sorts it.
#include "models/shared_ratings.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dataset/rating_collector.h"
#include "kernel/index.h"
#include "training/epoch_runner.h"

namespace encore {
namespace {

struct SharedRating {
  std::int32_t user, item;
  float stars;  ///< seen_without_stars: seen, and not rated
  Part part;
};

/// Rounds in which each process sends its next ratings, until nobody has any; `take` hears all, in the same order everywhere.
void exchange_ratings(const std::vector<SharedRating>& own, const Sharers& sharers, const std::function<void(const SharedRating&)>& take) {
  constexpr std::size_t at_once = (std::size_t{1} << 20) / sizeof(SharedRating);
  std::size_t next = 0;
  for (bool more = true; more;) {
    const std::size_t count = std::min(at_once, own.size() - next);
    const auto received = sharers.gather(std::as_bytes(std::span(own).subspan(next, count)));
    next += count;
    more = false;
    for (const auto& bytes : received) {
      std::vector<SharedRating> ratings(bytes.size() / sizeof(SharedRating));
      if (!ratings.empty()) std::memcpy(ratings.data(), bytes.data(), bytes.size());
      more = more || ratings.size() == at_once;
      for (const SharedRating& one : ratings) take(one);
    }
  }
}

std::vector<SharedRating> own_likes(const Dataset& data) {
  std::vector<SharedRating> own;
  for (const std::int32_t user : data.users_in(Fold::train)) {
    const auto items = data.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const float stars = data.ratings.ratings_of(user)[i];
      if (data.scale.implicit || static_cast<double>(stars) >= data.scale.liked) own.push_back({user, items[i], stars, Part::none});
    }
  }
  return own;
}

std::vector<SharedRating> own_validation(const Dataset& data) {
  std::vector<SharedRating> own;
  for (const std::int32_t user : data.users_in(Fold::validation)) {
    const auto items = data.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      own.push_back({user, items[i], data.ratings.ratings_of(user)[i],
                     data.ratings.part.empty() ? Part::none : data.ratings.parts_of(user)[i]});
    for (const std::int32_t item : data.seen.items_of(user)) own.push_back({user, item, seen_without_stars, Part::none});
  }
  return own;
}

/// All but the ratings.
Dataset without_ratings(const Dataset& data) {
  Dataset copy;
  copy.scale = data.scale, copy.seed = data.seed, copy.fingerprint = data.fingerprint;
  copy.items = data.items, copy.users = data.users;
  return copy;
}

UserItems rows_by_user(std::vector<std::pair<std::int32_t, std::int32_t>> seen, std::int32_t users) {
  UserItems rows;
  if (seen.empty()) return rows;
  std::ranges::sort(seen);
  rows.start.assign(at(users) + 1, 0);
  for (const auto& [user, item] : seen) ++rows.start[at(user) + 1], rows.item.push_back(item);
  for (std::size_t u = 0; u < at(users); ++u) rows.start[u + 1] += rows.start[u];
  return rows;
}

}  // namespace

Sharers sharers_of(ClusterWorld& world) {
  return {world.process(), world.processes(), [&world](std::span<const std::byte> mine) { return gather_from_processes(world, mine); }};
}

LikeMatrix shared_likes(const FitContext& context, const Sharers& sharers) {
  Dataset all = without_ratings(context.dataset);
  RatingCollector collector(all.users.size());
  exchange_ratings(own_likes(context.dataset), sharers,
                   [&](const SharedRating& one) { collector.add(one.user, one.item, one.stars, one.part); });
  all.ratings = collector.finish();
  return training_likes(all);
}

Dataset shared_validation(const FitContext& context, const Sharers& sharers) {
  Dataset all;
  const bool takes = sharers.process == 0;
  if (takes) all = without_ratings(context.dataset);
  RatingCollector collector(all.users.size());
  std::vector<std::pair<std::int32_t, std::int32_t>> seen;
  exchange_ratings(own_validation(context.dataset), sharers, [&](const SharedRating& one) {
    if (!takes) return;
    if (std::isnan(one.stars)) seen.emplace_back(one.user, one.item);
    else collector.add(one.user, one.item, one.stars, one.part);
  });
  all.ratings = collector.finish();
  all.seen = rows_by_user(std::move(seen), all.users.size());
  return all;
}

}  // namespace encore
