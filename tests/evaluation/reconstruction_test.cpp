// Errors of reconstruction and mean losses: by hand where that is possible, else against dense rows of doubles.
#include "evaluation/reconstruction.h"
#include <gmock/gmock.h>
#include <numeric>
#include "evaluation/tiny_dataset.h"

namespace encore {
namespace {

using testing::DoubleNear;

double square(double x) { return x * x; }

/// A network that answers with its output biases whatever goes in.
TrainedModel constant_model(std::int32_t items, OutputKind output, const std::vector<float>& biases) {
  TrainedModel model;
  Autoencoder network =
      Autoencoder::shaped({"test", Input::ratings, false, 0, {2}, Activation::linear, output, Loss::mse}, items);
  for (std::size_t i = 0; i < biases.size(); ++i) network.output.row(static_cast<std::int64_t>(i))[2] = biases[i];
  model.model = std::make_shared<const NetworkModel>(std::move(network), 128);
  model.items = tiny_catalogue(items);
  return model;
}

/// Two training users and a test user on 4 films; values 1, 0.5 | 0.2 | 0.8, 0.4 (target), 1 (target).
Dataset two_and_one() {
  DatasetMaker maker(4);
  maker.user(Fold::train, {{0, 5}, {1, 2.5}});
  maker.user(Fold::train, {{1, 1}});
  maker.user(Fold::test, {{0, 4, Part::given}, {2, 2, Part::target}, {3, 5, Part::target}});
  return maker.dataset;
}

TEST(ReconstructionErrors, AgreeWithNumbersByHand) {
  const Dataset dataset = two_and_one();
  const TrainedModel model = constant_model(4, OutputKind::linear, {0.5F, 0.25F, 0, 0.5F});
  const auto train = reconstruction_errors(model, dataset, Fold::train, 1);
  EXPECT_EQ(train.users, 2);
  // (0.5² + 0.25² + 0 + 0.5²) + (0.5² + 0.05² + 0 + 0.5²) over 8 cells
  EXPECT_THAT(*train.mse, DoubleNear((0.5625 + 0.5025) / 8, 1e-8));
  EXPECT_THAT(train.mse_zero, DoubleNear((1 + 0.25 + 0.04) / 8, 1e-8));
  // item means: 0.5, 0.35, 0, 0
  EXPECT_THAT(train.mse_item_mean, DoubleNear((2 * 0.25 + 2 * square(0.15)) / 8, 1e-8));
  EXPECT_FALSE(train.mse_floor.has_value());
  EXPECT_THAT(*train.rmse_rated, DoubleNear(5 * std::sqrt((0.25 + 0.0625 + 0.0025) / 3), 1e-7));
  EXPECT_FALSE(train.rmse_held_out.has_value());

  const auto test = reconstruction_errors(model, dataset, Fold::test, 1);
  EXPECT_THAT(*test.mse, DoubleNear((0.09 + 0.0625 + 0.16 + 0.25) / 4, 1e-7));
  EXPECT_THAT(test.mse_item_mean, DoubleNear((0.09 + square(0.35) + 0.16 + 1) / 4, 1e-7));
  EXPECT_THAT(*test.rmse_held_out, DoubleNear(5 * std::sqrt((0.16 + 0.25) / 2), 1e-7));

  EXPECT_EQ(reconstruction_errors(model, dataset, Fold::validation, 1).users, 0);
  EXPECT_FALSE(reconstruction_errors(model, dataset, Fold::validation, 1).mse.has_value());
}

TEST(ReconstructionErrors, OfASoftmaxHaveAFloorAndNoStars) {
  const Dataset dataset = two_and_one();
  const auto errors =
      reconstruction_errors(constant_model(4, OutputKind::softmax, {0, 0, 0, 0}), dataset, Fold::train, 1);
  // p = 1/4 everywhere
  EXPECT_THAT(*errors.mse,
              DoubleNear((square(0.75) + square(0.25) + 2 * square(0.25) + square(0.05) + 3 * square(0.25)) / 8, 1e-7));
  // (1, 0.5) → (0.75, 0.25): 2 · 0.25²; (0.2) → everything raised by 0.2: 4 · 0.2²
  EXPECT_THAT(*errors.mse_floor, DoubleNear((0.125 + 0.16) / 8, 1e-8));
  EXPECT_FALSE(errors.rmse_rated.has_value());
}

TEST(SimplexDistance, AgreesWithProjectionsByHand) {
  const auto distance = [](std::vector<float> values, std::int64_t items) {
    return squared_distance_to_simplex(values, items);
  };
  EXPECT_THAT(distance({}, 5), DoubleNear(1.0 / 5, 1e-12));
  EXPECT_THAT(distance({1}, 5), DoubleNear(0, 1e-12));
  EXPECT_THAT(distance({0.5F}, 2), DoubleNear(0.125, 1e-12));  // → (0.75, 0.25)
  EXPECT_THAT(distance({1, 1}, 100), DoubleNear(0.5, 1e-12));  // → (0.5, 0.5)
  EXPECT_THAT(distance({1, 0.125F}, 3), DoubleNear(2 * square(0.0625), 1e-12));
  EXPECT_THAT(distance({3, 0.25F}, 3), DoubleNear(4 + 0.0625, 1e-12));  // → (1, 0, 0)
}

/// Among many rows of the simplex none is nearer than the distance says, and the projection found by bisection is as
/// near.
TEST(SimplexDistance, AgreesWithBisection) {
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<float> values;
    for (int i = 0; i < 1 + trial % 9; ++i) values.push_back(0.1F * static_cast<float>(1 + (trial * 7 + i * 3) % 10));
    constexpr std::int64_t items = 12;
    std::vector<double> dense(items);
    std::copy(values.begin(), values.end(), dense.begin());
    double low = -1, high = 1;
    for (int step = 0; step < 200; ++step) {
      const double tau = (low + high) / 2;
      double sum = 0;
      for (const double t : dense) sum += std::max(t - tau, 0.0);
      (sum > 1 ? low : high) = tau;
    }
    double expected = 0;
    for (const double t : dense) expected += square(std::max(t - low, 0.0) - t);
    EXPECT_THAT(squared_distance_to_simplex(values, items), DoubleNear(expected, 1e-9)) << "trial " << trial;
  }
}

TEST(ReconstructionErrors, AgreeWithDenseRowsForEveryArchitecture) {
  const Dataset dataset = tiny_dataset();
  for (const auto& architecture : allowed_architectures()) {
    SCOPED_TRACE(std::string(name_of(architecture.output)) + " from " + std::string(name_of(architecture.input)));
    const TrainedModel model = tiny_model(architecture, 75);
    double all = 0, rated = 0, held_out = 0, cells = 0, held_out_cells = 0;
    const auto users = dataset.users_in(Fold::test);
    for (const auto user : users) {
      const auto target = dense_row(dataset, user, Input::ratings);
      const auto hidden = dense_row(dataset, user, Input::ratings, Part::target);
      const auto y = plain_outputs(network(model), dense_row(dataset, user, architecture.input));
      const auto from_given = plain_outputs(network(model), dense_row(dataset, user, architecture.input, Part::given));
      for (std::size_t i = 0; i < target.size(); ++i) {
        all += square(y[i] - target[i]);
        if (target[i] > 0) rated += square(y[i] - target[i]), ++cells;
        if (hidden[i] > 0) held_out += square(from_given[i] - hidden[i]), ++held_out_cells;
      }
    }
    const auto errors = reconstruction_errors(model, dataset, Fold::test, 2);
    EXPECT_THAT(*errors.mse, DoubleNear(all / (75.0 * static_cast<double>(users.size())), 1e-6));
    EXPECT_EQ(errors.mse_floor.has_value(), architecture.output == OutputKind::softmax);
    EXPECT_GE(*errors.mse, errors.mse_floor.value_or(0));
    ASSERT_EQ(errors.rmse_rated.has_value(), predicts_ratings(architecture));
    if (errors.rmse_rated) {
      EXPECT_THAT(*errors.rmse_rated, DoubleNear(5 * std::sqrt(rated / cells), 1e-5));
      EXPECT_THAT(*errors.rmse_held_out, DoubleNear(5 * std::sqrt(held_out / held_out_cells), 1e-5));
    }
  }
}

TEST(ReconstructionErrors, DoNotDependOnThreads) {
  const Dataset dataset = tiny_dataset();
  for (const auto& architecture : allowed_architectures()) {
    const TrainedModel model = tiny_model(architecture, 75);
    const auto one = reconstruction_errors(model, dataset, Fold::train, 1),
               four = reconstruction_errors(model, dataset, Fold::train, 4);
    EXPECT_EQ(one.mse, four.mse);
    EXPECT_EQ(one.mse_item_mean, four.mse_item_mean);
    EXPECT_EQ(one.mse_floor, four.mse_floor);
    EXPECT_EQ(one.rmse_rated, four.rmse_rated);
  }
}

}  // namespace
}  // namespace encore
