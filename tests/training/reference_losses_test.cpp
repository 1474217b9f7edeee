// Whole trainings against another framework: the loss of every step, of every epoch, and how far each layer has moved,
// as Keras gives them for the same data, initial weights and order of users. The expected numbers stand in
// fixture/reference_losses.csv; fixture/keras_reference.py made them and says how to make them again. The data is the
// twin of MovieLens 1M, generated and prepared here. Not the gradients one by one (gradient_test.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "folder/dataset_folder.h"
#include "evaluation/evaluation.h"
#include "generation/twin.h"
#include "temporary_folder.h"
#include "preparation/preparation.h"
#include "training/network_loss.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// A sanitizer makes the trainings some ten times as long: one epoch of each is compared then, not all.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool checked_by_sanitizer = true;
#else
constexpr bool checked_by_sanitizer = false;
#endif

using Numbers = std::map<std::string, std::vector<double>>;  ///< by kind: step, epoch, test_mse, moved

struct Fixture {
  std::string fingerprint;
  std::map<std::string, Numbers> cases;
};

/// Lines are `# remark`, one head, then `case,kind,number,value` with numbers from 1 upwards in each kind.
Fixture read_fixture() {
  std::ifstream file(std::string(ENCORE_SOURCE_DIR) + "/tests/training/fixture/reference_losses.csv");
  Fixture fixture;
  const std::string mark = "# dataset: ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(mark)) fixture.fingerprint = line.substr(mark.size());
    if (line.starts_with("#") || line.starts_with("case,")) continue;
    std::istringstream cells(line);
    std::string model, kind, number, value;
    std::getline(cells, model, ','), std::getline(cells, kind, ','), std::getline(cells, number, ','),
        std::getline(cells, value);
    fixture.cases[model][kind].push_back(std::stod(value));
  }
  return fixture;
}

/// The settings of keras_reference.py, every one of them said here: no default of ours may change the comparison.
TrainingPlan plan_of(const std::string& model) {
  TrainingPlan plan;
  if (model == "reference") {
    plan.architecture = {model,    Input::ratings, false, 0, {150, 25, 150}, Activation::relu, OutputKind::softmax,
                         Loss::mse};
    plan.learning = {.learning_rate = 1e-3, .epsilon = 1e-7, .weight_decay = 0, .batch_size = 64, .epochs = 5};
  } else if (model == "mult-dae") {
    plan.architecture = {
        model, Input::binary, true, 0, {200}, Activation::tanh, OutputKind::softmax, Loss::multinomial};
    plan.learning = {
        .learning_rate = 1e-3, .epsilon = 1e-8, .weight_decay = 0.01 / 500, .batch_size = 500, .epochs = 5};
  } else {
    plan.architecture = {model,           Input::ratings, false, 0, {200}, Activation::sigmoid, OutputKind::linear,
                         Loss::masked_mse};
    plan.learning = {.learning_rate = 1e-3, .epsilon = 1e-7, .weight_decay = 1e-4, .batch_size = 64, .epochs = 1};
  }
  if (checked_by_sanitizer) plan.learning.epochs = 1;
  plan.seed = 42;
  plan.parallel = Parallel::items;
  plan.shards = plan.threads = 2;
  plan.block_items = 128;
  plan.device = "cpu";
  return plan;
}

Dataset twin_of_ml_1m() {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "twin");
  generation::write_twin(folder / "twin", generation::shape_of("ml-1m", 1), 42, 2, [](std::int64_t) {});
  PrepareSettings settings;
  settings.source = folder / "twin", settings.output = folder / "dataset";
  settings.hold_out = 0.2, settings.validation = 0, settings.seed = 42;
  settings.scale = "0.5-5", settings.liked = 4;
  prepare_dataset(settings, 2, {.quiet = true});
  return read_dataset(folder / "dataset");
}

/// Root mean square of w − start over the numbers of one kind: weights [rows][width], or biases where width is 1.
double distance(const float* w, const float* start, std::int64_t rows, std::int64_t width, std::int64_t stride) {
  double sum = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < width; ++c)
      sum += std::pow(static_cast<double>(w[r * stride + c]) - start[r * stride + c], 2);
  }
  return std::sqrt(sum / static_cast<double>(rows * width));
}

