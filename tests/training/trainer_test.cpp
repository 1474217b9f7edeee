// The promises of the training loop: the same bits for any number of shards and threads, for a stop and its
// continuation, and on every instruction set with fused multiply-add; the other parallel modes against what they are
// defined by.
#include "every_mode.h"
#include "network/network_model.h"
#include "training/trainer.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstring>
#include <filesystem>

#include "process/error.h"
#include "small_training.h"
#include "process/interruption.h"
#include "temporary_folder.h"
#include "tiny_data.h"
#include "training/checkpoint.h"
#include "training/epoch_runner.h"
#include "training/lone_worker.h"
#include "training/network_parts.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// to ← Σ share · from over all numbers of the networks, in double precision.
void average_networks(Autoencoder& to, std::vector<Autoencoder*> from, const std::vector<double>& shares) {
  const auto into = parts_of(to);
  for (std::size_t p = 0; p < into.size(); ++p) {
    for (std::size_t i = 0; i < into[p].size(); ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < from.size(); ++k) sum += shares[k] * static_cast<double>(parts_of(*from[k])[p][i]);
      into[p][i] = static_cast<float>(sum);
    }
  }
}

struct Trained {
  std::vector<float> weights;
  History history;
};

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

Trained run(const Dataset& data, const TrainingPlan& plan, const std::filesystem::path& folder = "unused") {
  TrainingState state = fresh_state(plan, data);
  const TrainedModel model = train(data, plan, state, folder, {});
  return {all_weights(network_of(*model.model)), state.history};
}

void expect_same_bits(const Trained& a, const Trained& b, const std::string& what) {
  ASSERT_EQ(a.weights.size(), b.weights.size());
  EXPECT_EQ(0, std::memcmp(a.weights.data(), b.weights.data(), a.weights.size() * sizeof(float))) << what;
  ASSERT_EQ(a.history.size(), b.history.size());
  for (std::size_t e = 0; e < a.history.size(); ++e) {
    EXPECT_EQ(a.history[e].train_loss, b.history[e].train_loss) << what;
    EXPECT_EQ(a.history[e].validation_loss, b.history[e].validation_loss) << what;
  }
}

double furthest(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i]) - b[i]));
  return most;
}

class EveryModel : public testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  static TrainingPlan plan() {
    TrainingPlan plan = small_plan(std::get<0>(GetParam()));
    plan.precision = std::get<1>(GetParam());
    return plan;
  }
};

TEST_P(EveryModel, has_the_same_bits_for_any_number_of_shards_and_threads) {
  const Dataset data = small_data();
  TrainingPlan plan = EveryModel::plan();
  const Trained alone = run(data, plan);
  for (const auto& [shards, threads] : {std::pair{2, 2}, {3, 2}, {4, 4}, {8, 3}, {8, 1}, {40, 2}}) {
    plan.shards = shards, plan.threads = threads;
    expect_same_bits(alone, run(data, plan), fmt::format("{} shards, {} threads", shards, threads));
  }
}

TEST_P(EveryModel, has_the_same_bits_on_every_instruction_set_with_fused_multiply_add) {
  const Dataset data = small_data();
  const TrainingPlan plan = EveryModel::plan();
  std::optional<Trained> first;
  for (const std::string& set : kernel::instruction_sets()) {
    kernel::choose_instruction_set(set);
    if (kernel_path_of(plan) != "FMA") continue;
    const Trained here = run(data, plan);
    if (first)
      expect_same_bits(*first, here, set);
    else
      first = here;
  }
  kernel::choose_instruction_set({});
}

/// As on a processor with AMX, its tiles computed by their definition.
class ByTiles : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (kernel::kernel_path() != "FMA") GTEST_SKIP() << "without fused multiply-add";
  }
  void TearDown() override { kernel::choose_instruction_set({}); }
};

TEST_P(ByTiles, has_the_same_bits_for_any_number_of_shards_and_threads) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan(GetParam());
  plan.precision = Precision::bf16;
  const Trained by_pairs = run(data, plan);
  kernel::choose_instruction_set(kernel::emulated_tiles);
  const Trained alone = run(data, plan);
  EXPECT_NE(alone.weights, by_pairs.weights) << "sums in another order";
  EXPECT_NEAR(alone.history.back().train_loss, by_pairs.history.back().train_loss, 1e-3 * by_pairs.history.back().train_loss);
  for (const auto& [shards, threads] : {std::pair{2, 2}, {3, 2}, {8, 3}, {40, 2}}) {
    plan.shards = shards, plan.threads = threads;
    expect_same_bits(alone, run(data, plan), fmt::format("{} shards, {} threads", shards, threads));
  }
}

