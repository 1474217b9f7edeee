// `encore items` as a person calls it: films that are added answer at once, lists, sentences and exit codes, on a prepared and trained
// data set of two genres. Not what the numbers are (tests/catalogue/film_addition_test.cpp).
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "folder/item_features_file.h"
#include "folder/model_folder.h"
#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ItemsCommand : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream ratings(folder / "ratings.csv"), movies(folder / "movies.csv"), tags(folder / "tags.csv");
    ratings << "userId,movieId,rating\n", movies << "movieId,title,genres\n", tags << "userId,movieId,tag,timestamp\n";
    for (int film = 1; film <= 20; ++film) {
      movies << film * 10 << ",Film " << film << " (19" << 50 + film << ")," << (film % 2 ? "Horror" : "Comedy") << "\n";
      tags << "1," << film * 10 << (film % 2 ? ", Scary " : ",funny") << ",1\n2," << film * 10 << ",seen,1\n";
      for (int user = 1; user <= 30; ++user)
        if ((film + user) % 7 != 0) ratings << user << "," << film * 10 << "," << (film % 2 == user % 2 ? 5 : 1) << "\n";
    }
    tags << "3,99999,nobody rated this,1\n3,10,  ,1\n";
  }  void train(const std::string& kind, bool with_tags = true) {
    std::vector<std::string> words = {"prepare", folder.path().string(), "-o", films, "--hold-out", "0", "--quiet"};
    if (with_tags) words.insert(words.end(), {"--item-features", (folder / "tags.csv").string()});
    const Said prepared = says(words);
    ASSERT_EQ(prepared.code, 0) << prepared.err;
    const Said trained = says({"train", films, "-o", model, "--model", kind, "--quiet"});
    ASSERT_EQ(trained.code, 0) << trained.err;
  }
  std::string new_films(const std::string& text) {
    std::ofstream(folder / "new.csv") << text;
    return (folder / "new.csv").string();
  }
  Said add(const std::string& text) { return says({"items", "add", model, new_films(text)}); }
  std::vector<std::string> answers(const std::string& liked, int k) {
    const Said said = says({"recommend", model, "--rate", liked + "=5", "-k", std::to_string(k), "--json"});
    EXPECT_EQ(said.code, 0) << said.err;
    std::vector<std::string> titles;
    const json answer = json::parse(said.out);
    for (const auto& film : answer["users"][0]["items"]) titles.push_back(film["title"]);
    return titles;
  }
  TemporaryFolder folder;
  std::string films = (folder / "films").string(), model = (folder / "films.model").string();
};

TEST_F(ItemsCommand, NewFilmsAnswerAtOnce) {
  train("ease");
  const std::vector<std::string> before = answers("Film 1", 30);
  const Said said = add("title,genres,tag\nNight of the Test (2024),Horror,scary\nTest Pilots (2024),Comedy,funny|seen\n");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("has 2 new films"));
  const std::vector<std::string> after = answers("Film 1", 30);
  const auto place = [&](const std::string& title) { return std::ranges::find(after, title) - after.begin(); };
  EXPECT_LT(place("Night of the Test (2024)"), place("Test Pilots (2024)"));
  EXPECT_EQ(after.size(), before.size() + 2);
  std::vector<std::string> old;
  std::ranges::copy_if(after, std::back_inserter(old), [](const std::string& title) { return !title.ends_with("(2024)"); });
  EXPECT_EQ(old, before) << "the films that were there keep their order";
  EXPECT_THAT(answers("Night of the Test", 30).front(), testing::StartsWith("Film "));
}

