// The small part of the network between the two item tables, for one batch: activations forwards, gradients backwards.
// Every shard computes it alike. Not the item tables themselves and not the optimiser.
#pragma once
#include <cstdint>
#include <vector>
#include "kernel/kernels.h"
#include "network/autoencoder.h"

namespace encore {

/// Gradients of the layers that every shard holds: first bias and inner layers, in the shapes of the network.
struct HiddenGradients {
  kernel::AlignedFloats first_bias;
  std::vector<DenseLayer> inner;
  static HiddenGradients shaped(const Autoencoder&);
};

/// Activations of up to `max_rows` users, each layer in two layouts: `along` [row][width] and `across` [width][lane]
/// for each panel of `lanes()` rows. Rows and lanes past the batch are zero.
class HiddenLayers {
 public:
  HiddenLayers(const Architecture&, std::int64_t max_rows, const kernel::Kernels&);

  /// Rows of a panel: 64, or the whole batch padded to 16 where that is smaller.
  std::int64_t lanes() const { return lanes_; }
  std::int64_t panels(std::int64_t rows) const { return (rows + lanes_ - 1) / lanes_; }

  /// Z₁[row], the sums over the row's items, to be filled (it is zero at first and after `clear`).
  float* first_sums(std::int64_t row) { return along_[0].data() + row * widths_[0].stride; }
  void clear();
  void scale_first_sums(std::int64_t row, float factor);

  /// From Z₁ to the last hidden layer: bias, activation, inner layers.
  void forward(const Autoencoder&, std::int64_t rows);

  /// Last hidden layer of a panel as the output product wants it: [last width + 1][lanes], the last line is 1 for real
  /// rows.
  const float* across(std::int64_t panel) const;
  /// The same, [row][output stride], with a 1 behind the last width.
  const float* along(std::int64_t row) const { return along_.back().data() + row * widths_.back().stride; }

  /// From dH of the last layer ([rows][output stride]) to dZ₁, [rows][first_gradient_stride()], valid until the next
  /// call.
  const float* backward(const Autoencoder&, const float* last_gradient, std::int64_t rows, HiddenGradients&);
  std::int64_t first_gradient_stride() const;

 private:
  struct Width {
    std::int64_t width, stride, lines;  ///< stride of a row in `along`, lines of a panel in `across`
  };
  void to_across(std::size_t layer, std::int64_t rows);
  void to_along(std::size_t layer, std::int64_t rows);
  void clear_padding(std::size_t layer, std::int64_t rows);
  void through_activation(std::size_t layer, std::int64_t rows);
  float* panel(std::size_t layer, std::int64_t index) {
    return across_[layer].data() + index * widths_[layer].lines * lanes_;
  }

  const kernel::Kernels& kernels_;
  kernel::Curve curve_;
  std::int64_t lanes_, padded_rows_;
  std::vector<Width> widths_;
  std::vector<kernel::AlignedFloats> along_, across_;
  kernel::AlignedFloats gradient_along_, next_along_, gradient_across_, next_across_;
};

}  // namespace encore
