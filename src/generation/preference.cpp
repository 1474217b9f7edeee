// Computes the weights and their tables.
#include "generation/preference.h"
#include <algorithm>
#include <cmath>
#include "generation/saturation.h"

namespace encore::generation {

Shelves make_shelves(const std::vector<Film>& films, const TasteSpace& space, const Audience& audience) {
  constexpr float pull = 1.1F;  // how much a profile prefers its films: e^1.1 for a film one standard deviation nearer
  Shelves shelves;
  for (std::size_t index = 0; index < films.size(); ++index)
    if (films[index].popularity > 0) shelves[films[index].shelf].films.push_back(static_cast<std::int32_t>(index));
  for (int number = 0; number < shelf_count; ++number) {
    Shelf& shelf = shelves[number];
    std::vector<double> wanted;  // each film has one rating already, from its first rater
    for (const std::int32_t film : shelf.films) wanted.push_back(std::max(films[film].popularity - 1, 0.02));
    std::vector<std::int32_t> taken;
    for (std::int64_t user = 0; user < audience.users(); ++user) taken.push_back(audience.on_shelf(user)[number]);
    const std::vector<double> eagerness = drawing_weights(wanted, taken);
    for (std::size_t row = 0; row < shelf.films.size(); ++row) {
      std::array<float, profile_count> weight;
      float sum = 0;
      for (int profile = 0; profile < profile_count; ++profile)
        sum += weight[profile] = std::exp(pull * affinity(space.profiles[profile], films[shelf.films[row]].point));
      for (float& value : weight) value *= static_cast<float>(eagerness[row]) * profile_count / sum;
      shelf.weight.push_back(weight);
    }
    std::vector<double> column(shelf.films.size());
    for (int profile = 0; profile < profile_count; ++profile) {
      for (std::size_t row = 0; row < column.size(); ++row) column[row] = shelf.weight[row][profile];
      shelf.by_profile[profile] = AliasTable(column);
    }
  }
  return shelves;
}

}  // namespace encore::generation