TEST_F(ItemsCommand, ListsWhatWasAdded) {
  train("ease");
  ASSERT_EQ(add("title,genres\nNight of the Test (2024),Horror\n").code, 0);
  const Said said = says({"items", "list", model, "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json list = json::parse(said.out);
  EXPECT_EQ(list["films"], 21);
  EXPECT_EQ(list["answers"], 21);
  EXPECT_EQ(list["added"], 1);
  EXPECT_EQ(list["items"][0]["title"], "Night of the Test (2024)");
  EXPECT_EQ(list["items"][0]["movieId"], 201) << "the next free number";
  EXPECT_THAT(says({"items", "list", model}).out, HasSubstr("Night of the Test (2024)"));
}

TEST_F(ItemsCommand, FeaturesGoFromTheDatasetIntoTheModelAndGrow) {
  train("ease");
  const ItemFeatures features = read_item_features(model, 20);
  ASSERT_EQ(features.size(), 20U);
  EXPECT_EQ(features[0], (std::vector<NamedFeature>{{"tag:scary", 1}, {"tag:seen", 1}}));
  EXPECT_EQ(read_item_features(films, 20), features);
  EXPECT_THAT(says({"inspect", films}).out, HasSubstr("40 of 20 films (tags.csv)"));
  ASSERT_EQ(add("title,genres,tag\nNight of the Test (2024),Horror,SCARY | old\n").code, 0);
  const ItemFeatures grown = read_item_features(model, 21);
  EXPECT_EQ(grown[20], (std::vector<NamedFeature>{{"tag:old", 1}, {"tag:scary", 1}}));
  EXPECT_EQ(grown[0], features[0]);
}

TEST_F(ItemsCommand, ColumnsThatSayNothingYetAreNamed) {
  train("ease", false);
  const Said said = add("title,genres,tag,studio\nNight of the Test (2024),Horror,scary,A\n");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.err, HasSubstr("no film of the model has a feature of studio, tag, so that they count for nothing yet"));
}

TEST_F(ItemsCommand, MistakesAreOneSentenceAndChangeNothing) {
  train("ease");
  const std::string config = read_history(model) + std::to_string(std::filesystem::file_size(folder / "films.model/weights.safetensors"));
  const auto refused = [&](const std::string& text, const std::string& why) {
    const Said said = add(text);
    EXPECT_EQ(said.code, 2) << text;
    EXPECT_THAT(said.err, HasSubstr(why));
  };
  refused("name of it,genres\nA,Horror\n", "needs a column title");
  refused("title,genres\n,Horror\n", "line 2: there is no title");
  refused("title,year\nNew,soon\n", "line 2: \"soon\" is no year");
  refused("movieId,title\n10,New\n", "line 2: the catalogue has a film with the id 10 already");
  refused("movieId,title\n5,New\n5,Other\n", "line 3: the catalogue has a film with the id 5 already");
  refused("movieId,title\nx,New\n", "line 2: the id \"x\" is no whole number");
  refused("title\nFilm 3 (1953)\n", "line 2: \"Film 3 (1953)\" is there already, as \"Film 3 (1953)\" (id:30)");
  refused("title\n FILM  3  (1953)\n",
          "\"FILM  3  (1953)\" is there already, as \"Film 3 (1953)\" (id:30); another film of that name needs");
  refused("title,year\nfilm 3,1953\n", "\"film 3\" is there already");
  refused("title\nA Thing (2024)\n\"Thing, a (2024)\"\n", "line 3: \"Thing, a (2024)\" is there already, as line 2 of the file");
  refused("movieId,itemId,title\n5,6,New\n", "has two columns of ids, movieId and itemId; leave one of them out");
  refused("title\n", "holds no films");
  EXPECT_THAT(says({"items", "add", model}).err, HasSubstr("takes a model and one table of new films"));
  EXPECT_THAT(says({"items", "list", model, "x"}).err, HasSubstr("nothing else, not 'x'"));
  EXPECT_THAT(says({"items", "add", films, new_films("title\nNew\n")}).err, HasSubstr("is not a model folder"));
  EXPECT_EQ(read_history(model) + std::to_string(std::filesystem::file_size(folder / "films.model/weights.safetensors")), config);
  EXPECT_EQ(json::parse(says({"items", "list", model, "--json"}).out)["added"], 0);
}

TEST_F(ItemsCommand, AFilmOfTheSameNameWithAnIdOfItsOwnIsAddedAloud) {
  train("ease");
  const Said said = add("movieId,title,description\n500,film 3 (1953),The same again\n");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.err, HasSubstr("warning: 1 new film has the name of a film that is there, and an id of its own, so that both are kept "
                                  "now: \"film 3 (1953)\" (id:500), like \"Film 3 (1953)\" (id:30)"));
  EXPECT_EQ(json::parse(says({"items", "list", model, "--json"}).out)["items"][0]["title"], "film 3 (1953)") << "no description";
}

