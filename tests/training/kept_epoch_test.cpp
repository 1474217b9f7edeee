// Which epoch a model is, with and without patience, after going on, and where nothing can be measured; and what is said
// of a training that diverged.
#include <gmock/gmock.h>

#include <filesystem>

#include "network/network_model.h"
#include "process/error.h"
#include "small_training.h"
#include "temporary_folder.h"
#include "tiny_data.h"
#include "training/checkpoint.h"
#include "training/epoch_loop.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

std::vector<float> all_weights(const Autoencoder& network) {
  std::vector<float> all(network.first.values.begin(), network.first.values.end());
  all.insert(all.end(), network.output.values.begin(), network.output.values.end());
  all.insert(all.end(), network.first_bias.begin(), network.first_bias.end());
  for (const DenseLayer& layer : network.inner) {
    all.insert(all.end(), layer.weight.begin(), layer.weight.end());
    all.insert(all.end(), layer.bias.begin(), layer.bias.end());
  }
  return all;
}

std::vector<float> weights_after(const Dataset& data, const TrainingPlan& plan) {
  TrainingState state = fresh_state(plan, data);
  return all_weights(network_of(*train(data, plan, state, "unused", {}).model));
}

TEST(KeptEpoch, keeps_the_best_epoch_without_patience_too) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.learning.epochs = 60;
  for (const StopOn stop_on : {StopOn::validation_loss, StopOn::ndcg}) {
    plan.stop_on = stop_on;
    TrainingState state = fresh_state(plan, data);
    const TrainedModel model = train(data, plan, state, "unused", {});
    EXPECT_EQ(state.epoch, 60);
    ASSERT_LT(model.best_epoch, 60);
    for (const EpochRecord& epoch : state.history)
      EXPECT_LE(*worth(epoch, stop_on), *worth(state.history[static_cast<std::size_t>(model.best_epoch - 1)], stop_on));
    TrainingPlan until_then = plan;
    until_then.learning.epochs = model.best_epoch;
    EXPECT_EQ(all_weights(network_of(*model.model)), weights_after(data, until_then));
  }
  const Dataset without = tiny::random_ratings(40, 30, 0.2, 1);
  TrainingState state = fresh_state(plan, without);
  plan.learning.epochs = 3;
  const TrainedModel last = train(without, plan, state, "unused", {});
  EXPECT_EQ(last.best_epoch, 3);
  EXPECT_EQ(last.kept, "the last; no validation users compare them");
}

TEST(KeptEpoch, goes_on_with_another_patience_as_if_it_had_been_there_from_the_beginning) {
  const Dataset data = small_data();
  const TemporaryFolder folder;
  TrainingPlan plan = small_plan("mult-dae"), impatient = plan;
  impatient.learning.epochs = 60, impatient.patience = 3, impatient.patience_asked = true;
  TrainingState undisturbed = fresh_state(impatient, data);
  const TrainedModel expected = train(data, impatient, undisturbed, "unused", {});
  for (const std::int64_t first : {2, 5, 10, 30}) {
    plan.learning.epochs = first;
    TrainingState state = fresh_state(plan, data);
    train(data, plan, state, folder.path(), {});
    write_checkpoint(folder.path(), plan, state, data.fingerprint);
    TrainingState again = read_checkpoint(folder.path(), impatient, data.items.size());
    const TrainedModel model = train(data, impatient, again, folder.path(), {});
    if (first > undisturbed.epoch) {  // it has gone on for longer already, and nothing was forgotten
      EXPECT_EQ(again.epoch, first);
      EXPECT_EQ(model.best_epoch, best_epoch_of(again.history, impatient.stop_on));
      continue;
    }
    EXPECT_EQ(again.epoch, undisturbed.epoch) << first;
    EXPECT_EQ(model.best_epoch, expected.best_epoch) << first;
    EXPECT_EQ(all_weights(network_of(*model.model)), all_weights(network_of(*expected.model))) << first;
  }
}

