// `recommend`, `similar` and `evaluate` as a person calls them: answers, sentences and exit codes on a tiny model.
#include <gmock/gmock.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include "folder/model_folder.h"
#include "says.h"
#include "temporary_folder.h"
#include "network/tiny_model.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RecommendCommand : public testing::Test {
 protected:
  void SetUp() override {
    TrainedModel made = tiny_model(named_model("mult-dae").architecture, 8);  // ids 1, 3, 5 …, Film 0 (1950) …
    made.items.training_ratings[7] = 0;
    write_model(model, made, "epoch,train_loss\n1,0.5\n");
  }
  Said recommend(std::vector<std::string> words) {
    words.insert(words.begin(), {"recommend", model});
    return says(std::move(words));
  }
  json answer(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Said said = recommend(std::move(words));
    EXPECT_EQ(said.code, 0) << said.err;
    return json::parse(said.out);
  }
  TemporaryFolder folder;
  std::string model = (folder / "tiny.model").string();
};

TEST_F(RecommendCommand, AnswersANewUser) {
  const Said said = recommend({"--rate", "film 2=5", "--rate", "Film 3 (1953)=1", "-k", "3"});
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.out, HasSubstr("probability"));
  EXPECT_THAT(said.out, testing::Not(HasSubstr("Film 2 ")));
  const json items = answer({"--rate", "film 2=5", "--rate", "Film 3 (1953)=1", "-k", "3"})["users"][0]["items"];
  ASSERT_EQ(items.size(), 3U);
  EXPECT_TRUE(items[0]["movieId"].is_number_integer());
  EXPECT_GE(items[0]["score"], items[1]["score"]);
  EXPECT_EQ(items[0]["title"],
            "Film " + std::to_string(items[0]["year"].get<int>() - 1950) + " (" + items[0]["year"].dump() + ")");
}

TEST_F(RecommendCommand, NamesUnknownIdsAndShowsPopularFilmsWhenNothingIsLeft) {
  const json said = answer({"--rate", "id:4712=5", "-k", "2"});
  EXPECT_EQ(said["unknown"], json::array({"id:4712"}));
  EXPECT_EQ(said["score"], "ratings");
  EXPECT_THAT(said["note"].get<std::string>(), HasSubstr("the films that most people rated"));
  EXPECT_EQ(said["users"][0]["items"].size(), 2U);
  EXPECT_THAT(answer({"--rate", "film 1=1"})["note"].get<std::string>(), HasSubstr("no film with 4 stars or more"));
}

TEST_F(RecommendCommand, DecidesWhatIsLeft) {
  const json all = answer({"--rate", "film 2=5", "-k", "100"});
  EXPECT_EQ(all["users"][0]["items"].size(), 6U);  // 8 without the seen one and the one that was never trained on
  EXPECT_THAT(all["note"].get<std::string>(), HasSubstr("only 6 films to recommend, not 100"));
  EXPECT_EQ(answer({"--rate", "film 2=5", "-k", "100", "--include-seen"})["users"][0]["items"].size(), 7U);
  EXPECT_EQ(answer({"--rate", "film 2=5", "-k", "100", "--exclude", "id:1"})["users"][0]["items"].size(), 5U);
  EXPECT_EQ(answer({"--rate", "film 2=5", "--where", "genres LIKE '%Comedy%'"})["users"][0]["items"].size(), 3U);
  const json none = answer({"--rate", "film 2=5", "--where", "year < 1900"});
  EXPECT_EQ(none["users"][0]["items"].size(), 0U);
  EXPECT_EQ(none["note"], "no film of the catalogue fits --where");
}

TEST_F(RecommendCommand, NeverAnswersWithASeenFilmNorListensToIt) {
  const json without = answer({"--rate", "film 2=5", "-k", "100"})["users"][0]["items"];
  const std::string best = without[0]["movieId"].dump();
  json expected = without;  // scores and order of the others stay as they were
  expected.erase(0);
  EXPECT_EQ(answer({"--rate", "film 2=5", "-k", "100", "--seen", "id:" + best})["users"][0]["items"], expected);
  const json popular = answer({"--seen", "film 1", "-k", "100"});  // having seen a film is no opinion of it
  EXPECT_EQ(popular["score"], "ratings");
  EXPECT_EQ(popular["users"][0]["items"].size(), 6U);
  EXPECT_EQ(answer({"--rate", "film 2=5", "--seen", "id:4712"})["unknown"], json::array({"id:4712"}));
  EXPECT_THAT(recommend({"--rate", "film 2=5", "--seen", "film 2"}).err,
              HasSubstr("Film 2 (1952) is rated, too, and counts as that: --seen adds nothing"));
  EXPECT_EQ(answer({"--rate", "film 2=5", "--seen", "film 2", "-k", "100"})["users"][0]["items"], without);
}

/// The logarithm of what the film with this id is given.
double log_score(const json& answered, const json& id) {
  for (const auto& film : answered["users"][0]["items"])
    if (film["movieId"] == id) return std::log(film["score"].get<double>());
  ADD_FAILURE() << "no film " << id;
  return 0;
}

