// Loss and gradient of the step, for every allowed output × loss × activation × device × precision, against a dense
// double-precision network written as the formulas say, and its central differences.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "exchange/thread_exchange.h"
#include "kernel/counter_hash.h"
#include "network/scorer.h"
#include "tiny_data.h"
#include "training/shard_step.h"

namespace encore {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// The whole network in double precision, dense and slow.
struct DenseNetwork {
  const Architecture& architecture;
  const Dataset& data;
  std::uint64_t seed, epoch;
  /// Of a sampled softmax: what a film's logit takes on top where the user has not rated it, −∞ if it was not drawn.
  std::vector<double> correction = {};

  double loss(const Autoencoder& net) const {
    double sum = 0, weight = 0;
    for (std::int32_t user = 0; user < data.users.size(); ++user) {
      const std::vector<double> target = target_row(user);
      const std::vector<double> z = logits(net, input_row(user));
      sum += row_loss(z, target, is_rated(user), weight);
    }
    return sum / weight;
  }

  std::vector<double> target_row(std::int32_t user) const {
    std::vector<double> t(static_cast<std::size_t>(data.items.size()));
    const auto items = data.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      t[static_cast<std::size_t>(items[i])] =
          input_value(architecture.input, data.scale, data.ratings.ratings_of(user)[i]).value_or(0);
    }
    return t;
  }

  /// The cells that a masked loss is over: a rating of 0 stars is one of them.
  std::vector<bool> is_rated(std::int32_t user) const {
    std::vector<bool> rated(static_cast<std::size_t>(data.items.size()));
    const auto items = data.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      rated[static_cast<std::size_t>(items[i])] =
          architecture.input == Input::ratings || data.ratings.ratings_of(user)[i] >= 4;
    }
    return rated;
  }

  std::vector<double> input_row(std::int32_t user) const {
    std::vector<double> x = target_row(user);
    const double norm = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
    const kernel::CounterHash random(seed, kernel::Purpose::input_dropout, epoch);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (architecture.normalise_input && norm > 0) x[i] /= norm;
      if (architecture.input_dropout == 0) continue;
      const bool dropped =
          random.uniform(static_cast<std::uint64_t>(user), i) < static_cast<float>(architecture.input_dropout);
      x[i] = dropped ? 0 : x[i] / (1 - architecture.input_dropout);
    }
    return x;
  }

  double activated(double z) const {
    switch (architecture.activation) {
      case Activation::relu:
        return std::max(z, 0.0);
      case Activation::tanh:
        return std::tanh(z);
      case Activation::sigmoid:
        return 1 / (1 + std::exp(-z));
      case Activation::linear:
        break;
    }
    return z;
  }

  std::vector<double> logits(const Autoencoder& net, const std::vector<double>& x) const {
    std::vector<double> h(static_cast<std::size_t>(net.first.width));
    for (std::size_t c = 0; c < h.size(); ++c) {
      h[c] = net.first_bias[c];
      for (std::int64_t i = 0; i < net.items; ++i) h[c] += x[static_cast<std::size_t>(i)] * net.first.row(i)[c];
      h[c] = activated(h[c]);
    }
    for (const DenseLayer& layer : net.inner) {
      std::vector<double> y(static_cast<std::size_t>(layer.outputs));
      for (std::size_t o = 0; o < y.size(); ++o) {
        y[o] = layer.bias[o];
        for (std::size_t k = 0; k < h.size(); ++k)
          y[o] += layer.weight[o * static_cast<std::size_t>(layer.stride()) + k] * h[k];
        y[o] = activated(y[o]);
      }
      h = y;
    }
    std::vector<double> z(static_cast<std::size_t>(net.items));
    for (std::int64_t i = 0; i < net.items; ++i) {
      const float* row = net.output.row(i);
      z[static_cast<std::size_t>(i)] =
          std::inner_product(h.begin(), h.end(), row, static_cast<double>(row[net.output.width]));
    }
    return z;
  }

  double row_loss(const std::vector<double>& z, const std::vector<double>& t, const std::vector<bool>& rated,
                  double& weight) const {
    const auto m = static_cast<double>(z.size());
    double exponentials = 0, loss = 0;
    for (std::size_t i = 0; i < z.size(); ++i) exponentials += std::exp(z[i] + (correction.empty() || rated[i] ? 0 : correction[i]));
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double sigmoid = 1 / (1 + std::exp(-z[i]));
      const double y = architecture.output == OutputKind::softmax   ? std::exp(z[i]) / exponentials
                       : architecture.output == OutputKind::sigmoid ? sigmoid
                                                                    : z[i];
      switch (architecture.loss) {
        case Loss::mse:
          loss += (y - t[i]) * (y - t[i]) / m;
          break;
        case Loss::multinomial:
          loss -= t[i] * std::log(y);
          break;
        case Loss::binary_cross_entropy:
          loss += (std::log1p(std::exp(z[i])) - t[i] * z[i]) / m;
          break;
        case Loss::masked_mse:
          if (rated[i]) loss += (y - t[i]) * (y - t[i]), weight += 1;
          break;
      }
    }
    if (architecture.loss != Loss::masked_mse) weight += 1;
    return loss;
  }
};

