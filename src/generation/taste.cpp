// Draws the space of tastes, and films' and users' places in it.
#include "generation/taste.h"
#include <algorithm>
#include <cmath>

namespace encore::generation {
namespace {

TastePoint normal_point(RandomStream& random, double deviation) {
  TastePoint point;
  for (float& coordinate : point) coordinate = static_cast<float>(deviation * random.normal());
  return point;
}

}  // namespace

const std::vector<Genre>& genres() {
  static const std::vector<Genre> table = {
      {"Action", .188}, {"Adventure", .130},   {"Animation", .063}, {"Children", .068}, {"Comedy", .386},
      {"Crime", .123},  {"Documentary", .045}, {"Drama", .448},     {"Fantasy", .080},  {"Film-Noir", .009},
      {"Horror", .100}, {"IMAX", .016},        {"Musical", .034},   {"Mystery", .059},  {"Romance", .164},
      {"Sci-Fi", .101}, {"Thriller", .194},    {"War", .039},       {"Western", .017}};
  return table;
}

TasteSpace make_taste_space(std::uint64_t seed) {
  RandomStream random(seed, Purpose::taste_space, 0);
  TasteSpace space;
  for (std::size_t genre = 0; genre < genres().size(); ++genre)
    space.genre_directions.push_back(normal_point(random, 1.0));
  for (TastePoint& profile : space.profiles) profile = normal_point(random, 1.0 / std::sqrt(taste_dimensions));
  // Profiles are unequally common: the share falls with the square root of the rank.
  double sum = 0;
  for (int profile = 0; profile < profile_count; ++profile)
    space.profile_shares_until[profile] = sum += 1.0 / std::sqrt(profile + 1.0);
  for (double& until : space.profile_shares_until) until /= sum;
  return space;
}

TastePoint film_point(const TasteSpace& space, const std::vector<int>& film_genres, RandomStream& random) {
  constexpr double own_part = 0.75;  // of the variance's root; the rest is the genres'
  TastePoint point = normal_point(random, film_genres.empty() ? 1.0 : own_part);
  if (film_genres.empty()) return point;
  const auto genre_part =
      static_cast<float>(std::sqrt((1 - own_part * own_part) / static_cast<double>(film_genres.size())));
  for (const int genre : film_genres)
    for (int d = 0; d < taste_dimensions; ++d) point[d] += genre_part * space.genre_directions[genre][d];
  return point;
}

UserTaste user_taste(const TasteSpace& space, std::uint64_t seed, std::int64_t user) {
  RandomStream random(seed, Purpose::user_taste, static_cast<std::uint64_t>(user));
  UserTaste taste;
  for (int& profile : taste.profile) {
    const auto& shares = space.profile_shares_until;
    const auto found = std::upper_bound(shares.begin(), shares.end() - 1, random.uniform());
    profile = static_cast<int>(found - shares.begin());
  }
  // The first profile has 45 to 85 percent, the second most of the rest.
  const double first = 0.45 + 0.4 * random.uniform();
  const double second = (1 - first) * (0.5 + 0.5 * random.uniform());
  taste.share_until = {static_cast<float>(first), static_cast<float>(first + second), 1.0F};
  taste.leaning = normal_point(random, 1.0 / std::sqrt(taste_dimensions));
  taste.generosity = static_cast<float>(random.normal());
  const std::array<double, profiles_of_user> share = {first, second, 1 - first - second};
  for (int d = 0; d < taste_dimensions; ++d) {
    double sum = taste.leaning[d];
    for (int p = 0; p < profiles_of_user; ++p) sum += share[p] * space.profiles[taste.profile[p]][d];
    taste.overall[d] = static_cast<float>(sum);
  }
  return taste;
}

}  // namespace encore::generation
