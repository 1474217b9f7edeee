// Loss, divergence from the composite prior, and gradient of the residual middle (RecVAE), against a dense network in double
// precision written as the paper and its authors' code say, with the same draws, and its central differences; and that a step for
// one side leaves the other as it is. The plain and the variational middle are gradient_test.cpp's and
// variational_gradient_test.cpp's.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "exchange/thread_exchange.h"
#include "kernel/counter_hash.h"
#include "kernel/normal_draw.h"
#include "tiny_data.h"
#include "training/shard_step.h"

namespace encore {
namespace {

constexpr std::int32_t films = 37, people = 70;  // three blocks of items, two panels of rows
constexpr std::uint64_t seed = 3, epoch = 2;
constexpr double gamma_weight = 0.3;

using Vector = std::vector<double>;

Architecture architecture() {
  return {.model = "",
          .input = Input::binary,
          .normalise_input = true,
          .input_dropout = 0.4,
          .hidden = {7, 5},
          .activation = Activation::linear,
          .output = OutputKind::softmax,
          .loss = Loss::multinomial,
          .middle = MiddleKind::residual};
}

double log_normal(double z, double mean, double log_variance) {
  return -(log_variance + std::log(2 * std::numbers::pi) + (z - mean) * (z - mean) / std::exp(log_variance)) / 2;
}

/// Everything in double precision, one user after the other.
struct DenseNetwork {
  const Dataset& data;
  const Autoencoder& before;
  bool drops, draws;

  double loss(const Autoencoder& net) const {
    double sum = 0;
    for (std::int32_t user = 0; user < people; ++user) {
      const Vector target = target_of(user);
      const double likes = std::accumulate(target.begin(), target.end(), 0.0);
      const Vector heads = encoded(net, input_of(user, target, drops)), earlier = encoded(before, input_of(user, target, false));
      const std::size_t width = heads.size() / 2;
      const kernel::CounterHash random(seed, kernel::Purpose::latent_draw, epoch);
      Vector z(width);
      double divergence = 0;
      for (std::size_t c = 0; c < width; ++c) {
        const double noise = draws ? static_cast<double>(kernel::normal(random(static_cast<std::uint64_t>(user), c))) : 0;
        z[c] = heads[c] + std::exp(heads[width + c] / 2) * noise;
        const double prior = 0.15 * std::exp(log_normal(z[c], 0, 0)) + 0.75 * std::exp(log_normal(z[c], earlier[c], earlier[width + c])) +
                             0.1 * std::exp(log_normal(z[c], 0, 10));
        divergence += log_normal(z[c], heads[c], heads[width + c]) - std::log(prior);
      }
      sum += gamma_weight * likes * divergence;
      Vector logits(static_cast<std::size_t>(films));
      double exponentials = 0;
      for (std::int64_t i = 0; i < films; ++i) {
        const float* row = net.output.row(i);
        logits[static_cast<std::size_t>(i)] = std::inner_product(z.begin(), z.end(), row, static_cast<double>(row[net.output.width]));
        exponentials += std::exp(logits[static_cast<std::size_t>(i)]);
      }
      for (std::size_t i = 0; i < logits.size(); ++i) sum -= target[i] * (logits[i] - std::log(exponentials));
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

  static Vector input_of(std::int32_t user, Vector x, bool drops) {
    const double norm = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
    const kernel::CounterHash random(seed, kernel::Purpose::input_dropout, epoch);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] /= norm;
      if (drops) x[i] = random.uniform(static_cast<std::uint64_t>(user), i) < 0.4F ? 0 : x[i] / 0.6;
    }
    return x;
  }

  static Vector dense(const DenseLayer& layer, const Vector& h) {
    Vector y(static_cast<std::size_t>(layer.outputs));
    for (std::size_t o = 0; o < y.size(); ++o) {
      y[o] = layer.bias[o];
      for (std::size_t k = 0; k < h.size(); ++k) y[o] += layer.weight[o * static_cast<std::size_t>(layer.stride()) + k] * h[k];
    }
    return y;
  }

  /// μ, then log σ².
  static Vector encoded(const Autoencoder& net, const Vector& x) {
    Vector sum(static_cast<std::size_t>(net.first.width));
    for (std::size_t c = 0; c < sum.size(); ++c) {
      sum[c] = net.first_bias[c];
      for (std::int64_t i = 0; i < films; ++i) sum[c] += x[static_cast<std::size_t>(i)] * net.first.row(i)[c];
    }
    std::vector<Vector> behind;
    for (std::size_t k = 0; k < 5; ++k) {
      if (k > 0) {
        sum = dense(net.inner[k - 1], behind.back());
        for (const Vector& one : behind)
          for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += one[c];
      }
      behind.push_back(normed(sum, net.inner[5 + k]));
    }
    return dense(net.inner[4], behind.back());
  }

