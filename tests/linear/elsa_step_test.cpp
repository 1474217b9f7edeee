// A step of ELSA against its definition: the loss computed score by score in double, its gradient by finite differences, and
// the same bits for any shards. What NAdam remembers after its first step is a tenth of the gradient.
#include "linear/elsa_step.h"

#include <gtest/gtest.h>

#include <cmath>

#include "exchange/cluster_world.h"
#include "kernel/counter_hash.h"
#include <thread>

namespace encore {
namespace {

constexpr std::int64_t items = 40, width = 5, rows = 6, block = 8;

std::vector<ElsaLike> some_likes(bool dropout, bool weigh = false) {
  const kernel::CounterHash random(11, kernel::Purpose::initial_weights, 0);
  std::vector<ElsaLike> likes;
  for (std::int32_t i = 0; i < items; ++i)
    for (std::int32_t u = 0; u < rows; ++u) {
      const float draw = random.uniform(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(u));
      const float weight = weigh ? 1 + draw : 1;
      if (draw < 0.25F) likes.push_back({i, u, !dropout ? weight : draw < 0.05F ? 0.0F : weight * 1.25F, weight});
    }
  return likes;
}

double loss_by_definition(const std::vector<std::vector<double>>& w, const std::vector<ElsaLike>& likes) {
  std::vector<std::vector<double>> a = w, x(rows, std::vector<double>(items)), y = x;
  for (auto& row : a) {
    double squares = 0;
    for (const double value : row) squares += value * value;
    for (double& value : row) value /= std::sqrt(squares);
  }
  for (const ElsaLike& like : likes)
    x[static_cast<std::size_t>(like.row)][static_cast<std::size_t>(like.item)] = static_cast<double>(like.target),
    y[static_cast<std::size_t>(like.row)][static_cast<std::size_t>(like.item)] = static_cast<double>(like.input);
  double loss = 0;
  for (std::size_t u = 0; u < rows; ++u) {
    std::vector<double> h(width), z(items);
    double zz = 0, xx = 0;
    for (std::size_t i = 0; i < items; ++i)
      for (std::size_t c = 0; c < width; ++c) h[c] += y[u][i] * a[i][c];
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t c = 0; c < width; ++c) z[i] += a[i][c] * h[c];
      z[i] -= y[u][i], zz += z[i] * z[i], xx += x[u][i] * x[u][i];
    }
    for (std::size_t i = 0; i < items; ++i) {
      const double apart = z[i] / std::sqrt(zz) - x[u][i] / std::sqrt(xx);
      loss += apart * apart;
    }
  }
  return loss;
}

TEST(ElsaStep, LossAndGradientAreThoseOfTheDefinition) {
  for (const auto& [dropout, weigh] : {std::pair{false, false}, {true, false}, {true, true}}) {
    const auto likes = some_likes(dropout, weigh);
    ElsaTable table = ElsaTable::initial(0, items, items, width, 5);
    std::vector<std::vector<double>> w;
    for (std::int64_t i = 0; i < items; ++i)
      w.emplace_back(table.row(table.weight, i), table.row(table.weight, i) + width);
    ClusterWorld world(1, 1);
    ElsaStep step(table, 0, block, rows, world.of(0));
    Nadam nadam(0.1);
    nadam.begin_step();
    EXPECT_NEAR(step.run(likes, rows, nadam), loss_by_definition(w, likes), 1e-5);
    for (std::size_t i = 0; i < items; i += 3)
      for (std::size_t c = 0; c < width; ++c) {
        auto more = w, less = w;
        more[i][c] += 1e-5, less[i][c] -= 1e-5;
        const double slope = (loss_by_definition(more, likes) - loss_by_definition(less, likes)) / 2e-5 / rows;
        EXPECT_NEAR(table.row(table.mean, static_cast<std::int64_t>(i))[c] * 10, slope, 2e-5) << i << " " << c;
      }
  }
}

TEST(ElsaStep, FollowsNadam) {
  // torch.optim.NAdam(lr=0.1) on one weight of 1 with gradients 0.5, −0.25, 0.125.
  Nadam nadam(0.1);
  float w = 1, m = 0, v = 0;
  std::vector<float> path;
  for (const float gradient : {0.5F, -0.25F, 0.125F}) {
    nadam.begin_step();
    nadam.move(&w, &m, &v, &gradient, 1);
    path.push_back(w);
  }
  double weight = 1, mean = 0, square = 0, product = 1;
  const double gradients[] = {0.5, -0.25, 0.125};
  for (int t = 1; t <= 3; ++t) {
    const double g = gradients[t - 1], mu = 0.9 * (1 - 0.5 * std::pow(0.96, t * 0.004)),
                 next = 0.9 * (1 - 0.5 * std::pow(0.96, (t + 1) * 0.004));
    product *= mu;
    mean = 0.9 * mean + 0.1 * g, square = 0.999 * square + 0.001 * g * g;
    const double bottom = std::sqrt(square / (1 - std::pow(0.999, t))) + 1e-8;
    weight -= 0.1 * (1 - mu) / (1 - product) * g / bottom + 0.1 * next / (1 - product * next) * mean / bottom;
    EXPECT_NEAR(path[static_cast<std::size_t>(t - 1)], weight, 1e-6);
  }
}

kernel::AlignedFloats trained(int shards) {
  const auto likes = some_likes(true);
  const std::int64_t blocks = (items + block - 1) / block, each = (blocks + shards - 1) / shards;
  ClusterWorld world(shards, shards);
  std::vector<ElsaTable> tables(static_cast<std::size_t>(shards));
  std::vector<std::jthread> threads;
  for (int s = 0; s < shards; ++s)
    threads.emplace_back([&, s] {
      const std::int64_t first = std::min(s * each * block, items), end = std::min((s + 1) * each * block, items);
      ElsaTable& table = tables[static_cast<std::size_t>(s)];
      table = ElsaTable::initial(first, end - first, items, width, 5);
      std::vector<ElsaLike> own;
      for (const ElsaLike& like : likes)
        if (like.item >= first && like.item < end) own.push_back(like);
      ElsaStep step(table, first / block, block, rows, world.of(s));
      Nadam nadam(0.1);
      for (int t = 0; t < 5; ++t) nadam.begin_step(), step.run(own, rows, nadam);
    });
  threads.clear();
  kernel::AlignedFloats all;
  for (const ElsaTable& table : tables) all.insert(all.end(), table.weight.begin(), table.weight.end());
  return all;
}

TEST(ElsaStep, BitsDoNotDependOnTheShards) {
  const auto one = trained(1);
  EXPECT_EQ(one, trained(2));
  EXPECT_EQ(one, trained(3));
}

}  // namespace
}  // namespace encore
