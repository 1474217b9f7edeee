// The tensors follow layer_shapes (architecture.h); padding exists in memory only.
#include "model/network_file.h"

#include <fmt/format.h>

#include <vector>

#include "model/safetensors.h"
#include "process/error.h"

namespace encore {
namespace {

/// The tensors of `network` but the output's biases, which stand in no run of their own: Float is `float` or `const
/// float`.
template <class Float, class Network>
std::vector<TensorOf<Float>> tensors_of(Network& network) {
  const auto shapes = layer_shapes(network.architecture, network.items);
  std::vector<TensorOf<Float>> tensors;
  if (network.first.items > 0) {
    const auto& name = shapes.front().name;
    const std::int64_t width = network.first.width;
    tensors.push_back({name + ".weight", {network.items, width}, network.first.values.data(), network.first.stride});
    tensors.push_back({name + ".bias", {width}, network.first_bias.data(), width});
  }
  for (std::size_t i = 0; i < network.inner.size(); ++i) {
    auto& layer = network.inner[i];
    const auto& name = shapes[i + 1].name;
    tensors.push_back({name + ".weight", {layer.outputs, layer.inputs}, layer.weight.data(), layer.stride()});
    tensors.push_back({name + ".bias", {layer.outputs}, layer.bias.data(), layer.outputs});
  }
  if (network.output.width > 0) {
    tensors.push_back(
        {"output.weight", {network.items, network.output.width}, network.output.values.data(), network.output.stride});
  }
  return tensors;
}

/// The output table's biases stand in the column behind its weights; the file keeps them apart.
std::vector<float> output_bias(const Autoencoder& network) {
  std::vector<float> bias(static_cast<std::size_t>(network.items));
  for (std::int64_t item = 0; item < network.items; ++item) {
    bias[static_cast<std::size_t>(item)] = network.output.row(item)[network.output.width];
  }
  return bias;
}

}  // namespace

Autoencoder read_network(const std::filesystem::path& file, const Architecture& architecture, std::int64_t items,
                         const std::string& fingerprint) {
  SafetensorsReader reader(file);
  if (const auto said = reader.metadata().find("dataset_fingerprint");
      said == reader.metadata().end() || said->second != fingerprint) {
    throw UserError(
        fmt::format("{} belongs to another model than {} beside it: they name different datasets; copy the model again",
                    file.string(), "config.json"));
  }
  std::int64_t parameters = 0;
  for (const auto& layer : layer_shapes(architecture, items)) parameters += layer.parameters();
  if (static_cast<std::uint64_t>(parameters) * sizeof(float) > std::filesystem::file_size(file)) {
    throw UserError(
        fmt::format("{} is too short for the {} parameters that {} speaks of; copy the model again or train it again",
                    file.string(), parameters, "config.json"));
  }
  Autoencoder network = Autoencoder::shaped(architecture, items);
  for (const auto& tensor : tensors_of<float>(network)) reader.read(tensor);
  std::vector<float> bias(static_cast<std::size_t>(items));
  reader.read({"output.bias", {items}, bias.data(), items});
  for (std::int64_t item = 0; item < items; ++item) {
    network.output.row(item)[network.output.width] = bias[static_cast<std::size_t>(item)];
  }
  reader.expect_all_read();
  return network;
}

void write_network(const std::filesystem::path& file, const Autoencoder& network, const std::string& fingerprint) {
  auto tensors = tensors_of<const float>(network);
  const std::vector<float> bias = output_bias(network);
  tensors.push_back({"output.bias", {network.items}, bias.data(), network.items});
  write_safetensors(file, tensors, {{"format", "encore"}, {"dataset_fingerprint", fingerprint}});
}

}  // namespace encore
