// A network's loss over the users of a fold against the formulas, dense row by dense row.
#include "training/network_loss.h"
#include <cmath>
#include <gmock/gmock.h>
#include <numeric>
#include "evaluation/tiny_dataset.h"
#include "network/tiny_model.h"

namespace encore {
namespace {

using testing::DoubleNear;

double square(double x) { return x * x; }

/// The loss of one dense row, as the design writes it, and what it is divided by.
std::pair<double, double> plain_loss(const Autoencoder& network, const std::vector<double>& t) {
  const auto y = plain_outputs(network, t);
  double sum = 0, rated = 0, total = 0;
  for (const double value : t) rated += value > 0, total += value;
  for (std::size_t i = 0; i < t.size(); ++i) {
    switch (network.architecture.loss) {
      case Loss::mse:
        sum += square(y[i] - t[i]);
        break;
      case Loss::masked_mse:
        sum += t[i] > 0 ? square(y[i] - t[i]) : 0;
        break;
      case Loss::multinomial:
        sum -= t[i] * std::log(y[i]);
        break;
      case Loss::binary_cross_entropy:
        sum -= t[i] * std::log(y[i]) + (1 - t[i]) * std::log(1 - y[i]);
        break;
    }
  }
  if (network.architecture.loss == Loss::multinomial) return {sum, 1};
  return {sum, network.architecture.loss == Loss::masked_mse ? rated : static_cast<double>(t.size())};
}

TEST(MeanLoss, AgreesWithDenseRowsForEveryArchitecture) {
  const Dataset dataset = tiny_dataset();
  for (const auto& architecture : allowed_architectures()) {
    SCOPED_TRACE(std::string(name_of(architecture.output)) + ", " + std::string(name_of(architecture.loss)));
    const Autoencoder network = tiny_network(architecture, 75);
    double sum = 0, weight = 0;
    for (const auto user : dataset.users_in(Fold::validation)) {
      const auto row = dense_row(dataset, user, architecture.input);
      if (std::accumulate(row.begin(), row.end(), 0.0) == 0) continue;  // not trained on
      const auto [loss, divisor] = plain_loss(network, row);
      sum += loss;
      weight += divisor;
    }
    const double expected = sum / weight;
    EXPECT_THAT(mean_loss(network, dataset, Fold::validation, 2, 16), DoubleNear(expected, 1e-5 * std::abs(expected)));
  }
}

TEST(MeanLoss, OfASaturatedSigmoidIsExact) {
  DatasetMaker maker(40);
  maker.user(Fold::train, {{0, 5}, {39, 5}});
  Autoencoder network = Autoencoder::shaped(
      {"test", Input::ratings, false, 0, {2}, Activation::linear, OutputKind::sigmoid, Loss::binary_cross_entropy}, 40);
  for (std::int64_t i = 0; i < 40; ++i) network.output.row(i)[2] = -200;
  // −2 log σ(−200) over 40 cells: the rest costs nothing, and a logit knows what its rounded probability does not
  EXPECT_THAT(mean_loss(network, maker.dataset, Fold::train, 1, 16),
              DoubleNear(2 * 200.0 / 40, 1e-9));
  for (std::int64_t i = 0; i < 40; ++i) network.output.row(i)[2] = 200;
  EXPECT_THAT(mean_loss(network, maker.dataset, Fold::train, 1, 16),
              DoubleNear(38 * 200.0 / 40, 1e-9));
}

TEST(MeanLoss, OfNobodyIsZero) {
  const Autoencoder network = tiny_network(named_model("mult-dae").architecture, 75);
  DatasetMaker maker(75);
  maker.user(Fold::train, {{0, 1}});  // likes nothing
  EXPECT_EQ(mean_loss(network, maker.dataset, Fold::train, 1, 16), 0);
  EXPECT_EQ(mean_loss(network, maker.dataset, Fold::test, 1, 16), 0);
}

TEST(MeanLoss, DoesNotDependOnThreads) {
  const Dataset dataset = tiny_dataset();
  for (const auto& architecture : allowed_architectures()) {
    const Autoencoder network = tiny_network(architecture, 75);
    EXPECT_EQ(mean_loss(network, dataset, Fold::train, 1, 16), mean_loss(network, dataset, Fold::train, 3, 16));
  }
}

}  // namespace
}  // namespace encore
