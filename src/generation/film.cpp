// Draws the catalogue era by era, then shuffles it into the order of ids.
#include "generation/film.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include "generation/title.h"

namespace encore::generation {
namespace {

/// Later years have more films within an era, as the catalogue grows. Titles without a plain year: a few have a range.
void draw_year(Film& film, const Era& era, RandomStream& random) {
  if (era.first_year == 0) {
    const bool range = random.below(40) == 0;
    film.year = range ? 1985 + static_cast<int>(random.below(14)) : 0;
    film.year_form = range ? YearForm::range : YearForm::absent;
    return;
  }
  const int years = era.last_year - era.first_year + 1;
  const double place = years > 12 ? std::sqrt(random.uniform()) : random.uniform();
  film.year = era.first_year + std::min(years - 1, static_cast<int>(years * place));
  film.year_form = YearForm::plain;
}

std::vector<int> draw_genres(double without_genre, RandomStream& random) {
  std::vector<int> chosen;
  if (random.uniform() < without_genre) return chosen;
  const double amount = random.uniform();
  const std::size_t wanted = amount < .31 ? 1 : amount < .66 ? 2 : amount < .90 ? 3 : 4;
  double sum = 0;
  for (const Genre& genre : genres()) sum += genre.share;
  while (chosen.size() < wanted) {
    double rest = random.uniform() * sum;
    int genre = 0;
    while (genre + 1 < static_cast<int>(genres().size()) && (rest -= genres()[genre].share) >= 0) ++genre;
    if (std::find(chosen.begin(), chosen.end(), genre) == chosen.end()) chosen.push_back(genre);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

std::vector<double> popularity_curve(std::int64_t films, double ratings, double top) {
  std::vector<double> counts(static_cast<std::size_t>(films));
  if (films == 0) return counts;
  top = std::max(top, ratings / static_cast<double>(films));
  const auto fill = [&](double exponent) {
    double sum = 0;
    for (std::int64_t rank = 0; rank < films; ++rank) {
      const double place = (static_cast<double>(rank) + .5) / static_cast<double>(films);
      sum += counts[rank] = std::max(1.0, std::pow(top, 1 - std::pow(place, exponent)));
    }
    return sum;
  };
  double low = 1e-6, high = 64;  // a larger exponent keeps the curve high for longer
  for (int round = 0; round < 60; ++round) {
    const double middle = std::sqrt(low * high);
    (fill(middle) < ratings ? low : high) = middle;
  }
  fill(high);
  return counts;
}

std::vector<Film> make_films(const Shape& shape, const TasteSpace& space, std::uint64_t seed) {
  std::vector<Film> films;
  films.reserve(static_cast<std::size_t>(shape.movies));
  for (const Era& era : shape.eras) {
    const double top = era.top_share * static_cast<double>(shape.users);
    const auto counts = popularity_curve(era.rated, static_cast<double>(era.ratings), top);
    for (std::int64_t rank = 0; rank < era.titles; ++rank) {
      RandomStream random(seed, Purpose::film, films.size());
      Film film{};
      film.shelf = era.shelf;
      film.popularity = rank < era.rated ? counts[rank] : 0;
      draw_year(film, era, random);
      film.genre_list = draw_genres(shape.without_genre, random);
      film.point = film_point(space, film.genre_list, random);
      // Films that many people chose to see are better liked on average: ln of the count correlates by about a third.
      const double known = film.popularity > 0 ? std::log(film.popularity) / std::log(std::max(2.0, top)) - .4 : 0;
      film.quality = static_cast<float>(random.normal() * .9 + known);
      films.push_back(std::move(film));
    }
  }
  RandomStream order(seed, Purpose::film_order, 0);
  for (std::size_t left = films.size(); left > 1; --left)
    std::swap(films[left - 1], films[order.below(static_cast<std::uint32_t>(left))]);
  std::int64_t id = 0;
  const std::size_t dense = films.size() / 7;  // early ids have few gaps, as in MovieLens
  for (std::size_t index = 0; index < films.size(); ++index)
    films[index].movie_id = id += 1 + (index < dense ? order.below(12) == 0 : order.below(6));
  give_titles(films, seed);
  return films;
}

}  // namespace encore::generation
