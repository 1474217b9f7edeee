// Computes the weights and their tables.
#include "generation/preference.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include "generation/saturation.h"
#include "generation/visit.h"

namespace encore::generation {

namespace {

/// How often each film of a shelf shall be drawn, over all users.
std::vector<double> wanted_draws(const Shelf& shelf, const std::vector<Film>& films,
                                 const std::vector<double>& share_of_year, double users) {
  std::vector<double> wanted;
  for (const Candidate& candidate : shelf.candidates) {
    // Each film has one rating already, from its first rater. A late film must please more of those who can still see
    // it.
    const double draws = (films[candidate.film].popularity - 1) / std::max(0.01, share_of_year[candidate.year]);
    wanted.push_back(std::clamp(draws, 0.02, 0.7 * users));
  }
  return wanted;
}

std::array<float, profile_count> profile_weights(const TasteSpace& space, const TastePoint& film, double eagerness) {
  constexpr float pull = 1.1F;  // how much a profile prefers its films: e^1.1 for a film one standard deviation nearer
  std::array<float, profile_count> weight;
  float sum = 0;
  for (int profile = 0; profile < profile_count; ++profile)
    sum += weight[profile] = std::exp(pull * affinity(space.profiles[profile], film));
  for (float& value : weight) value *= static_cast<float>(eagerness) * profile_count / sum;
  return weight;
}

}  // namespace

Shelves make_shelves(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space,
                     const Audience& audience, std::uint64_t seed) {
  std::vector<std::int32_t> activity;
  for (std::int64_t user = 0; user < audience.users(); ++user) {
    const auto& counts = audience.on_shelf(user);
    activity.push_back(std::accumulate(counts.begin(), counts.end(), 0));
  }
  const std::vector<double> share_of_year = audience_by_year(shape, seed, activity);
  Shelves shelves;
  for (std::size_t index = 0; index < films.size(); ++index) {
    const Film& film = films[index];
    if (film.popularity > 0)
      shelves[film.shelf].candidates.push_back({film.point, static_cast<std::int32_t>(index), film.year});
  }
  for (int number = 0; number < shelf_count; ++number) {
    Shelf& shelf = shelves[number];
    std::vector<std::int32_t> taken;
    for (std::int64_t user = 0; user < audience.users(); ++user) taken.push_back(audience.on_shelf(user)[number]);
    const auto wanted = wanted_draws(shelf, films, share_of_year, static_cast<double>(audience.users()));
    const std::vector<double> eagerness = drawing_weights(wanted, taken);
    for (std::size_t row = 0; row < shelf.candidates.size(); ++row)
      shelf.weight.push_back(profile_weights(space, shelf.candidates[row].point, eagerness[row]));
    std::vector<double> column(shelf.candidates.size());
    for (int profile = 0; profile < profile_count; ++profile) {
      for (std::size_t row = 0; row < column.size(); ++row) column[row] = shelf.weight[row][profile];
      shelf.by_profile[profile] = AliasTable(column);
    }
  }
  return shelves;
}

}  // namespace encore::generation
