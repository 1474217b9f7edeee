// Draws the sittings of a user and the seconds of the ratings.
#include "generation/visit.h"
#include <algorithm>
#include <chrono>

namespace encore::generation {
namespace {

constexpr std::int64_t day = 86'400;

std::int64_t first_second_of(int year) {
  using namespace std::chrono;
  return sys_seconds(sys_days(std::chrono::year(year) / January / 1)).time_since_epoch().count();
}

int year_of(std::int64_t second) {
  using namespace std::chrono;
  return static_cast<int>(year_month_day(floor<days>(sys_seconds(seconds(second)))).year());
}

}  // namespace

Visit visit_of(const Shape& shape, std::uint64_t seed, std::int64_t user) {
  RandomStream random(seed, Purpose::times, static_cast<std::uint64_t>(user));
  Visit visit{};
  const double room = static_cast<double>(shape.last_second - shape.first_second - 3 * day);
  visit.begin[0] = shape.first_second + static_cast<std::int64_t>(room * random.uniform());
  visit.sittings = random.uniform() < 0.75 ? 1 : 2 + static_cast<int>(random.below(Visit::most_sittings - 1));
  for (int sitting = 1; sitting < visit.sittings; ++sitting) {
    const auto pause = static_cast<std::int64_t>(static_cast<double>(200 * day) * random.exponential());
    visit.begin[sitting] = std::min(visit.begin[sitting - 1] + day + pause, shape.last_second - 2 * day);
    visit.begin[sitting] = std::max(visit.begin[sitting], visit.begin[sitting - 1]);
  }
  visit.last_year = year_of(visit.begin[visit.sittings - 1]);
  return visit;
}

std::vector<double> audience_by_year(const Shape& shape, std::uint64_t seed,
                                     const std::vector<std::int32_t>& activity) {
  std::vector<double> share(static_cast<std::size_t>(year_of(shape.last_second)) + 1);
  for (std::size_t user = 0; user < activity.size(); ++user)
    share[visit_of(shape, seed, static_cast<std::int64_t>(user)).last_year] += activity[user];
  for (std::size_t year = share.size() - 1; year-- > 0;) share[year] += share[year + 1];
  for (std::size_t year = share.size(); year-- > 0;) share[year] /= share[0];
  return share;
}

std::int64_t rating_second(const Visit& visit, const Shape& shape, std::int64_t ratings, int film_year,
                           RandomStream& random) {
  const int later = visit.sittings > 1 && random.uniform() < 0.35;
  int sitting = later ? 1 + static_cast<int>(random.below(static_cast<std::uint32_t>(visit.sittings - 1))) : 0;
  const std::int64_t released = film_year > 0 ? first_second_of(film_year) : 0;
  while (sitting + 1 < visit.sittings && visit.begin[sitting] < released) ++sitting;
  // About eight seconds a rating, at most two days.
  const auto length = static_cast<std::uint32_t>(std::clamp<std::int64_t>(8 * ratings, 60, 2 * day));
  const std::int64_t begin = visit.begin[sitting] < released ? released + 14 * day : visit.begin[sitting];
  return std::min(begin + random.below(length), shape.last_second);
}

}  // namespace encore::generation
