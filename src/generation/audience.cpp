// Solves for the counts: bisection on expectations, then rounding that carries the remainder from user to user, so that
// sums are exact and no user is more than one away from the expectation.
#include "generation/audience.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include "generation/visit.h"

namespace encore::generation {
namespace {

/// Whole numbers, each the floor or the ceiling of its expectation, that sum to `total` (to which the expectations must
/// sum nearly): part u is floor(C(u)) - floor(C(u - 1)), C the running sum.
template <class Expectation>
std::vector<std::int32_t> round_to_total(std::size_t users, std::int64_t total, Expectation expectation) {
  std::vector<std::int32_t> rounded(users);
  double running = 0.5;
  std::int64_t given = 0;
  for (std::size_t user = 0; user < users; ++user) {
    running += expectation(user);
    const auto until = static_cast<std::int64_t>(running);
    rounded[user] = static_cast<std::int32_t>(until - given);
    given = until;
  }
  assert(std::abs(given - total) <= 2);
  // What the bisection left in its last digits goes to the users with most.
  for (; given != total; given += given < total ? 1 : -1)
    *std::max_element(rounded.begin(), rounded.end()) += given < total ? 1 : -1;
  return rounded;
}

/// The middle after bisection: `reached(x)` says whether x is large enough.
template <class Reached>
double bisect(double low, double high, int rounds, Reached reached) {
  for (int round = 0; round < rounds; ++round) {
    const double middle = (low + high) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

std::vector<std::int32_t> draw_activity(const Shape& shape, std::uint64_t seed) {
  std::vector<double> deviation(static_cast<std::size_t>(shape.users));
  for (std::size_t user = 0; user < deviation.size(); ++user)
    deviation[user] = shape.activity_spread * RandomStream(seed, Purpose::user_activity, user).normal();
  const auto least = static_cast<double>(shape.least_active), most = static_cast<double>(shape.most_active) - 1;
  const auto expectation = [&](double middle, std::size_t user) {
    return std::min(most, least + std::exp(middle + deviation[user]));
  };
  const double middle = bisect(-20, 20, 80, [&](double candidate) {
    double sum = 0;
    for (std::size_t user = 0; user < deviation.size(); ++user) sum += expectation(candidate, user);
    return sum >= static_cast<double>(shape.ratings);
  });
  return round_to_total(deviation.size(), shape.ratings, [&](std::size_t user) { return expectation(middle, user); });
}

std::vector<std::int32_t> split_counts(const std::vector<std::int32_t>& whole, const std::vector<float>& tendency,
                                       std::int64_t total, std::int64_t present, double part_limit, double rest_limit) {
  const std::size_t users = whole.size();
  const auto expectation = [&](double base, double spread, std::size_t user) {
    const double all = whole[user], share = 1 / (1 + std::exp(-base - spread * tendency[user]));
    return std::clamp(all * share, std::max(0.0, all - rest_limit), std::min(all, part_limit));
  };
  // The base that meets the total, over every `step`-th user.
  const auto base_for = [&](double spread, std::size_t step, int rounds) {
    double all = 0, sampled = 0;
    for (std::size_t user = 0; user < users; ++user) all += whole[user];
    for (std::size_t user = 0; user < users; user += step) sampled += whole[user];
    const double wanted = static_cast<double>(total) * (sampled / all);
    return bisect(-60, 60, rounds, [&](double base) {
      double sum = 0;
      for (std::size_t user = 0; user < users; user += step) sum += expectation(base, spread, user);
      return sum >= wanted;
    });
  };
  // More spread leaves more users without any: rounding makes a part of x < 1 present with probability x.
  const auto spread_for = [&](double low, double high, std::size_t step, int rounds) {
    return bisect(low, high, rounds, [&](double candidate) {
      const double base = base_for(candidate, step, 26);
      double with = 0;
      for (std::size_t user = 0; user < users; user += step) with += std::min(1.0, expectation(base, candidate, user));
      return with * static_cast<double>(step) <= static_cast<double>(present);
    });
  };
  // First over a sample, then around that over all.
  const double near = spread_for(0, 12, std::max<std::size_t>(1, users / 20'000), 16);
  const double spread = spread_for(0.85 * near, 1.15 * near + 0.01, 1, 8);
  const double base = base_for(spread, 1, 60);
  return round_to_total(users, total, [&](std::size_t user) { return expectation(base, spread, user); });
}

Audience::Audience(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space, std::uint64_t seed) {
  std::vector<std::int32_t> activity = draw_activity(shape, seed);
  std::array<std::int64_t, shelf_count> ratings{};
  std::array<double, shelf_count> limit{};  // nobody rates nearly all films of a shelf
  for (const Era& era : shape.eras) ratings[era.shelf] += era.ratings;
  for (const Film& film : films) limit[film.shelf] += film.popularity > 0 ? 0.85 : 0;

  // A liking for old films, shared by the three splits; each adds something of its own.
  std::array<std::vector<float>, 3> tendency;
  for (auto& values : tendency) values.resize(activity.size());
  for (std::size_t user = 0; user < activity.size(); ++user) {
    RandomStream random(seed, Purpose::user_era, user);
    const double classic = random.normal();
    tendency[0][user] = static_cast<float>(classic);
    for (int split = 1; split < 3; ++split)
      tendency[split][user] = static_cast<float>(0.6 * classic + 0.8 * random.normal());
  }
  // The nested subsets of Table 1 from the outside: 1950-1979, of them 1950-1969, of them 1950-1959.
  const auto old = split_counts(activity, tendency[0], ratings[0] + ratings[1] + ratings[2], shape.classic_users[2],
                                limit[0] + limit[1] + limit[2] - 3, limit[other_shelf]);
  const auto older = split_counts(old, tendency[1], ratings[0] + ratings[1], shape.classic_users[1],
                                  limit[0] + limit[1] - 2, limit[2]);
  const auto oldest = split_counts(older, tendency[2], ratings[0], shape.classic_users[0], limit[0], limit[1]);
  on_shelf_.resize(activity.size());
  for (std::size_t user = 0; user < activity.size(); ++user)
    on_shelf_[user] = {oldest[user], older[user] - oldest[user], old[user] - older[user], activity[user] - old[user]};
  choose_first_raters(shape, films, space, seed);
}

void Audience::choose_first_raters(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space,
                                   std::uint64_t seed) {
  // A film draws a few ratings at random (so active users come more often) and takes the user who would like it best.
  constexpr int candidates = 8;
  std::array<std::vector<std::int64_t>, shelf_count> until;  // running sums of the users' counts
  for (int shelf = 0; shelf < shelf_count; ++shelf) {
    std::int64_t sum = 0;
    for (const auto& counts : on_shelf_) until[shelf].push_back(sum += counts[shelf]);
  }
  std::vector<std::array<std::int32_t, shelf_count>> room = on_shelf_;
  std::vector<std::int32_t> rater(films.size(), -1);
  for (std::size_t index = 0; index < films.size(); ++index) {
    const Film& film = films[index];
    if (film.popularity == 0) continue;
    RandomStream random(seed, Purpose::first_rater, index);
    double best = -1e9;
    for (int tried = 0; tried < candidates || rater[index] < 0; ++tried) {
      const auto& sums = until[film.shelf];
      const auto slot = static_cast<std::int64_t>(random.uniform() * static_cast<double>(sums.back()));
      auto user = std::upper_bound(sums.begin(), sums.end(), slot) - sums.begin();
      // Hardly ever: everybody drawn has no room left, so take the next user who has.
      if (tried > 50 * candidates)
        while (room[user][film.shelf] == 0) user = (user + 1) % static_cast<std::ptrdiff_t>(room.size());
      if (room[user][film.shelf] == 0) continue;
      const double liking = affinity(user_taste(space, seed, user).overall, film.point) -
                            (film.year > visit_of(shape, seed, user).last_year ? 100 : 0);
      if (liking > best) {
        best = liking;
        rater[index] = static_cast<std::int32_t>(user);
      }
    }
    --room[rater[index]][film.shelf];
  }
  // Counting sort by user.
  first_begin_.assign(on_shelf_.size() + 1, 0);
  for (const std::int32_t user : rater)
    if (user >= 0) ++first_begin_[user + 1];
  std::partial_sum(first_begin_.begin(), first_begin_.end(), first_begin_.begin());
  first_films_.resize(first_begin_.back());
  auto next = first_begin_;
  for (std::size_t index = 0; index < films.size(); ++index)
    if (rater[index] >= 0) first_films_[next[rater[index]]++] = static_cast<std::int32_t>(index);
}

}  // namespace encore::generation
