// Forward and backward through the hidden layers of a plain autoencoder.
#include "network/plain_middle.h"

#include <algorithm>
#include <cassert>

namespace encore {

PlainMiddle::PlainMiddle(const Architecture& architecture, std::int64_t max_rows, const kernel::Kernels& kernels)
    : Middle(max_rows, kernels), curve_(curve_of(architecture.activation)) {
  const auto& hidden = architecture.hidden;
  std::int64_t widest = 16;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    values_.push_back(values_of(hidden[i], i + 1 == hidden.size()));
    widest = std::max(widest, values_.back().stride);
  }
  reserve_gradients(widest);
}

void PlainMiddle::forward(const Autoencoder& network, std::int64_t rows, const Pass&) {
  assert(rows <= padded_rows_);
  apply_first(network, curve_, rows);
  for (std::size_t l = 0; l < network.inner.size(); ++l)
    apply(network.inner[l], values_[l], values_[l + 1], curve_, rows);
}

const float* PlainMiddle::backward(const Autoencoder& network, const float* last_gradient, std::int64_t rows, double,
                                   HiddenGradients& gradients) {
  std::copy_n(last_gradient, rows * values_.back().stride, gradient_.begin());
  for (std::size_t l = network.inner.size(); l-- > 0;) {
    back_through(curve_, values_[l + 1], rows);
    apply_back(network.inner[l], values_[l], values_[l + 1], rows, gradients.inner[l]);
  }
  back_to_first(network, curve_, rows, gradients);
  return gradient_.data();
}

}  // namespace encore