TEST(KeptEpoch, compares_only_like_with_like_when_it_goes_on_by_another_measure) {
  const Dataset data = small_data();
  const TemporaryFolder folder;
  TrainingPlan plan = small_plan("mult-dae");
  plan.learning.epochs = 10;
  TrainingState state = fresh_state(plan, data);
  train(data, plan, state, folder.path(), {});
  write_checkpoint(folder.path(), plan, state, data.fingerprint);
  plan.learning.epochs = 14, plan.stop_on = StopOn::ndcg;
  TrainingState again = read_checkpoint(folder.path(), plan, data.items.size());
  const TrainedModel model = train(data, plan, again, folder.path(), {});
  // Of the first ten only the weights of the best one by loss are left; they and the new ones are compared by NDCG.
  std::int64_t best = state.best_epoch;
  for (std::int64_t epoch = 11; epoch <= 14; ++epoch) {
    const auto at = [&](std::int64_t number) {
      return *again.history[static_cast<std::size_t>(number - 1)].validation_ndcg;
    };
    if (at(epoch) > at(best)) best = epoch;
  }
  EXPECT_EQ(model.best_epoch, best);
}

/// Validation users none of whom has anything to find, and whose films nobody likes when `liked` says so.
Dataset unmeasurable(bool liked) {
  Dataset data = tiny::random_ratings(60, 40, 0.15, 3);
  tiny::add_user(data, {{0, liked ? 5.0F : 1.0F}, {7, 2.0F}}, Fold::validation);
  tiny::add_user(data, {{3, liked ? 5.0F : 2.0F}}, Fold::validation);
  return data;
}

TEST(KeptEpoch, does_not_take_what_cannot_be_measured_for_a_number) {
  TrainingPlan plan = small_plan("mult-dae");
  plan.stop_on = StopOn::ndcg;
  for (const Parallel mode : {Parallel::items, Parallel::users_step}) {
    plan.parallel = mode;
    for (const bool liked : {true, false}) {
      const Dataset data = unmeasurable(liked);
      TrainingState state = fresh_state(plan, data);
      const TrainedModel model = train(data, plan, state, "unused", {});
      for (const EpochRecord& epoch : state.history) {
        EXPECT_FALSE(epoch.validation_ndcg.has_value());
        EXPECT_EQ(epoch.validation_loss.has_value(), liked);
      }
      EXPECT_THAT(to_csv(state.history), testing::HasSubstr(liked ? ",," : ",,,"));
      EXPECT_EQ(model.best_epoch, liked ? best_epoch_of(state.history, StopOn::validation_loss) : 3);
    }
  }
  plan.stop_on_asked = true;
  TrainingState state = fresh_state(plan, unmeasurable(true));
  EXPECT_THROW(train(unmeasurable(true), plan, state, "unused", {}), UserError);
  plan.stop_on = StopOn::validation_loss;
  state = fresh_state(plan, unmeasurable(false));
  EXPECT_THROW(train(unmeasurable(false), plan, state, "unused", {}), UserError);
  plan.stop_on_asked = false, plan.patience = 5, plan.learning.epochs = 1000, plan.epochs_unjudged = 4;
  state = fresh_state(plan, unmeasurable(false));
  EXPECT_EQ(train(unmeasurable(false), plan, state, "unused", {}).epochs_trained, 4) << "nobody says when to stop";
}

TEST(KeptEpoch, says_aloud_that_it_has_diverged) {
  const Dataset data = small_data();
  for (const char* model : {"mult-dae", "autorec"}) {
    TrainingPlan plan = small_plan(model);
    TrainingState state = fresh_state(plan, data);
    train(data, plan, state, "unused", {});
    EXPECT_EQ(divergence(plan, state), "") << model;
  }
  TrainingPlan plan = small_plan("autorec");
  plan.architecture.activation = Activation::linear, plan.learning.learning_rate = 10;
  TrainingState state = fresh_state(plan, data);
  train(data, plan, state, "unused", {});
  EXPECT_THAT(divergence(plan, state), testing::HasSubstr("train with a lower --learning-rate than 10"));
}

}  // namespace
}  // namespace encore