/// How far each layer has moved, in Keras' order: weights and biases of the first layer, of the next, … of the output.
std::vector<double> moved(const Autoencoder& now, const Autoencoder& start) {
  const ItemTable &first = now.first, &output = now.output;
  std::vector<double> far{distance(first.row(0), start.first.row(0), now.items, first.width, first.stride),
                          distance(now.first_bias.data(), start.first_bias.data(), first.width, 1, 1)};
  for (std::size_t l = 0; l < now.inner.size(); ++l) {
    const DenseLayer &layer = now.inner[l], &before = start.inner[l];
    far.push_back(distance(layer.weight.data(), before.weight.data(), layer.outputs, layer.inputs, layer.stride()));
    far.push_back(distance(layer.bias.data(), before.bias.data(), layer.outputs, 1, 1));
  }
  far.push_back(distance(output.row(0), start.output.row(0), now.items, output.width, output.stride));
  far.push_back(
      distance(output.row(0) + output.width, start.output.row(0) + output.width, now.items, 1, output.stride));
  return far;
}

/// What Encore's trainer gives for the kinds of the fixture.
Numbers numbers_of(const Dataset& data, const TrainingPlan& plan) {
  Numbers numbers;
  TrainingState state = fresh_state(plan, data);
  // The fixture starts every bias at zero; that a masked loss starts at the mean rating is warm_start_test's business.
  state.workers[0].network = Autoencoder::initialised(plan.architecture, data.items.size(), plan.seed);
  const Autoencoder start = state.model();
  LossSum before;
  TrainingObserver observer;
  observer.on_progress = [&](std::int64_t, double, double) {
    const LossSum& now = state.workers[0].loss;
    numbers["step"].push_back((now.sum - before.sum) / (now.weight - before.weight));
    before = now;
  };
  observer.on_epoch = [&](const EpochRecord& record) {
    before = {};
    numbers["epoch"].push_back(record.train_loss);
    if (plan.architecture.loss == Loss::mse) {
      numbers["test_mse"].push_back(mean_loss(state.model(), data, Fold::test, plan.threads, plan.block_items));
    }
    for (const double far : moved(state.model(), start)) numbers["moved"].push_back(far);
  };
  train(data, plan, state, "unused", observer);
  return numbers;
}

/// How far the numbers may be from Keras', as a share of them; about ten times what was measured.
struct Tolerance {
  double step, epoch, moved;
  std::size_t calm_epochs;  ///< afterwards rounding decides which films get the mass (keras_reference.py)
  double later_epoch;
};

const std::map<std::string, Tolerance> tolerances{{"reference", {3e-7, 3e-7, 4e-5, 3, 1e-3}},
                                                  {"mult-dae", {1.5e-7, 1e-7, 5e-6, 5, 0}},
                                                  {"autorec", {2e-6, 4e-7, 5e-6, 1, 0}}};

double difference(double found, double expected) { return std::abs(found / expected - 1); }

void expect_close(const Numbers& found, const Numbers& expected, const Tolerance& tolerance) {
  for (const auto& [kind, values] : expected) {
    const std::size_t compared = checked_by_sanitizer ? std::min(values.size(), found.at(kind).size()) : values.size();
    ASSERT_GE(found.at(kind).size(), compared) << kind;
    for (std::size_t i = 0; i < compared; ++i) {
      const bool calm = kind == "step" || kind == "moved" || i < tolerance.calm_epochs;
      const double usual = kind == "step" ? tolerance.step : kind == "moved" ? tolerance.moved : tolerance.epoch;
      EXPECT_LE(difference(found.at(kind)[i], values[i]), calm ? usual : tolerance.later_epoch)
          << kind << ' ' << i + 1 << " is " << found.at(kind)[i] << ", Keras has " << values[i];
    }
  }
}

TEST(ReferenceLosses, are_those_of_keras_on_data_of_ml_1ms_size) {
  const Fixture fixture = read_fixture();
  ASSERT_EQ(fixture.cases.size(), tolerances.size()) << "fixture/reference_losses.csv is missing or damaged";
  const Dataset data = twin_of_ml_1m();
  ASSERT_EQ(data.fingerprint, fixture.fingerprint)
      << "`encore generate` or `encore prepare` give other ratings than Keras was trained on; "
         "make fixture/reference_losses.csv again as the head of keras_reference.py says";
  for (const auto& [model, tolerance] : tolerances) {
    SCOPED_TRACE(model);
    expect_close(numbers_of(data, plan_of(model)), fixture.cases.at(model), tolerance);
  }

  // What the comparison is worth: with another ε, the classic mistake, the losses stay close for an epoch, the weights
  // do not.
  TrainingPlan other = plan_of("reference");
  other.learning.epsilon = 1e-8, other.learning.epochs = 1;
  const Numbers strange = numbers_of(data, other);
  EXPECT_GT(difference(strange.at("moved")[0], fixture.cases.at("reference").at("moved")[0]),
            100 * tolerances.at("reference").moved);
}

}  // namespace
}  // namespace encore