TEST_P(ByTiles, is_written_down) {
  const Dataset data = small_data();
  kernel::choose_instruction_set(kernel::emulated_tiles);
  for (const auto& [precision, device, path] :
       {std::tuple{Precision::bf16, "cpu", "AMX"}, {Precision::f32, "cpu", "FMA"}, {Precision::bf16, "reference", "FMA"}}) {
    TrainingPlan plan = small_plan(GetParam());
    plan.precision = precision, plan.device = device, plan.learning.epochs = 2, plan.checkpoint_every = 1;
    const TemporaryFolder folder;
    TrainingState state = fresh_state(plan, data);
    EXPECT_EQ(train(data, plan, state, folder.path(), {}).kernel_path, path);
    EXPECT_EQ(read_checkpoint_head(folder.path()).kernel_path, path);
  }
}

INSTANTIATE_TEST_SUITE_P(networks, ByTiles, testing::Values("reference", "mult-dae"),
                         [](const auto& one) { return one.param == "mult-dae" ? std::string("mult_dae") : one.param; });

TEST(Processors, go_on_with_each_others_checkpoints) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.checkpoint_every = 1;
  const TemporaryFolder folder;
  for (const std::string& set : kernel::instruction_sets()) {
    kernel::choose_instruction_set({});
    const double whole = run(data, plan, folder.path()).history.back().train_loss;
    kernel::choose_instruction_set(set);
    TrainingState state = read_checkpoint(folder.path(), plan, data.items.size());
    ASSERT_EQ(state.epoch, 2);
    train(data, plan, state, folder.path(), {});
    EXPECT_NEAR(state.history.back().train_loss, whole, 1e-4 * whole) << set;
  }
  kernel::choose_instruction_set({});
}

TEST_P(EveryModel, learns) {
  const Dataset data = small_data();
  TrainingPlan plan = EveryModel::plan();
  plan.learning.epochs = 60;
  const History history = run(data, plan).history;
  EXPECT_LT(history.back().train_loss, history.front().train_loss);
}

INSTANTIATE_TEST_SUITE_P(table, EveryModel,
                         testing::Combine(testing::Values("reference", "mult-dae", "autorec"),
                                          testing::Values(Precision::f32, Precision::bf16)),
                         [](const auto& one) {
                           const std::string model = std::get<0>(one.param);
                           return fmt::format("{}_{}", model == "mult-dae" ? "mult_dae" : model,
                                              name_of(std::get<1>(one.param)));
                         });

class EveryMode : public testing::TestWithParam<Parallel> {
 protected:
  void TearDown() override { forget_interruption(); }
  TrainingPlan plan() const {
    TrainingPlan plan = small_plan("mult-dae");
    plan.parallel = GetParam();
    plan.shards = 3, plan.threads = 2;
    plan.learning.batch_size = 10;
    return plan;
  }
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

class DeterministicMode : public EveryMode {
 protected:
  void expect_same_bits_after_any_interruption(const TrainingPlan& p) {
    const Dataset data = small_data();
    const Trained whole = run(data, p);
    for (const int stop_at : {1, 3, 4}) {  // progress calls before the signal: inside an epoch, and at its end
      TrainingState state = fresh_state(p, data);
      int calls = 0, stops = 0;
      TrainingObserver observer;
      observer.on_progress = [&](std::int64_t, double, double) {
        if (++calls == stop_at) std::raise(SIGINT);
      };
      watch_for_interruption();
      try {
        train(data, p, state, folder_, observer);
      } catch (const Interrupted& stop) {
        EXPECT_EQ(stop.exit_code(), 130);
        ++stops;
      }
      ASSERT_EQ(stops, 1);
      forget_interruption();
      const CheckpointHead head = read_checkpoint_head(folder_);
      EXPECT_EQ(head.dataset_fingerprint, data.fingerprint);
      TrainingState resumed = read_checkpoint(folder_, head.plan, data.items.size());
      const TrainedModel model = train(data, head.plan, resumed, folder_, {});
      expect_same_bits(whole, {all_weights(network_of(*model.model)), resumed.history},
                       fmt::format("stopped after call {}", stop_at));
    }
  }
};

TEST_P(DeterministicMode, goes_on_after_any_interruption_with_the_same_bits) {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    TrainingPlan p = plan();
    p.precision = precision;
    expect_same_bits_after_any_interruption(p);
  }
}

