// Options → plan, and what may change when going on from a checkpoint.
#include "models/plan.h"
#include "training/training_plan.h"

#include <gtest/gtest.h>
#include "kernel/kernels.h"

#include "process/error.h"
#include "training/output_products.h"

namespace encore {
namespace {

TEST(TrainingPlan, starts_from_the_models_row) {
  TrainSettings settings;
  EXPECT_EQ(plan_training(settings, 1000).architecture.model, "mult-dae");
  settings.model = "reference";
  const TrainingPlan plan = plan_training(settings, 1000);
  EXPECT_EQ(plan.architecture.hidden, (std::vector<std::int64_t>{150, 25, 150}));
  EXPECT_EQ(plan.learning.batch_size, 64);
  EXPECT_EQ(plan.learning.epochs, 50);
  EXPECT_DOUBLE_EQ(plan.learning.epsilon, 1e-7);
}

TEST(TrainingPlan, gives_a_small_dataset_more_epochs_unless_the_user_says_how_many) {
  TrainSettings settings;
  const std::int64_t many = plan_training(settings, 10'000'000).learning.epochs,
                     few = plan_training(settings, 400).learning.epochs;
  EXPECT_EQ(many, named_model("mult-dae").training.epochs);
  EXPECT_EQ(few * 4, (named_model("mult-dae").least_steps + 3) / 4 * 4) << "400 users are 4 steps an epoch";
  settings.epochs = 3;
  EXPECT_EQ(plan_training(settings, 400).learning.epochs, 3);
}

TEST(TrainingPlan, trains_until_validation_users_say_stop_unless_the_user_says_how_long) {
  TrainSettings settings;
  TrainingPlan plan = plan_training(settings, 400, 40);
  EXPECT_EQ(plan.patience, usual_patience);
  EXPECT_EQ(plan.round, 13) << "4 steps an epoch: 13 epochs are 52 steps";
  EXPECT_EQ(plan.learning.epochs, most_epochs);
  EXPECT_EQ(plan.epochs_unjudged, plan_training(settings, 400).learning.epochs);
  EXPECT_EQ(plan.stop_on, StopOn::ndcg);
  EXPECT_EQ(plan_training(settings, 1'000'000, 10).round, 1);
  settings.epochs = 7;
  plan = plan_training(settings, 400, 40);
  EXPECT_EQ(plan.patience, 0);
  EXPECT_EQ(plan.learning.epochs, 7);
  settings.patience = 2;
  EXPECT_EQ(plan_training(settings, 400, 40).patience, 2);
  settings.epochs.reset(), settings.patience = 0;
  EXPECT_EQ(plan_training(settings, 400, 40).learning.epochs, plan_training(settings, 400).learning.epochs);
  settings.model = "autorec";
  EXPECT_EQ(plan_training(settings, 400, 40).stop_on, StopOn::validation_loss);
  settings.model = "popularity", settings.patience.reset();
  EXPECT_EQ(plan_training(settings, 400, 40).learning.epochs, 0);
}

TEST(TrainingPlan, samples_films_only_where_that_changes_something) {
  TrainSettings settings;
  settings.negatives = 500;
  const TrainingPlan plan = plan_training(settings, 1000);
  EXPECT_EQ(plan.architecture.model, "mult-dae");
  EXPECT_EQ(plan.negatives, 500);
  EXPECT_EQ(plan.block_items, 1024) << "few films of a block of 128 would be in a sample";
  EXPECT_EQ(plan_from_json(to_json(plan)).negatives, 500);
  TrainSettings again;
  again.resume = true, again.negatives = 500;
  EXPECT_EQ(plan_resumed(again, plan).block_items, 1024);
  again.negatives = 400;
  EXPECT_THROW(plan_resumed(again, plan), UserError);
  settings.block_items = 64;
  EXPECT_EQ(plan_training(settings, 1000).block_items, 64);
  const auto fault = [&](const auto& change) -> std::string {
    TrainSettings changed = settings;
    change(changed);
    try {
      plan_training(changed, 1000);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(fault([](TrainSettings& s) { s.model = "autorec"; }),
            "--negatives does nothing without --loss multinomial; leave it out or add that");
  EXPECT_EQ(fault([](TrainSettings& s) { s.parallel = "users-step"; }),
            "--negatives is for --parallel items: with users-step every worker would draw films of its own");
  EXPECT_NE(fault([](TrainSettings& s) { s.model = "elsa"; }).find("--negatives does nothing with --model elsa"), std::string::npos);
}

TEST(TrainingPlan, refuses_a_loss_that_does_not_go_with_the_output) {
  TrainSettings settings;
  settings.output_activation = "linear";
  EXPECT_THROW(plan_training(settings, 1000), UserError) << "multinomial needs a softmax";
  settings.loss = "masked-mse";
  EXPECT_NO_THROW(plan_training(settings, 1000));
}

TEST(TrainingPlan, refuses_options_that_would_do_nothing) {
  TrainSettings settings;
  settings.lock = true;
  EXPECT_THROW(plan_training(settings, 1000), UserError);
  settings.parallel = "async", settings.push_every = "batch";
  EXPECT_NO_THROW(plan_training(settings, 1000));
  settings.sync_every = "fit";
  EXPECT_THROW(plan_training(settings, 1000), UserError);
}

TEST(TrainingPlan, survives_json) {
  TrainSettings settings;
  settings.model = "autorec";
  settings.learning_rate = 0.1 + 0.2;
  settings.parallel = "elephas", settings.sync_every = "fit";
  settings.shards = 5, settings.patience = 3, settings.stop_on = "ndcg@100";
  const TrainingPlan plan = plan_training(settings, 1000);
  EXPECT_EQ(to_json(plan), to_json(plan_from_json(to_json(plan))));
}

TEST(TrainingPlan, going_on_takes_the_checkpoints_settings_unless_they_are_the_machines) {
  TrainSettings first;
  first.model = "reference", first.learning_rate = 0.005, first.threads = 2, first.epochs = 10;
  const TrainingPlan before = plan_training(first, 1000);
  TrainSettings again;
  again.resume = true, again.threads = 1, again.epochs = 20;
  const TrainingPlan plan = plan_resumed(again, before);
  EXPECT_EQ(plan.architecture.model, "reference");
  EXPECT_DOUBLE_EQ(plan.learning.learning_rate, 0.005);
  EXPECT_EQ(plan.learning.epochs, 20);
  EXPECT_EQ(plan.threads, 1);
  again.batch_size = 32;
  EXPECT_THROW(plan_resumed(again, before), UserError);
  again.batch_size.reset(), again.model = "autorec";
  EXPECT_THROW(plan_resumed(again, before), UserError);
}

TEST(TrainingPlan, the_precision_may_not_change) {
  TrainSettings first;
  EXPECT_EQ(plan_training(first, 1000).precision, Precision::f32);
  first.precision = "bf16";
  const TrainingPlan before = plan_from_json(to_json(plan_training(first, 1000)));
  TrainSettings again;
  EXPECT_EQ(plan_resumed(again, before).precision, Precision::bf16);
  again.precision = "f32";
  try {
    plan_resumed(again, before);
    FAIL() << "half of the training would be in another precision";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "the checkpoint was made with precision = \"bf16\", not \"f32\"; leave that option out to "
                 "go on, or train anew without --resume");
  }
}

TEST(TrainingPlan, the_processor_chooses_the_precision_once) {
  TrainSettings first;
  first.model = "mult-dae";
  first.precision = "auto";
  EXPECT_EQ(plan_training(first, 1000).precision, kernel::bfloat16_is_faster() ? Precision::bf16 : Precision::f32);
  EXPECT_TRUE(!kernel::bfloat16_is_faster() || kernel::has_bfloat16_instructions());
  TrainSettings elsewhere = first;
  for (const char* precision : {"f32", "bf16"}) {  // a checkpoint of another processor goes on as it began
    first.precision = precision;
    EXPECT_EQ(plan_resumed(elsewhere, plan_training(first, 1000)).precision, precision_named(precision));
  }
}

TEST(TrainingPlan, workers_of_the_averaging_modes_may_not_change) {
  TrainSettings first;
  first.parallel = "users-epoch", first.shards = 3;
  const TrainingPlan before = plan_training(first, 1000);
  TrainSettings again;
  EXPECT_EQ(plan_resumed(again, before).shards, 3);
  again.shards = 2;
  EXPECT_THROW(plan_resumed(again, before), UserError);
}

}  // namespace
}  // namespace encore
