// The numbers that a model learned, laid out for the kernels: item-major tables with padded rows, small dense layers
// between. Not the optimiser's moments (training/) and not the file (network_model.h).
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>
#include "kernel/aligned.h"
#include "network/architecture.h"

namespace encore {

/// Rows of hidden width H are padded with zeros to a multiple of 16 floats (64 bytes).
using kernel::padded;

/// A small dense layer y = W·x + b: weight[out][stride] with stride = padded(inputs), bias[padded(outputs)]; or elementwise
/// y = w ⊙ x + b, with a single row of weights.
struct DenseLayer {
  std::int64_t inputs = 0, outputs = 0;
  bool is_elementwise = false;
  kernel::AlignedFloats weight, bias;
  std::int64_t stride() const { return padded(inputs); }
  std::int64_t weight_rows() const { return is_elementwise ? 1 : outputs; }
};

/// A contiguous part of the catalogue: items [first, last).
struct ItemRange {
  std::int64_t first = 0, last = 0;
  std::int64_t size() const { return last - first; }
};

/// One row for each of `items` items from `first_item` on: row(i), i an index of the whole catalogue, has `width`
/// numbers, then (output table only) the bias, then zeros up to `stride`.
struct ItemTable {
  std::int64_t items = 0, width = 0, stride = 0;
  kernel::AlignedFloats values;
  std::int64_t first_item = 0;
  float* row(std::int64_t item) { return values.data() + (item - first_item) * stride; }
  const float* row(std::int64_t item) const { return values.data() + (item - first_item) * stride; }
  /// Whether the row says nothing: every number is 0. In the first table it is the row of a film that no training user had as an
  /// input: there was nothing to learn it from, so it is no input of anybody's, and does not count in the length of a row.
  bool is_silent(std::int64_t item) const {
    const float* numbers = row(item);
    return std::all_of(numbers, numbers + width, [](float number) { return number == 0; });
  }
};

/// M items → hidden[0] → … → hidden.back() → M items. A process of a cluster may hold the tables of some items only.
struct Autoencoder {
  Architecture architecture;
  std::int64_t items = 0;            ///< M, also where the tables hold fewer
  ItemTable first;                   ///< [M × hidden[0]]
  /// [1 + channels][padded(hidden[0])]: the first layer's bias, then one vector d for each channel of the input beside the liked
  /// items: z₁ = Σ_liked x·w + Σ_c d_c ⊙ Σ_{i in c} w_i/√n_c + b.
  kernel::AlignedFloats first_bias;
  std::vector<DenseLayer> inner;     ///< hidden[i] → hidden[i + 1], or 2 · hidden[i + 1] of a latent layer
  ItemTable output;                  ///< [M × (hidden.back() weights, then 1 bias)]

  /// Zero-filled tables of the right shapes, for all items or those of `range`.
  static Autoencoder shaped(const Architecture&, std::int64_t items);
  static Autoencoder shaped(const Architecture&, std::int64_t items, ItemRange range);
  /// Glorot-uniform weights and zero biases; every number depends only on (seed, layer, row, column).
  static Autoencoder initialised(const Architecture&, std::int64_t items, ItemRange range, std::uint64_t seed);
  static Autoencoder initialised(const Architecture& architecture, std::int64_t items, std::uint64_t seed) {
    return initialised(architecture, items, {0, items}, seed);
  }
  int channels() const { return architecture.input == Input::channels ? channels_beside_liked : 0; }
  /// The vector of a channel, the first behind the liked items is 0.
  float* channel(int c) { return first_bias.data() + (c + 1) * first.stride; }
  const float* channel(int c) const { return first_bias.data() + (c + 1) * first.stride; }
  /// The items whose rows are here.
  ItemRange range() const { return {output.first_item, output.first_item + output.items}; }
  std::int64_t parameters() const;
};

/// A copy of the first table and the inner layers, without the output: an encoder that does not learn.
Autoencoder encoder_of(const Autoencoder&);

}  // namespace encore
