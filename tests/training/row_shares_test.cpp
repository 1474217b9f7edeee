// Rows of the hidden layers shared among ranks: the bits of one rank that computes all of them, in single products and in whole
// trainings, moments included; and nobody waits for a rank that has failed.
#include "training/row_shares.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>
#include <thread>

#include "exchange/exchange.h"
#include "models/table.h"
#include "small_training.h"
#include "training/trainer.h"

namespace encore {
namespace {

kernel::AlignedFloats random_floats(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  kernel::AlignedFloats floats(static_cast<std::size_t>(count));
  for (float& one : floats) one = uniform(random);
  return floats;
}

Autoencoder with_wide_layers() {
  Architecture architecture = named_model("reference").architecture;
  architecture.hidden = {160, 96, 160};
  return Autoencoder::initialised(architecture, 40, 1);
}

struct Shape {
  std::int64_t rows, columns, depth;
  bool across, accumulate;  ///< a lies across; the sums start from c
};

/// Some with fewer rows than a rank's share needs; two in a row of one shape, because results take turns.
constexpr Shape shapes[] = {{160, 96, 112, false, true}, {96, 112, 160, true, false}, {96, 112, 160, true, false},
                            {97, 112, 96, false, false}, {5, 112, 1600, true, true},  {160, 112, 96, true, true},
                            {12, 16, 8, false, false}};

void share_product(SharedRows& shares, const kernel::Multiply& product) {
  const auto [first, end] = shares.own(product.rows);
  kernel::Multiply own = product;
  own.a += first * own.a_row, own.c += first * own.c_row, own.rows = end - first;
  if (own.rows > 0) kernel::device_named("cpu").multiply(own);
  shares.exchange(product.c, product.rows, product.columns, product.c_row);
}

kernel::AlignedFloats product_of(const Shape& s, const std::function<void(const kernel::Multiply&)>& multiply) {
  const auto a = random_floats(s.rows * s.depth, 1), b = random_floats(s.depth * s.columns, 2);
  kernel::AlignedFloats c = random_floats(s.rows * (s.columns + 16), 3);
  multiply({s.rows, s.columns, s.depth, a.data(), s.across ? 1 : s.depth, s.across ? s.rows : 1, b.data(), s.columns, c.data(),
            s.columns + 16, s.accumulate});
  return c;
}

TEST(RowShares, have_the_bits_of_whole_products_on_every_rank) {
  const kernel::Kernels& cpu = kernel::device_named("cpu");
  for (const int ranks : {1, 2, 3, 7}) {
    Barrier barrier(ranks, ranks);
    RowShares shares(barrier, ranks, with_wide_layers(), 100);
    std::vector<std::vector<kernel::AlignedFloats>> found(static_cast<std::size_t>(ranks));
    {
      std::vector<std::jthread> threads;
      for (int rank = 0; rank < ranks; ++rank) {
        threads.emplace_back([&, rank] {
          for (const Shape& shape : shapes)
            found[static_cast<std::size_t>(rank)].push_back(
                product_of(shape, [&](const kernel::Multiply& product) { share_product(shares.of(rank), product); }));
        });
      }
    }
    for (std::size_t i = 0; i < std::size(shapes); ++i) {
      const kernel::AlignedFloats right = product_of(shapes[i], cpu.multiply);
      for (const auto& of_rank : found)
        EXPECT_EQ(0, std::memcmp(right.data(), of_rank[i].data(), right.size() * sizeof(float)))
            << "product " << i << ", " << ranks << " ranks";
    }
  }
}

TEST(RowShares, nobody_waits_for_a_rank_that_has_failed) {
  Barrier barrier(2, 2);
  RowShares shares(barrier, 2, with_wide_layers(), 100);
  std::jthread other([&] { barrier.abort(); });
  EXPECT_THROW(product_of(shapes[0], [&](const kernel::Multiply& product) { share_product(shares.of(0), product); }), WorldAborted);
}

/// Every network, with layers so wide that their products are shared.
TEST(RowShares, change_no_bit_of_a_training) {
  const Dataset data = small_data();
  for (const std::string model : {"mult-vae", "recvae", "reference"}) {
    TrainingPlan plan = small_plan("reference");
    const ModelKind& kind = model_kind(model);
    plan.architecture = kind.architecture;
    for (const Knob& knob : kind.knobs) plan.knobs[std::string(knob.name.substr(2))] = knob.usual;
    plan.architecture.hidden = model == "recvae" ? std::vector<std::int64_t>{160, 96} : std::vector<std::int64_t>{160, 96, 160};
    plan.learning.batch_size = 80;
    const auto trained = [&](int shards) {
      plan.shards = shards, plan.threads = std::min(shards, 2);  // three take turns on two
      TrainingState state = fresh_state(plan, data);
      TrainedModel made = train(data, plan, state, "unused", {});
      return std::pair{std::move(made), state.workers[0].moments};
    };
    const auto [one, moments] = trained(1);
    for (const int shards : {2, 3}) {
      const auto [other, others] = trained(shards);
      expect_same_bits(one, other, fmt::format("{}, {} shards", model, shards));
      for (std::size_t l = 0; l < moments.hidden_mean.inner.size(); ++l) {
        EXPECT_EQ(moments.hidden_mean.inner[l].weight, others.hidden_mean.inner[l].weight) << model << ", layer " << l;
        EXPECT_EQ(moments.hidden_square.inner[l].weight, others.hidden_square.inner[l].weight) << model << ", layer " << l;
      }
    }
  }
}

}  // namespace
}  // namespace encore