TEST_P(DeterministicMode, checkpoints_between_epochs_continue_with_the_same_bits) {
  const Dataset data = small_data();
  TrainingPlan p = plan();
  p.checkpoint_every = 2;
  const Trained whole = run(data, p, folder_);
  TrainingState resumed = read_checkpoint(folder_, p, data.items.size());
  EXPECT_EQ(resumed.epoch, 2);
  const TrainedModel model = train(data, p, resumed, folder_, {});
  expect_same_bits(whole, {all_weights(network_of(*model.model)), resumed.history}, "from epoch 2");
}

TEST_P(EveryMode, learns) {
  const Dataset data = small_data();
  TrainingPlan p = plan();
  p.learning.epochs = 30;
  p.lock = true;
  TrainingState state = fresh_state(p, data);
  train(data, p, state, "unused", {});
  const History& history = state.history;
  ASSERT_EQ(history.size(), 30U);
  const bool own_batches =
      replicas(p) > 1;  // 34, 33 and 33 users in batches of 10 are 12 steps an epoch, 100 users are 10
  EXPECT_EQ(state.steps, 30 * (own_batches ? 12 : 10));
  EXPECT_LT(history.back().train_loss, 0.97 * history.front().train_loss);
}

TEST_P(EveryMode, ends_after_a_stop_and_a_continuation) {
  const Dataset data = small_data();
  TrainingState state = fresh_state(plan(), data);
  watch_for_interruption();
  std::raise(SIGTERM);
  try {
    train(data, plan(), state, folder_, {});
    FAIL() << "the signal was not heard";
  } catch (const Interrupted& stop) {
    EXPECT_EQ(stop.exit_code(), 143);
  }
  forget_interruption();
  TrainingState resumed = read_checkpoint(folder_, plan(), data.items.size());
  train(data, plan(), resumed, folder_, {});
  EXPECT_EQ(resumed.epoch, plan().learning.epochs);
}

INSTANTIATE_TEST_SUITE_P(table, EveryMode, every_mode(), name_of_mode);
INSTANTIATE_TEST_SUITE_P(table, DeterministicMode,
                         testing::Values(Parallel::items, Parallel::users_step, Parallel::users_epoch,
                                         Parallel::elephas),
                         name_of_mode);

TEST(UsersStep, is_the_step_of_the_whole_batch_but_for_rounding) {
  const Dataset data = small_data();
  for (const char* model : {"reference", "mult-dae", "autorec"}) {
    TrainingPlan plan = small_plan(model);
    plan.learning.learning_rate = 1e-3;
    plan.learning.epsilon =
        1e-3;  // Adam divides tiny gradients by tiny roots: with a usual ε rounding would be magnified
    const Trained items = run(data, plan);
    plan.parallel = Parallel::users_step;
    for (const int shards : {1, 2, 3, 8}) {
      plan.shards = plan.threads = shards;
      const Trained users = run(data, plan);
      EXPECT_LT(furthest(items.weights, users.weights), 2e-6) << model << " with " << shards;
      EXPECT_NEAR(items.history.back().train_loss, users.history.back().train_loss,
                  1e-5 * items.history.back().train_loss);
    }
  }
}

/// Trains the users of one worker alone, as a plan with a single shard would.
Autoencoder train_alone(const Dataset& data, const TrainingPlan& plan, const std::vector<std::int32_t>& users,
                        std::int64_t epochs) {
  TrainingPlan alone = plan;
  alone.shards = alone.threads = 1;
  TrainingState state = fresh_state(alone, data);
  ThreadWorld world(1, 1);
  const kernel::Kernels& cpu = kernel::device_named("cpu");
  ShardStep step(data, state.workers[0].network, state.workers[0].network, cut_into_runs(data, plan.block_items, 1)[0],
                 plan.learning.batch_size, plan.seed, world.of(0), cpu);
  AdamUpdate adam(state.workers[0].network, state.workers[0].network, state.workers[0].moments,
                  state.workers[0].moments, plan.adam(), cpu);
  std::int64_t t = 0;
  const auto size = static_cast<std::size_t>(plan.learning.batch_size);
  for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
    const std::vector<std::int32_t> order = epoch_order(users, plan.seed, epoch);
    for (std::size_t from = 0; from < order.size(); from += size) {
      adam.begin_step(++t);
      step.run(std::span(order).subspan(from, std::min(size, order.size() - from)), static_cast<std::uint64_t>(epoch),
               adam);
    }
  }
  step.settle(adam);
  return state.workers[0].network;
}

