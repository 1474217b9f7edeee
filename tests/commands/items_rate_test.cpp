// `encore items rate` as a person calls it: ratings of films that came after the training move these films and no others, the same ratings
// make the same bits, and what counts for nothing is said. Not the numbers (tests/linear/bordered_form_test.cpp).
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Odd users like odd films, which are horror, even users even ones, comedies.
class ItemsRate : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream ratings(folder / "ratings.csv"), movies(folder / "movies.csv");
    ratings << "userId,movieId,rating\n", movies << "movieId,title,genres\n";
    for (int film = 1; film <= 20; ++film) {
      movies << film * 10 << ",Film " << film << " (19" << 50 + film << ")," << (film % 2 ? "Horror" : "Comedy") << "\n";
      for (int user = 1; user <= 30; ++user)
        if ((film + user) % 7 != 0) ratings << user << "," << film * 10 << "," << (film % 2 == user % 2 ? 5 : 1) << "\n";
    }
  }  void prepare(const std::string& hold_out) {
    const Said said = says({"prepare", folder.path().string(), "-o", films, "--hold-out", hold_out, "--quiet"});
    ASSERT_EQ(said.code, 0) << said.err;
  }
  /// A model with two new films, 201 and 202.
  void grow(const std::vector<std::string>& kind, const std::string& hold_out = "0") {
    prepare(hold_out);
    std::vector<std::string> words = {"train", films, "-o", model, "--quiet", "--model"};
    words.insert(words.end(), kind.begin(), kind.end());
    const Said trained = says(words);
    ASSERT_EQ(trained.code, 0) << trained.err;
    std::ofstream(folder / "new.csv") << "title,genres\nOdd One (2024),Horror\nOther One (2024),Horror\n";
    const Said said = says({"items", "add", model, (folder / "new.csv").string()});
    ASSERT_EQ(said.code, 0) << said.err;
  }
  Said rate(const std::string& text, std::vector<std::string> more = {}) {
    std::ofstream(folder / "arrived.csv") << text;
    std::vector<std::string> words = {"items", "rate", model, (folder / "arrived.csv").string(), "--dataset", films};
    words.insert(words.end(), more.begin(), more.end());
    return says(words);
  }
  /// What somebody who likes this film is told of each other.
  std::map<std::string, double> scores(const std::string& liked) {
    const Said said = says({"recommend", model, "--rate", liked + "=5", "-k", "30", "--json"});
    EXPECT_EQ(said.code, 0) << said.err;
    std::map<std::string, double> all;
    const json answer = json::parse(said.out);
    for (const auto& film : answer["users"][0]["items"]) all[film["title"]] = film["score"];
    return all;
  }
  static std::vector<std::string> order_of_others(const std::map<std::string, double>& scores) {
    std::vector<std::string> titles;
    for (const auto& [title, score] : scores)
      if (title != "Odd One (2024)") titles.push_back(title);
    std::ranges::stable_sort(titles, std::greater{}, [&](const std::string& title) { return scores.at(title); });
    return titles;
  }
  std::string bytes(const char* file) {
    std::ifstream in(std::filesystem::path(model) / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  TemporaryFolder folder;
  std::string films = (folder / "films").string(), model = (folder / "films.model").string();
};

/// Its genre says horror, but it is the friends of comedies who like it.
std::string against_the_genre() {
  std::string text = "userId,movieId,rating\n";
  for (int user = 1; user <= 24; ++user) text += std::to_string(user) + ",201," + (user % 2 == 0 ? "5\n" : "1\n");
  return text;
}

class EveryKindThatIsRated : public ItemsRate, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(EveryKindThatIsRated, RatingsMoveTheNewFilmAndNoOther) {
  grow(GetParam());
  const auto horror = scores("Film 1"), comedy = scores("Film 2");
  ASSERT_GT(horror.at("Odd One (2024)"), comedy.at("Odd One (2024)")) << "its features say so";
  const Said said = rate(against_the_genre(), {"--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json told = json::parse(said.out);
  ASSERT_EQ(told["rated"].size(), 1U);
  EXPECT_EQ(told["rated"][0]["movieId"], 201);
  EXPECT_EQ(told["rated"][0]["ratings"], 24);
  EXPECT_EQ(told["rated"][0]["liked"], 12);
  const auto horror_now = scores("Film 1"), comedy_now = scores("Film 2");
  EXPECT_LT(horror_now.at("Odd One (2024)"), comedy_now.at("Odd One (2024)"));
  EXPECT_EQ(order_of_others(horror_now), order_of_others(horror));
  const bool is_share = GetParam()[0] == "mult-dae" || GetParam()[0] == "mult-vae" || GetParam()[0] == "recvae";
  for (const auto& [title, score] : horror) {
    if (title != "Odd One (2024)" && !is_share) {  // shares have one sum
      EXPECT_EQ(horror_now.at(title), score) << title;
    }
  }
  EXPECT_EQ(says({"inspect", model}).code, 0) << "with its sums";
}

TEST_P(EveryKindThatIsRated, TheSameRatingsMakeTheSameBits) {
  grow(GetParam());
  const std::string guess = bytes("weights.safetensors");
  ASSERT_EQ(rate(against_the_genre()).code, 0);
  const std::string once = bytes("weights.safetensors"), catalogue = bytes("items.parquet");
  EXPECT_NE(once, guess);
  ASSERT_EQ(rate(against_the_genre() + "2,202,5\n", {"--threads", "3"}).code, 0);
  EXPECT_NE(bytes("weights.safetensors"), once);
  grow(GetParam());
  ASSERT_EQ(bytes("weights.safetensors"), guess);
  ASSERT_EQ(rate("userId,movieId,rating\n4,201,5\n").code, 0);  // what came first is in the next file, too
  ASSERT_EQ(rate(against_the_genre(), {"--threads", "3"}).code, 0);
  EXPECT_EQ(bytes("weights.safetensors"), once);
  EXPECT_EQ(bytes("items.parquet"), catalogue);
}

TEST_F(ItemsRate, CountsThatWeighAreLearnedByATrainingOnly) {
  std::ofstream(folder / "plays.csv") << "userId,movieId,plays\n1,10,1\n1,20,7\n2,10,3\n2,20,1\n3,20,2\n";
  const std::string plays = (folder / "plays.csv").string();
  const Said prepared = says({"prepare", plays, "-o", films, "--count-column", "plays", "--count", "log", "--hold-out", "0", "--quiet"});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  ASSERT_EQ(says({"train", films, "-o", model, "--model", "ease", "--quiet"}).code, 0);
  std::ofstream(folder / "new.csv") << "title,genres\nOdd One (2024),Horror\n";
  ASSERT_EQ(says({"items", "add", model, (folder / "new.csv").string()}).code, 0);
  const Said said = rate("userId,movieId,rating\n1,21,3\n");
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("counts of new films are learned in the next training only"));
}

std::vector<std::string> network(const std::string& kind, const std::string& hidden, const std::string& input = "binary") {
  return {kind, "--hidden", hidden, "--input", input, "--epochs", "60", "--learning-rate", "0.01", "--batch-size", "10"};
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKindThatIsRated,
                         testing::Values(std::vector<std::string>{"ease"}, std::vector<std::string>{"ease", "--keep", "15"},
                                         std::vector<std::string>{"item-knn"}, std::vector<std::string>{"elsa", "--width", "8"},
                                         network("mult-dae", "12"), network("mult-dae", "12", "channels"),
                                         network("mult-vae", "20,6,20"),
                                         network("recvae", "20,6"),
                                         std::vector<std::string>{"autorec"}),
                         [](const auto& kind) {
                           std::string name;
                           for (const char c : testing::PrintToString(kind.param)) name += std::isalnum(c) ? c : '_';
                           return name;
                         });

TEST_F(ItemsRate, WhatCountsForNothingIsSaid) {
  grow({"ease"}, "0.2");
  const Said said = rate(against_the_genre() + "1,10,5\n2,10,5\n77,201,5\n3,999,4\n", {"--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.err, HasSubstr("2 ratings are of films that the model was trained on, and count for nothing here; the first is on line "
                                  "26: user 1, film 10"));
  EXPECT_THAT(said.err, HasSubstr("1 rating is of a film that the model does not have"));
  EXPECT_THAT(said.err, HasSubstr("1 rating is by a user who is not in the dataset, and counts for nothing here; the first is on line 28"));
  EXPECT_THAT(said.err, HasSubstr("by users who are held out, and train nothing"));
  const json told = json::parse(said.out);
  EXPECT_EQ(told["left_out"]["of_trained_films"], 2);
  EXPECT_EQ(told["left_out"]["by_unknown_users"], 1);
  EXPECT_GT(told["left_out"]["by_held_out_users"], 0);
  EXPECT_EQ(told["rated"][0]["ratings"].get<int>() + told["left_out"]["by_held_out_users"].get<int>(), 24);
}

TEST_F(ItemsRate, MistakesAreOneSentenceAndChangeNothing) {
  grow({"ease"});
  const std::string sums = bytes("sha256sums.txt");
  const auto refused = [&](const std::string& text, const std::string& why) {
    const Said said = rate(text);
    EXPECT_EQ(said.code, 2) << text;
    EXPECT_THAT(said.err, HasSubstr(why));
  };
  refused("userId,movieId\n1,201\n", "needs the columns userId, movieId and rating");
  refused("userId,movieId,rating\n1,201,9\n", "line 2: the rating 9 is not on the model's scale from 0.5 to 5");
  refused("userId,movieId,rating\n1,201,good\n", "line 2: the rating \"good\" is not a number");
  refused("userId,movieId,rating\n,201,4\n", "line 2: there is no user");
  refused("userId,movieId,rating\n1,,4\n", "line 2: there is no film");
  refused("userId,movieId,rating\n1,10,4\n77,201,5\n", "none of the 2 ratings is of a film that came after the training");
  EXPECT_THAT(says({"items", "rate", model, (folder / "arrived.csv").string()}).err, HasSubstr("--dataset DATASET"));
  EXPECT_THAT(says({"items", "list", model, "--dataset", films}).err, HasSubstr("--dataset is for items rate"));
  std::ofstream(folder / "ratings.csv", std::ios::app) << "31,10,5\n";
  prepare("0");
  refused(against_the_genre(), "was trained on another dataset than");
  EXPECT_EQ(bytes("sha256sums.txt"), sums);
}

TEST_F(ItemsRate, OfAUsersRowsTheLatestCounts) {
  grow({"ease"});
  ASSERT_EQ(rate("userId,movieId,rating\n2,201,5\n4,201,1\n").code, 0);
  const std::string plain = bytes("weights.safetensors");
  ASSERT_EQ(rate("timestamp,userId,movieId,rating\n9,4,201,5\n10,4,201,1\n10,2,0201,5\n9,02,201,1\n").code, 0);
  EXPECT_EQ(bytes("weights.safetensors"), plain);
}

TEST_F(ItemsRate, ARetiredFilmStaysRetired) {
  grow({"ease"});
  ASSERT_EQ(says({"items", "retire", model, "id:201"}).code, 0);
  ASSERT_EQ(rate(against_the_genre()).code, 0);
  EXPECT_FALSE(scores("Film 2").contains("Odd One (2024)"));
  const json list = json::parse(says({"items", "list", model, "--json"}).out);
  EXPECT_EQ(list["retired"], 1);
  EXPECT_EQ(list["added"], 2);
}

TEST_F(ItemsRate, AKindThatTakesNoneSaysSo) {
  prepare("0");
  ASSERT_EQ(says({"train", films, "-o", model, "--model", "popularity", "--quiet"}).code, 0);
  const Said said = rate(against_the_genre());
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("a popularity model has no films that came after its training; train it again"));
}

}  // namespace
}  // namespace encore
