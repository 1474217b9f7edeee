// The forward pass for people who ask: gather, small layers, one product for each block of items.
#include "network/scorer.h"

#include <algorithm>
#include <cmath>

#include "kernel/flush_to_zero.h"
#include "kernel/kernels.h"
#include "network/channel_sums.h"
#include "network/middle.h"

namespace encore {

std::unique_ptr<Middle> hidden_of(const Autoencoder& network, const InputRows& rows) {
  const kernel::Kernels& k = kernel::device_named("cpu");
  const std::int64_t lanes = padded(std::max<std::int64_t>(rows.size(), 1));
  std::unique_ptr<Middle> hidden = make_middle(network.architecture, lanes, k);
  ChannelSums channels(network, 1);
  for (std::int64_t r = 0; r < rows.size(); ++r) {
    float* sums = hidden->first_sums(r);
    double squares = 0;
    channels.clear();
    for (std::int64_t e = rows.start[r]; e < rows.start[r + 1]; ++e) {
      if (network.first.is_silent(rows.item[e])) continue;
      if (const InputChannel channel = channel_of(rows.value[e]); channel != InputChannel::liked) {
        channels.add(k, channel, network.first.row(rows.item[e]));
        continue;
      }
      squares += static_cast<double>(rows.value[e]) * rows.value[e];
      k.add_scaled(sums, network.first.row(rows.item[e]), rows.value[e], network.first.stride);
    }
    if (network.architecture.normalise_input && squares > 0) hidden->scale_first_sums(r, static_cast<float>(1 / std::sqrt(squares)));
    channels.join_to(network, sums);
  }
  hidden->forward(network, rows.size(), {});
  return hidden;
}

Scorer::Scorer(const Autoencoder& network, std::int64_t block_items) : network_(network), block_items_(block_items) {}

void Scorer::run(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                 const VisitBlock& visit, bool through_output) const {
  const kernel::FlushToZero as_in_training;
  const kernel::Kernels& k = kernel::device_named("cpu");
  const std::int64_t lanes = padded(std::max<std::int64_t>(rows.size(), 1));
  const std::unique_ptr<Middle> hidden = hidden_of(network_, rows);
  kernel::AlignedFloats scores(static_cast<std::size_t>(block_items_ * lanes));
  for (std::int64_t first = first_item; first < end_item; first += block_items_) {
    const std::int64_t items = std::min(block_items_, end_item - first);
    kernel::multiply_first(k,
                           {items, lanes, network_.output.width + 1, network_.output.row(first), network_.output.stride, 1,
                            hidden->across(0), lanes, scores.data(), lanes},
                           rows.size());
    if (through_output && network_.architecture.output == OutputKind::sigmoid)
      k.activate(kernel::Curve::sigmoid, scores.data(), items * lanes);
    visit({first, items, rows.size(), lanes, scores.data()});
  }
}

}  // namespace encore
