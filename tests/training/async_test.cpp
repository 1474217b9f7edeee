// --parallel async: a worker that is alone trains as it would without a server, whatever it pushes and when; several
// lose nothing that they push under the lock. Nothing is asked here of the order in which they come.
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

TEST_P(Pushing, alone_is_the_training_without_a_server_but_for_rounding) {
  const auto [every_batch, lock] = GetParam();
  const TrainingState with_server = trained(plan_of(Parallel::async, every_batch, lock));
  const TrainingState without = trained(plan_of(Parallel::users_epoch, false, false));
  EXPECT_EQ(with_server.steps, 8);
  EXPECT_LT(furthest(with_server.model().output.values, without.model().output.values), 1e-4F);
  EXPECT_LT(furthest(with_server.model().first.values, without.model().first.values), 1e-4F);
  EXPECT_NEAR(with_server.history.back().train_loss, without.history.back().train_loss, 1e-3);
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
