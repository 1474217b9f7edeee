// Shapes and initial values of the network.
#include "network/autoencoder.h"

#include <algorithm>
#include <cmath>

#include "kernel/counter_hash.h"
#include "kernel/fresh_memory.h"
#include "process/resources.h"

namespace encore {
namespace {

/// What an item of a channel is worth beside a liked one before anything is learned: enough for the rows of the table to be
/// learned from it, too.
constexpr float weight_of_channels = 0.3F;

/// Glorot & Bengio 2010: uniform in ±√(6 / (fan in + fan out)).
void fill_glorot(float* rows, ItemRange range, std::int64_t width, std::int64_t stride, std::int64_t fan_sum,
                 std::uint64_t seed, std::uint64_t layer) {
  const kernel::CounterHash random(seed, kernel::Purpose::initial_weights, layer);
  const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(fan_sum)));
  for (std::int64_t r = range.first; r < range.last; ++r) {
    for (std::int64_t c = 0; c < width; ++c) {
      rows[(r - range.first) * stride + c] =
          limit * (2 * random.uniform(static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c)) - 1);
    }
  }
}

ItemTable item_table(ItemRange range, std::int64_t width, std::int64_t stride) {
  return {range.size(), width, stride,
          kernel::zeros_by<kernel::AlignedFloats>(static_cast<std::size_t>(range.size() * stride), available_threads()), range.first};
}

}  // namespace

Autoencoder Autoencoder::shaped(const Architecture& architecture, std::int64_t items) {
  return shaped(architecture, items, {0, items});
}

Autoencoder Autoencoder::shaped(const Architecture& architecture, std::int64_t items, ItemRange range) {
  Autoencoder network;
  network.architecture = architecture;
  network.items = items;
  const auto& hidden = architecture.hidden;
  network.output = item_table(range, hidden.back(), padded(hidden.back() + 1));
  network.first = item_table(range, hidden[0], padded(hidden[0]));
  network.first_bias.assign(static_cast<std::size_t>((1 + network.channels()) * network.first.stride), 0.0F);
  const std::vector<LayerShape> shapes = layer_shapes(architecture, items);
  for (std::size_t i = 1; i + 1 < shapes.size(); ++i) {
    DenseLayer layer;
    layer.is_elementwise = is_elementwise(shapes[i]);
    layer.outputs = shapes[i].outputs, layer.inputs = layer.is_elementwise ? layer.outputs : shapes[i].inputs;
    layer.weight.assign(static_cast<std::size_t>(layer.weight_rows() * layer.stride()), 0.0F);
    layer.bias.assign(static_cast<std::size_t>(padded(layer.outputs)), 0.0F);
    network.inner.push_back(std::move(layer));
  }
  return network;
}

Autoencoder Autoencoder::initialised(const Architecture& architecture, std::int64_t items, ItemRange range,
                                     std::uint64_t seed) {
  Autoencoder network = shaped(architecture, items, range);
  std::uint64_t layer = 0;
  ItemTable& first = network.first;
  fill_glorot(first.values.data(), range, first.width, first.stride, items + first.width, seed, layer++);
  for (int c = 0; c < network.channels(); ++c) std::fill_n(network.channel(c), first.width, weight_of_channels);
  for (DenseLayer& inner : network.inner) {
    if (inner.is_elementwise) {
      std::fill_n(inner.weight.begin(), inner.inputs, 1.0F);
      continue;
    }
    fill_glorot(inner.weight.data(), {0, inner.outputs}, inner.inputs, inner.stride(), inner.inputs + inner.outputs,
                seed, layer++);
  }
  ItemTable& output = network.output;
  fill_glorot(output.values.data(), range, output.width, output.stride, items + output.width, seed, layer);
  return network;
}

Autoencoder encoder_of(const Autoencoder& network) {
  Autoencoder encoder;
  encoder.architecture = network.architecture;
  encoder.items = network.items;
  encoder.first = network.first;
  encoder.output = {0, network.output.width, network.output.stride, {}, network.output.first_item};
  encoder.first_bias = network.first_bias;
  encoder.inner = network.inner;
  return encoder;
}

std::int64_t Autoencoder::parameters() const {
  std::int64_t sum = 0;
  for (const LayerShape& layer : layer_shapes(architecture, items)) sum += layer.parameters();
  return sum + channels() * first.width;
}

}  // namespace encore
