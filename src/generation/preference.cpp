// Computes the weights and their tables.
#include "generation/preference.h"
#include <algorithm>
#include <cmath>

namespace encore::generation {

Shelves make_shelves(const std::vector<Film>& films, const TasteSpace& space) {
  constexpr float pull = 1.3F;  // how much a profile prefers its films: e^1.3 for a film one standard deviation nearer
  Shelves shelves;
  for (std::size_t index = 0; index < films.size(); ++index) {
    const Film& film = films[index];
    if (film.popularity == 0) continue;
    std::array<float, profile_count> weight;
    float sum = 0;
    for (int profile = 0; profile < profile_count; ++profile)
      sum += weight[profile] = std::exp(pull * affinity(space.profiles[profile], film.point));
    // Each film has one rating already, from its first rater.
    const auto wanted = static_cast<float>(std::max(film.popularity - 1, 0.02)) * profile_count;
    for (float& value : weight) value *= wanted / sum;
    shelves[film.shelf].films.push_back(static_cast<std::int32_t>(index));
    shelves[film.shelf].weight.push_back(weight);
  }
  for (Shelf& shelf : shelves) {
    std::vector<double> column(shelf.films.size());
    for (int profile = 0; profile < profile_count; ++profile) {
      for (std::size_t row = 0; row < column.size(); ++row) column[row] = shelf.weight[row][profile];
      shelf.by_profile[profile] = AliasTable(column);
    }
  }
  return shelves;
}

}  // namespace encore::generation