TEST_F(RecommendCommand, NamesTheRatingsWithoutWhichAScoreWouldFallMost) {
  const std::vector<std::string> ids = {"3", "7", "11"};
  const auto without = [&](std::size_t left_out) {
    std::vector<std::string> words = {"-k", "100"};
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (i != left_out) words.insert(words.end(), {"--rate", "id:" + ids[i] + "=5"});
    return words;
  };
  auto explained = without(ids.size());
  explained.emplace_back("--explain");
  const json whole = answer(explained);
  std::size_t reasons = 0;
  for (const auto& film : whole["users"][0]["items"]) {
    std::vector<std::pair<double, int>> falls;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const double fall = log_score(whole, film["movieId"]) - log_score(answer(without(i)), film["movieId"]);
      if (fall > 0) falls.emplace_back(-fall, std::stoi(ids[i]));
    }
    std::sort(falls.begin(), falls.end());
    ASSERT_EQ(film["reasons"].size(), std::min<std::size_t>(2, falls.size()));
    for (std::size_t r = 0; r < film["reasons"].size(); ++r, ++reasons) {
      EXPECT_EQ(film["reasons"][r]["movieId"], falls[r].second);
      EXPECT_NEAR(film["reasons"][r]["gain"].get<double>(), -falls[r].first, 1e-5);
    }
  }
  EXPECT_GT(reasons, 0U);
  EXPECT_FALSE(answer(without(0))["users"][0]["items"][0].contains("reasons"));
  EXPECT_THAT(recommend(explained).out, HasSubstr("because of your rating of"));
  EXPECT_THAT(recommend({"--all", "--dataset", "x", "-o", "y.csv", "--explain"}).err, HasSubstr("--explain answers for one person"));
}

TEST_F(RecommendCommand, ReadsRatingsFromAFile) {
  put_text(folder / "mine.csv", "title,rating\nFilm 2,5\n");
  EXPECT_EQ(answer({"--ratings", folder / "mine.csv"})["users"], answer({"--rate", "film 2=5"})["users"]);
  put_text(folder / "mine.csv", "title,rating\nFilm 2,5\nNothing of that kind,3\n");
  EXPECT_THAT(recommend({"--ratings", folder / "mine.csv"}).err,
              HasSubstr("mine.csv, line 3: the model knows no film"));
}

TEST_F(RecommendCommand, RefusesWhatDoesNotGoTogether) {
  const auto complaint = [&](const std::vector<std::string>& words) {
    const Said said = recommend(words);
    EXPECT_EQ(said.code, 2);
    EXPECT_EQ(said.out, "");
    return said.err;
  };
  EXPECT_THAT(complaint({"--rate", "film 2=5", "--user", "1"}), HasSubstr("say for whom in one way"));
  EXPECT_THAT(complaint({"--user", "1"}), HasSubstr("--user needs --dataset"));
  EXPECT_THAT(complaint({"--all", "--dataset", "x", "-o", "y.csv", "--seen", "film 1"}), HasSubstr("--seen says what one person has seen"));
  EXPECT_THAT(complaint({"--rate", "film 2=5", "--seen", "film 1", "--include-seen"}), HasSubstr("leave one of them out"));
  EXPECT_THAT(complaint({"--all"}), HasSubstr("--all needs --dataset"));
  EXPECT_THAT(complaint({"--all", "--dataset", "d"}), HasSubstr("--all needs --output"));
  EXPECT_THAT(complaint({"-o", "x.csv"}), HasSubstr("--output goes with --all"));
  EXPECT_THAT(complaint({"--dataset", "d"}), HasSubstr("--dataset goes with --user or --all"));
  EXPECT_THAT(complaint({"--rate", "film 99=5"}), HasSubstr("the model knows no film \"film 99\""));
  EXPECT_THAT(complaint({"--where", "year IN (SELECT 1)"}), HasSubstr("--where"));
  EXPECT_THAT(complaint({"-k", "0"}), HasSubstr("0"));
}

TEST_F(RecommendCommand, SimilarAndInspectKnowTheModel) {
  const Said similar = says({"similar", model, "film 1", "-k", "2", "--json"});
  EXPECT_EQ(similar.code, 0);
  const json found = json::parse(similar.out);
  EXPECT_EQ(found["item"]["movieId"], 3);
  EXPECT_EQ(found["items"].size(), 2U);
  EXPECT_EQ(found["score"], "cosine");
  const Said unknown = says({"similar", model, "id:4712"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no film with the id 4712;"));
  const json inspected = json::parse(says({"inspect", model, "--json"}).out);
  EXPECT_EQ(inspected["layers"][0]["parameters"], 8 * 200 + 200);
  EXPECT_EQ(inspected["history"], json::parse(R"([{"epoch": 1, "train_loss": 0.5}])"));
  EXPECT_THAT(says({"inspect", model}).out, HasSubstr("encoder.0"));
}

TEST_F(RecommendCommand, EvaluateNamesAMissingDataset) {
  const Said said = says({"evaluate", model, (folder / "none").string()});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("none"));
}

}  // namespace
}  // namespace encore
