// Training on a sampled softmax: what is drawn, that it estimates the whole softmax without bias, the same bits on any number of shards,
// and what does not move. Its gradient is in gradient_test.cpp.
#include "training/sampled_items.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/table.h"
#include "small_training.h"

namespace encore {
namespace {

constexpr std::int32_t users = 60, items = 90;
constexpr BlockRun everything{0, 6, 16, items};

Architecture mult_dae() { return named_model("mult-dae").architecture; }

TEST(SampledItems, stand_for_the_whole_catalogue_without_bias) {
  const Dataset data = tiny::random_ratings(users, items, 0.06, 5);
  const Autoencoder net = Autoencoder::initialised(mult_dae(), items, 1);
  const BatchEntries nobody(data, net.architecture, everything, 3);
  constexpr int batches = 20'000, negatives = 9;
  SampledItems sampled(data.items, net.output, everything, negatives, 3);
  std::vector<double> sum(items), squares(items);
  double drawn = 0;
  for (int one = 0; one < batches; ++one) {
    sampled.draw(nobody, std::vector<std::int32_t>{one % users}, static_cast<std::uint64_t>(one / users));
    EXPECT_EQ(sampled.size(), sampled.drawn());
    drawn += static_cast<double>(sampled.drawn());
    for (std::int64_t place = 0; place < sampled.size(); ++place) {
      const double weight = std::exp(static_cast<double>(sampled.correction_at(place)));
      const auto item = static_cast<std::size_t>(sampled.item_at(place));
      sum[item] += weight, squares[item] += weight * weight;
    }
  }
  EXPECT_NEAR(drawn / batches, negatives, 0.1);
  for (std::size_t item = 0; item < items; ++item) {
    const double mean = sum[item] / batches, error = std::sqrt((squares[item] / batches - mean * mean) / batches);
    EXPECT_NEAR(mean, 1, 4.5 * error) << "film " << item;
    EXPECT_LT(error, 0.05) << "film " << item;
  }
}

TEST(SampledItems, hold_every_film_of_the_batch_and_copies_of_their_rows) {
  const Dataset data = tiny::random_ratings(users, items, 0.06, 5);
  const Autoencoder net = Autoencoder::initialised(mult_dae(), items, 1);
  BatchEntries entries(data, net.architecture, everything, 3);
  SampledItems sampled(data.items, net.output, everything, 5, 3);
  const std::vector<std::int32_t> batch{4, 9, 33};
  entries.gather(batch, 1);
  sampled.draw(entries, batch, 1);
  for (const Entry& e : entries.of_run()) EXPECT_EQ(sampled.item_at(sampled.place_of(e.item)), e.item);
  ASSERT_LT(sampled.size(), items);
  std::int64_t found = 0;
  for (std::int64_t block = 0; block < everything.last_block; ++block) {
    EXPECT_EQ(sampled.first_of(block), found);
    const std::int64_t in_block = sampled.drawn_in(block) + sampled.undrawn_in(block);
    for (std::int64_t i = 0; i < in_block; ++i, ++found) {
      const std::int64_t item = sampled.item_at(found);
      EXPECT_EQ(item / everything.block_items, block);
      EXPECT_EQ(sampled.rows().row(found)[3], net.output.row(item)[3]);
    }
  }
  EXPECT_EQ(found, sampled.size());
}

TEST(SampledSoftmax, has_the_same_bits_on_any_number_of_shards_and_threads) {
  const Dataset data = small_data();
  for (const std::string model : {"mult-dae", "mult-vae", "recvae"}) {
    TrainingPlan plan = small_plan("mult-dae");
    const ModelKind& kind = model_kind(model);
    plan.architecture = kind.architecture;
    for (const Knob& knob : kind.knobs) plan.knobs[std::string(knob.name.substr(2))] = knob.usual;
    plan.architecture.hidden = model == "mult-vae" ? std::vector<std::int64_t>{24, 8, 24} : std::vector<std::int64_t>{24, 8};
    plan.learning.batch_size = 7, plan.negatives = 20;
    const auto trained = [&](int shards) {
      plan.shards = shards, plan.threads = std::min(shards, 2);
      TrainingState state = fresh_state(plan, data);
      return train(data, plan, state, "unused", {});
    };
    const TrainedModel one = trained(1);
    for (const int shards : {2, 3, 7}) expect_same_bits(one, trained(shards), fmt::format("{}, {} shards", model, shards));
  }
}

/// Adam's moments of a film that no step had would move it on; a sample of a large catalogue cannot pay for that.
TEST(SampledSoftmax, leaves_alone_what_no_step_had) {
  Dataset data = tiny::random_ratings(users, items, 0.02, 5);
  TrainingPlan plan = small_plan("mult-dae");
  plan.learning.batch_size = 3, plan.learning.epochs = 1, plan.negatives = 1;
  TrainingState state = fresh_state(plan, data);
  const Autoencoder before = state.workers.at(0).network;
  std::vector<bool> liked(items);
  for (std::size_t i = 0; i < data.ratings.item.size(); ++i)
    if (data.ratings.rating[i] >= 4) liked[static_cast<std::size_t>(data.ratings.item[i])] = true;
  train(data, plan, state, "unused", {});
  const Autoencoder& after = state.workers.at(0).network;
  int still = 0;
  for (std::int64_t item = 0; item < items; ++item) {
    const bool moved = !std::equal(before.output.row(item), before.output.row(item) + before.output.stride, after.output.row(item));
    still += moved ? 0 : 1;
    EXPECT_TRUE(moved || !liked[static_cast<std::size_t>(item)]) << item;
  }
  EXPECT_GT(still, 0) << "20 steps draw about one of 90 films each";
}

}  // namespace
}  // namespace encore
