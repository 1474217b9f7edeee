// Accuracy is a promise, so it is a test: on genuine ratings the default model beats popularity clearly for users that
// it has never seen. Fewer epochs than the default, to stay quick; docs/results.md has the figures of whole trainings.
#include <gtest/gtest.h>

#include "folder/dataset_folder.h"
#include "evaluation/evaluation.h"
#include "models/plan.h"
#include "preparation/preparation.h"
#include "temporary_folder.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

TEST(MultDae, beats_popularity_on_genuine_ratings) {
  const TemporaryFolder folder;
  PrepareSettings prepare_settings;
  prepare_settings.source = std::string(ENCORE_SOURCE_DIR) + "/data/ml-latest-small";
  prepare_settings.output = (folder / "films").string();
  prepare_dataset(prepare_settings, 2, {.quiet = true});
  const Dataset data = read_dataset(folder / "films");

  TrainSettings settings;
  settings.epochs = 60;
  const TrainingPlan plan = plan_training(settings, static_cast<std::int64_t>(data.users_in(Fold::train).size()));
  TrainingState state = fresh_state(plan, data);
  const TrainedModel model = train(data, plan, state, "unused", {});
  const RankingQuality ranking = ranking_quality(*model.model, data, Fold::test, plan.threads);
  const RankingQuality popularity = popularity_quality(data, Fold::test, plan.threads);
  EXPECT_GT(ranking.users, 100);
  EXPECT_GT(ranking["ndcg@100"].value(), 1.25 * popularity["ndcg@100"].value());
  EXPECT_GT(ranking["recall@20"].value(), 1.25 * popularity["recall@20"].value());
}

}  // namespace
}  // namespace encore
