// Puts words (title_words.h) into patterns.
#include "generation/title.h"
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <unordered_set>
#include "generation/random_stream.h"
#include "generation/title_words.h"

namespace encore::generation {
namespace {

template <std::size_t Size>
std::string_view pick(const std::array<std::string_view, Size>& words, RandomStream& random) {
  return words[random.below(Size)];
}

/// The plain forms: articles stand at the end, as in MovieLens.
std::string plain_name(RandomStream& random) {
  const auto adjective = pick(adjectives, random), noun = pick(nouns, random), other = pick(nouns, random);
  const auto name = pick(names, random), place = pick(places, random);
  switch (random.below(14)) {
    case 0: return fmt::format("{} {}, The", adjective, noun);
    case 1: return fmt::format("{} of {}, The", noun, place);
    case 2: return fmt::format("{} {}, A", adjective, noun);
    case 3: return fmt::format("{} and the {}, The", noun, other);
    case 4: return fmt::format("{}'s {}", name, noun);
    case 5: return fmt::format("{} in {}", noun, place);
    case 6: return fmt::format("{} {}", adjective, noun);
    case 7: return fmt::format("{} & {}", name, pick(names, random));
    case 8: return fmt::format("{} {} {}", pick(verbs, random), adjective, noun);
    case 9: return fmt::format("{} from {}, The", noun, place);
    case 10: return fmt::format("{} for {}, A", noun, name);
    case 11: return fmt::format("{} {} of {}, The", adjective, noun, name);
    case 12: return fmt::format("{} the {}", pick(verbs, random), noun);
    default: return fmt::format("{} of the {} {}", noun, adjective, other);
  }
}

/// The forms that break careless readers; about one film in eight.
std::string awkward_name(RandomStream& random) {
  const auto adjective = pick(adjectives, random), noun = pick(nouns, random), other = pick(nouns, random);
  const auto name = pick(names, random), place = pick(places, random);
  const auto foreign = random.below(static_cast<std::uint32_t>(foreign_titles.size()));
  switch (random.below(12)) {
    case 0: return fmt::format("({}) {} {} of {}", 100 + random.below(900), adjective, noun, place);
    case 1: return fmt::format("{}: A {} {}", 1950 + random.below(150), adjective, noun);
    case 2: return fmt::format("{}'{:02}\"{:02} - {}", 1 + random.below(23), random.below(60), 1 + random.below(59), place);
    case 3: return fmt::format("{}, {} and {}", noun, other, pick(nouns, random));
    case 4: return fmt::format("\"{}\" {}, The", adjective, noun);
    case 5: return fmt::format("{} {}, The ({})", adjective, noun, foreign_titles[foreign]);
    case 6: return fmt::format("{} {} ({})", foreign_titles[foreign], place, noun);
    case 7: return fmt::format("{}: {}, The (a.k.a. {} {})", noun, other, adjective, noun);
    case 8: return fmt::format("{} {}: {} of {}", noun, 2 + random.below(7), other, name);
    case 9: return fmt::format("Mr. {} & Mrs. {}, Inc.", name, pick(names, random));
    case 10: return fmt::format("...And {} {}!", adjective, noun);
    default: return fmt::format("{} 1/2 {}s?", 2 + random.below(30), noun);
  }
}

/// What follows the name of a film that has no plain year at its end.
std::string without_year(std::string name, RandomStream& random) {
  switch (random.below(40)) {
    case 0: return fmt::format("{} (2006–2007)", name);
    case 1: return fmt::format("{} (1983))", name);
    case 2: return fmt::format("{} (Director's Cut)", name);
    default: return name;
  }
}

}  // namespace

void give_titles(std::vector<Film>& films, std::uint64_t seed) {
  std::unordered_set<std::string> taken;
  std::string earlier;
  for (std::size_t index = 0; index < films.size(); ++index) {
    RandomStream random(seed, Purpose::title, index);
    const int year = films[index].year;
    const bool repeated = !earlier.empty() && random.below(80) == 0;
    std::string name, title;
    for (int attempt = 0; title.empty() || taken.contains(title); ++attempt) {
      name = repeated && attempt == 0 ? earlier : random.below(8) == 0 ? awkward_name(random) : plain_name(random);
      if (attempt > 20) name = fmt::format("{} {}", pick(names, random), name);  // the words run short
      title = year > 0 ? fmt::format("{} ({})", name, year) : without_year(name, random);
      if (repeated && attempt == 0 && random.below(10) == 0) break;  // even the year may be the same, as in MovieLens
    }
    taken.insert(title);
    earlier = std::move(name);
    if (random.below(250) == 0) title += ' ';
    films[index].title = std::move(title);
  }
}

}  // namespace encore::generation
