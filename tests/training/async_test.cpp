// --parallel async: what is pushed arrives, by epoch or by batch, with the lock or without. Workers that run one after
// the other (one thread) give a result that can be foretold; of several at once only what does not depend on who comes
// first.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tiny_data.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

TrainingPlan plan_of(Parallel parallel, bool push_every_batch, bool lock) {
  TrainingPlan plan;
  plan.architecture.hidden = {24};
  plan.learning = {.learning_rate = 0.01, .batch_size = 30, .epochs = 2};
  plan.block_items = 16;
  plan.shards = plan.threads = 1;
  plan.parallel = parallel;
  plan.push_every_batch = push_every_batch;
  plan.lock = lock;
  return plan;
}

TrainingState trained(const TrainingPlan& plan) {
  const Dataset data = tiny::random_ratings(100, 150, 0.08, 9);
  TrainingState state = fresh_state(plan, data);
  train(data, plan, state, "unused", {});
  return state;
}

float furthest(const kernel::AlignedFloats& a, const kernel::AlignedFloats& b) {
  float most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

class Pushing : public testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(Pushing, of_workers_in_turn_is_one_training_after_the_other_but_for_rounding) {
  const auto [every_batch, lock] = GetParam();
  TrainingPlan plan = plan_of(Parallel::async, every_batch, lock), by_epoch = plan_of(Parallel::async, false, true);
  plan.shards = by_epoch.shards = 2;
  const TrainingState state = trained(plan), expected = trained(by_epoch);
  EXPECT_EQ(state.steps, 2 * 2 * 2);
  EXPECT_LT(furthest(state.model().output.values, expected.model().output.values), 1e-4F);
  EXPECT_LT(furthest(state.model().first.values, expected.model().first.values), 1e-4F);
  // The worker who pulled last and pushed last is the common model.
  EXPECT_LT(furthest(state.model().output.values, state.workers[1].network.output.values), 1e-5F);
  EXPECT_GT(furthest(state.model().output.values, state.workers[0].network.output.values), 1e-3F);
}

TEST_P(Pushing, of_several_workers_learns) {
  const auto [every_batch, lock] = GetParam();
  TrainingPlan plan = plan_of(Parallel::async, every_batch, lock);
  plan.shards = 3, plan.threads = 2, plan.learning.epochs = 30;
  const TrainingState state = trained(plan);
  EXPECT_EQ(state.steps, 30 * 3 * 2);  // 34, 33 and 33 users are two batches of at most 30 each
  EXPECT_LT(state.history.back().train_loss, 0.97 * state.history.front().train_loss);
}

INSTANTIATE_TEST_SUITE_P(table, Pushing,
                         testing::Values(std::pair(false, false), std::pair(false, true), std::pair(true, false),
                                         std::pair(true, true)),
                         [](const auto& one) {
                           return std::string(one.param.first ? "every_batch" : "every_epoch") +
                                  (one.param.second ? "_locked" : "_hogwild");
                         });

}  // namespace
}  // namespace encore
