// The rows of the person's items make a first table of their own, in which the items are numbered anew.
#include "network/network_in_file.h"

#include <algorithm>

#include "kernel/flush_to_zero.h"
#include "model/file_tensors.h"
#include "network/middle.h"

namespace encore {
namespace {

Autoencoder layers_in(const std::shared_ptr<SafetensorsReader>& file, const Architecture& architecture, std::int64_t items) {
  FileTensors tensors(file);
  return read_layers(architecture, items, tensors);
}

std::vector<float> bias_in(const std::shared_ptr<SafetensorsReader>& file, std::int64_t items) {
  FileTensors tensors(file);
  return read_output_bias(items, tensors);
}

std::string name_of_first(const Architecture& architecture, std::int64_t items) {
  return layer_shapes(architecture, items).front().name + ".weight";
}

}  // namespace

NetworkInFile::NetworkInFile(const Architecture& architecture, std::int64_t items, std::int64_t block_items,
                             std::shared_ptr<SafetensorsReader> file)
    : file_(std::move(file)),
      block_items_(block_items),
      layers_(layers_in(file_, architecture, items)),
      output_bias_(bias_in(file_, items)),
      first_(RowsInFile(file_, name_of_first(architecture, items), {items, layers_.first.width}), layers_.first.stride),
      output_(file_, "output.weight", {items, layers_.output.width}) {}

void NetworkInFile::run(const InputRows& rows, const ScoringPass& pass, const VisitBlock& visit) const {
  const kernel::FlushToZero as_in_training;
  std::vector<std::int32_t> asked(rows.item.begin(), rows.item.end());
  std::ranges::sort(asked);
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  Autoencoder network = layers_;
  network.first.items = std::ssize(asked);
  network.first.values.resize(asked.size() * static_cast<std::size_t>(network.first.stride));
  for (std::int64_t i = 0; i < network.first.items; ++i)
    std::copy_n(first_.row(asked[static_cast<std::size_t>(i)]), network.first.stride, network.first.row(i));
  InputRows renumbered = rows;
  for (std::int32_t& item : renumbered.item)
    item = static_cast<std::int32_t>(std::ranges::lower_bound(asked, item) - asked.begin());

  const std::unique_ptr<Middle> hidden = hidden_of(network, renumbered);
  const std::int64_t width = network.output.width, stride = network.output.stride;
  RowsInFile output = output_;
  kernel::AlignedFloats block(static_cast<std::size_t>(block_items_ * stride), 0.0F);
  score_blocks(*hidden, network.architecture, rows.size(), [&](std::int64_t first, std::int64_t items) {
    output.read(first, items, block.data(), stride);
    for (std::int64_t i = 0; i < items; ++i)
      block[static_cast<std::size_t>(i * stride + width)] = output_bias_[static_cast<std::size_t>(first + i)];
    return static_cast<const float*>(block.data());
  }, pass, visit);
}

const NetworkModel& NetworkInFile::whole() const {
  std::call_once(read_whole_, [this] {
    FileTensors tensors(file_);
    whole_ = std::make_unique<const NetworkModel>(read_network(layers_.architecture, layers_.items, tensors), block_items_);
  });
  return *whole_;
}

}  // namespace encore