TEST(Elephas, is_the_unweighted_mean_of_all_workers_though_only_those_with_more_than_one_batch_train) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.parallel = Parallel::elephas;
  plan.sync_every_epoch = false;
  plan.shards = 3, plan.threads = 2;
  plan.learning.batch_size = 33;  // 100 users: parts of 34, 33 and 33, and only the first has more than one batch
  const Trained fit = run(data, plan);
  const auto parts = deal_users(data.users_in(Fold::train), plan.seed, 3);
  Autoencoder trained = train_alone(data, plan, parts[0], 3), given = fresh_state(plan, data).model(), expected = given;
  average_networks(expected, {&trained, &given, &given}, {1.0 / 3, 1.0 / 3, 1.0 / 3});
  EXPECT_LT(furthest(fit.weights, all_weights(expected)), 1e-7);
  plan.learning.batch_size = 20;  // all three contribute alike
  const Trained all = run(data, plan);
  Autoencoder mean = train_alone(data, plan, parts[0], 3);
  Autoencoder second = train_alone(data, plan, parts[1], 3), third = train_alone(data, plan, parts[2], 3), first = mean;
  average_networks(mean, {&first, &second, &third}, {1.0 / 3, 1.0 / 3, 1.0 / 3});
  EXPECT_LT(furthest(all.weights, all_weights(mean)), 1e-7);
}

TEST(Elephas, says_so_when_no_worker_would_train) {
  TrainingPlan plan = small_plan("mult-dae");
  plan.parallel = Parallel::elephas;
  plan.shards = 4;
  const Dataset data = small_data();
  TrainingState state = fresh_state(plan, data);
  EXPECT_THROW(train(data, plan, state, "unused", {}), UserError);
}

TEST_P(EveryMode, with_a_single_worker_trains_like_one) {
  const Dataset data = small_data();
  TrainingPlan alone = plan();
  alone.shards = alone.threads = 1;
  const Trained here = run(data, alone);
  ASSERT_EQ(here.history.size(), 3U);
  EXPECT_LT(here.history.back().train_loss, here.history.front().train_loss);
}

TEST(UsersEpoch, with_a_single_worker_sees_the_users_that_items_sees) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.learning.batch_size = 200;  // one batch an epoch: the order inside it hardly matters
  const Trained items = run(data, plan);
  plan.parallel = Parallel::users_epoch;
  const Trained replica = run(data, plan);
  EXPECT_NEAR(items.history.back().train_loss, replica.history.back().train_loss,
              1e-4 * items.history.back().train_loss);
}

TEST(UsersEpoch, weighs_workers_by_their_rows) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.parallel = Parallel::users_epoch;
  plan.shards = 3, plan.threads = 3;
  plan.learning.epochs = 1;
  const Trained averaged = run(data, plan);
  const auto parts = deal_users(data.users_in(Fold::train), plan.seed, 3);
  Autoencoder a = train_alone(data, plan, parts[0], 1), b = train_alone(data, plan, parts[1], 1),
              c = train_alone(data, plan, parts[2], 1);
  Autoencoder mean = a;
  average_networks(mean, {&a, &b, &c}, {0.34, 0.33, 0.33});
  EXPECT_LT(furthest(averaged.weights, all_weights(mean)), 1e-7);
}

TEST(Trainer, keeps_the_best_epoch_and_stops_when_nothing_improves) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("mult-dae");
  plan.learning.epochs = 400;
  plan.patience = 4;
  TrainingState state = fresh_state(plan, data);
  const TrainedModel model = train(data, plan, state, "unused", {});
  EXPECT_EQ(state.epoch, model.best_epoch + 4) << "it overfits a hundred random users well before epoch 400";
  EXPECT_THAT(model.kept, testing::StartsWith("the best for validation users: loss "));
  EXPECT_THAT(model.kept, testing::EndsWith("; no better mean of one for 4 epochs"));
  plan.learning.epochs = model.best_epoch;
  plan.patience = 0;
  EXPECT_EQ(all_weights(network_of(*model.model)), run(data, plan).weights);
}

TEST(Trainer, refuses_patience_without_validation_users) {
  const Dataset data = tiny::random_ratings(40, 30, 0.2, 1);
  TrainingPlan plan = small_plan("mult-dae");
  plan.patience = 2, plan.patience_asked = true;
  TrainingState state = fresh_state(plan, data);
  EXPECT_THROW(train(data, plan, state, "unused", {}), UserError);
  plan.patience = 0, plan.patience_asked = false, plan.stop_on_asked = true;
  EXPECT_THROW(train(data, plan, state, "unused", {}), UserError);
}

TEST(Trainer, stops_when_the_loss_is_no_longer_a_number) {
  const Dataset data = small_data();
  TrainingPlan plan = small_plan("autorec");
  plan.learning.learning_rate = 1e38;
  TrainingState state = fresh_state(plan, data);
  try {
    train(data, plan, state, "unused", {});
    FAIL() << "a loss of NaN went through";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("--learning-rate"));
  }
}

}  // namespace
}  // namespace encore
