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

void score_blocks(const Middle& hidden, const Architecture& architecture, std::int64_t people, const RowsOfBlock& rows_of,
                  const ScoringPass& pass, const VisitBlock& visit) {
  const kernel::Kernels& k = kernel::device_named("cpu");
  const std::int64_t lanes = padded(std::max<std::int64_t>(people, 1)), width = architecture.hidden.back();
  kernel::AlignedFloats scores(static_cast<std::size_t>(pass.block_items * lanes));
  for (std::int64_t first = pass.first_item; first < pass.end_item; first += pass.block_items) {
    const std::int64_t items = std::min(pass.block_items, pass.end_item - first);
    kernel::multiply_first(
        k, {items, lanes, width + 1, rows_of(first, items), padded(width + 1), 1, hidden.across(0), lanes, scores.data(), lanes}, people);
    if (pass.through_output && architecture.output == OutputKind::sigmoid)
      k.activate(kernel::Curve::sigmoid, scores.data(), items * lanes);
    visit({first, items, people, lanes, scores.data()});
  }
}

void Scorer::run(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                 const VisitBlock& visit, bool through_output) const {
  const kernel::FlushToZero as_in_training;
  score_blocks(*hidden_of(network_, rows), network_.architecture, rows.size(),
               [&](std::int64_t first, std::int64_t) { return network_.output.row(first); },
               {first_item, end_item, block_items_, through_output}, visit);
}

}  // namespace encore
