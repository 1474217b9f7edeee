// Puts words into patterns, both from title_words.h.
#include "generation/title.h"
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include "generation/random_stream.h"
#include "generation/title_words.h"

namespace encore::generation {
namespace {

template <std::size_t Size>
std::string_view pick(const std::array<std::string_view, Size>& words, RandomStream& random) {
  return words[random.below(Size)];
}

/// Puts words into a pattern. All of them are drawn, one after another, so that every film draws alike.
std::string fill(std::string_view pattern, RandomStream& random) {
  const auto adjective = pick(adjectives, random), verb = pick(verbs, random);
  const bool vowel = std::string_view("AEIOU").find(adjective.front()) != std::string_view::npos;
  const auto noun = pick(nouns, random), other = pick(nouns, random), third = pick(nouns, random);
  const auto name = pick(names, random), partner = pick(names, random);
  const auto place = pick(places, random), foreign = pick(foreign_titles, random);
  const auto few = 2 + random.below(7), hour = 1 + random.below(23), minute = random.below(60),
             second = random.below(60);
  const auto many = 100 + random.below(900), year = 1950 + random.below(150);
  return fmt::format(fmt::runtime(pattern), fmt::arg("article", vowel ? "An" : "A"), fmt::arg("adjective", adjective),
                     fmt::arg("verb", verb), fmt::arg("noun", noun), fmt::arg("other", other), fmt::arg("third", third),
                     fmt::arg("name", name), fmt::arg("partner", partner), fmt::arg("place", place),
                     fmt::arg("foreign", foreign), fmt::arg("few", few), fmt::arg("hour", hour),
                     fmt::arg("minute", minute), fmt::arg("second", second), fmt::arg("many", many),
                     fmt::arg("year", year));
}

std::string new_name(RandomStream& random) {
  const bool awkward = random.below(8) == 0;
  const auto pattern = awkward ? pick(awkward_patterns, random) : pick(plain_patterns, random);
  return fill(pattern, random);
}

/// A name and what follows it: the year, or what stands there instead.
std::string with_year(const std::string& name, const Film& film, RandomStream& random) {
  if (film.year_form == YearForm::plain) return fmt::format("{} ({})", name, film.year);
  if (film.year_form == YearForm::range) return fmt::format("{} ({}–{})", name, film.year, film.year + 1);
  switch (random.below(40)) {
    case 0:
      return fmt::format("{} (1983))", name);
    case 1:
      return fmt::format("{} (Director's Cut)", name);
    default:
      return name;
  }
}

}  // namespace

void give_titles(std::vector<Film>& films, std::uint64_t seed) {
  std::unordered_set<std::string> taken;
  std::unordered_map<int, std::string> latest;  // by year: the name given last
  std::string earlier;
  for (std::size_t index = 0; index < films.size(); ++index) {
    RandomStream random(seed, Purpose::title, index);
    const int year = films[index].year;
    std::string name, title;
    const bool remake = random.below(80) == 0, twice = random.below(1'000) == 0 && latest.contains(year);
    if (remake || twice) {
      name = twice ? latest[year] : earlier;
      title = with_year(name, films[index], random);
    }
    for (int attempt = 0; title.empty() || (!twice && taken.contains(title)); ++attempt) {
      name = new_name(random);
      if (attempt > 20) name = fmt::format("{} {}", pick(names, random), name);  // the words run short
      title = with_year(name, films[index], random);
    }
    taken.insert(title);
    latest[year] = earlier = std::move(name);
    if (random.below(250) == 0) title += ' ';
    films[index].title = std::move(title);
  }
}

}  // namespace encore::generation