struct GradientCase {
  Architecture architecture;
  std::string device;
  Precision precision;
  friend void PrintTo(const GradientCase& one, std::ostream* out) { *out << one.device; }
};

std::vector<GradientCase> every_allowed_combination() {
  std::vector<GradientCase> cases;
  for (const kernel::Kernels& device : kernel::devices()) {
    for (const OutputKind output : {OutputKind::linear, OutputKind::sigmoid, OutputKind::softmax}) {
      for (const Loss loss : {Loss::mse, Loss::masked_mse, Loss::multinomial, Loss::binary_cross_entropy}) {
        if (!is_allowed(output, loss)) continue;
        for (const Activation activation :
             {Activation::linear, Activation::relu, Activation::tanh, Activation::sigmoid}) {
          Architecture a{"", Input::ratings, false, 0, {7, 3, 16}, activation, output, loss};
          for (const Precision precision : {Precision::f32, Precision::bf16})
            cases.push_back({a, std::string(device.device), precision});
          Architecture narrow = a;  // the column of the output bias lies inside the padding of the last layer
          narrow.hidden = {7, 3};
          cases.push_back({narrow, std::string(device.device), Precision::f32});
          a.hidden = {16}, a.input = Input::binary, a.normalise_input = true, a.input_dropout = 0.4;
          for (const Precision precision : {Precision::f32, Precision::bf16})
            cases.push_back({a, std::string(device.device), precision});
        }
      }
    }
  }
  return cases;
}

class EveryCombination : public testing::TestWithParam<GradientCase> {};

/// `slack` is what the precision may add to the tolerance of f32.
void expect_gradient(float& weight, double analytic, const std::function<double()>& loss, double slack,
                     const std::string& which) {
  const float kept = weight;
  const double width = 2e-5;  // small enough that hardly any ReLU changes sides; the dense loss is in double precision
  weight = static_cast<float>(kept + width);
  const double high = weight, above = loss();
  weight = static_cast<float>(kept - width);
  const double numeric = (above - loss()) / (high - static_cast<double>(weight));
  weight = kept;
  EXPECT_NEAR(analytic, numeric, 2e-4 * std::abs(numeric) + 2e-7 + slack) << which;
}

double largest(const kernel::AlignedFloats& values) {
  float most = 0;
  for (const float one : values) most = std::max(most, std::abs(one));
  return static_cast<double>(most);
}

TEST_P(EveryCombination, agrees_with_finite_differences) {
  const Architecture& architecture = GetParam().architecture;
  Dataset data = tiny::random_ratings(70, 37, 0.15, 5);  // two panels of rows, three blocks of items
  for (std::size_t i = 0; i < data.ratings.rating.size(); i += 6) data.ratings.rating[i] = 0;  // rated, all the same
  Autoencoder net = Autoencoder::initialised(architecture, 37, 11);
  for (std::size_t i = 0; i < net.first_bias.size() && i < static_cast<std::size_t>(net.first.width); ++i)
    net.first_bias[i] = 0.01F * static_cast<float>(i);
  for (std::int64_t i = 0; i < 37; ++i) net.output.row(i)[net.output.width] = 0.02F * static_cast<float>(i % 5);
  for (DenseLayer& layer : net.inner) {  // off zero: a ReLU whose inputs are all 0 would sit on its kink
    for (std::int64_t o = 0; o < layer.outputs; ++o)
      layer.bias[static_cast<std::size_t>(o)] = 0.03F + 0.01F * static_cast<float>(o);
  }
  ThreadWorld world(1, 1);
  KeepGradient kept(net);
  std::vector<std::int32_t> users(70);
  std::iota(users.begin(), users.end(), 0);
  ShardStep step(data, net, net, {0, 3, 16, 37}, 70, 3, world.of(0), kernel::device_named(GetParam().device),
                 GetParam().precision);
  const LossSum sum = step.run(users, 2, kept);
  const DenseNetwork dense{architecture, data, 3, 2};
  const auto loss = [&] { return dense.loss(net); };
  // bfloat16 has 8 bits: an operand is off by 2⁻⁹ at most, and sums of them by a part of their largest terms.
  const double rounding = GetParam().precision == Precision::bf16 ? 3e-3 : 0;
  EXPECT_NEAR(sum.mean(), loss(), (2e-6 + rounding) * std::abs(loss()));
  const Autoencoder& g = kept.gradient;
  for (const DenseLayer& layer : g.inner) {
    for (auto o = static_cast<std::size_t>(layer.outputs); o < layer.bias.size(); ++o) EXPECT_EQ(layer.bias[o], 0);
  }
  const double first = rounding * largest(g.first.values), output = rounding * largest(g.output.values);
  for (const std::int64_t item : {0, 17, 36}) {
    expect_gradient(net.first.row(item)[2], g.first.row(item)[2], loss, first, "first layer");
    expect_gradient(net.output.row(item)[1], g.output.row(item)[1], loss, output, "output layer");
    expect_gradient(net.output.row(item)[net.output.width], g.output.row(item)[net.output.width], loss, output,
                    "output bias");
  }
  expect_gradient(net.first_bias[3], g.first_bias[3], loss, rounding * largest(g.first_bias), "first bias");
  for (std::size_t l = 0; l < net.inner.size(); ++l) {
    const auto at = static_cast<std::size_t>(net.inner[l].stride() + 1);
    expect_gradient(net.inner[l].weight[at], g.inner[l].weight[at], loss, rounding * largest(g.inner[l].weight),
                    "inner weight");
    expect_gradient(net.inner[l].bias[1], g.inner[l].bias[1], loss, rounding * largest(g.inner[l].bias), "inner bias");
  }
}

