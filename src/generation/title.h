// Made-up titles in all the forms that MovieLens has, the awkward ones included. Not the quoting of the CSV file
// (twin.cpp).
#pragma once
#include <cstdint>
#include <vector>
#include "generation/film.h"

namespace encore::generation {

/// Gives each film a title that ends in its year, unique apart from what is repeated on purpose: about 1 film in 80 has
/// the name of another one from another year, 1 in 1,000 shares even the year. 1 in 250 carries a blank at its end.
/// Where the year is absent, a few titles have other parentheses or a year that cannot be read: "(1983))".
void give_titles(std::vector<Film>& films, std::uint64_t seed);

}  // namespace encore::generation
