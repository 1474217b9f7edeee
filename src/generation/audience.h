// How many films each user rates, from which shelves, and who is the first rater of each film: the counts that hold
// exactly. Not which other films a user picks (rating_maker.h).
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>
#include "generation/film.h"
#include "generation/shape.h"
#include "generation/taste.h"

namespace encore::generation {

class Audience {
 public:
  /// Exact: the users, the sum of the ratings, the sums over the first three shelves, at least shape.least_active
  /// ratings of each user, a first rater for each rated film. Nearly exact: shape.classic_users.
  Audience(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space, std::uint64_t seed);

  std::int64_t users() const { return static_cast<std::int64_t>(on_shelf_.size()); }
  /// How many films of each shelf the user rates.
  const std::array<std::int32_t, shelf_count>& on_shelf(std::int64_t user) const { return on_shelf_[user]; }
  /// The films (indices) that this user must rate, so that every rated film has a rating; at most on_shelf of each
  /// shelf.
  std::span<const std::int32_t> first_films(std::int64_t user) const {
    return std::span(first_films_).subspan(first_begin_[user], first_begin_[user + 1] - first_begin_[user]);
  }

 private:
  void choose_first_raters(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space,
                           std::uint64_t seed);

  std::vector<std::array<std::int32_t, shelf_count>> on_shelf_;
  std::vector<std::size_t> first_begin_;
  std::vector<std::int32_t> first_films_;
};

/// Ratings of each user: least_active + a log-normal amount, at most most_active, with a sum of exactly `ratings`.
std::vector<std::int32_t> draw_activity(const Shape& shape, std::uint64_t seed);

/// Splits whole numbers in two: part[u] of whole[u] such that the parts sum to `total` exactly, about `present` users
/// have a part above 0, and users with a high tendency have more. part is at most part_limit, whole - part at most
/// rest_limit. The share is logistic(base + spread * tendency): `base` follows from the total, `spread` from the number
/// of users present.
std::vector<std::int32_t> split_counts(const std::vector<std::int32_t>& whole, const std::vector<float>& tendency,
                                       std::int64_t total, std::int64_t present, double part_limit, double rest_limit);

}  // namespace encore::generation
