// The films of a twin: identity, title, year, genres, place in the space of tastes and how often they should be rated.
// Not the words of the titles (title.h) and not the file (twin.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>
#include "generation/shape.h"
#include "generation/taste.h"

namespace encore::generation {

/// How the year stands at the end of the title: "(1954)", "(2006–2007)", or not at all (or so that nobody can read it).
enum class YearForm { plain, range, absent };

struct Film {
  std::int64_t movie_id;  ///< ascending over the catalogue, with gaps as in MovieLens
  int year;               ///< 0: unknown
  YearForm year_form;
  int shelf;          ///< 0, 1, 2: the 1950s, 1960s, 1970s; other_shelf
  double popularity;  ///< how many ratings it should get, 0: never rated
  float quality;      ///< standard normal: earns more stars from everybody
  TastePoint point;
  std::vector<int> genre_list;  ///< indices into genres(), ascending
  std::string title;
};

/// All films in the order of their ids. The same seed and shape give the same films.
std::vector<Film> make_films(const Shape& shape, const TasteSpace& space, std::uint64_t seed);

/// How often the films of an era should be rated, most often first: count(x) = top^(1 - x^a) over the rank x in (0, 1],
/// the curve on which ml-25m's films lie closely (1 % have over 7,000 ratings, half have under 7), with `a` such that
/// the counts sum to `ratings`. Each count is at least 1. top is lowered when even a flat curve could not reach it.
std::vector<double> popularity_curve(std::int64_t films, double ratings, double top);

}  // namespace encore::generation