TEST_F(ItemsCommand, NoTitleCommandsTheTerminal) {
  train("ease");
  const Said said = add("title,genres\n\"Red \x1b[31mAlert\n\xc2\x9b" "1m\x07 (2024)\",Horror\n");
  ASSERT_EQ(said.code, 0) << said.err;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"items", "list", model}, {"recommend", model, "--rate", "Film 1=5", "-k", "50"}, {"similar", model, "id:201"},
           {"items", "retire", model, "id:201"}, {"items", "retire", model, "id:201"},
           {"items", "restore", model, "id:201"}, {"items", "forget", model, "id:201"}}) {
    const Said shown = says(words);
    EXPECT_THAT(shown.out + shown.err, HasSubstr("Red  [31mAlert   1m  (2024)")) << words[1];
    EXPECT_THAT(shown.out + shown.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown.out + shown.err, Not(HasSubstr("\x9b")));
  }
}

TEST_F(ItemsCommand, PlacesForFilmsThatFewKnow) {
  train("ease");
  ASSERT_EQ(add("title,genres,tag\nNight of the Test (2024),Horror,scary\n").code, 0);
  const auto asked = [&](std::vector<std::string> further) {
    further.insert(further.begin(), {"recommend", model, "--rate", "Film 1=5", "-k", "6", "--json"});
    const Said said = says(further);
    EXPECT_EQ(said.code, 0) << said.err;
    return json::parse(said.out)["users"][0]["items"];
  };
  const json plain = asked({}), explored = asked({"--explore", "0.5"});
  EXPECT_FALSE(plain[0].contains("explored"));
  ASSERT_EQ(explored.size(), 6U);
  EXPECT_EQ(std::ranges::count_if(explored, [](const json& film) { return film["explored"] == true; }), 3);
  EXPECT_EQ(asked({"--explore", "0.5", "--seed", "42"}), explored);
  bool another = false;
  for (const std::string seed : {"1", "2", "3"}) another |= asked({"--explore", "0.5", "--seed", seed}) != explored;
  EXPECT_TRUE(another);
  EXPECT_EQ(asked({"--explore", "0"}), plain);
  EXPECT_THAT(says({"recommend", model, "--rate", "Film 1=5", "--explore", "1"}).out, HasSubstr("its place"));
  EXPECT_EQ(says({"recommend", model, "--explore", "1.5"}).code, 2);
  EXPECT_THAT(says({"recommend", model, "--seed", "1"}).err, HasSubstr("--seed is about the draws of --explore SHARE, which is missing"));
  const std::string file = (folder / "all.csv").string();
  const auto all = [&](std::vector<std::string> further) {
    further.insert(further.begin(), {"recommend", model, "--all", "--dataset", films, "-k", "4", "-o", file, "--quiet"});
    EXPECT_EQ(says(further).code, 0);
    std::ifstream text(file);
    return std::string((std::istreambuf_iterator<char>(text)), std::istreambuf_iterator<char>());
  };
  const std::string once = all({"--explore", "0.5", "--threads", "1"});
  EXPECT_NE(once, all({}));
  EXPECT_EQ(once, all({"--explore", "0.5", "--threads", "3"}));
}

TEST_F(ItemsCommand, AFolderThatCannotBeWrittenToHasAdvice) {
  train("popularity");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const uid_t user = ::geteuid();
  if (user == 0) {
    ASSERT_EQ(::seteuid(65534), 0);  // root may write anywhere
  }
  const Said said = says({"items", "retire", model, "Film 3"});
  if (user == 0) {
    ASSERT_EQ(::seteuid(user), 0);
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("cannot change " + model + ": nothing can be written to the folder " + folder.path().string()));
  EXPECT_THAT(said.err, HasSubstr("copy the model to a place of your own and change the copy"));
}

TEST_F(ItemsCommand, AConditionThatOnlyRetiredFilmsFitSaysSo) {
  train("ease");
  ASSERT_EQ(says({"items", "retire", model, "Film 3", "Film 4"}).code, 0);
  const auto where = [&](const std::string& condition) {
    return says({"recommend", model, "--rate", "Film 1=5", "--where", condition}).err;
  };
  EXPECT_THAT(where("movieId IN (30, 40)"), HasSubstr("every film that fits --where is retired; `encore items restore` makes"));
  EXPECT_THAT(where("movieId = 30"), HasSubstr("the only film that fits --where is retired"));
  EXPECT_THAT(where("movieId = 31"), HasSubstr("no film of the catalogue fits --where"));
}

