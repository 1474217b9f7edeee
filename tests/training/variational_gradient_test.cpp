// Loss, divergence and gradient of the variational middle, against a dense network in double precision written as the formulas
// say, with the same draws, and its central differences. Plain middles are gradient_test.cpp's.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "exchange/thread_exchange.h"
#include "kernel/counter_hash.h"
#include "kernel/normal_draw.h"
#include "network/middle.h"
#include "tiny_data.h"
#include "training/shard_step.h"

namespace encore {
namespace {

constexpr std::int32_t films = 37, people = 70;  // three blocks of items, two panels of rows
constexpr std::uint64_t seed = 3, epoch = 2;

using Vector = std::vector<double>;

Architecture architecture_of(std::vector<std::int64_t> hidden) {
  return {.model = "",
          .input = Input::binary,
          .normalise_input = true,
          .input_dropout = 0.4,
          .hidden = std::move(hidden),
          .activation = Activation::tanh,
          .output = OutputKind::softmax,
          .loss = Loss::multinomial,
          .middle = MiddleKind::variational};
}

/// Everything in double precision, one user after the other.
struct DenseNetwork {
  const Architecture& architecture;
  const Dataset& data;
  bool trains;  ///< with dropout and draws

  /// −Σ t·log p + β·KL, the mean over users.
  double loss(const Autoencoder& net, double beta) const {
    double sum = 0;
    for (std::int32_t user = 0; user < people; ++user) {
      const Vector target = target_of(user);
      double divergence = 0;
      const Vector z = logits(net, input_of(user, target), user, divergence);
      double exponentials = 0;
      for (const double one : z) exponentials += std::exp(one);
      for (std::size_t i = 0; i < z.size(); ++i) sum -= target[i] * (z[i] - std::log(exponentials));
      sum += beta * divergence;
    }
    return sum / people;
  }

  Vector target_of(std::int32_t user) const {
    Vector t(films);
    const auto items = data.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      t[static_cast<std::size_t>(items[i])] = data.ratings.ratings_of(user)[i] >= 4 ? 1 : 0;
    return t;
  }

  Vector input_of(std::int32_t user, Vector x) const {
    const double norm = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
    const kernel::CounterHash random(seed, kernel::Purpose::input_dropout, epoch);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] /= norm;
      if (!trains) continue;
      x[i] = random.uniform(static_cast<std::uint64_t>(user), i) < 0.4F ? 0 : x[i] / 0.6;
    }
    return x;
  }

  Vector logits(const Autoencoder& net, const Vector& x, std::int32_t user, double& divergence) const {
    Vector h(static_cast<std::size_t>(net.first.width));
    for (std::size_t c = 0; c < h.size(); ++c) {
      h[c] = net.first_bias[c];
      for (std::int64_t i = 0; i < net.items; ++i) h[c] += x[static_cast<std::size_t>(i)] * net.first.row(i)[c];
      h[c] = std::tanh(h[c]);
    }
    const std::size_t latent = architecture.hidden.size() / 2;
    for (std::size_t l = 0; l < net.inner.size(); ++l) {
      const DenseLayer& layer = net.inner[l];
      Vector y(static_cast<std::size_t>(layer.outputs));
      for (std::size_t o = 0; o < y.size(); ++o) {
        y[o] = layer.bias[o];
        for (std::size_t k = 0; k < h.size(); ++k) y[o] += layer.weight[o * static_cast<std::size_t>(layer.stride()) + k] * h[k];
        if (l + 1 != latent) y[o] = std::tanh(y[o]);
      }
      h = l + 1 == latent ? drawn(y, user, divergence) : y;
    }
    Vector z(static_cast<std::size_t>(net.items));
    for (std::int64_t i = 0; i < net.items; ++i) {
      const float* row = net.output.row(i);
      z[static_cast<std::size_t>(i)] = std::inner_product(h.begin(), h.end(), row, static_cast<double>(row[net.output.width]));
    }
    return z;
  }

  Vector drawn(const Vector& heads, std::int32_t user, double& divergence) const {
    const std::size_t width = heads.size() / 2;
    const kernel::CounterHash random(seed, kernel::Purpose::latent_draw, epoch);
    Vector z(width);
    for (std::size_t c = 0; c < width; ++c) {
      const double mean = heads[c], variance = std::exp(heads[width + c]);
      divergence += (variance + mean * mean - 1 - std::log(variance)) / 2;
      z[c] = mean + (trains ? std::sqrt(variance) * static_cast<double>(kernel::normal(random(static_cast<std::uint64_t>(user), c))) : 0);
    }
    return z;
  }
};

/// Weights off zero, biases too.
Autoencoder some_network(const Architecture& architecture) {
  Autoencoder net = Autoencoder::initialised(architecture, films, 11);
  for (std::int64_t c = 0; c < net.first.width; ++c) net.first_bias[static_cast<std::size_t>(c)] = 0.01F * static_cast<float>(c);
  for (std::int64_t i = 0; i < films; ++i) net.output.row(i)[net.output.width] = 0.02F * static_cast<float>(i % 5);
  for (DenseLayer& layer : net.inner) {
    for (std::int64_t o = 0; o < layer.outputs; ++o)
      layer.bias[static_cast<std::size_t>(o)] = 0.1F - 0.03F * static_cast<float>(o);
  }
  return net;
}

