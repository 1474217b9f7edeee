// Residual layers, a draw, and a prior that remembers. H: width of the layers, L: of the latent one.
#include "network/residual_middle.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernel/counter_hash.h"
#include "kernel/index.h"
#include "kernel/normal_draw.h"

namespace encore {
namespace {

constexpr double epsilon_of_norm = 0.1;  // as in the authors' code; the paper says nothing of it
constexpr float log_variance_of_wide = 10;
constexpr std::size_t residual_terms = 3;
constexpr double log_two_pi = 1.8378770664093453;
/// log 3/20, log 3/4, log 1/10: the shares of N(0, 1), of the encoder before, and of the wide normal.
constexpr std::array shares{-1.8971199848858813, -0.2876820724517809, -2.302585092994046};

/// Σ each(c), in four sums that are added in one order: no sum waits for the one before it.
template <class Each>
double sum_over(std::int64_t width, const Each& each) {
  std::array<double, 4> sums{};
  std::int64_t c = 0;
  for (; c + 4 <= width; c += 4)
    for (std::int64_t i = 0; i < 4; ++i) sums[at(i)] += each(c + i);
  for (; c < width; ++c) sums[0] += each(c);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

ResidualMiddle::ResidualMiddle(const Architecture& architecture, std::int64_t max_rows, const kernel::Kernels& kernels)
    : Middle(max_rows, kernels),
      width_(architecture.hidden[0]),
      stride_(padded(width_)),
      heads_(values_of(2 * architecture.hidden[1], false)),
      weight_(at(padded_rows_)),
      divergence_(at(padded_rows_)) {
  values_.push_back(values_of(width_, false));
  values_.push_back(values_of(architecture.hidden[1], true));
  for (Residual& layer : layers_) {
    layer.sum = values_of(width_, false);
    layer.out = values_of(width_, false);
    layer.slope.assign(at(padded_rows_ * stride_), 0.0F);
    layer.normed = layer.slope;
    layer.inverse.resize(at(padded_rows_));
  }
  residual_.assign(at(padded_rows_ * stride_), 0.0F);
  const std::int64_t latent = values_.back().stride;
  deviation_.assign(at(padded_rows_ * latent), 0.0F);
  noise_ = slope_ = deviation_;
  terms_.assign(residual_terms * at(latent), 0.0F);
  row_.resize(at(latent));
  reserve_gradients(std::max({stride_, heads_.stride, latent}));
}

void ResidualMiddle::forward(const Autoencoder& network, std::int64_t rows, const Pass& pass) {
  assert(rows <= padded_rows_);
  const DenseLayer* norms = network.inner.data() + residual_layers;  // behind the dense layers and the heads
  for (std::int64_t r = 0; r < rows; ++r) {
    float* sum = layers_[0].sum.along.data() + r * stride_;
    std::copy_n(first_sums(r), stride_, sum);
    kernels_.add(sum, network.first_bias.data(), stride_);
  }
  activate(layers_[0], norms[0], rows);
  for (std::size_t k = 1; k < residual_layers; ++k) {
    Residual& layer = layers_[k];
    apply(network.inner[k - 1], layers_[k - 1].out, layer.sum, kernel::Curve::linear, rows);
    for (std::size_t j = 0; j < k; ++j) kernels_.add(layer.sum.along.data(), layers_[j].out.along.data(), rows * stride_);
    activate(layer, norms[k], rows);
  }
  apply(network.inner[residual_layers - 1], layers_.back().out, heads_, kernel::Curve::linear, rows);
  draw(rows, pass);
}

/// h = γ ⊙ (s − mean s) / √(variance s + ε) + β,  s = swish(a) = a·σ(a)
void ResidualMiddle::activate(Residual& layer, const DenseLayer& norm, std::int64_t rows) {
  float *slope = layer.slope.data(), *normed = layer.normed.data(), *out = layer.out.along.data();
  const float* sum = layer.sum.along.data();
  const auto [first, end] = own(rows, operations_of_a_norm());
  std::copy(sum + first * stride_, sum + end * stride_, slope + first * stride_);
  kernels_.activate(kernel::Curve::sigmoid, slope + first * stride_, (end - first) * stride_);
  for (std::int64_t i = first * stride_; i < end * stride_; ++i) {
    const float logistic = slope[i], swish = sum[i] * logistic;
    normed[i] = swish;
    slope[i] = swish + logistic * (1 - swish);
  }
  for (std::int64_t r = first; r < end; ++r) {
    float* s = normed + r * stride_;
    const double mean = sum_over(width_, [&](std::int64_t c) { return static_cast<double>(s[c]); }) / static_cast<double>(width_);
    const double squares = sum_over(width_, [&](std::int64_t c) {
      const double off = static_cast<double>(s[c]) - mean;
      return off * off;
    });
    const auto inverse = static_cast<float>(1 / std::sqrt(squares / static_cast<double>(width_) + epsilon_of_norm));
    const auto middle = static_cast<float>(mean);
    layer.inverse[at(r)] = inverse;
    for (std::int64_t c = 0; c < width_; ++c) s[c] = (s[c] - middle) * inverse;
  }
  if (is_shared(rows, operations_of_a_norm())) shared_->exchange(normed, rows, stride_, stride_);
  const float *scale = norm.weight.data(), *shift = norm.bias.data();
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* s = normed + r * stride_;
    float* h = out + r * stride_;
    for (std::int64_t c = 0; c < width_; ++c) h[c] = scale[c] * s[c] + shift[c];
  }
  clear_padding(layer.out, rows);
  to_across(layer.out, rows);
}

/// z from the heads. Who only answers, or asks the encoder of before, needs no more.
void ResidualMiddle::draw(std::int64_t rows, const Pass& pass) {
  Values& latent = values_.back();
  const std::int64_t width = latent.width;
  for (std::int64_t r = 0; r < rows; ++r)
    std::copy_n(heads_.along.data() + r * heads_.stride, width, latent.along.data() + r * latent.stride);
  if (pass.purpose != Pass::Purpose::answer) {
    const auto [first, end] = own(rows, operations_of_a_draw());
    for (std::int64_t r = first; r < end; ++r) {
      float* deviation = deviation_.data() + r * latent.stride;
      const float* logarithm = heads_.along.data() + r * heads_.stride + width;
      for (std::int64_t c = 0; c < width; ++c) deviation[c] = logarithm[c] / 2;
      std::fill(deviation + width, deviation + latent.stride, 0.0F);
    }
    kernels_.activate(kernel::Curve::exponential, deviation_.data() + first * latent.stride, (end - first) * latent.stride);
    const kernel::CounterHash random(pass.seed, kernel::Purpose::latent_draw, pass.epoch);
    for (std::int64_t r = first; r < end; ++r) {
      float *noise = noise_.data() + r * latent.stride, *z = latent.along.data() + r * latent.stride;
      const float* deviation = deviation_.data() + r * latent.stride;
      if (pass.purpose == Pass::Purpose::judge) {
        std::fill_n(noise, width, 0.0F);
        continue;
      }
      const auto user = static_cast<std::uint64_t>(pass.users[at(r)]);
      for (std::int64_t c = 0; c < width; ++c) {
        noise[c] = kernel::normal(random(user, static_cast<std::uint64_t>(c)));
        z[c] += deviation[c] * noise[c];
      }
    }
    compare_with_prior(first, end, pass);
    if (is_shared(rows, operations_of_a_draw())) {
      shared_->exchange(latent.along.data(), rows, latent.stride, latent.stride);
      shared_->exchange(reinterpret_cast<float*>(divergence_.data()), rows, 2, 2);  // a double each, moved as it is
    }
  }
  clear_padding(latent, rows);
  to_across(latent, rows);
}

/// log q(z) − log prior(z) of each row, and the prior's slope. q: −½ (log σ² + log 2π + ε²) a coordinate; the prior: the
/// logarithm of Σ share · N(z; mean, variance).
void ResidualMiddle::compare_with_prior(std::int64_t first, std::int64_t end, const Pass& pass) {
  assert(pass.before != nullptr);
  const auto& before = static_cast<const ResidualMiddle&>(*pass.before);
  const Values& latent = values_.back();
  const std::int64_t width = latent.width, stride = latent.stride;
  const auto wide = static_cast<float>(std::exp(-static_cast<double>(log_variance_of_wide)));
  const std::array<float, residual_terms> start{static_cast<float>(shares[0] - log_two_pi / 2),
                                                static_cast<float>(shares[1] - log_two_pi / 2),
                                                static_cast<float>(shares[2] - log_two_pi / 2 - log_variance_of_wide / 2)};
  float *normal = terms_.data(), *earlier = normal + stride, *wider = earlier + stride;
  for (std::int64_t r = first; r < end; ++r) {
    const float *z = latent.along.data() + r * stride, *logarithm = heads_.along.data() + r * heads_.stride + width,
                *mean = before.heads_.along.data() + r * heads_.stride, *their = mean + width,
                *noise = noise_.data() + r * stride;
    float* slope = slope_.data() + r * stride;
    for (std::int64_t c = 0; c < width; ++c) slope[c] = -their[c];
    std::fill(slope + width, slope + stride, 0.0F);
    kernels_.activate(kernel::Curve::exponential, slope, stride);  // 1 / variance of before, for a moment
    double sum = 0;
    for (std::int64_t c = 0; c < width; ++c) {
      const float off = z[c] - mean[c];
      normal[c] = start[0] - z[c] * z[c] / 2;
      earlier[c] = start[1] - (their[c] + off * off * slope[c]) / 2;
      wider[c] = start[2] - z[c] * z[c] * wide / 2;
      const float most = std::max({normal[c], earlier[c], wider[c]});
      normal[c] -= most, earlier[c] -= most, wider[c] -= most;
      sum -= (static_cast<double>(logarithm[c]) + log_two_pi + static_cast<double>(noise[c] * noise[c])) / 2;
      sum -= static_cast<double>(most);
    }
    kernels_.activate(kernel::Curve::exponential, terms_.data(), static_cast<std::int64_t>(residual_terms) * stride);
    for (std::int64_t c = 0; c < width; ++c) {
      const float all = normal[c] + earlier[c] + wider[c];
      sum -= std::log(static_cast<double>(all));
      slope[c] = (normal[c] * z[c] + earlier[c] * (z[c] - mean[c]) * slope[c] + wider[c] * z[c] * wide) / all;
    }
    weight_[at(r)] = pass.divergence_weight * static_cast<double>(pass.target_sums[at(r)]);
    divergence_[at(r)] = weight_[at(r)] * sum;
  }
}

const float* ResidualMiddle::backward(const Autoencoder& network, const float* last_gradient, std::int64_t rows,
                                      double divisor, HiddenGradients& gradients) {
  const std::size_t norms = residual_layers;
  std::copy_n(last_gradient, rows * values_.back().stride, gradient_.begin());
  back_through_draw(rows, divisor);
  apply_back(network.inner[residual_layers - 1], layers_.back().out, heads_, rows, gradients.inner[residual_layers - 1]);
  std::fill(residual_.begin(), residual_.end(), 0.0F);
  for (std::size_t k = residual_layers; k-- > 0;) {
    const Residual& layer = layers_[k];
    // dh: through the next layer's weights, and from all later sums
    kernels_.add(gradient_.data(), residual_.data(), rows * stride_);
    back_through_activation(layer, network.inner[norms + k], gradients.inner[norms + k], rows);
    if (k == 0) break;
    kernels_.add(residual_.data(), gradient_.data(), rows * stride_);
    apply_back(network.inner[k - 1], layers_[k - 1].out, layer.sum, rows, gradients.inner[k - 1]);
  }
  std::fill(gradients.first_bias.begin(), gradients.first_bias.end(), 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) kernels_.add(gradients.first_bias.data(), gradient_.data() + r * stride_, stride_);
  return gradient_.data();
}

/// From dh to da, with n the normed values and d = γ·dh: ds = (d − mean d − n · mean(d ⊙ n)) / √(variance + ε),
/// da = ds ⊙ swish′(a)
void ResidualMiddle::back_through_activation(const Residual& layer, const DenseLayer& norm, DenseLayer& gradient,
                                             std::int64_t rows) {
  std::fill(gradient.weight.begin(), gradient.weight.end(), 0.0F);
  std::fill(gradient.bias.begin(), gradient.bias.end(), 0.0F);
  float *of_scale = gradient.weight.data(), *of_shift = gradient.bias.data();
  for (std::int64_t r = 0; r < rows; ++r) {
    const float *g = gradient_.data() + r * stride_, *normed = layer.normed.data() + r * stride_;
    for (std::int64_t c = 0; c < width_; ++c) {
      of_scale[c] += g[c] * normed[c];
      of_shift[c] += g[c];
    }
  }
  const auto [first, end] = own(rows, operations_of_a_norm());
  for (std::int64_t r = first; r < end; ++r) {
    float* g = gradient_.data() + r * stride_;
    const float *normed = layer.normed.data() + r * stride_, *slope = layer.slope.data() + r * stride_;
    for (std::int64_t c = 0; c < width_; ++c) g[c] *= norm.weight[at(c)];
    const auto n = static_cast<double>(width_);
    const auto mean = static_cast<float>(sum_over(width_, [&](std::int64_t c) { return static_cast<double>(g[c]); }) / n);
    const auto along = static_cast<float>(
        sum_over(width_, [&](std::int64_t c) { return static_cast<double>(g[c]) * static_cast<double>(normed[c]); }) / n);
    const float inverse = layer.inverse[at(r)];
    for (std::int64_t c = 0; c < width_; ++c) g[c] = (g[c] - mean - normed[c] * along) * inverse * slope[c];
    std::fill(g + width_, g + stride_, 0.0F);
  }
  if (is_shared(rows, operations_of_a_norm())) shared_->exchange(gradient_.data(), rows, stride_, stride_);
  std::fill(gradient_.begin() + rows * stride_, gradient_.begin() + padded_rows_ * stride_, 0.0F);
}

/// dz += w/n · d(−log prior)/dz;  dμ = dz,  d log σ² = ½ · (dz·σ·ε − w/n), n being what all of the loss is divided by
void ResidualMiddle::back_through_draw(std::int64_t rows, double divisor) {
  const Values& latent = values_.back();
  const auto [first, end] = own(rows, operations_of_a_draw());
  for (std::int64_t r = end; r-- > first;) {  // in place, from the last row upwards: heads are wider than what they make
    const auto weight = static_cast<float>(weight_[at(r)] / divisor);
    float *from = gradient_.data() + r * latent.stride, *to = gradient_.data() + r * heads_.stride;
    const float *noise = noise_.data() + r * latent.stride, *deviation = deviation_.data() + r * latent.stride,
                *slope = slope_.data() + r * latent.stride;
    std::copy_n(from, latent.width, row_.begin());
    std::fill_n(to, heads_.stride, 0.0F);
    for (std::int64_t c = 0; c < latent.width; ++c) {
      const float dz = row_[at(c)] + weight * slope[c];
      to[c] = dz;
      to[latent.width + c] = (dz * deviation[c] * noise[c] - weight) / 2;
    }
  }
  if (is_shared(rows, operations_of_a_draw())) shared_->exchange(gradient_.data(), rows, heads_.stride, heads_.stride);
  std::fill(gradient_.begin() + rows * heads_.stride, gradient_.begin() + padded_rows_ * heads_.stride, 0.0F);
}

}  // namespace encore
