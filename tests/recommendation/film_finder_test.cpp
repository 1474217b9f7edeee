// What people type and which film they get, or which sentence.
#include "recommendation/film_finder.h"
#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include "temporary_folder.h"
#include "process/error.h"

namespace encore {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

Catalogue catalogue() {
  struct Film {
    const char* id;
    const char* title;
    std::optional<std::int32_t> year;
    std::int64_t ratings;
  };
  const Film films[] = {{"2", "Godfather, The (1972)", 1972, 50},
                        {"7", "Sabrina (1995)", 1995, 10},
                        {"11", "Sabrina (1954)", 1954, 20},
                        {"300", "Vertigo (1958)", 1958, 30},
                        {"400", "300 (2007)", 2007, 30},
                        {"500", "Amélie (Fabuleux destin d'Amélie Poulain, Le) (2001)", 2001, 40},
                        {"600", "Godfather: Part II, The (1974)", 1974, 45},
                        {"700", "Emma (1996)", 1996, 4},
                        {"701", "Emma (1996)", 1996, 5},
                        {"800", "Untitled", std::nullopt, 1},
                        {"900", "Se7en: x=y (1995)", 1995, 3}};
  Catalogue items;
  for (const auto& film : films) {
    items.id.emplace_back(film.id);
    items.title.emplace_back(film.title);
    items.year.push_back(film.year);
    items.ratings.push_back(film.ratings);
  }
  return items;
}

class Finder : public testing::Test {
 protected:
  std::string id_of(const std::string& words) { return items.id[static_cast<std::size_t>(finder.find(words).value())]; }
  std::string complaint(const std::string& words) {
    return message_of<UserError>([&] { finder.find(words); });
  }
  const Catalogue items = catalogue();
  const FilmFinder finder{items};
};

TEST_F(Finder, ForgivesHowATitleIsTyped) {
  for (const char* words : {"Godfather, The (1972)", "The Godfather", "the godfather", "GODFATHER", "  Godfather, the ",
                            "godfather (1972)", "The Godfather 1972", "godfather, The"}) {
    EXPECT_EQ(id_of(words), "2") << words;
  }
  EXPECT_EQ(id_of("amelie"), "500");
  EXPECT_EQ(id_of("Le fabuleux destin d'Amelie Poulain"), "500");
  EXPECT_EQ(id_of("Sabrina (1954)"), "11");
  EXPECT_EQ(id_of("godfather part ii"), "600");
  EXPECT_EQ(id_of("untitled"), "800");
}

TEST_F(Finder, ListsTheCandidatesWhenSeveralFit) {
  EXPECT_THAT(complaint("Sabrina"),
              HasSubstr(R"s("Sabrina" may be "Sabrina (1995)" (id:7) or "Sabrina (1954)" (id:11))s"));
  EXPECT_THAT(complaint("Emma (1996)"), HasSubstr("name the film with its year or by its id, like id:700"));
  EXPECT_EQ(id_of("id:701"), "701");
}

TEST_F(Finder, NamesNearTitles) {
  EXPECT_THAT(complaint("Vertgio"), HasSubstr(R"s(did you mean "Vertigo (1958)"?)s"));
  EXPECT_THAT(complaint("Vertigo (1959)"), HasSubstr(R"s(did you mean "Vertigo (1958)"?)s"));
  EXPECT_THAT(complaint("part II"), HasSubstr("Godfather: Part II"));
  EXPECT_THAT(complaint("completely different"), HasSubstr("none with a title like it"));
  EXPECT_THAT(complaint(""), HasSubstr("the model knows no film \"\""));
  EXPECT_THAT(complaint("..."), HasSubstr("the model knows no film"));
}

TEST_F(Finder, TellsIdsFromTitles) {
  EXPECT_EQ(id_of("id:300"), "300");
  EXPECT_EQ(id_of("7"), "7");  // no title fits
  EXPECT_EQ(id_of("007"), "7");
  EXPECT_EQ(id_of("300 (2007)"), "400");
  EXPECT_THAT(complaint("300"), HasSubstr("may be the film \"300 (2007)\" or the id 300 of \"Vertigo (1958)\""));
  EXPECT_EQ(finder.find("99999"), std::nullopt);  // an id that the model does not know
  EXPECT_EQ(finder.find("id:abc"), std::nullopt);
  EXPECT_THAT(finder.by_id("11"), Optional(Eq(2)));
  EXPECT_EQ(finder.by_id("11x"), std::nullopt);
}

TEST_F(Finder, GivesTheSameHoweverOftenItIsAsked) {
  for (int i = 0; i < 30; ++i) {  // the first searches read all titles, the later ones an index
    EXPECT_EQ(id_of("Vertigo (1958)"), "300");
    EXPECT_EQ(id_of("vertigo"), "300");
    EXPECT_THAT(complaint("Emma (1996)"), HasSubstr("(id:700) or \"Emma (1996)\" (id:701)"));
  }
}

/// The films of MovieLens latest-small, as its file has them.
Catalogue genuine_films() {
  std::ifstream file(ENCORE_SOURCE_DIR "/data/ml-latest-small/movies.csv");
  Catalogue items;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::string title = line.substr(line.find(',') + 1, line.rfind(',') - line.find(',') - 1);
    if (title.starts_with('"')) title = title.substr(1, title.size() - 2);
    for (std::size_t at = 0; (at = title.find("\"\"", at)) != std::string::npos; ++at) title.erase(at, 1);
    items.id.push_back(line.substr(0, line.find(',')));
    items.year.push_back(names_of(title).year);
    items.title.push_back(std::move(title));
    items.ratings.push_back(1);
  }
  return items;
}

