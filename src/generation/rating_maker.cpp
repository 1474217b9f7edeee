// Picks films and measures how well each is liked.
#include "generation/rating_maker.h"
#include <algorithm>
#include <cassert>
#include <cmath>

namespace encore::generation {

World::World(const Shape& shape_, std::uint64_t seed_)
    : shape(shape_),
      seed(seed_),
      space(make_taste_space(seed)),
      films(make_films(shape, space, seed)),
      audience(shape, films, space, seed),
      shelves(make_shelves(shape, films, space, audience, seed)) {}

RatingMaker::RatingMaker(const World& world) : world_(world), taken_(world.films.size(), false) {}

void RatingMaker::keep(std::int32_t film) {
  taken_[film] = true;
  ratings_.push_back({film, 0, 0});
}

/// Probability that this user keeps a film that came to mind, if it has come out.
float RatingMaker::appeal(const Candidate& candidate) const {
  constexpr float sharpness = 1.6F;
  return 1 / (1 + std::exp(-sharpness * affinity(taste_.leaning, candidate.point)));
}

void RatingMaker::pick_by_refusal(const Shelf& shelf, std::size_t wanted, RandomStream& random) {
  // As many draws as take about the time of drawing by keys.
  std::size_t draws = 2 * shelf.candidates.size();
  while (ratings_.size() < wanted && draws-- > 0) {
    const auto which = static_cast<float>(random.uniform());
    int part = 0;
    while (part + 1 < profiles_of_user && which >= taste_.share_until[part]) ++part;
    const Candidate& candidate = shelf.candidates[shelf.by_profile[taste_.profile[part]].draw(random)];
    if (candidate.year > visit_.last_year || taken_[candidate.film]) continue;
    if (random.uniform() < appeal(candidate)) keep(candidate.film);
  }
}

void RatingMaker::pick_by_keys(const Shelf& shelf, std::size_t missing, RandomStream& random) {
  keys_.clear();
  for (std::size_t row = 0; row < shelf.candidates.size(); ++row) {
    const Candidate& candidate = shelf.candidates[row];
    if (taken_[candidate.film]) continue;
    double weight = 0, until = 0;
    for (int part = 0; part < profiles_of_user; ++part) {
      weight += (taste_.share_until[part] - until) * shelf.weight[row][taste_.profile[part]];
      until = taste_.share_until[part];
    }
    // A film after the user's time is the last resort.
    if (candidate.year > visit_.last_year) weight *= 1e-9;
    keys_.emplace_back(random.exponential() / (weight * appeal(candidate)), candidate.film);
  }
  assert(keys_.size() >= missing);
  std::nth_element(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(missing), keys_.end());
  for (std::size_t pick = 0; pick < missing; ++pick) keep(keys_[pick].second);
}

const std::vector<Rating>& RatingMaker::ratings_of(std::int64_t user) {
  const auto index = static_cast<std::uint64_t>(user);
  ratings_.clear();
  taste_ = user_taste(world_.space, world_.seed, user);
  visit_ = visit_of(world_.shape, world_.seed, user);
  std::array<std::size_t, shelf_count> wanted{};
  for (int shelf = 0; shelf < shelf_count; ++shelf) wanted[shelf] = world_.audience.on_shelf(user)[shelf];
  for (const std::int32_t film : world_.audience.first_films(user)) {
    keep(film);
    --wanted[world_.films[film].shelf];
  }
  RandomStream picks(world_.seed, Purpose::picks, index);
  for (int shelf = 0; shelf < shelf_count; ++shelf) {
    const std::size_t until = ratings_.size() + wanted[shelf];
    pick_by_refusal(world_.shelves[shelf], until, picks);
    if (ratings_.size() < until) pick_by_keys(world_.shelves[shelf], until - ratings_.size(), picks);
  }
  std::sort(ratings_.begin(), ratings_.end(), [](const Rating& a, const Rating& b) { return a.film < b.film; });

  RandomStream stars(world_.seed, Purpose::stars, index), times(world_.seed, Purpose::times, ~index);
  const auto count = static_cast<std::int64_t>(ratings_.size());
  for (Rating& rating : ratings_) {
    const Film& film = world_.films[rating.film];
    taken_[rating.film] = false;
    const double taste = affinity(taste_.overall, film.point);
    rating.liking =
        static_cast<float>(0.5 * film.quality + 0.45 * taste_.generosity + 0.5 * taste + 0.6 * stars.normal());
    rating.second = rating_second(visit_, world_.shape, count, film.year, times);
  }
  return ratings_;
}

}  // namespace encore::generation
