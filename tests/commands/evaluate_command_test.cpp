// `encore evaluate` with metrics, slices, candidates and a file of what each user added.
#include <gmock/gmock.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>
#include "database/database.h"
#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

Said encore_says(std::vector<std::string> words, bool quiet = true) {
  if (quiet) words.emplace_back("--quiet");
  return says(words);
}

class EvaluateCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    ASSERT_EQ(encore_says({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", dataset(), "--years",
                           "1950-1969"})
                  .code,
              0);
    ASSERT_EQ(encore_says({"train", dataset(), "-o", model(), "--epochs", "2", "--hidden", "8"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string dataset() { return (*folder_ / "films").string(); }
  static std::string model() { return (*folder_ / "films.model").string(); }
  static std::string file(const char* name) { return (*folder_ / name).string(); }

  static Said evaluate(std::vector<std::string> words) {
    words.insert(words.begin(), {"evaluate", model(), dataset(), "--no-reconstruction"});
    return encore_says(words);
  }
  static ordered_json answer(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Said said = evaluate(words);
    EXPECT_EQ(said.code, 0) << said.err;
    return ordered_json::parse(said.out);
  }
  static TemporaryFolder* folder_;
};
TemporaryFolder* EvaluateCommand::folder_ = nullptr;

TEST_F(EvaluateCommand, AnswersWithTheMetricsThatAreAskedFor) {
  const ordered_json judged = answer({"--metrics", "hit@5,rmse,ndcg@10"});
  ASSERT_EQ(judged["ranking"].size(), 4U);
  EXPECT_EQ(judged["ranking"]["ndcg@10"], answer({})["ranking"]["ndcg@10"]);
  EXPECT_TRUE(judged["ranking"]["rmse"].is_null()) << "a softmax predicts no ratings";
  EXPECT_FALSE(judged.contains("slices"));
  const Said table = encore_says({"evaluate", model(), dataset(), "--metrics", "hit@5,rmse", "--by", "history"}, false);
  EXPECT_THAT(table.out, HasSubstr("history 10 to 29"));
  EXPECT_THAT(table.out, HasSubstr("Hit@5"));
  EXPECT_THAT(table.out, testing::Not(HasSubstr("NDCG")));
}

TEST_F(EvaluateCommand, JudgesSlices) {
  const ordered_json judged = answer({"--by", "popularity", "--by", "year < 1960"});
  ASSERT_EQ(judged["slices"].size(), 4U);
  EXPECT_EQ(judged["slices"][3]["slice"], "year < 1960");
  EXPECT_GT(judged["slices"][3]["ranking"]["users"], 0);
  EXPECT_LT(judged["slices"][3]["ranking"]["users"], judged["ranking"]["users"]);
  EXPECT_THAT(evaluate({"--by", "year <"}).err, HasSubstr("--by"));
  EXPECT_EQ(evaluate({"--by", "year <"}).code, 2);
}

TEST_F(EvaluateCommand, RanksTheCandidatesThatAreNamed) {
  std::ofstream(file("few.txt")) << "260\n1196\n";
  const Said stranger = evaluate({"--candidates", file("few.txt")});
  EXPECT_EQ(stranger.code, 2);
  EXPECT_THAT(stranger.err, HasSubstr("few.txt, line 1: '260' is no film of the dataset"));
  std::ofstream(file("few.txt")) << "903\n904\n";  // Vertigo, Rear Window
  const ordered_json few = answer({"--candidates", file("few.txt"), "--metrics", "coverage@1,recall@2"});
  EXPECT_GE(few["ranking"]["coverage@1"], 0.5);
  EXPECT_THAT(evaluate({"--candidates", "everything"}).err, HasSubstr("--candidates: 'everything' is neither"));
  EXPECT_THAT(evaluate({"--metrics", "ndgc@10"}).err, HasSubstr("'ndgc@10' is no metric"));
}

TEST_F(EvaluateCommand, WritesWhatEachUserAdded) {
  const ordered_json judged = answer({"--metrics", "ndcg@10,harm@20,coverage@10", "--per-user", file("u.parquet")});
  Database database;
  const auto said = [&](const char* expression) {
    Rows rows = database.stream(fmt::format("SELECT CAST({} AS DOUBLE) FROM read_parquet({}) WHERE ranking = 'model'",
                                            expression, sql_literal(file("u.parquet"))));
    rows.next();
    return rows.float64(0)[0];
  };
  EXPECT_EQ(said("count(*)"), judged["ranking"]["users"].get<double>());
  EXPECT_NEAR(said("avg(\"ndcg@10\")"), judged["ranking"]["ndcg@10"].get<double>(), 1e-12);
  EXPECT_NEAR(said("avg(\"harm@20\")"), judged["ranking"]["harm@20"].get<double>(), 1e-12);
  EXPECT_LT(said("count(\"harm@20\")"), said("count(*)")) << "some users dislike nothing: null, not 0";
  EXPECT_THAT(evaluate({"--per-user", file("none/u.parquet")}).err, HasSubstr("none"));
}

TEST_F(EvaluateCommand, ComparesModelsUserByUser) {
  ASSERT_EQ(encore_says({"train", dataset(), "-o", file("popular"), "--model", "popularity"}).code, 0);
  const Said said = encore_says({"compare", file("popular"), model(), dataset(), "--metrics", "ndcg@10,hit@5", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const ordered_json found = ordered_json::parse(said.out)["comparisons"][0];
  const ordered_json& ndcg = found["metrics"]["ndcg@10"];
  const ordered_json judged = answer({});
  EXPECT_NEAR(ndcg["second"].get<double>(), judged["ranking"]["ndcg@10"].get<double>(), 1e-12);
  EXPECT_NEAR(ndcg["first"].get<double>(), judged["popularity"]["ndcg@10"].get<double>(), 1e-12);
  EXPECT_EQ(ndcg["wins"].get<int>() + ndcg["ties"].get<int>() + ndcg["losses"].get<int>(), ndcg["users"].get<int>());
  EXPECT_GE(ndcg["p_holm"], ndcg["p"]);
  EXPECT_THAT(found["sentence"].get<std::string>(), HasSubstr("NDCG@10"));
  EXPECT_THAT(encore_says({"compare", model(), dataset()}).err, HasSubstr("two models or more"));
  EXPECT_THAT(encore_says({"compare", model(), model(), dataset(), "--metrics", "gini"}).err,
              HasSubstr("gini is one figure of all lists together"));
}

TEST_F(EvaluateCommand, RefusesAModelOfAllRatings) {
  ASSERT_EQ(encore_says({"train", dataset(), "-o", file("all"), "--epochs", "1", "--hidden", "8", "--all-ratings"}).code, 0);
  const Said said = encore_says({"evaluate", file("all"), dataset()});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("was trained on all ratings (--all-ratings)"));
}

/// The number after `before` in a text.
double number_after(const std::string& text, const std::string& before) {
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << text;
  return at == std::string::npos ? 0 : std::stod(text.substr(at + before.size()));
}

TEST_F(EvaluateCommand, BeginsWithTheRankingAndSaysWhatItIsWorth) {
  const std::string said = encore_says({"evaluate", model(), dataset()}, false).out;
  EXPECT_LT(said.find("Ranking of all films"), said.find("Mean squared error"));
  const ordered_json figures = answer({});
  const double times = figures["ranking"]["ndcg@100"].get<double>() / figures["popularity"]["ndcg@100"].get<double>();
  EXPECT_NEAR(number_after(said, "\nNDCG@100: "), times, 0.0051);
  EXPECT_EQ(said.find("would do better") != std::string::npos, times < 1);
}

TEST_F(EvaluateCommand, ShowsNoErrorsOfWhatOnlyRanks) {
  ASSERT_EQ(encore_says({"train", dataset(), "-o", file("knn.model"), "--model", "item-knn"}).code, 0);
  const std::string said = encore_says({"evaluate", file("knn.model"), dataset()}, false).out;
  EXPECT_EQ(said.find("Mean squared error"), std::string::npos) << said;
  EXPECT_NE(said.find("times popularity"), std::string::npos) << said;
}

}  // namespace
}  // namespace encore
