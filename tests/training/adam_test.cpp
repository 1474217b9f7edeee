// Adam on the first table, whose rows catch up when they are read, against Adam that lets none fall behind.
#include <gtest/gtest.h>

#include <cmath>

#include "exchange/thread_exchange.h"
#include "tiny_data.h"
#include "training/epoch_runner.h"
#include "training/network_parts.h"
#include "training/shard_step.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// Adam that walks through all rows of the first table at every step.
class DenseAdam final : public Update {
 public:
  DenseAdam(AdamUpdate& adam, Autoencoder& network, Moments& moments, const AdamSettings& settings)
      : adam_(adam), network_(network), moments_(moments), settings_(settings) {}
  void begin_step(std::int64_t t) {
    adam_.begin_step(t);
    const double beta1 = step_.beta1, beta2 = step_.beta2, n = static_cast<double>(t);
    step_.rate =
        static_cast<float>(settings_.learning_rate * std::sqrt(1 - std::pow(beta2, n)) / (1 - std::pow(beta1, n)));
    step_.epsilon = static_cast<float>(settings_.epsilon);
    step_.weight_decay = static_cast<float>(2 * settings_.weight_decay);
  }
  void output_rows(std::int64_t item, std::int64_t rows, const float* g) override { adam_.output_rows(item, rows, g); }
  void first_rows(std::int64_t item, std::int64_t rows, const float* g) override {
    kernel::device_named("cpu").adam(step_, network_.first.row(item), moments_.first_mean.row(item),
                                     moments_.first_square.row(item), g, rows, network_.first.stride,
                                     network_.first.width);
  }
  void hidden(const HiddenGradients& g) override { adam_.hidden(g); }

 private:
  AdamUpdate& adam_;
  Autoencoder& network_;
  Moments& moments_;
  AdamSettings settings_;
  kernel::AdamStep step_{};
};

TEST(Adam, of_rows_that_catch_up_has_the_bits_of_one_that_walks_through_all_rows_at_every_step) {
  const Dataset data = tiny::random_ratings(100, 150, 0.08, 9);
  const kernel::Kernels& cpu = kernel::device_named("cpu");
  for (const char* model : {"reference", "mult-dae", "autorec"}) {
    TrainingPlan plan;
    plan.architecture = named_model(model).architecture;
    plan.learning = named_model(model).training;
    plan.learning.batch_size = 3;  // most films have no rating in most batches
    plan.learning.learning_rate = 0.01;
    plan.block_items = 16;
    plan.shards = plan.threads = 1;
    const auto train_with = [&](bool dense, std::int64_t settle_every) {
      TrainingState state = fresh_state(plan, data);
      WorkerState& own = state.workers[0];
      ThreadWorld world(1, 1);
      ShardStep step(data, own.network, own.network, cut_into_runs(data, plan.block_items, 1)[0], 3, plan.seed,
                     world.of(0), cpu);
      AdamUpdate catching_up(own.network, own.network, own.moments, own.moments, plan.adam(), cpu);
      DenseAdam walking(catching_up, own.network, own.moments, plan.adam());
      const std::vector<std::int32_t> order = epoch_order(data.users_in(Fold::train), plan.seed, 1);
      for (std::int64_t t = 1; t <= 30; ++t) {
        const auto users = std::span(order).subspan(static_cast<std::size_t>(3 * (t - 1)), 3);
        dense ? walking.begin_step(t) : catching_up.begin_step(t);
        step.run(users, 1, dense ? static_cast<Update&>(walking) : catching_up);
        if (!dense && t % settle_every == 0) step.settle(catching_up);
      }
      std::vector<float> all;
      for (const std::span<float> part : parts_of(own.network)) all.insert(all.end(), part.begin(), part.end());
      for (const ItemTable* table : {&own.moments.first_mean, &own.moments.first_square})
        all.insert(all.end(), table->values.begin(), table->values.end());
      return all;
    };
    const std::vector<float> expected = train_with(true, 1);
    EXPECT_EQ(train_with(false, 30), expected) << model << ", settled once";
    EXPECT_EQ(train_with(false, 5), expected) << model << ", settled every five steps";
  }
}

}  // namespace
}  // namespace encore