/// The film that is found, or the sentence that is said instead.
std::string outcome(const FilmFinder& finder, const std::string& words) {
  try {
    const auto found = finder.find(words);
    return found ? std::to_string(*found) : "no such id";
  } catch (const UserError& error) {
    return error.what();
  }
}

TEST(GenuineFilms, AreFoundAlikeBeforeAllTitlesAreFoldedAndAfter) {
  const Catalogue items = genuine_films();
  ASSERT_EQ(items.title.size(), 9742U);
  const FilmFinder often(items);
  for (int i = 0; i < 30; ++i) outcome(often, "Heat (1995)");
  for (std::size_t item = 0; item < items.title.size(); item += 23) {
    const TitleNames names = names_of(items.title[item]);
    std::vector<std::string> typed{names.name, names.bare, items.title[item].substr(0, items.title[item].rfind('(')), items.id[item]};
    for (const std::string& other : names.others) typed.push_back(other);
    if (names.year) typed.push_back(names.bare + " " + std::to_string(*names.year));
    for (const std::string& words : typed) {
      const std::string expected = outcome(often, words);
      if (expected.find("knows no film") != std::string::npos) continue;  // near titles need all of them folded
      EXPECT_EQ(outcome(FilmFinder(items), words), expected) << words;
    }
  }
}

TEST_F(Finder, KnowsEveryIdAndNoOther) {
  for (std::size_t item = 0; item < items.id.size(); ++item)
    EXPECT_THAT(finder.by_id(items.id[item]), Optional(Eq(static_cast<std::int32_t>(item))));
  const char* others[] = {"0", "1", "3", "299", "901", "-2", "", "2.0", "99999999999999999999"};
  for (const char* id : others) EXPECT_EQ(finder.by_id(id), std::nullopt) << id;
}

TEST_F(Finder, KnowsTextIds) {
  Catalogue text = items;
  text.numeric_ids = false;
  std::ranges::sort(text.id);
  text.id.back() = "B00A";
  const FilmFinder of_text(text);
  EXPECT_THAT(of_text.find("id:B00A"), Optional(Eq(10)));
  EXPECT_THAT(of_text.find("B00A"), Optional(Eq(10)));
  EXPECT_EQ(of_text.by_id("B00"), std::nullopt);
  EXPECT_EQ(of_text.by_id("C"), std::nullopt);
  EXPECT_THROW(of_text.find("99999"), UserError);  // taken for a title
}

TEST_F(Finder, ListsNoMoreThanAPersonReads) {
  Catalogue many;
  for (int i = 0; i < 30; ++i) {
    many.id.push_back(std::to_string(i));
    many.title.push_back("Twin (" + std::to_string(1950 + i) + ")");
    many.year.emplace_back(1950 + i);
    many.ratings.push_back(1);
  }
  const FilmFinder twins(many);
  const std::string text = message_of<UserError>([&] { twins.by_title("twin"); });
  EXPECT_THAT(text, HasSubstr("or 20 more"));
  EXPECT_THAT(text, Not(HasSubstr("1975")));
}

}  // namespace
}  // namespace encore
