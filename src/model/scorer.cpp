// The forward pass for people who ask: gather, small layers, one product for each block of items.
#include "model/scorer.h"

#include <algorithm>
#include <cmath>

#include "kernel/flush_to_zero.h"
#include "kernel/kernels.h"
#include "model/hidden_layers.h"

namespace encore {
namespace {

template <class Keep>
void append_row(InputRows& rows, const Architecture& architecture, const RatingScale& scale,
                std::span<const std::int32_t> items, std::span<const float> stars, const Keep& keep) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::optional<float> value = input_value(architecture, scale, stars[i]);
    if (!value || !keep(i)) continue;
    rows.item.push_back(items[i]);
    rows.value.push_back(*value);
  }
  rows.start.push_back(static_cast<std::int64_t>(rows.item.size()));
}

}  // namespace

std::optional<float> input_value(const Architecture& architecture, const RatingScale& scale, float stars) {
  if (scale.implicit) return 1;
  if (architecture.input == Input::ratings) return static_cast<float>(static_cast<double>(stars) / scale.maximum);
  if (static_cast<double>(stars) < scale.liked) return std::nullopt;
  return 1.0F;
}

void InputRows::add(const Architecture& architecture, const RatingScale& scale, std::span<const std::int32_t> items,
                    std::span<const float> stars) {
  append_row(*this, architecture, scale, items, stars, [](std::size_t) { return true; });
}

void InputRows::add(const Architecture& architecture, const RatingScale& scale, std::span<const std::int32_t> items,
                    std::span<const float> stars, std::span<const Part> parts, Part only) {
  append_row(*this, architecture, scale, items, stars, [&](std::size_t i) { return parts[i] == only; });
}

Scorer::Scorer(const Autoencoder& network, std::int64_t block_items) : network_(network), block_items_(block_items) {}

void Scorer::run(const InputRows& rows, const std::function<void(const ScoreBlock&)>& visit) const {
  const kernel::FlushToZero as_in_training;
  const kernel::Kernels& k = kernel::device_named("cpu");
  const std::int64_t lanes = padded(std::max<std::int64_t>(rows.size(), 1));
  HiddenLayers hidden(network_.architecture, lanes, k);
  if (!network_.architecture.hidden.empty()) {
    for (std::int64_t r = 0; r < rows.size(); ++r) {
      float* sums = hidden.first_sums(r);
      double squares = 0;
      for (std::int64_t e = rows.start[r]; e < rows.start[r + 1]; ++e) {
        squares += static_cast<double>(rows.value[e]) * rows.value[e];
        k.add_scaled(sums, network_.first.row(rows.item[e]), rows.value[e], network_.first.stride);
      }
      if (network_.architecture.normalise_input && squares > 0) {
        hidden.scale_first_sums(r, static_cast<float>(1 / std::sqrt(squares)));
      }
    }
  }
  hidden.forward(network_, rows.size());
  kernel::AlignedFloats scores(static_cast<std::size_t>(block_items_ * lanes));
  for (std::int64_t first = 0; first < network_.items; first += block_items_) {
    const std::int64_t items = std::min(block_items_, network_.items - first);
    k.multiply({items, lanes, network_.output.width + 1, network_.output.row(first), network_.output.stride, 1,
                hidden.across(0), lanes, scores.data(), lanes});
    if (network_.architecture.output == OutputKind::sigmoid)
      k.activate(kernel::Curve::sigmoid, scores.data(), items * lanes);
    visit({first, items, rows.size(), lanes, scores.data()});
  }
}

}  // namespace encore
