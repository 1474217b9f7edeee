// Which films come to a user's mind: for each shelf and each common profile of taste a table to draw from. Not yet what
// a single user makes of them (rating_maker.h).
#pragma once
#include <array>
#include <cstdint>
#include <vector>
#include "generation/alias_table.h"
#include "generation/audience.h"
#include "generation/film.h"
#include "generation/taste.h"

namespace encore::generation {

/// What the drawing must know of a film, in one cache line.
struct alignas(64) Candidate {
  TastePoint point;
  std::int32_t film;  ///< index into the catalogue
  std::int32_t year;
};

/// The rated films of a shelf. The weight of film i for profile k is eagerness(i) * exp(pull * <k, i>), divided by the
/// mean of that factor over the profiles, so that tastes hardly move a film's popularity; eagerness: saturation.h.
struct Shelf {
  std::vector<Candidate> candidates;
  std::vector<std::array<float, profile_count>> weight;  ///< [candidate][profile]
  std::array<AliasTable, profile_count> by_profile;      ///< each over the candidates
};

using Shelves = std::array<Shelf, shelf_count>;

Shelves make_shelves(const Shape& shape, const std::vector<Film>& films, const TasteSpace& space,
                     const Audience& audience, std::uint64_t seed);

}  // namespace encore::generation
