// The table of metrics: its names, its rows against other libraries on the same lists, and what is undefined.
#include "evaluation/metric_table.h"
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include "evaluation/ranking.h"
#include "evaluation/tiny_dataset.h"
#include "process/error.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<std::string> keys(const std::vector<Metric>& metrics) {
  std::vector<std::string> found;
  for (const Metric& metric : metrics) found.push_back(metric.key);
  return found;
}

std::string refusal(const char* text) {
  try {
    read_metrics(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(MetricTable, ReadsNamesWithAnyK) {
  EXPECT_THAT(keys(read_metrics("ndcg@7, recall-all@20,auc,coverage")),
              testing::ElementsAre("ndcg@7", "recall-all@20", "auc", "coverage"));
  EXPECT_EQ(read_metrics("ndcg@7")[0].k, 7);
  EXPECT_EQ(read_metrics("coverage")[0].k, 10);
  for (const MetricKind& kind : metric_kinds()) {
    const std::string name = std::string(kind.name) + (kind.k > 0 ? "@3" : "");
    EXPECT_EQ(read_metrics(name)[0].kind->name, kind.name);
    EXPECT_NE(kind.of_user == nullptr, kind.of_exposures == nullptr) << name;
  }
}

TEST(MetricTable, RefusesWhatIsNoMetric) {
  EXPECT_THAT(refusal("ndgc@10"), HasSubstr("'ndgc@10' is no metric; there are ndcg@K, recall@K"));
  EXPECT_THAT(refusal("auc@10"), HasSubstr("auc takes no @K"));
  for (const char* text : {"ndcg@0", "ndcg@-1", "ndcg@", "ndcg@1.5", "ndcg@10x", "ndcg@1000001"})
    EXPECT_THAT(refusal(text), HasSubstr("whole number from 1 to 1000000")) << text;
  EXPECT_THAT(refusal("ndcg@10,ndcg@10"), HasSubstr("twice"));
  EXPECT_THAT(refusal(""), HasSubstr("no metric"));
  EXPECT_THAT(refusal("ndcg@10,"), HasSubstr("no metric"));
}

/// The lists of the fixture as the judgement sees them, and the mean over users of a metric.
class OtherLibraries : public testing::Test {
 protected:
  OtherLibraries() { std::ifstream(ENCORE_SOURCE_DIR "/tests/evaluation/fixture/other_libraries.json") >> fixture_; }

  double ours(const std::string& key) const {
    const Metric metric = read_metrics(key)[0];
    const auto items = fixture_["items"].get<std::size_t>();
    ItemFacts facts;
    std::vector<double> ratings(items);
    for (const auto& row : fixture_["training"])
      for (const auto& item : row) ratings[item.get<std::size_t>()] += 1;
    for (const double count : ratings)
      facts.surprise.push_back(std::log2(static_cast<double>(fixture_["training"].size()) / count));
    std::vector<std::int64_t> exposures(items);
    Share total;
    for (std::size_t user = 0; user < fixture_["lists"].size(); ++user) {
      const auto ranked = fixture_["lists"][user].get<std::vector<std::int32_t>>(),
                 targets = fixture_["targets"][user].get<std::vector<std::int32_t>>();
      for (const auto item : first_of(ranked, metric.k)) ++exposures[static_cast<std::size_t>(item)];
      if (metric.kind->of_user == nullptr) continue;
      const Share share = metric.kind->of_user({ranked, targets, {}, facts, {}}, metric.k);
      total.sum += share.sum, total.weight += share.weight;
    }
    return metric.kind->of_user == nullptr ? metric.kind->of_exposures(exposures).value()
                                           : figure_of(metric, total).value();
  }

  json fixture_;
};

TEST_F(OtherLibraries, SayTheSameOfTheSameLists) {
  ASSERT_EQ(fixture_["libraries"], json({{"ranx", "0.3.21"}, {"rectools", "0.19.0"}}));
  for (const char* library : {"ranx", "rectools"})
    for (const auto& [key, theirs] : fixture_[library].items())
      EXPECT_NEAR(ours(key), theirs.get<double>(), 1e-12) << library << ' ' << key;
}

TEST_F(OtherLibraries, RecboleSaysTheSameToo) {
  json recbole;
  std::ifstream(ENCORE_SOURCE_DIR "/tests/evaluation/fixture/recbole.json") >> recbole;
  ASSERT_GE(recbole["values"].size(), 20U);
  for (const auto& [key, theirs] : recbole["values"].items()) EXPECT_NEAR(ours(key), theirs.get<double>(), 1e-9) << key;
}

Dataset judged_dataset() {
  Dataset dataset = tiny_dataset();
  for (std::size_t item = 0; item < 75; ++item)
    dataset.items.genres[item] = item % 3 == 0 ? "Drama" : item % 3 == 1 ? "Drama|Comedy" : "Horror";
  return dataset;
}

TrainedModel judged_model(const char* name) {
  TrainedModel model;
  model.model = std::make_shared<const NetworkModel>(tiny_network(named_model(name).architecture, 75), 128);
  model.block_items = 16;
  return model;
}

TEST(Auc, AgreesWithCountingAllPairs) {
  const Dataset dataset = judged_dataset();
  TrainedModel model = judged_model("mult-dae");
  RankingRules rules;
  rules.metrics = read_metrics("auc,rmse");
  const auto judgement = judge_ranking(model, dataset, Fold::test, rules, 2);
  const auto candidate = candidates_of(dataset.items);
  for (std::size_t u = 0; u < judgement.users.size(); ++u) {
    const auto user = judgement.users[u];
    const auto scores = plain_scores(network(model), dense_row(dataset, user, Input::binary, Part::given));
    const auto given = dense_row(dataset, user, Input::ratings, Part::given),
               target = dense_row(dataset, user, Input::ratings, Part::target);
    double wins = 0, pairs = 0;
    for (std::size_t t = 0; t < 75; ++t) {
      for (std::size_t n = 0; n < 75; ++n) {
        if (target[t] == 0 || target[n] > 0 || given[n] > 0 || candidate[n] == 0) continue;
        pairs += 1;
        if (candidate[t] != 0) wins += scores[t] > scores[n] ? 1 : scores[t] == scores[n] ? 0.5 : 0;
      }
    }
    EXPECT_NEAR(judgement.shares[2 * u].sum, wins / pairs, 1e-9) << user;
    EXPECT_EQ(judgement.shares[2 * u + 1].weight, 0) << "a softmax predicts no ratings";
  }
  EXPECT_EQ(quality_of(judgement.all, rules.metrics, candidate)["rmse"], std::nullopt);
}

TEST(Auc, OfPopularityCountsEqualCountsHalf) {
  DatasetMaker maker(5);
  maker.user(Fold::train, {{0, 5}, {1, 5}, {2, 5}, {3, 1}});
  maker.user(Fold::train, {{0, 5}, {4, 2}});
  maker.user(Fold::test, {{0, 5, Part::given}, {1, 5, Part::target}});
  RankingRules rules;
  rules.metrics = read_metrics("auc");
  // target 1 (one like) against 2 (one like), 3 and 4 (none)
  EXPECT_EQ(judge_popularity(maker.dataset, Fold::test, rules, 1).shares[0].sum, 2.5 / 3);
}

TEST(ErrorsInStars, AreOverAllRatingsThatDidNotGoIn) {
  const Dataset dataset = judged_dataset();
  const TrainedModel model = judged_model("autorec");
  RankingRules rules;
  rules.metrics = read_metrics("rmse,mae");
  const auto judgement = judge_ranking(model, dataset, Fold::test, rules, 2);
  double squared = 0, absolute = 0, ratings = 0;
  for (const auto user : judgement.users) {
    const auto scores = plain_scores(network(model), dense_row(dataset, user, Input::ratings, Part::given));
    for (std::size_t i = 0; i < dataset.ratings.items_of(user).size(); ++i) {
      if (dataset.ratings.parts_of(user)[i] == Part::given) continue;
      const double error =
          5 * scores[static_cast<std::size_t>(dataset.ratings.items_of(user)[i])] - dataset.ratings.ratings_of(user)[i];
      squared += error * error, absolute += std::abs(error), ratings += 1;
    }
  }
  const auto quality = quality_of(judgement.all, rules.metrics, candidates_of(dataset.items));
  EXPECT_NEAR(quality["rmse"].value(), std::sqrt(squared / ratings), 1e-5);
  EXPECT_NEAR(quality["mae"].value(), absolute / ratings, 1e-5);
}

TEST(Rules, HideWhatTheUserRated) {
  DatasetMaker maker(5);
  maker.user(Fold::train, {{0, 5}, {1, 5}, {2, 4}, {3, 5}, {4, 1}});
  maker.user(Fold::train, {{1, 5}, {3, 4}});
  maker.user(Fold::test, {{0, 5, Part::given}, {1, 1}, {2, 5, Part::target}});  // by likes: 1 3 2 4
  RankingRules rules;
  rules.metrics = read_metrics("mrr@10,harm@2");
  const auto given = judge_popularity(maker.dataset, Fold::test, rules, 1);
  EXPECT_EQ(given.shares[0].sum, 1.0 / 3);
  EXPECT_EQ(given.shares[1].sum, 0.5);  // the disliked film 1 is among the first two
  rules.hide_rated = true;
  const auto rated = judge_popularity(maker.dataset, Fold::test, rules, 1);
  EXPECT_EQ(rated.shares[0].sum, 1.0 / 2);
  EXPECT_EQ(rated.shares[1].weight, 0) << "nothing disliked can be shown";
  rules.candidate = {0, 0, 1, 0, 1};
  EXPECT_EQ(judge_popularity(maker.dataset, Fold::test, rules, 1).shares[0].sum, 1);
}

TEST(Slices, CountWhatBelongsToThem) {
  const Dataset dataset = judged_dataset();
  const TrainedModel model = judged_model("mult-dae");
  RankingRules rules;
  rules.metrics = read_metrics("recall-all@75,auc,coverage@5");
  rules.slices = slices_by_popularity(dataset.items);
  const auto parts = judge_ranking(model, dataset, Fold::test, rules, 2);
  std::int64_t items = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    items += std::ranges::count(rules.slices[s].items, 1);
    EXPECT_GT(parts.slices[s].users, 0);
    EXPECT_LE(parts.slices[s].users, parts.all.users);
    EXPECT_EQ(parts.slices[s].shares[1].weight, 0) << "pairs are taken over all films";
  }
  EXPECT_EQ(items, 75);
  rules.slices = slices_by_history(dataset, Fold::test);
  const auto groups = judge_ranking(model, dataset, Fold::test, rules, 2);
  std::int64_t users = 0;
  double recall = 0;
  for (const RankingSums& sums : groups.slices) users += sums.users, recall += sums.shares[0].sum;
  EXPECT_EQ(users, groups.all.users);
  EXPECT_NEAR(recall, groups.all.shares[0].sum, 1e-9);
}

}  // namespace
}  // namespace encore
