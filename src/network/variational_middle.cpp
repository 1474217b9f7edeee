// Two heads, a draw, and the divergence. L: width of the latent layer.
#include "network/variational_middle.h"

#include <algorithm>
#include <cassert>

#include "kernel/counter_hash.h"
#include "kernel/normal_draw.h"

namespace encore {

VariationalMiddle::VariationalMiddle(const Architecture& architecture, std::int64_t max_rows, const kernel::Kernels& kernels)
    : Middle(max_rows, kernels),
      curve_(curve_of(architecture.activation)),
      latent_(latent_layer(architecture)),
      heads_(values_of(2 * architecture.hidden[latent_], false)),
      divergence_(static_cast<std::size_t>(padded_rows_)) {
  const auto& hidden = architecture.hidden;
  std::int64_t widest = heads_.stride;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    values_.push_back(values_of(hidden[i], i + 1 == hidden.size()));
    widest = std::max(widest, values_.back().stride);
  }
  reserve_gradients(widest);
  deviation_.assign(static_cast<std::size_t>(padded_rows_ * values_[latent_].stride), 0.0F);
  noise_ = deviation_;
  row_.resize(static_cast<std::size_t>(values_[latent_].width));
}

void VariationalMiddle::forward(const Autoencoder& network, std::int64_t rows, const Pass& pass) {
  assert(rows <= padded_rows_);
  apply_first(network, curve_, rows);
  for (std::size_t l = 0; l < network.inner.size(); ++l) {
    if (l + 1 != latent_) {
      apply(network.inner[l], values_[l], values_[l + 1], curve_, rows);
      continue;
    }
    apply(network.inner[l], values_[l], heads_, kernel::Curve::linear, rows);
    draw(rows, pass);
  }
}

/// z from the heads. Who only answers needs neither σ nor the divergence.
void VariationalMiddle::draw(std::int64_t rows, const Pass& pass) {
  Values& latent = values_[latent_];
  const std::int64_t width = latent.width;
  weight_ = pass.divergence_weight;
  for (std::int64_t r = 0; r < rows; ++r)
    std::copy_n(heads_.along.data() + r * heads_.stride, width, latent.along.data() + r * latent.stride);
  if (pass.purpose != Pass::Purpose::answer) {
    const auto [first, end] = own(rows, operations_of_a_draw());
    for (std::int64_t r = first; r < end; ++r) {
      const float* logarithm = heads_.along.data() + r * heads_.stride + width;
      float* deviation = deviation_.data() + r * latent.stride;
      for (std::int64_t c = 0; c < width; ++c) deviation[c] = logarithm[c] / 2;
      std::fill(deviation + width, deviation + latent.stride, 0.0F);
    }
    kernels_.activate(kernel::Curve::exponential, deviation_.data() + first * latent.stride, (end - first) * latent.stride);
    const kernel::CounterHash random(pass.seed, kernel::Purpose::latent_draw, pass.epoch);
    for (std::int64_t r = first; r < end; ++r) {
      const float *mean = heads_.along.data() + r * heads_.stride, *logarithm = mean + width,
                  *deviation = deviation_.data() + r * latent.stride;
      float *noise = noise_.data() + r * latent.stride, *z = latent.along.data() + r * latent.stride;
      double sum = 0;
      for (std::int64_t c = 0; c < width; ++c)
        sum += static_cast<double>(deviation[c] * deviation[c] + mean[c] * mean[c] - 1 - logarithm[c]);
      divergence_[static_cast<std::size_t>(r)] = sum / 2;
      if (pass.purpose != Pass::Purpose::train) continue;
      const auto user = static_cast<std::uint64_t>(pass.users[static_cast<std::size_t>(r)]);
      for (std::int64_t c = 0; c < width; ++c) {
        noise[c] = deviation[c] * kernel::normal(random(user, static_cast<std::uint64_t>(c)));
        z[c] += noise[c];
      }
    }
    if (is_shared(rows, operations_of_a_draw())) {
      shared_->exchange(latent.along.data(), rows, latent.stride, latent.stride);
      shared_->exchange(reinterpret_cast<float*>(divergence_.data()), rows, 2, 2);  // a double each, moved as it is
    }
  }
  clear_padding(latent, rows);
  to_across(latent, rows);
}

const float* VariationalMiddle::backward(const Autoencoder& network, const float* last_gradient, std::int64_t rows,
                                         double divisor, HiddenGradients& gradients) {
  std::copy_n(last_gradient, rows * values_.back().stride, gradient_.begin());
  for (std::size_t l = network.inner.size(); l-- > 0;) {
    back_through(curve_after(l + 1), values_[l + 1], rows);
    if (l + 1 == latent_) back_through_draw(rows, divisor);
    apply_back(network.inner[l], values_[l], l + 1 == latent_ ? heads_ : values_[l + 1], rows, gradients.inner[l]);
  }
  back_to_first(network, curve_, rows, gradients);
  return gradient_.data();
}

/// dμ = dz + β/n · μ,  d log σ² = ½ · (dz·σ·ε + β/n · (σ² − 1)), n being what all of the loss is divided by
void VariationalMiddle::back_through_draw(std::int64_t rows, double divisor) {
  const Values& latent = values_[latent_];
  const auto slope = static_cast<float>(weight_ / divisor);
  // From the last row upwards, in place: heads are wider than the latent layer, and a row's place lies behind its numbers.
  const auto [first, end] = own(rows, operations_of_a_draw());
  for (std::int64_t r = end; r-- > first;) {
    float *from = gradient_.data() + r * latent.stride, *to = gradient_.data() + r * heads_.stride;
    const float *mean = heads_.along.data() + r * heads_.stride, *noise = noise_.data() + r * latent.stride,
                *deviation = deviation_.data() + r * latent.stride;
    std::copy_n(from, latent.width, row_.begin());
    std::fill_n(to, heads_.stride, 0.0F);
    for (std::int64_t c = 0; c < latent.width; ++c) {
      const float dz = row_[static_cast<std::size_t>(c)];
      to[c] = dz + slope * mean[c];
      to[latent.width + c] = (dz * noise[c] + slope * (deviation[c] * deviation[c] - 1)) / 2;
    }
  }
  if (is_shared(rows, operations_of_a_draw())) shared_->exchange(gradient_.data(), rows, heads_.stride, heads_.stride);
  std::fill(gradient_.begin() + rows * heads_.stride, gradient_.begin() + padded_rows_ * heads_.stride, 0.0F);
}

}  // namespace encore
