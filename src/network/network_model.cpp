// The tensors follow layer_shapes (architecture.h); padding exists in memory only.
#include "network/network_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "kernel/kernels.h"
#include "model/model_source.h"
#include "model/unopened_model.h"
#include "network/network_in_file.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;

/// The tensors of a network but the output's biases, which stand in no run of their own: Float is `float` or `const
/// float`.
template <class Float, class Network>
std::vector<ModelTensor<Float>> tensors_of(Network& network) {
  const auto shapes = layer_shapes(network.architecture, network.items);
  std::vector<ModelTensor<Float>> tensors;
  const auto add = [&](const std::string& name, TensorShape shape, Float* values, std::int64_t stride,
                       std::optional<std::int64_t> first_item = {}) {
    tensors.push_back({{name, std::move(shape), values, stride}, first_item});
  };
  const auto& first = shapes.front().name;
  add(first + ".weight", {network.first.items, network.first.width}, network.first.values.data(), network.first.stride,
      network.first.first_item);
  add(first + ".bias", {network.first.width}, network.first_bias.data(), network.first.width);
  if (network.channels() > 0)
    add(first + ".channels", {network.channels(), network.first.width}, network.channel(0), network.first.stride);
  for (std::size_t i = 0; i < network.inner.size(); ++i) {
    auto& layer = network.inner[i];
    const auto& name = shapes[i + 1].name;
    if (layer.is_elementwise) add(name + ".weight", {layer.inputs}, layer.weight.data(), layer.inputs);
    else add(name + ".weight", {layer.outputs, layer.inputs}, layer.weight.data(), layer.stride());
    add(name + ".bias", {layer.outputs}, layer.bias.data(), layer.outputs);
  }
  add("output.weight", {network.output.items, network.output.width}, network.output.values.data(), network.output.stride,
      network.output.first_item);
  return tensors;
}

Json architecture_json(const Architecture& a) {
  return {{"model", a.model},
          {"input", name_of(a.input)},
          {"normalise_input", a.normalise_input},
          {"input_dropout", a.input_dropout},
          {"hidden", a.hidden},
          {"activation", name_of(a.activation)},
          {"output", name_of(a.output)},
          {"loss", name_of(a.loss)},
          {"middle", name_of(a.middle)}};
}

Architecture parse_architecture(const ConfigReader& reader) {
  Architecture a;
  a.model = reader.get<std::string>("model");
  a.input = named(reader, "input", [](const std::string& name) { return input_named(name); });
  a.normalise_input = reader.get<bool>("normalise_input");
  a.input_dropout = reader.number("input_dropout");
  a.hidden = reader.get<std::vector<std::int64_t>>("hidden");
  if (a.hidden.empty()) reader.complain("hidden", "is empty");
  for (const auto width : a.hidden) {
    if (width < 1 || width > 1'000'000) reader.complain("hidden", fmt::format("holds a layer of {} units", width));
  }
  a.activation = named(reader, "activation", [](const std::string& name) { return activation_named(name); });
  a.output = named(reader, "output", [](const std::string& name) { return output_named(name); });
  a.loss = named(reader, "loss", [](const std::string& name) { return loss_named(name); });
  if (!is_allowed(a.output, a.loss))
    reader.complain("loss", fmt::format("does not go with the output {}", name_of(a.output)));
  if (reader.has("middle"))  // models from before there was a choice have none
    a.middle = named(reader, "middle", [](const std::string& name) { return middle_named(name); });
  if (const std::string fault = fault_of_widths(a); !fault.empty()) reader.complain("hidden", fault);
  return a;
}

}  // namespace

NetworkModel::NetworkModel(Autoencoder network, std::int64_t block_items)
    : NetworkModel(std::make_shared<const Autoencoder>(std::move(network)), block_items) {}

NetworkModel::NetworkModel(std::shared_ptr<const Autoencoder> network, std::int64_t block_items)
    : network_(std::move(network)), scorer_(*network_, block_items) {
  const ItemRange range = network_->range();
  for (std::int64_t item = range.first; item < range.last; ++item)
    output_bias_.push_back(network_->output.row(item)[network_->output.width]);
}

NetworkModel model_of(const Autoencoder& network, std::int64_t block_items) {
  return {std::shared_ptr<const Autoencoder>(std::shared_ptr<void>(), &network), block_items};
}

ScoreKind score_kind_of(const Architecture& architecture) {
  if (architecture.output == OutputKind::softmax) return ScoreKind::probability;
  return predicts_ratings(architecture) ? ScoreKind::stars : ScoreKind::score;
}

