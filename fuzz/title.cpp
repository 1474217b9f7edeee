// Any words as a film's title: taken apart, and looked for in a small catalogue.
#include "recommendation/film_finder.h"
#include "recommendation/title_text.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static const Catalogue films = [] {
    Catalogue catalogue;
    for (const char* title :
         {"Godfather, The (1972)", "City of Lost Children, The (Cité des enfants perdus, La) (1995)", "300 (2007)",
          "Sabrina (1995)", "Sabrina (1954)", "Seven (a.k.a. Se7en) (1995)", "", "("}) {
      catalogue.id.push_back(std::to_string(catalogue.id.size() + 1));
      catalogue.title.emplace_back(title);
      catalogue.year.emplace_back(1990);
      catalogue.genres.emplace_back();
      catalogue.ratings.push_back(1);
      catalogue.training_ratings.push_back(1);
    }
    catalogue.numeric_ids = true;
    return catalogue;
  }();
  static const FilmFinder finder(films);
  const std::string words = fuzz::text_of(data, size);
  names_of(words);
  fuzz::refuses_or_understands([&] { finder.find(words); });
  fuzz::refuses_or_understands([&] { finder.by_title(words); });
  return 0;
}
