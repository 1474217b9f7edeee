// A training of elsa that was stopped anywhere goes on to the same bits, on any number of shards; a damaged checkpoint is refused; what
// an older model knows is where a new training begins.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "evaluation/tiny_dataset.h"
#include "models/plan.h"
#include "models/table.h"
#include "process/error.h"
#include "process/interruption.h"
#include "temporary_folder.h"
#include "training/checkpoint.h"
#include "training/trainer.h"

namespace encore {
namespace {

using testing::HasSubstr;

/// Two groups of users who share no film, and a validation user of each.
Dataset two_groups() {
  DatasetMaker maker(260);  // three blocks
  for (std::int32_t user = 0; user < 30; ++user) {
    std::vector<DatasetMaker::Cell> ratings;
    for (std::int32_t film = user % 2; film < 260; film += 2)
      if ((film + user) % 3 == 0) ratings.push_back({film, 5.0F});
    maker.user(Fold::train, ratings);
  }
  for (const std::int32_t group : {0, 1})
    maker.user(Fold::validation, {{group, 5.0F}, {group + 2, 5.0F}, {group + 4, 5.0F, Part::target}});
  return maker.dataset;
}

TrainingPlan plan_with(int shards) {
  TrainSettings settings;
  settings.model = "elsa";
  settings.knobs = {{"width", std::int64_t{8}}};
  settings.threads = settings.shards = shards;
  settings.epochs = 4, settings.batch_size = 10;
  return plan_training(settings, 30, 2);
}

class ElsaCheckpoint : public testing::Test {
 protected:
  void TearDown() override { forget_interruption(); }

  /// Trains to the end, or until the `stop_at`-th time that it tells how far it is. Returns the weights, none when it stopped.
  std::vector<float> trained(int shards, bool resume, int stop_at = 0) {
    forget_interruption();
    watch_for_interruption();
    const TrainingPlan plan = plan_with(shards);
    ClusterWorld world(plan.shards, plan.threads);
    const FitContext context{data_, plan, world};
    const auto fit = begin_fit(context);
    if (resume) fit->resume(folder_);
    TrainingObserver observer;
    int calls = 0;
    observer.on_progress = [&](std::int64_t, double, double) {
      if (++calls == stop_at) std::raise(SIGINT);
    };
    try {
      run_to_end(*fit, context, folder_, observer);
    } catch (const Interrupted& stopped) {
      EXPECT_THAT(stopped.what(), HasSubstr("--resume"));
      return {};
    }
    history_ = to_csv(fit->history());
    const auto tensors = fit->model()->tensors();
    const auto& vectors = tensors.front().tensor;
    return {vectors.values, vectors.values + vectors.shape[0] * vectors.stride};
  }

  const Dataset data_ = two_groups();
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
  std::string history_;
};

/// The history without the seconds, its last column.
std::string without_seconds(const std::string& history) {
  std::string text;
  std::istringstream lines(history);
  for (std::string line; std::getline(lines, line);) text += line.substr(0, line.rfind(',')) + "\n";
  return text;
}

TEST_F(ElsaCheckpoint, GoesOnFromAnyStepToTheSameBits) {
  const std::vector<float> whole = trained(2, false);
  const std::string history = without_seconds(history_);
  ASSERT_FALSE(whole.empty());
  for (const int stop_at : {1, 2, 3, 4, 7, 11}) {  // three steps an epoch: within one, at the end of one, in the last
    ASSERT_TRUE(trained(2, false, stop_at).empty());
    EXPECT_EQ(trained(3, true), whole) << stop_at;
    EXPECT_EQ(without_seconds(history_), history) << stop_at;
  }
}

TEST_F(ElsaCheckpoint, MayBeStoppedAgain) {
  const std::vector<float> whole = trained(1, false);
  ASSERT_TRUE(trained(1, false, 2).empty());
  const auto stopped = unfinished_training(folder_);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->epoch, 0);
  ASSERT_TRUE(trained(2, true, 4).empty());
  EXPECT_EQ(trained(3, true), whole);
}

TEST_F(ElsaCheckpoint, IsRefusedWhereItIsDamagedOrOfAnotherKind) {
  ASSERT_TRUE(trained(1, false, 2).empty());
  const std::filesystem::path file = checkpoint_file(folder_);
  EXPECT_THROW(read_checkpoint(folder_, plan_with(1), data_.items.size()), UserError);  // as a network's
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 4);
  EXPECT_THROW(trained(1, true), UserError);
}

TEST_F(ElsaCheckpoint, WarmStartBeginsWithTheVectorsOfTheOlderModel) {
  TrainingPlan plan = plan_with(2);
  ClusterWorld world(plan.shards, plan.threads);
  const auto first_loss = [&](const TrainedModel* older, WarmStartCounts& counts) {
    const FitContext context{data_, plan, world};
    const auto fit = begin_fit(context);
    if (older != nullptr) counts = fit->warm_start(*older, "older");
    fit->step({});
    return fit->history().front().train_loss;
  };
  const FitContext context{data_, plan, world};
  const auto fit = begin_fit(context);
  run_to_end(*fit, context, folder_, {});
  TrainedModel older = finished_model(*fit, data_, plan);
  older.items.id[0] = "a film that has gone";
  WarmStartCounts counts, none;
  EXPECT_LT(first_loss(&older, counts), 0.8 * first_loss(nullptr, none));
  EXPECT_EQ(counts.matched, data_.items.size() - 1);
  EXPECT_EQ(counts.fresh, 1);
  EXPECT_EQ(counts.gone, 1);
  plan.knobs["width"] = std::int64_t{16};
  try {
    first_loss(&older, counts);
    FAIL() << "a model of another width was taken";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--width"));
  }
}

}  // namespace
}  // namespace encore
