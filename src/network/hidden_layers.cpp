// Forward and backward through the hidden layers. Letters: r rows of the batch, k inputs and o outputs of a layer.
#include "network/hidden_layers.h"

#include <algorithm>
#include <cassert>

namespace encore {
namespace {

kernel::Curve curve_of(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return kernel::Curve::relu;
    case Activation::tanh:
      return kernel::Curve::tanh;
    case Activation::sigmoid:
      return kernel::Curve::sigmoid;
    case Activation::linear:
      break;
  }
  return kernel::Curve::linear;
}

std::size_t floats(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

HiddenGradients HiddenGradients::shaped(const Autoencoder& network) {
  HiddenGradients g;
  g.first_bias.assign(network.first_bias.size(), 0.0F);
  g.inner = network.inner;
  for (DenseLayer& layer : g.inner) {
    std::fill(layer.weight.begin(), layer.weight.end(), 0.0F);
    std::fill(layer.bias.begin(), layer.bias.end(), 0.0F);
  }
  return g;
}

HiddenLayers::HiddenLayers(const Architecture& architecture, std::int64_t max_rows, const kernel::Kernels& kernels)
    : kernels_(kernels),
      curve_(curve_of(architecture.activation)),
      lanes_(std::min<std::int64_t>(64, padded(max_rows))) {
  padded_rows_ = (max_rows + lanes_ - 1) / lanes_ * lanes_;
  const auto& hidden = architecture.hidden;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const bool last = i + 1 == hidden.size();
    widths_.push_back({hidden[i], padded(last ? hidden[i] + 1 : hidden[i]), last ? hidden[i] + 1 : hidden[i]});
  }
  std::int64_t widest = 16;
  for (const Width& w : widths_) {
    along_.emplace_back(floats(padded_rows_ * w.stride), 0.0F);
    across_.emplace_back(floats(padded_rows_ * w.lines), 0.0F);
    widest = std::max(widest, w.stride);
  }
  gradient_along_.assign(floats(padded_rows_ * widest), 0.0F);
  gradient_across_.assign(floats(lanes_ * widest), 0.0F);
  next_across_.assign(floats(lanes_ * widest), 0.0F);
  next_along_.assign(floats(padded_rows_ * widest), 0.0F);
}

void HiddenLayers::clear() { std::fill(along_[0].begin(), along_[0].end(), 0.0F); }

std::int64_t HiddenLayers::first_gradient_stride() const { return widths_[0].stride; }

void HiddenLayers::scale_first_sums(std::int64_t row, float factor) {
  float* sums = first_sums(row);
  for (std::int64_t c = 0; c < widths_[0].stride; ++c) sums[c] *= factor;
}

const float* HiddenLayers::across(std::int64_t index) const {
  return across_.back().data() + index * widths_.back().lines * lanes_;
}

void HiddenLayers::to_across(std::size_t layer, std::int64_t rows) {
  const Width& w = widths_[layer];
  for (std::int64_t p = 0; p < panels(rows); ++p) {
    kernels_.transpose(along_[layer].data() + p * lanes_ * w.stride, lanes_, w.lines, w.stride, panel(layer, p),
                       lanes_);
  }
}

void HiddenLayers::to_along(std::size_t layer, std::int64_t rows) {
  const Width& w = widths_[layer];
  for (std::int64_t p = 0; p < panels(rows); ++p) {
    kernels_.transpose(panel(layer, p), w.lines, lanes_, lanes_, along_[layer].data() + p * lanes_ * w.stride,
                       w.stride);
  }
}

/// Zeros past the batch and past the width (σ(0) is not 0), so that neither adds to any gradient; the last layer's
/// column behind its width is the 1 that carries the output bias.
void HiddenLayers::clear_padding(std::size_t layer, std::int64_t rows) {
  const Width& w = widths_[layer];
  for (std::int64_t r = 0; r < padded_rows_; ++r) {
    float* row = along_[layer].data() + r * w.stride;
    std::fill(row + (r < rows ? w.width : 0), row + w.stride, 0.0F);
    if (r < rows && layer + 1 == widths_.size()) row[w.width] = 1;
  }
}

void HiddenLayers::forward(const Autoencoder& network, std::int64_t rows) {
  assert(rows <= padded_rows_);
  for (std::int64_t r = 0; r < rows; ++r)
    kernels_.add(first_sums(r), network.first_bias.data(), network.first.stride);
  kernels_.activate(curve_, along_[0].data(), padded_rows_ * widths_[0].stride);
  clear_padding(0, rows);
  to_across(0, rows);
  for (std::size_t l = 0; l < network.inner.size(); ++l) {
    const DenseLayer& layer = network.inner[l];
    for (std::int64_t p = 0; p < panels(rows); ++p) {
      float* y = panel(l + 1, p);
      for (std::int64_t o = 0; o < layer.outputs; ++o) std::fill_n(y + o * lanes_, lanes_, layer.bias[floats(o)]);
      kernels_.multiply({layer.outputs, lanes_, layer.inputs, layer.weight.data(), layer.stride(), 1, panel(l, p),
                         lanes_, y, lanes_, true});
      kernels_.activate(curve_, y, layer.outputs * lanes_);
    }
    to_along(l + 1, rows);
    clear_padding(l + 1, rows);
    to_across(l + 1, rows);
  }
}

/// dY ← dH ⊙ f′(H) for the rows of the batch, zero elsewhere.
void HiddenLayers::through_activation(std::size_t layer, std::int64_t rows) {
  const Width& w = widths_[layer];
  float* g = gradient_along_.data();
  kernels_.activate_gradient(curve_, g, along_[layer].data(), rows * w.stride);
  for (std::int64_t r = 0; r < rows; ++r) std::fill(g + r * w.stride + w.width, g + (r + 1) * w.stride, 0.0F);
  std::fill(g + rows * w.stride, g + padded_rows_ * w.stride, 0.0F);
}

const float* HiddenLayers::backward(const Autoencoder& network, const float* last_gradient, std::int64_t rows,
                                    HiddenGradients& gradients) {
  std::copy_n(last_gradient, rows * widths_.back().stride, gradient_along_.begin());
  through_activation(widths_.size() - 1, rows);
  for (std::size_t l = network.inner.size(); l-- > 0;) {
    const DenseLayer& layer = network.inner[l];
    DenseLayer& g = gradients.inner[l];
    const Width &from = widths_[l + 1], &to = widths_[l];
    std::fill(g.bias.begin(), g.bias.end(), 0.0F);
    for (std::int64_t r = 0; r < rows; ++r)
      kernels_.add(g.bias.data(), gradient_along_.data() + r * from.stride, std::ssize(g.bias));
    for (std::int64_t p = 0; p < panels(rows); ++p) {
      kernels_.transpose(gradient_along_.data() + p * lanes_ * from.stride, lanes_, layer.outputs, from.stride,
                         gradient_across_.data(), lanes_);
      // dW[o][k] = Σ_r dY[o][r] · X[r][k],  db[o] = Σ_r dY[o][r]
      kernels_.multiply({layer.outputs, layer.stride(), lanes_, gradient_across_.data(), lanes_, 1,
                         along_[l].data() + p * lanes_ * to.stride, to.stride, g.weight.data(), layer.stride(), p > 0});
      // dX[k][r] = Σ_o W[o][k] · dY[o][r]
      kernels_.multiply({layer.inputs, lanes_, layer.outputs, layer.weight.data(), 1, layer.stride(),
                         gradient_across_.data(), lanes_, next_across_.data(), lanes_});
      kernels_.transpose(next_across_.data(), layer.inputs, lanes_, lanes_, next_along_.data() + p * lanes_ * to.stride,
                         to.stride);
    }
    gradient_along_.swap(next_along_);
    through_activation(l, rows);
  }
  std::fill(gradients.first_bias.begin(), gradients.first_bias.end(), 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) {
    kernels_.add(gradients.first_bias.data(), gradient_along_.data() + r * widths_[0].stride, network.first.stride);
  }
  return gradient_along_.data();
}

}  // namespace encore
