// The hidden truth behind a twin's ratings: where films and users lie in a space of tastes. Not which films a user
// rates (rating_maker.h) and not how often a film is rated at all (film.h).
//
// A film is a point: the sum of its genres' directions plus something of its own. A user has two or three of
// `profile_count` common profiles (points, too: "film club", "family evenings") in decreasing shares, and a leaning of
// their own. Profiles give groups of films that the same people watch; leanings give every user a continuous difference
// from their group.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>
#include "generation/random_stream.h"

namespace encore::generation {

inline constexpr int taste_dimensions = 12;
inline constexpr int profile_count = 48;
inline constexpr int profiles_of_user = 3;

using TastePoint = std::array<float, taste_dimensions>;

/// Inner product.
inline float affinity(const TastePoint& a, const TastePoint& b) {
  float sum = 0;
  for (int d = 0; d < taste_dimensions; ++d) sum += a[d] * b[d];
  return sum;
}

/// MovieLens' genres with their shares of titles in ml-latest-small, by name.
struct Genre {
  std::string_view name;
  double share;
};
const std::vector<Genre>& genres();

struct TasteSpace {
  std::vector<TastePoint> genre_directions;  ///< one for each of genres(), of length about 1
  std::array<TastePoint, profile_count> profiles;
  std::array<double, profile_count>
      profile_shares_until;  ///< cumulative shares of the users' first profiles, ends at 1
};

struct UserTaste {
  std::array<int, profiles_of_user> profile;
  std::array<float, profiles_of_user> share_until;  ///< cumulative, ends at 1
  TastePoint leaning;                               ///< the user's own direction
  TastePoint overall;                               ///< profiles by share plus leaning: what decides the stars
  float generosity;                                 ///< standard normal: gives more stars to everything
};

TasteSpace make_taste_space(std::uint64_t seed);

/// A film's point from the indices of its genres (none: only its own part); every coordinate has a variance of about 1.
TastePoint film_point(const TasteSpace& space, const std::vector<int>& film_genres, RandomStream& random);

UserTaste user_taste(const TasteSpace& space, std::uint64_t seed, std::int64_t user);

}  // namespace encore::generation
