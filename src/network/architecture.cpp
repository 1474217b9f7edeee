// The tables of activations, outputs, middles and named networks: a new named network is a new row here and nothing else. What
// computes a row of the others is chosen in middle.cpp and training/output_loss.cpp; the losses' table is loss_table.cpp.
#include "network/architecture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "model/named_value.h"
#include "network/loss_table.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::array activations{Named{Activation::linear, "linear"}, Named{Activation::relu, "relu"},
                                 Named{Activation::tanh, "tanh"}, Named{Activation::sigmoid, "sigmoid"}};
constexpr std::array outputs{Named{OutputKind::linear, "linear"}, Named{OutputKind::sigmoid, "sigmoid"},
                             Named{OutputKind::softmax, "softmax"}};
constexpr std::array middles{Named{MiddleKind::plain, "plain"}, Named{MiddleKind::variational, "variational"},
                             Named{MiddleKind::residual, "residual"}};

const std::vector<NamedModel>& model_table() {
  static const std::vector<NamedModel> table{
      {"mult-dae",
       "Denoising autoencoder with multinomial likelihood (Liang et al. 2018); the default.",
       {"mult-dae", Input::binary, true, 0.5, {200}, Activation::tanh, OutputKind::softmax, Loss::multinomial},
       {.learning_rate = 1e-3, .epsilon = 1e-8, .weight_decay = 0.01 / 500, .batch_size = 100, .epochs = 50},
       1250},
      {"reference",
       "The study's network: 150-25-150 ReLU, softmax over all films, mean squared error over all cells.",
       {"reference", Input::ratings, false, 0, {150, 25, 150}, Activation::relu, OutputKind::softmax, Loss::mse},
       {.learning_rate = 1e-3, .epsilon = 1e-7, .weight_decay = 0, .batch_size = 64, .epochs = 50}},
      {"autorec",
       "Rating prediction: sigmoid hidden layer, linear output, error on rated cells only (Sedhain et al. 2015).",
       {"autorec", Input::ratings, false, 0, {50}, Activation::sigmoid, OutputKind::linear, Loss::masked_mse},
       {.learning_rate = 1e-3, .epsilon = 1e-7, .weight_decay = 3e-4, .batch_size = 64, .epochs = 25},
       300},
  };
  return table;
}

}  // namespace

std::span<const NamedModel> named_models() { return model_table(); }

const NamedModel& named_model(std::string_view name) {
  std::vector<std::string_view> names;
  for (const NamedModel& row : model_table()) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  throw UserError(fmt::format("there is no network '{}'; it may be {}", name, fmt::join(names, ", ")));
}

std::string_view name_of(Activation v) { return name_in(activations, v); }
std::string_view name_of(OutputKind v) { return name_in(outputs, v); }
std::string_view name_of(Loss v) { return name_in(loss_kinds(), v); }
std::string_view name_of(MiddleKind v) { return name_in(middles, v); }
Activation activation_named(std::string_view name) { return value_in(activations, "activation", name); }
OutputKind output_named(std::string_view name) { return value_in(outputs, "output", name); }
Loss loss_named(std::string_view name) { return value_in(loss_kinds(), "loss", name); }
MiddleKind middle_named(std::string_view name) { return value_in(middles, "middle", name); }
std::vector<std::string_view> activation_names() { return names_in(activations); }
std::vector<std::string_view> output_names() { return names_in(outputs); }
std::vector<std::string_view> loss_names() { return names_in(loss_kinds()); }

bool is_allowed(OutputKind output, Loss loss) {
  const auto& outputs = kind_of(loss).outputs;
  return std::ranges::find(outputs, output) != outputs.end();
}

void require_allowed(OutputKind output, Loss loss) {
  if (is_allowed(output, loss)) return;
  std::vector<std::string_view> partners;
  for (const LossKind& row : loss_kinds()) {
    if (is_allowed(output, row.value)) partners.push_back(row.name);
  }
  throw UserError(fmt::format("--loss {} does not go with --output {}; with that output it may be {}", name_of(loss),
                              name_of(output), fmt::join(partners, ", ")));
}

std::string fault_of_widths(const Architecture& architecture) {
  const auto count = architecture.hidden.size();
  if (architecture.middle == MiddleKind::variational && (count < 2 || (count > 2 && count % 2 == 0)))
    return "needs the latent layer in the middle: two widths, or three, or another odd number";
  if (architecture.middle == MiddleKind::residual && count != 2)
    return "needs two widths, of the encoder's layers and of the latent layer";
  return {};
}

namespace {

constexpr std::string_view norm_prefix = "norm.";

/// The encoder's dense layers, the heads, and the norms behind the dense layers.
std::vector<LayerShape> residual_shapes(const Architecture& architecture, std::int64_t items) {
  const std::int64_t width = architecture.hidden[0], latent = architecture.hidden[1];
  std::vector<LayerShape> layers{{"encoder.0", items, width}};
  for (std::size_t i = 1; i < residual_layers; ++i) layers.push_back({fmt::format("encoder.{}", i), width, width});
  layers.push_back({"latent", width, 2 * latent});
  for (std::size_t i = 0; i < residual_layers; ++i)
    layers.push_back({fmt::format("{}{}", norm_prefix, i), 1, width});
  layers.push_back({"output", latent, items});
  return layers;
}

}  // namespace

bool is_elementwise(const LayerShape& layer) { return layer.name.starts_with(norm_prefix); }

std::vector<LayerShape> layer_shapes(const Architecture& architecture, std::int64_t items) {
  if (architecture.middle == MiddleKind::residual) return residual_shapes(architecture, items);
  std::vector<LayerShape> layers;
  const bool variational = architecture.middle == MiddleKind::variational;
  const std::size_t latent = variational ? latent_layer(architecture) : architecture.hidden.size();
  std::int64_t width = items;
  for (std::size_t i = 0; i < architecture.hidden.size(); ++i) {
    const std::int64_t own = architecture.hidden[i];
    if (i < latent) layers.push_back({fmt::format("encoder.{}", i), width, own});
    else if (i == latent) layers.push_back({"latent", width, 2 * own});
    else layers.push_back({fmt::format("decoder.{}", i - latent - 1), width, own});
    width = own;
  }
  layers.push_back({"output", width, items});
  return layers;
}

}  // namespace encore