TEST_F(ItemsCommand, TheIdOfAForgottenFilmIsGivenToNoOther) {
  train("ease");
  ASSERT_EQ(add("title,genres\nOne,Horror\n").code, 0);  // 201
  ASSERT_EQ(says({"items", "forget", model, "One", "id:200"}).code, 0);
  const Said again = says({"items", "add", model, new_films("title,genres\nTwo,Comedy\nThree,Horror\n"), "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(json::parse(again.out)["added"][0]["movieId"], 202);
  EXPECT_EQ(json::parse(again.out)["added"][1]["movieId"], 203);
  EXPECT_THAT(add("title\nTwice\nTwice\n").err, HasSubstr("line 3: \"Twice\" is there already, as line 2 of the file"));
}

TEST_F(ItemsCommand, DamageIsNotWrittenOver) {
  for (const char* file : {"item_features.parquet", "history.csv"}) {
    train("ease");
    std::ofstream(std::filesystem::path(model) / file, std::ios::app) << "x";
    for (const std::vector<std::string>& words : {std::vector<std::string>{"items", "add", model, new_films("title\nNew\n")},
                                                  {"items", "retire", model, "id:30"}, {"items", "forget", model, "id:30"}}) {
      const Said said = says(words);
      EXPECT_EQ(said.code, 2) << file;
      EXPECT_THAT(said.err, HasSubstr(std::string(file) + " is not as it was written"));
    }
    std::filesystem::remove(std::filesystem::path(model) / file);
    EXPECT_THAT(says({"items", "retire", model, "id:30"}).err, HasSubstr(std::string(file) + " is missing, though "));
  }
}

TEST_F(ItemsCommand, WhatIsUnlikeEverythingIsSaid) {
  train("item-knn");
  const Said nothing = add("title\nQ\n");
  EXPECT_THAT(nothing.err, HasSubstr("1 new film has no feature in common with the model's films"));
  ASSERT_EQ(add("title,genres\nNew,Horror\n").code, 0);
  const Said alike = says({"similar", model, "New"});
  EXPECT_EQ(alike.code, 2);
  EXPECT_THAT(alike.err, HasSubstr("\"New\" came after the training"));
}

TEST_F(ItemsCommand, PopularityRefuses) {
  train("popularity");
  const Said said = add("title\nNew (2024)\n");
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("a popularity model counts likes, and a new film has none"));
}

TEST_F(ItemsCommand, AGrownModelIsNotJudgedOnItsDataset) {
  train("ease");
  ASSERT_EQ(add("movieId,title,genres\n15,New (2024),Horror\n").code, 0);
  const Said said = says({"evaluate", model, films});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("has 1 film that came after its training"));
  const Said user = says({"recommend", model, "--user", "1", "--dataset", films, "--json"});
  ASSERT_EQ(user.code, 0) << user.err;
  const json answer = json::parse(user.out);
  for (const auto& film : answer["users"][0]["items"])
    EXPECT_TRUE(film["movieId"] == 15 || film["movieId"].get<int>() % 10 == 0);
}

TEST_F(ItemsCommand, AWrongTableOfFeaturesIsNamed) {
  std::ofstream(folder / "bad.csv") << "movieId,feature,weight\n10,long,2\n20,long,much\n";
  const auto prepare = [&](const std::string& file) {
    return says({"prepare", folder.path().string(), "-o", films, "--item-features", (folder / file).string(), "--quiet"});
  };
  EXPECT_THAT(prepare("bad.csv").err, HasSubstr("line 3: the weight 'much' is no number"));
  std::ofstream(folder / "none.csv") << "movieId,what\n10,long\n";
  EXPECT_THAT(prepare("none.csv").err, HasSubstr("one named feature or tag"));
  EXPECT_FALSE(std::filesystem::exists(films));
  std::ofstream(folder / "weights.csv") << "itemId,keyword,relevance\n10,Long Film,2.5\n10,long film,3.5\n20,short,0\n";
  const Said said = prepare("weights.csv");
  ASSERT_EQ(said.code, 0) << said.err;
  const ItemFeatures features = read_item_features(films, 20);
  EXPECT_EQ(features[0], (std::vector<NamedFeature>{{"keyword:long film", 3.5}}));
  EXPECT_TRUE(features[1].empty());
}

}  // namespace
}  // namespace encore
