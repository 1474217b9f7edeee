// Trainings of the variational networks against another framework: the loss of every step, how they are judged, and how far each
// layer has moved, as PyTorch gives them for the same likes, weights, order of users, dropout and draws. The expected numbers stand
// in fixture/torch_losses.csv; fixture/torch_reference.py made them and says how to make them again. Not the gradients one by one
// (variational_gradient_test.cpp), and not the plain networks (reference_losses_test.cpp).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "kernel/counter_hash.h"
#include "tiny_data.h"
#include "training/epoch_loop.h"
#include "training/warm_start.h"

namespace encore {
namespace {

using Numbers = std::map<std::string, std::vector<double>>;  ///< by kind: step, judged, moved

constexpr std::int32_t all_people = 1000, all_films = 500;
constexpr std::uint64_t the_seed = 42;

std::map<std::string, Numbers> read_fixture() {
  std::ifstream file(std::string(ENCORE_SOURCE_DIR) + "/tests/training/fixture/torch_losses.csv");
  std::map<std::string, Numbers> fixture;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#") || line.starts_with("case,")) continue;
    std::istringstream cells(line);
    std::string model, kind, number, value;
    std::getline(cells, model, ','), std::getline(cells, kind, ','), std::getline(cells, number, ','), std::getline(cells, value);
    fixture[model][kind].push_back(std::stod(value));
  }
  return fixture;
}

/// torch_reference.py's likes().
Dataset likes() {
  Dataset data = tiny::without_users(all_films);
  const kernel::CounterHash random(the_seed, kernel::Purpose::test_users, 0);
  for (std::int32_t user = 0; user < all_people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = 0; film < all_films; ++film) {
      const float chance = 0.4F / (1 + static_cast<float>(film) / 40);
      if (film == user % all_films || random.uniform(static_cast<std::uint64_t>(user), static_cast<std::uint64_t>(film)) < chance)
        row.emplace_back(film, 5.0F);
    }
    tiny::add_user(data, row);
  }
  return data;
}

/// The settings of torch_reference.py, every one of them said here: no default of ours may change the comparison.
TrainingPlan plan_of_mult_vae() {
  TrainingPlan plan;
  plan.architecture = {.model = "mult-vae",
                       .input = Input::binary,
                       .normalise_input = true,
                       .input_dropout = 0.5,
                       .hidden = {60, 20, 60},
                       .activation = Activation::tanh,
                       .output = OutputKind::softmax,
                       .loss = Loss::multinomial,
                       .middle = MiddleKind::variational};
  plan.learning = {.learning_rate = 1e-3, .epsilon = 1e-8, .weight_decay = 0, .batch_size = 100, .epochs = 5};
  plan.knobs = {{"beta", 0.3}, {"anneal", std::int64_t{40}}};
  plan.seed = the_seed;
  plan.shards = plan.threads = 2;
  return plan;
}

double distance(const float* now, const float* before, std::int64_t rows, std::int64_t width, std::int64_t stride) {
  double sum = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < width; ++c)
      sum += std::pow(static_cast<double>(now[r * stride + c]) - static_cast<double>(before[r * stride + c]), 2);
  }
  return std::sqrt(sum / static_cast<double>(rows * width));
}

/// How far each layer has moved, in torch's order: weights and biases of the first layer, of the next, … of the output.
std::vector<double> moved(const Autoencoder& now, const Autoencoder& start) {
  const ItemTable &first = now.first, &output = now.output;
  std::vector<double> far{distance(first.row(0), start.first.row(0), now.items, first.width, first.stride),
                          distance(now.first_bias.data(), start.first_bias.data(), 1, first.width, first.width)};
  for (std::size_t l = 0; l < now.inner.size(); ++l) {
    const DenseLayer &layer = now.inner[l], &before = start.inner[l];
    far.push_back(distance(layer.weight.data(), before.weight.data(), layer.weight_rows(), layer.inputs, layer.stride()));
    far.push_back(distance(layer.bias.data(), before.bias.data(), 1, layer.outputs, layer.outputs));
  }
  far.push_back(distance(output.row(0), start.output.row(0), now.items, output.width, output.stride));
  far.push_back(distance(output.row(0) + output.width, start.output.row(0) + output.width, now.items, 1, output.stride));
  return far;
}

Numbers numbers_of(const Dataset& data, const TrainingPlan& plan) {
  Numbers numbers;
  TrainingState state = fresh_state(plan, data);
  const Autoencoder start = state.model();
  ClusterWorld world(plan.shards, plan.threads);
  EpochLoop loop(data, plan, state, world, [&, before = LossSum()](double) mutable {
    const LossSum& now = state.workers[0].loss;
    if (now.weight < before.weight) before = {};
    numbers["step"].push_back((now.sum - before.sum) / (now.weight - before.weight));
    before = now;
  });
  while (!is_finished(plan, state)) loop.run_epoch();
  numbers["judged"].push_back(state.history.back().train_loss);
  numbers["moved"] = moved(state.model(), start);
  return numbers;
}

void expect_close(const Numbers& found, const Numbers& expected, double loss, double far) {
  for (const auto& [kind, values] : expected) {
    ASSERT_EQ(found.at(kind).size(), values.size()) << kind;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(found.at(kind)[i] / values[i], 1, kind == "moved" ? far : loss)
          << kind << ' ' << i + 1 << " is " << found.at(kind)[i] << ", torch has " << values[i];
    }
  }
}

TEST(TorchLosses, of_mult_vae) {
  TrainingPlan plan = plan_of_mult_vae();
  plan.loss_after_epoch = true;
  expect_close(numbers_of(likes(), plan), read_fixture().at("mult-vae"), 1e-6, 1e-5);
}

TEST(TorchLosses, of_recvae) {
  TrainingPlan plan = plan_of_mult_vae();
  plan.architecture.model = "recvae", plan.architecture.middle = MiddleKind::residual, plan.architecture.hidden = {48, 16};
  plan.learning.learning_rate = 5e-4, plan.learning.epochs = 2;
  plan.knobs = {{"gamma", 0.005}};
  plan.loss_after_epoch = true;
  expect_close(numbers_of(likes(), plan), read_fixture().at("recvae"), 2e-6, 2e-5);
}

}  // namespace
}  // namespace encore