TEST(SampledSoftmax, agrees_with_finite_differences) {
  const Architecture architecture{"", Input::binary, true, 0.4, {16}, Activation::tanh, OutputKind::softmax, Loss::multinomial};
  const Dataset data = tiny::random_ratings(40, 90, 0.02, 5);
  Autoencoder net = Autoencoder::initialised(architecture, 90, 11);
  const std::vector<std::int32_t> users{3, 8, 21, 30};
  ThreadWorld world(1, 1);
  const BlockRun run{0, 6, 16, 90};
  BatchEntries entries(data, architecture, run, 3);
  entries.gather(users, 2);
  SampledItems drawn(data.items, net.output, run, 20, 3);
  drawn.draw(entries, users, 2);
  ASSERT_LT(drawn.size(), 60);
  DenseNetwork dense{architecture, data, 3, 2, std::vector<double>(90, -std::numeric_limits<double>::infinity())};
  std::vector<bool> is_there(90);
  for (std::int64_t place = 0; place < drawn.size(); ++place) is_there[static_cast<std::size_t>(drawn.item_at(place))] = true;
  std::int64_t undrawn = 0;
  for (std::int64_t block = 0; block < run.last_block; ++block) {
    undrawn += drawn.undrawn_in(block);
    for (std::int64_t place = drawn.first_of(block); place < drawn.first_of(block) + drawn.drawn_in(block); ++place)
      dense.correction[static_cast<std::size_t>(drawn.item_at(place))] = static_cast<double>(drawn.correction_at(place));
  }
  ASSERT_GT(undrawn, 3) << "films of the batch that count for single users";
  KeepGradient kept(net);
  ShardStep step(data, net, net, run, 4, 3, world.of(0), kernel::device_named("cpu"));
  step.sample(20);
  const LossSum sum = step.run(users, 2, kept);
  const auto loss = [&] {
    double total = 0, weight = 0;
    for (const std::int32_t user : users)
      total += dense.row_loss(dense.logits(net, dense.input_row(user)), dense.target_row(user), dense.is_rated(user), weight);
    return total / weight;
  };
  EXPECT_NEAR(sum.mean(), loss(), 2e-6 * std::abs(loss()));
  for (std::int64_t item = 0; item < 90; ++item) {
    const float *of_output = kept.gradient.output.row(item), *of_first = kept.gradient.first.row(item);
    if (!is_there[static_cast<std::size_t>(item)]) {
      EXPECT_EQ(of_output[1], 0) << item;
    }
    expect_gradient(net.output.row(item)[1], of_output[1], loss, 1e-6, "output layer");
    expect_gradient(net.output.row(item)[net.output.width], of_output[net.output.width], loss, 1e-6, "output bias");
    expect_gradient(net.first.row(item)[2], of_first[2], loss, 1e-6, "first layer");
  }
}

INSTANTIATE_TEST_SUITE_P(table, EveryCombination, testing::ValuesIn(every_allowed_combination()), [](const auto& one) {
  const Architecture& a = one.param.architecture;
  std::string name = fmt::format("{}_{}_{}_{}_{}_{}", one.param.device, name_of(one.param.precision), name_of(a.output),
                                 name_of(a.loss), name_of(a.activation), a.hidden.size());
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
});

}  // namespace
}  // namespace encore