struct VariationalCase {
  std::vector<std::int64_t> hidden;
  std::string device;
  friend void PrintTo(const VariationalCase& one, std::ostream* out) { *out << one.device; }
};

std::vector<VariationalCase> every_case() {
  std::vector<VariationalCase> cases;
  for (const kernel::Kernels& device : kernel::devices()) {
    for (const std::vector<std::int64_t>& hidden :
         {std::vector<std::int64_t>{7, 3, 6}, {7, 16}, {5, 9, 4, 6, 16}, {20, 1, 3}})
      cases.push_back({hidden, std::string(device.device)});
  }
  return cases;
}

class Variational : public testing::TestWithParam<VariationalCase> {
 protected:
  Architecture architecture_ = architecture_of(GetParam().hidden);
  Dataset data_ = tiny::random_ratings(people, films, 0.15, 5);
  Autoencoder net_ = some_network(architecture_);
  ThreadWorld world_{1, 1};
  ShardStep step_{data_, net_, net_, {0, 3, 16, films}, people, seed, world_.of(0), kernel::device_named(GetParam().device)};
  std::vector<std::int32_t> users_ = [] {
    std::vector<std::int32_t> all(people);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }();
};

TEST_P(Variational, agrees_with_finite_differences) {
  const double beta = 0.7;
  KeepGradient kept(net_);
  const LossSum sum = step_.run(users_, epoch, kept, {}, beta);
  const DenseNetwork dense{architecture_, data_, true};
  const auto loss = [&] { return dense.loss(net_, beta); };
  EXPECT_NEAR(sum.mean(), loss(), 2e-6 * loss());
  EXPECT_GT(dense.loss(net_, 1) - dense.loss(net_, 0), 0.05) << "the divergence would not be seen";
  const auto expect_gradient = [&](float& weight, double analytic, const std::string& which) {
    const float before = weight;
    weight = before + 2e-4F;
    const double high = weight, above = loss();
    weight = before - 2e-4F;
    const double numeric = (above - loss()) / (high - static_cast<double>(weight));
    weight = before;
    EXPECT_NEAR(analytic, numeric, 3e-4 * std::abs(numeric) + 2e-6) << which;
  };
  const Autoencoder& g = kept.gradient;
  for (const std::int64_t item : {0, 17, 36}) {
    expect_gradient(net_.first.row(item)[2], g.first.row(item)[2], "first layer");
    expect_gradient(net_.output.row(item)[1], g.output.row(item)[1], "output layer");
    expect_gradient(net_.output.row(item)[net_.output.width], g.output.row(item)[net_.output.width], "output bias");
  }
  expect_gradient(net_.first_bias[3], g.first_bias[3], "first bias");
  for (std::size_t l = 0; l < net_.inner.size(); ++l) {
    DenseLayer& layer = net_.inner[l];
    for (std::int64_t o = 0; o < layer.outputs; ++o) {  // of the latent layer both heads
      const auto at = static_cast<std::size_t>(o * layer.stride() + o % layer.inputs), bias = static_cast<std::size_t>(o);
      expect_gradient(layer.weight[at], g.inner[l].weight[at], "weight of an inner layer");
      expect_gradient(layer.bias[bias], g.inner[l].bias[bias], "bias of an inner layer");
    }
    for (auto o = static_cast<std::size_t>(layer.outputs); o < layer.bias.size(); ++o) EXPECT_EQ(g.inner[l].bias[o], 0);
  }
}

TEST_P(Variational, is_judged_at_the_mean_with_the_same_divergence) {
  const DenseNetwork dense{architecture_, data_, false};
  for (const double beta : {0.0, 0.7}) EXPECT_NEAR(step_.judge(users_, beta).mean(), dense.loss(net_, beta), 2e-6 * dense.loss(net_, beta));
  KeepGradient kept(net_);
  const double drawn = step_.run(users_, epoch, kept, {}, 0).mean(), other = step_.run(users_, epoch + 1, kept, {}, 0).mean();
  EXPECT_NE(drawn, other);
  EXPECT_EQ(step_.run(users_, epoch, kept, {}, 0).mean(), drawn) << "a draw belongs to its epoch and user";
}

INSTANTIATE_TEST_SUITE_P(table, Variational, testing::ValuesIn(every_case()), [](const auto& one) {
  std::string name = one.param.device;
  for (const std::int64_t width : one.param.hidden) name += "_" + std::to_string(width);
  return name;
});

TEST(NormalDraw, is_the_inverse_of_the_distribution) {
  for (const double p : {1e-12, 1e-6, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9}) {
    const double x = kernel::normal_quantile(p);
    EXPECT_NEAR(std::erfc(-x / std::sqrt(2.0)) / 2 / p, 1, 1e-5) << p;
  }
  double sum = 0, squares = 0;
  const kernel::CounterHash random(1, kernel::Purpose::latent_draw, 0);
  constexpr int draws = 100'000;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const auto x = static_cast<double>(kernel::normal(random(i, 0)));
    sum += x, squares += x * x;
  }
  EXPECT_NEAR(sum / draws, 0, 0.01);
  EXPECT_NEAR(squares / draws, 1, 0.015);
}

}  // namespace
}  // namespace encore
