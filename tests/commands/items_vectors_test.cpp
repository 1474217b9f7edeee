// `--item-vectors` of `prepare` and `items add`: what is near in somebody's own vectors is told to the same people. Not the files
// (tests/preparation/item_vectors_test.cpp).
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "folder/item_features_file.h"
#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ItemVectorsOfTheUser : public testing::Test {
 protected:
  /// Odd users like odd films; only the vectors tell these apart.
  void SetUp() override {
    std::ofstream ratings(folder / "ratings.csv"), movies(folder / "movies.csv"), vectors(folder / "vectors.csv");
    ratings << "userId,movieId,rating\n", movies << "movieId,title,genres\n", vectors << "movieId,x,y\n";
    for (int film = 1; film <= 20; ++film) {
      movies << film * 10 << ",Film,\n";
      vectors << film * 10 << (film % 2 ? ",1,0.1\n" : ",0.1,1\n");
      for (int user = 1; user <= 30; ++user)
        if ((film + user) % 7 != 0) ratings << user << "," << film * 10 << "," << (film % 2 == user % 2 ? 5 : 1) << "\n";
    }
  }  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }
  void train() {
    const Said prepared = says({"prepare", folder.path().string(), "-o", films, "--hold-out", "0", "--quiet", "--item-vectors",
                                (folder / "vectors.csv").string()});
    ASSERT_EQ(prepared.code, 0) << prepared.err;
    ASSERT_EQ(says({"train", films, "-o", model, "--model", "ease", "--quiet"}).code, 0);
  }
  TemporaryFolder folder;
  std::string films = (folder / "films").string(), model = (folder / "films.model").string();
};

TEST_F(ItemVectorsOfTheUser, WhatIsNearIsToldToTheSamePeople) {
  train();
  EXPECT_EQ(read_item_features(model, 20)[0], (std::vector<NamedFeature>{{"vector:00000", 1}, {"vector:00001", 0.1F}}));
  EXPECT_THAT(says({"inspect", films}).out, HasSubstr("40 of 20 films (vectors.csv)"));
  const std::string fresh = file("new.csv", "movieId,title\n501,Odd One\n502,Even One\n");
  const Said said = says({"items", "add", model, fresh, "--item-vectors", file("fresh.csv", "movieId,x,y\n501,2,0\n502,0,2\n")});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(said.err, "");
  const json answer = json::parse(says({"recommend", model, "--rate", "id:10=5", "-k", "30", "--json"}).out);
  double odd = 0, even = 0;
  for (const auto& film : answer["users"][0]["items"]) {
    if (film["movieId"] == 501) odd = film["score"];
    if (film["movieId"] == 502) even = film["score"];
  }
  EXPECT_GT(odd, even);
}

TEST_F(ItemVectorsOfTheUser, WhatDoesNotFitIsSaid) {
  train();
  const std::string fresh = file("new.csv", "movieId,title\n501,Odd One\n502,Even One\n");
  const Said narrow = says({"items", "add", model, fresh, "--item-vectors", file("narrow.csv", "movieId,x\n501,2\n502,1\n")});
  EXPECT_EQ(narrow.code, 2);
  EXPECT_THAT(narrow.err, HasSubstr("its vectors have 1 numbers, and those of the model's films 2"));
  const Said some = says({"items", "add", model, fresh, "--item-vectors", file("some.csv", "movieId,x,y\n501,2,1\n")});
  ASSERT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.err, HasSubstr("has no vector of 1 of the 2 new films, by their ids"));
  EXPECT_THAT(says({"items", "list", model, "--item-vectors", "x"}).err, HasSubstr("--item-vectors is for items add"));
  const Said none = says({"prepare", folder.path().string(), "-o", films, "--quiet", "--item-vectors", file("o.csv", "movieId,x\n7,1\n")});
  EXPECT_THAT(none.err, HasSubstr("no row names a film of the ratings by its id"));
}

}  // namespace
}  // namespace encore
