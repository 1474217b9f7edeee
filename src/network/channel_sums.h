// The part of Z₁ that comes from the channels of the input beside the liked items: d_c ⊙ S_c/√n_c, where S_c is the sum of the
// first table's rows over the n_c items of a channel. Forwards for whoever answers or trains, backwards for training. Not the
// liked items' own sum (middle.h) and not which item is in which channel (model/input_rows.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "kernel/kernels.h"
#include "model/input_rows.h"
#include "network/autoencoder.h"

namespace encore {

/// Of a network without channels all of it does nothing.
class ChannelSums {
 public:
  ChannelSums(const Autoencoder&, std::int64_t max_rows);
  int count() const { return count_; }
  /// Floats of a row: one sum for each channel.
  std::int64_t stride() const { return count_ * width_; }
  std::int64_t width() const { return width_; }

  /// Forwards for one row, item by item: `clear`, `add` for each item of a channel, then `join_to` its Z₁.
  void clear();
  void add(const kernel::Kernels&, InputChannel, const float* item_row);
  void join_to(const Autoencoder&, float* first_sums);
  /// The same from sums that are ready: `sums` [channels][first stride], `items` [channels] how many they are of.
  void join_to(const Autoencoder&, std::int64_t row, const float* sums, const float* items, float* first_sums);

  /// From dZ₁ ([rows][gradient_stride]) to dd_c = Σ_rows dZ₁ ⊙ S_c/√n_c, behind the bias in `first_bias`, and the gradients that
  /// the rows of the items in channels get (`item_gradient`).
  void backward(const Autoencoder&, const float* first_gradient, std::int64_t gradient_stride, std::int64_t rows,
                kernel::AlignedFloats& first_bias);
  /// d_c ⊙ dZ₁/√n_c of the last `backward`, [first stride].
  const float* item_gradient(std::int64_t row, InputChannel channel) const { return place(gradients_, row, index_of(channel)); }

  static int index_of(InputChannel channel) { return static_cast<int>(channel) - 1; }

 private:
  float* place(kernel::AlignedFloats& of, std::int64_t row, int c) const { return of.data() + row * stride() + c * width_; }
  const float* place(const kernel::AlignedFloats& of, std::int64_t row, int c) const { return of.data() + row * stride() + c * width_; }
  float scale_of(float items) const;

  int count_;
  std::int64_t width_;  ///< the first table's stride
  bool normalises_;
  kernel::AlignedFloats sums_, gradients_;  ///< [rows][channels][first stride]; S_c/√n_c
  std::vector<float> items_;                ///< [rows][channels]: n_c
};

}  // namespace encore