  static Vector normed(const Vector& sum, const DenseLayer& norm) {
    Vector s;
    for (const double a : sum) s.push_back(a / (1 + std::exp(-a)));
    const auto n = static_cast<double>(s.size());
    const double mean = std::accumulate(s.begin(), s.end(), 0.0) / n;
    double variance = 0;
    for (const double one : s) variance += (one - mean) * (one - mean) / n;
    for (std::size_t c = 0; c < s.size(); ++c) s[c] = norm.weight[c] * (s[c] - mean) / std::sqrt(variance + 0.1) + norm.bias[c];
    return s;
  }
};

/// Weights and biases off zero, norms off one.
Autoencoder some_network(std::uint64_t number) {
  Autoencoder net = Autoencoder::initialised(architecture(), films, number);
  for (std::int64_t c = 0; c < net.first.width; ++c) net.first_bias[static_cast<std::size_t>(c)] = 0.05F * static_cast<float>(c);
  for (std::int64_t i = 0; i < films; ++i) net.output.row(i)[net.output.width] = 0.02F * static_cast<float>(i % 5);
  for (DenseLayer& layer : net.inner) {
    for (std::int64_t o = 0; o < layer.outputs; ++o) {
      layer.bias[static_cast<std::size_t>(o)] = 0.1F - 0.03F * static_cast<float>(o);
      if (layer.is_elementwise) layer.weight[static_cast<std::size_t>(o)] = 0.8F + 0.1F * static_cast<float>(o);
    }
  }
  return net;
}

class Residual : public testing::TestWithParam<std::string> {
 protected:
  Dataset data_ = tiny::random_ratings(people, films, 0.15, 5);
  Autoencoder net_ = some_network(11), before_ = encoder_of(some_network(12));
  ThreadWorld world_{1, 1};
  ShardStep step_{data_,         net_, net_, {0, 3, 16, films}, people, seed, world_.of(0), kernel::device_named(GetParam()),
                  Precision::f32, {&before_, &before_}};
  std::vector<std::int32_t> users_ = [] {
    std::vector<std::int32_t> all(people);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }();

  void expect_gradient(const DenseNetwork& dense, float& weight, double analytic, const std::string& which) {
    const float before = weight;
    weight = before + 2e-4F;
    const double high = weight, above = dense.loss(net_);
    weight = before - 2e-4F;
    const double numeric = (above - dense.loss(net_)) / (high - static_cast<double>(weight));
    weight = before;
    EXPECT_NEAR(analytic, numeric, 3e-4 * std::abs(numeric) + 3e-6) << which;
  }
};

TEST_P(Residual, encoder_agrees_with_finite_differences) {
  KeepGradient kept(net_);
  const LossSum sum = step_.run(users_, epoch, kept, {}, gamma_weight, TrainedPart::encoder);
  const DenseNetwork dense{data_, before_, true, true};
  EXPECT_NEAR(sum.mean(), dense.loss(net_), 3e-6 * dense.loss(net_));
  const Autoencoder& g = kept.gradient;
  for (const float one : g.output.values) ASSERT_EQ(one, 0) << "the decoder stands still";
  for (const std::int64_t item : {0, 17, 36}) expect_gradient(dense, net_.first.row(item)[2], g.first.row(item)[2], "first layer");
  expect_gradient(dense, net_.first_bias[3], g.first_bias[3], "first bias");
  for (std::size_t l = 0; l < net_.inner.size(); ++l) {
    DenseLayer& layer = net_.inner[l];
    for (std::int64_t o = 0; o < layer.outputs; ++o) {
      const std::int64_t row = layer.is_elementwise ? 0 : o;
      const auto at = static_cast<std::size_t>(row * layer.stride() + o % layer.inputs), bias = static_cast<std::size_t>(o);
      expect_gradient(dense, layer.weight[at], g.inner[l].weight[at], fmt::format("weight {} of inner layer {}", o, l));
      expect_gradient(dense, layer.bias[bias], g.inner[l].bias[bias], fmt::format("bias {} of inner layer {}", o, l));
    }
  }
}

TEST_P(Residual, decoder_agrees_with_finite_differences) {
  KeepGradient kept(net_);
  const LossSum sum = step_.run(users_, epoch, kept, {}, gamma_weight, TrainedPart::decoder);
  const DenseNetwork dense{data_, before_, false, true};
  EXPECT_NEAR(sum.mean(), dense.loss(net_), 3e-6 * dense.loss(net_));
  const Autoencoder& g = kept.gradient;
  for (const float one : g.first.values) ASSERT_EQ(one, 0) << "the encoder stands still";
  for (const std::int64_t item : {0, 17, 36}) {
    expect_gradient(dense, net_.output.row(item)[1], g.output.row(item)[1], "output layer");
    expect_gradient(dense, net_.output.row(item)[net_.output.width], g.output.row(item)[net_.output.width], "output bias");
  }
}

TEST_P(Residual, is_judged_at_the_mean) {
  const DenseNetwork dense{data_, before_, false, false};
  EXPECT_NEAR(step_.judge(users_, gamma_weight).mean(), dense.loss(net_), 3e-6 * dense.loss(net_));
}

INSTANTIATE_TEST_SUITE_P(table, Residual, testing::Values("cpu", "reference"), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace encore
