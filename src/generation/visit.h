// When a user came and rated. Not what they rated.
#pragma once
#include <array>
#include <cstdint>
#include <vector>
#include "generation/random_stream.h"
#include "generation/shape.h"

namespace encore::generation {

/// One to four sittings, the first of which holds most of the ratings; three users in four came only once.
struct Visit {
  static constexpr int most_sittings = 4;
  int sittings;
  std::array<std::int64_t, most_sittings> begin;  ///< seconds since 1970, ascending
  int last_year;  ///< the calendar year of the last sitting: later films are unknown to this user
};

Visit visit_of(const Shape& shape, std::uint64_t seed, std::int64_t user);

/// For each calendar year up to shape.last_second's, the share of all ratings that come from users who were still there
/// in that year or later: the part of the audience that a film of that year can have. Index 0 is year 0; everything is
/// 1 up to the data set's first year.
std::vector<double> audience_by_year(const Shape& shape, std::uint64_t seed, const std::vector<std::int32_t>& activity);

/// The second of one rating out of `ratings` of a user: within a sitting, never before the film's first year. When no
/// sitting came so late, it lies in the days after that year began (but not beyond shape.last_second).
std::int64_t rating_second(const Visit& visit, const Shape& shape, std::int64_t ratings, int film_year,
                           RandomStream& random);

}  // namespace encore::generation
