// What --precision changes and what it leaves alone: the step's products are rounded, judging is not.
#include <gtest/gtest.h>

#include <numeric>

#include "exchange/thread_exchange.h"
#include "tiny_data.h"
#include "training/shard_step.h"

namespace encore {
namespace {

/// One worker of a network that nothing trains.
struct Worker {
  Worker(const Dataset& dataset, const Architecture& architecture, Precision precision)
      : net(Autoencoder::initialised(architecture, dataset.items.size(), 11)),
        world(1, 1),
        kept(net),
        step(dataset, net, net, {0, 3, 16, dataset.items.size()}, 70, 3, world.of(0), kernel::device_named("cpu"),
             precision) {
    for (std::int64_t i = 0; i < net.items; ++i)
      net.output.row(i)[net.output.width] = -7.01F - 0.03F * static_cast<float>(i);
  }
  Autoencoder net;
  ThreadWorld world;
  KeepGradient kept;
  ShardStep step;
};

class EveryOutput : public testing::TestWithParam<std::string> {
 protected:
  EveryOutput() : data(tiny::random_ratings(70, 37, 0.15, 5)), users(70) {
    std::iota(users.begin(), users.end(), 0);
    architecture.hidden = {15};  // odd: the last pair of the sum has one half only
    architecture.input_dropout = 0;
  }
  Dataset data;
  std::vector<std::int32_t> users;
  Architecture architecture = named_model(GetParam()).architecture;
};

TEST_P(EveryOutput, is_trained_in_bf16_and_judged_in_f32) {
  Worker exact(data, architecture, Precision::f32), rounded(data, architecture, Precision::bf16);
  const double loss = exact.step.run(users, 1, exact.kept).mean();
  const double rounded_loss = rounded.step.run(users, 1, rounded.kept).mean();
  EXPECT_NE(loss, rounded_loss);
  EXPECT_NEAR(loss, rounded_loss, 1e-3 * std::abs(loss));
  EXPECT_EQ(exact.step.judge(users).mean(), rounded.step.judge(users).mean());
  EXPECT_EQ(exact.step.judge(users).mean(), loss) << "nothing was dropped and nothing trained";
}

/// Biases of logits around −7 would move by 1/64 if they were rounded; with weights of zero nothing else is left.
TEST_P(EveryOutput, keeps_the_bias_in_f32) {
  Worker exact(data, architecture, Precision::f32), rounded(data, architecture, Precision::bf16);
  for (Worker* worker : {&exact, &rounded}) {
    for (std::int64_t i = 0; i < worker->net.items; ++i)
      std::fill_n(worker->net.output.row(i), worker->net.output.width, 0.0F);
  }
  EXPECT_EQ(exact.step.run(users, 1, exact.kept).mean(), rounded.step.run(users, 1, rounded.kept).mean());
}

INSTANTIATE_TEST_SUITE_P(models, EveryOutput, testing::Values("reference", "mult-dae", "autorec"),
                         [](const auto& model) {
                           return model.param == "mult-dae" ? std::string("mult_dae") : model.param;
                         });

}  // namespace
}  // namespace encore
