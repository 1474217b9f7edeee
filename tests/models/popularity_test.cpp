// popularity: what it counts, what it answers, and what judges make of it.
#include "models/popularity.h"
#include <gmock/gmock.h>
#include "evaluation/evaluation.h"
#include "evaluation/tiny_dataset.h"
#include "models/plan.h"
#include "models/table.h"
#include "training/trainer.h"

namespace encore {
namespace {

TrainedModel trained(const Dataset& data, int shards) {
  TrainSettings settings;
  settings.model = "popularity", settings.shards = shards, settings.threads = 2;
  const TrainingPlan plan = plan_training(settings, 2);
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{data, plan, world};
  const auto fit = begin_fit(context);
  run_to_end(*fit, context, "unused", {});
  EXPECT_TRUE(fit->history().empty());
  return finished_model(*fit, data, plan);
}

std::vector<float> scores_of(const Model& model) {
  InputRows nobody;
  nobody.add(model.input(), {}, {}, {});
  std::vector<float> scores;
  model.score(nobody, [&](const ScoreBlock& block) {
    for (std::int64_t i = 0; i < block.items; ++i) scores.push_back(block.score[i * block.stride]);
  });
  return scores;
}

TEST(Popularity, CountsTheLikesOfTrainingUsersOnly) {
  DatasetMaker maker(4);
  maker.user(Fold::train, {{0, 5}, {1, 3.5F}, {2, 4}});
  maker.user(Fold::train, {{0, 4}});
  maker.user(Fold::test, {{2, 5}, {3, 5}});
  for (const int shards : {1, 3})
    EXPECT_THAT(scores_of(*trained(maker.dataset, shards).model), testing::ElementsAre(2, 0, 1, 0));
}

TEST(Popularity, ReconstructsNothing) {
  DatasetMaker maker(4);
  maker.user(Fold::train, {{0, 5}, {1, 2.5F}});
  maker.user(Fold::train, {{1, 1}});
  const auto errors = reconstruction_errors(trained(maker.dataset, 1), maker.dataset, Fold::train, 1);
  EXPECT_FALSE(errors.mse.has_value());
  EXPECT_THAT(errors.mse_zero, testing::DoubleNear((1 + 0.25 + 0.04) / 8, 1e-8));
}

TEST(Popularity, IsWhatJudgesCompareWith) {
  const Dataset data = tiny_dataset();
  EXPECT_EQ(ranking_quality(*trained(data, 1).model, data, Fold::test, 1)["ndcg@100"].value(),
            popularity_quality(data, Fold::test, 1)["ndcg@100"].value());
}

}  // namespace
}  // namespace encore
