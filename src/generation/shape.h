// The shape of a data set: how many films, users and ratings, by era. A table of the known MovieLens sets, and their
// scaling. Not the tastes (taste.h) and nothing random.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace encore::generation {

/// Users pick from four shelves: the three decades that the study's Table 1 counts, and everything else.
inline constexpr int shelf_count = 4;
inline constexpr int other_shelf = 3;

/// The films of a span of years (first_year 0: titles without a year).
struct Era {
  int first_year, last_year;
  std::int64_t titles;   ///< in movies.csv
  std::int64_t rated;    ///< of them with at least one rating, each with at least one
  std::int64_t ratings;  ///< exact on the first three shelves, nearly so among the others
  double top_share;      ///< the most rated film's share of all users
  int shelf = other_shelf;
};

struct Shape {
  std::string_view name;
  std::int64_t movies, rated_movies, users, ratings;
  std::vector<Era> eras;
  /// Users with at least one rating of a film of 1950-1959, 1950-1969, 1950-1979.
  std::array<std::int64_t, 3> classic_users;
  std::int64_t least_active = 20, most_active;  ///< ratings of a user
  double activity_spread;                       ///< standard deviation of ln(ratings of a user - least_active)
  std::array<double, 10> star_shares;           ///< of 0.5, 1.0, ... 5.0
  double without_genre;                         ///< share of titles with "(no genres listed)"
  std::int64_t first_second, last_second;       ///< of the timestamps, seconds since 1970
};

/// Names of the table's rows, for `--like`.
std::vector<std::string_view> shape_names();

/// How large a shape is to be: users times `scale`, ratings as users, rated films times the square root of that (a smaller sample
/// of users meets fewer films, but far from proportionally fewer), unless their number is given.
struct Amounts {
  double scale = 1;
  std::optional<std::int64_t> users = {}, films = {}, ratings = {};
};

/// The row `name` at that size. Throws UserError for an unknown name or amounts that leave no meaningful data set.
Shape shape_of(std::string_view name, const Amounts&);
inline Shape shape_of(std::string_view name, double scale) { return shape_of(name, Amounts{scale}); }

}  // namespace encore::generation
