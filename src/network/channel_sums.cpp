// Plain loops: a few rows as wide as the first layer, in an order that no processor changes.
#include "network/channel_sums.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"

namespace encore {

ChannelSums::ChannelSums(const Autoencoder& network, std::int64_t max_rows)
    : count_(network.channels()),
      width_(network.first.stride),
      normalises_(network.architecture.normalise_input),
      sums_(at(max_rows * stride()), 0.0F),
      gradients_(sums_),
      items_(at(max_rows * count_), 0.0F) {}

float ChannelSums::scale_of(float items) const { return normalises_ && items > 0 ? 1 / std::sqrt(items) : 1; }

void ChannelSums::clear() {
  std::fill(sums_.begin(), sums_.end(), 0.0F);
  std::fill(items_.begin(), items_.end(), 0.0F);
}

void ChannelSums::add(const kernel::Kernels& k, InputChannel channel, const float* item_row) {
  if (count_ == 0) return;
  k.add(place(sums_, 0, index_of(channel)), item_row, width_);
  ++items_[static_cast<std::size_t>(index_of(channel))];
}

void ChannelSums::join_to(const Autoencoder& network, float* first_sums) {
  join_to(network, 0, sums_.data(), items_.data(), first_sums);
}

void ChannelSums::join_to(const Autoencoder& network, std::int64_t row, const float* sums, const float* items, float* first_sums) {
  for (int c = 0; c < count_; ++c) {
    const float scale = scale_of(items[c]);
    const float* weight = network.channel(c);
    float* kept = place(sums_, row, c);
    items_[at(row * count_ + c)] = items[c];
    for (std::int64_t i = 0; i < width_; ++i) {
      kept[i] = sums[c * width_ + i] * scale;
      first_sums[i] += weight[i] * kept[i];
    }
  }
}

void ChannelSums::backward(const Autoencoder& network, const float* first_gradient, std::int64_t gradient_stride, std::int64_t rows,
                           kernel::AlignedFloats& first_bias) {
  for (int c = 0; c < count_; ++c) {
    float* of_weight = first_bias.data() + (c + 1) * width_;
    const float* weight = network.channel(c);
    std::fill_n(of_weight, width_, 0.0F);
    for (std::int64_t row = 0; row < rows; ++row) {
      const float scale = scale_of(items_[at(row * count_ + c)]);
      const float* g = first_gradient + row * gradient_stride;
      const float* sum = place(sums_, row, c);
      float* of_items = place(gradients_, row, c);
      for (std::int64_t i = 0; i < width_; ++i) {
        of_weight[i] += g[i] * sum[i];
        of_items[i] = g[i] * weight[i] * scale;
      }
    }
  }
}

}  // namespace encore