ScoreKind NetworkModel::score_kind() const { return score_kind_of(network_->architecture); }

std::span<const float> NetworkModel::item_vector(std::int32_t item) const {
  return {network_->output.row(item), static_cast<std::size_t>(network_->output.width)};
}

float NetworkModel::score_behind(float order) const { return score_behind_logit(network_->architecture, order); }

float score_behind_logit(const Architecture& architecture, float logit) {
  if (architecture.output != OutputKind::sigmoid) return logit;
  kernel::AlignedFloats numbers(16, logit);  // the kernel's own σ, so that every way to a score ends at the same bits
  kernel::device_named("cpu").activate(kernel::Curve::sigmoid, numbers.data(), std::ssize(numbers));
  return numbers[0];
}

bool NetworkModel::knows(std::int32_t item) const {
  const ItemRange here = network_->range();  // a process of a cluster cannot know more
  return item < here.first || item >= here.last || !network_->first.is_silent(item);
}

std::vector<Fact> NetworkModel::facts() const {
  const Architecture& a = network_->architecture;
  std::vector<Fact> facts{{"input", fmt::format("{}{}{}", name_of(a.input), a.normalise_input ? ", normalised" : "",
                                a.input_dropout > 0 ? fmt::format(", dropout {:g}", a.input_dropout) : "")},
                          {"hidden", fmt::format("{}, {}", fmt::join(a.hidden, "-"), name_of(a.activation))}};
  if (a.middle == MiddleKind::residual) {
    facts.back().value = fmt::format("{} residual layers of {}, swish, layer norm", residual_layers, a.hidden[0]);
    facts.push_back({"latent", fmt::format("normal, {} coordinates, drawn in training; composite prior", a.hidden[1])});
  }
  if (a.middle == MiddleKind::variational)
    facts.push_back({"latent", fmt::format("normal, {} coordinates, drawn in training", a.hidden[latent_layer(a)])});
  facts.push_back({"output and loss", fmt::format("{}, {}", name_of(a.output), name_of(a.loss))});
  return facts;
}

CheckedJson NetworkModel::architecture() const { return architecture_json(network_->architecture); }

std::vector<ModelTensor<const float>> NetworkModel::tensors() const {
  auto tensors = tensors_of<const float>(*network_);
  const auto items = std::ssize(output_bias_);
  tensors.push_back({{"output.bias", {items}, output_bias_.data(), items}, network_->output.first_item});
  return tensors;
}

std::vector<float> read_output_bias(std::int64_t items, TensorSource& source) {
  std::vector<float> bias(static_cast<std::size_t>(items));
  source.read({"output.bias", {items}, bias.data(), items});
  return bias;
}

Autoencoder read_network(const Architecture& architecture, std::int64_t items, TensorSource& source) {
  Autoencoder network = Autoencoder::shaped(architecture, items);
  for (const auto& one : tensors_of<float>(network)) source.read(one.tensor);
  const std::vector<float> bias = read_output_bias(items, source);
  for (std::int64_t item = 0; item < items; ++item)
    network.output.row(item)[network.output.width] = bias[static_cast<std::size_t>(item)];
  return network;
}

Autoencoder read_layers(const Architecture& architecture, std::int64_t items, TensorSource& source) {
  Autoencoder network = Autoencoder::shaped(architecture, items, {0, 0});
  for (const auto& one : tensors_of<float>(network))
    if (!one.first_item) source.read(one.tensor);
  return network;
}

std::shared_ptr<const Model> open_network(const ModelSource& source) {
  const Architecture architecture = parse_architecture(source.architecture);
  std::int64_t parameters = 0;
  for (const auto& layer : layer_shapes(architecture, source.items)) parameters += layer.parameters();
  source.tensors.require_room_for(parameters);
  if (source.stays) return std::make_shared<const NetworkInFile>(architecture, source.items, source.block_items, source.stays);
  return std::make_shared<const NetworkModel>(read_network(architecture, source.items, source.tensors), source.block_items);
}

const Autoencoder* network_in(const Model& model) {
  if (const auto* unopened = dynamic_cast<const UnopenedModel*>(&model)) return network_in(unopened->opened());
  if (const auto* in_file = dynamic_cast<const NetworkInFile*>(&model)) return &in_file->whole().network();
  const auto* network = dynamic_cast<const NetworkModel*>(&model);
  return network == nullptr ? nullptr : &network->network();
}

const Autoencoder& network_of(const Model& model) {
  const Autoencoder* network = network_in(model);
  if (network == nullptr) throw std::logic_error("this model is no network");
  return *network;
}

}  // namespace encore
