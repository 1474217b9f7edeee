// The table of MovieLens shapes and how a shape is scaled. Sources: README files of the data sets (totals), the study's
// Table 1 (the three decades of ml-25m), ml-latest-small itself (all its rows); what no source gives is marked
// "estimated".
#include "generation/shape.h"
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include "process/error.h"

namespace encore::generation {
namespace {

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> table = {
      {.name = "ml-25m",
       .movies = 62'423,
       .rated_movies = 59'047,
       .users = 162'541,
       .ratings = 25'000'095,
       .eras = {{1950, 1959, 2'980, 2'821, 565'530, .13, 0},  // Table 1, differences of the nested subsets
                {1960, 1969, 3'586, 3'450, 723'200, .17, 1},
                {1970, 1979, 4'958, 4'420, 1'449'107, .42, 2},
                {1888, 1929, 1'630, 1'480, 70'000, .03},  // from here on estimated
                {1930, 1949, 3'800, 3'560, 640'000, .15},
                {1980, 1989, 6'000, 5'750, 3'140'000, .36},
                {1990, 1999, 8'900, 8'590, 9'490'000, .50},
                {2000, 2009, 14'500, 13'960, 6'510'000, .40},
                {2010, 2019, 15'657, 14'636, 2'400'000, .22},
                {0, 0, 412, 380, 12'258, .01}},
       .classic_users = {77'048, 102'319, 136'921},
       .most_active = 32'202,
       .activity_spread = 1.39,
       .star_shares = {.0157, .0311, .0160, .0656, .0505, .1959, .1271, .2656, .0880, .1445},
       .without_genre = .081,
       .first_second = 789'652'009,  // January 1995
       .last_second = 1'574'327'703},
      {.name = "ml-1m",
       .movies = 3'883,
       .rated_movies = 3'706,
       .users = 6'040,
       .ratings = 1'000'209,
       .eras = {{1950, 1959, 168, 163, 46'000, .22, 0},  // titles known, the rest estimated
                {1960, 1969, 191, 184, 56'000, .28, 1},
                {1970, 1979, 247, 239, 82'000, .49, 2},
                {1919, 1949, 240, 227, 49'000, .27},
                {1980, 1989, 598, 585, 222'000, .48},
                {1990, 1999, 2'283, 2'157, 486'209, .56},
                {2000, 2000, 156, 151, 59'000, .30}},
       .classic_users = {4'100, 4'900, 5'600},
       .most_active = 2'314,
       .activity_spread = 1.14,
       .star_shares = {0, .0562, 0, .1075, 0, .2612, 0, .3489, 0, .2262},
       .without_genre = 0,
       .first_second = 956'703'932,  // April 2000
       .last_second = 1'046'454'590},
      {.name = "ml-latest-small",
       .movies = 9'742,
       .rated_movies = 9'724,
       .users = 610,
       .ratings = 100'836,
       .eras = {{1950, 1959, 279, 277, 1'784, .14, 0},
                {1960, 1969, 401, 399, 2'858, .18, 1},
                {1970, 1979, 500, 498, 4'995, .41, 2},
                {1902, 1949, 380, 375, 1'929, .16},
                {1980, 1989, 1'177, 1'175, 12'912, .35},
                {1990, 1999, 2'212, 2'209, 37'087, .54},
                {2000, 2009, 2'850, 2'849, 29'767, .32},
                {2010, 2018, 1'931, 1'930, 9'487, .23},
                {0, 0, 12, 12, 17, .01}},
       .classic_users = {270, 374, 501},
       .most_active = 2'698,
       .activity_spread = 1.46,
       .star_shares = {.0136, .0279, .0178, .0749, .0550, .1988, .1303, .2660, .0848, .1309},
       .without_genre = .0035,
       .first_second = 828'124'615,  // March 1996
       .last_second = 1'537'799'250},
  };
  return table;
}

/// Rounds values * factor so that they sum to `total`: what rounding left over goes to the largest.
template <class Access>
void scale_to_total(std::vector<Era>& eras, Access access, double factor, std::int64_t total) {
  std::int64_t sum = 0;
  for (Era& era : eras) sum += access(era) = std::max<std::int64_t>(1, std::llround(access(era) * factor));
  auto largest = std::max_element(eras.begin(), eras.end(), [&](Era& a, Era& b) { return access(a) < access(b); });
  access(*largest) += total - sum;
}

}  // namespace

std::vector<std::string_view> shape_names() {
  std::vector<std::string_view> names;
  for (const Shape& shape : shapes()) names.push_back(shape.name);
  return names;
}

Shape shape_of(std::string_view name, const Amounts& amounts) {
  const auto& table = shapes();
  const auto row = std::find_if(table.begin(), table.end(), [&](const Shape& shape) { return shape.name == name; });
  if (row == table.end())
    throw UserError(fmt::format("--like {}: no such data set; known are {}.", name, fmt::join(shape_names(), ", ")));
  Shape shape = *row;
  const auto times = [](std::optional<std::int64_t> wanted, std::int64_t has, double otherwise) {
    return wanted ? static_cast<double>(*wanted) / static_cast<double>(has) : otherwise;
  };
  const double user_scale = times(amounts.users, shape.users, amounts.scale),
               rating_scale = times(amounts.ratings, shape.ratings, user_scale),
               film_scale = times(amounts.films, shape.rated_movies, std::sqrt(user_scale));
  if (user_scale == 1 && rating_scale == 1 && film_scale == 1) return shape;
  shape.users = std::llround(shape.users * user_scale);
  shape.ratings = std::llround(shape.ratings * rating_scale);
  shape.movies = std::llround(shape.movies * film_scale);
  shape.rated_movies = std::llround(shape.rated_movies * film_scale);
  scale_to_total(
      shape.eras, [](Era& era) -> std::int64_t& { return era.titles; }, film_scale, shape.movies);
  scale_to_total(
      shape.eras, [](Era& era) -> std::int64_t& { return era.rated; }, film_scale, shape.rated_movies);
  scale_to_total(
      shape.eras, [](Era& era) -> std::int64_t& { return era.ratings; }, rating_scale, shape.ratings);
  shape.rated_movies = 0;
  std::array<std::int64_t, shelf_count> spare{};  // ratings beyond the one that each rated film must have
  for (Era& era : shape.eras) {
    shape.rated_movies += era.rated = std::min(era.rated, era.titles);
    spare[era.shelf] += era.ratings - era.rated;
  }
  for (std::int64_t& users : shape.classic_users) users = std::llround(users * user_scale);
  // A few users cannot be as extreme as the most extreme of many, and nobody rates the greater part of all films.
  shape.most_active = std::min(shape.most_active, shape.rated_movies * 3 / 5);
  const std::int64_t mean = shape.ratings / std::max<std::int64_t>(1, shape.users);
  bool enough = shape.users >= 20 && shape.most_active >= 4 * mean && mean > shape.least_active;
  for (const std::int64_t ratings : spare) enough = enough && ratings >= 0;
  if (!enough)
    throw UserError(fmt::format("{} users, {} films and {} ratings are too few, or too many for one another, for a twin of {}: there "
                                "must be 20 users, {} ratings of each and one of each film, and no more ratings of a user than a sixth "
                                "of the films; choose another --scale, --users, --films or --ratings.",
                                shape.users, shape.rated_movies, shape.ratings, name, shape.least_active + 1));
  return shape;
}

}  // namespace encore::generation
