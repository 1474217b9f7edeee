// Films drawn by chance beside those to be found: never one that the user rated, the same whatever the batches, and a first place
// that is worth what the whole catalogue said when all are drawn.
#include "evaluation/sampled_negatives.h"

#include <gtest/gtest.h>

#include "evaluation/ranking.h"
#include "evaluation/tiny_dataset.h"
#include "network/network_model.h"

namespace encore {
namespace {

InputRows targets_of(const Dataset& dataset, std::span<const std::int32_t> users) {
  InputRows rows;
  for (const std::int32_t user : users) {
    const auto items = dataset.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (dataset.ratings.parts_of(user)[i] == Part::target) rows.item.push_back(items[i]), rows.value.push_back(1);
    rows.start.push_back(std::ssize(rows.item));
  }
  return rows;
}

TEST(SampledNegatives, AreCandidatesThatTheUserNeverRated) {
  const Dataset dataset = tiny_dataset();
  const auto users = users_with_targets(dataset, Fold::test);
  const auto candidate = candidates_of(dataset.items);
  const InputRows targets = targets_of(dataset, users);
  const SampledNegatives sampled(dataset, users, targets, candidate, 7);
  for (std::size_t row = 0; row < users.size(); ++row) {
    std::int64_t negatives = 0, found = 0;
    const auto fits = sampled.fits(row);
    const auto rated = dataset.ratings.items_of(users[row]);
    for (std::int32_t item = 0; item < dataset.items.size(); ++item) {
      if (fits[static_cast<std::size_t>(item)] == 0) continue;
      if (std::ranges::find(rated, item) == rated.end()) {
        EXPECT_EQ(candidate[static_cast<std::size_t>(item)], 1);
        ++negatives;
      } else {
        ++found;
      }
    }
    EXPECT_EQ(negatives, 7);
    EXPECT_EQ(found, targets.start[row + 1] - targets.start[row]);
    const SampledNegatives alone(dataset, std::span(users).subspan(row, 1), targets_of(dataset, std::span(users).subspan(row, 1)),
                                 candidate, 7);
    EXPECT_TRUE(std::ranges::equal(alone.fits(0), fits)) << "the draws depend on the batch";
  }
}

TEST(SampledNegatives, AllOfThemAreTheWholeCatalogue) {
  const Dataset dataset = tiny_dataset();
  TrainedModel model;
  model.model = std::make_shared<const NetworkModel>(tiny_network(named_model("mult-dae").architecture, 75), 128);
  RankingRules whole, sampled;
  whole.metrics = sampled.metrics = read_metrics("ndcg@10,hit@10,recall@20");
  whole.hide_rated = true;  // what was rated is no negative
  sampled.negatives = 75;
  const RankingJudgement all = judge_ranking(model, dataset, Fold::test, whole, 2),
                         drawn = judge_ranking(model, dataset, Fold::test, sampled, 1),
                         popular = judge_popularity(dataset, Fold::test, whole, 2),
                         drawn_popular = judge_popularity(dataset, Fold::test, sampled, 1);
  for (std::size_t i = 0; i < all.shares.size(); ++i) {
    EXPECT_EQ(drawn.shares[i].sum, all.shares[i].sum) << i;
    EXPECT_EQ(drawn_popular.shares[i].sum, popular.shares[i].sum) << i;
  }
  sampled.negatives = 5;
  const RankingJudgement few = judge_ranking(model, dataset, Fold::test, sampled, 2);
  const auto figure = [&](const RankingJudgement& judgement) { return figure_of(sampled.metrics[0], judgement.all.shares[0]).value(); };
  EXPECT_GT(figure(few), 1.5 * figure(drawn)) << "among few films everybody looks good";
}

}  // namespace
}  // namespace encore
