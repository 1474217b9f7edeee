// What every middle is made of: one dense layer forwards and backwards. Letters: r rows of the batch, k inputs and o outputs.
#include "network/middle.h"

#include <algorithm>
#include <cassert>

#include "network/plain_middle.h"
#include "network/residual_middle.h"
#include "network/variational_middle.h"

namespace encore {
namespace {

std::size_t floats(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

std::int64_t lanes_of_panels(std::int64_t rows) {
  if (rows <= 64) return padded(rows);
  std::int64_t best = 64;
  const auto padded_to = [&](std::int64_t lanes) { return (rows + lanes - 1) / lanes * lanes; };
  for (const std::int64_t lanes : {80, 96, 112})
    if (padded_to(lanes) < padded_to(best)) best = lanes;
  return best;
}

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

std::unique_ptr<Middle> make_middle(const Architecture& architecture, std::int64_t max_rows,
                                    const kernel::Kernels& kernels) {
  switch (architecture.middle) {
    case MiddleKind::plain:
      break;
    case MiddleKind::variational:
      return std::make_unique<VariationalMiddle>(architecture, max_rows, kernels);
    case MiddleKind::residual:
      return std::make_unique<ResidualMiddle>(architecture, max_rows, kernels);
  }
  return std::make_unique<PlainMiddle>(architecture, max_rows, kernels);
}

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

Middle::Middle(std::int64_t max_rows, const kernel::Kernels& kernels)
    : kernels_(kernels),
      lanes_(lanes_of_panels(max_rows)),
      padded_rows_((max_rows + lanes_ - 1) / lanes_ * lanes_) {}

Middle::Values Middle::values_of(std::int64_t width, bool is_last) const {
  const std::int64_t lines = is_last ? width + 1 : width, stride = padded(lines);
  return {width, stride, lines, kernel::AlignedFloats(floats(padded_rows_ * stride), 0.0F),
          kernel::AlignedFloats(floats(padded_rows_ * lines), 0.0F)};
}

void Middle::reserve_gradients(std::int64_t widest) {
  gradient_.assign(floats(padded_rows_ * widest), 0.0F);
  next_gradient_.assign(floats(padded_rows_ * widest), 0.0F);
  gradient_across_.assign(floats(lanes_ * widest), 0.0F);
  next_across_.assign(floats(lanes_ * widest), 0.0F);
}

void Middle::clear() { std::fill(values_.front().along.begin(), values_.front().along.end(), 0.0F); }

void Middle::scale_first_sums(std::int64_t row, float factor) {
  float* sums = first_sums(row);
  for (std::int64_t c = 0; c < values_.front().stride; ++c) sums[c] *= factor;
}

const float* Middle::across(std::int64_t index) const {
  const Values& last = values_.back();
  return last.across.data() + index * last.lines * lanes_;
}

void Middle::to_across(Values& v, std::int64_t rows) const {
  for (std::int64_t p = 0; p < panels(rows); ++p)
    kernels_.transpose(v.along.data() + p * lanes_ * v.stride, lanes_, v.lines, v.stride, panel(v, p), lanes_);
}

void Middle::to_along(Values& v, std::int64_t rows) const {
  for (std::int64_t p = 0; p < panels(rows); ++p)
    kernels_.transpose(panel(v, p), v.lines, lanes_, lanes_, v.along.data() + p * lanes_ * v.stride, v.stride);
}

void Middle::clear_padding(Values& v, std::int64_t rows) const {
  for (std::int64_t r = 0; r < padded_rows_; ++r) {
    float* row = v.along.data() + r * v.stride;
    std::fill(row + (r < rows ? v.width : 0), row + v.stride, 0.0F);
    if (r < rows && v.lines > v.width) row[v.width] = 1;
  }
}

void Middle::apply_first(const Autoencoder& network, kernel::Curve curve, std::int64_t rows) {
  const std::int64_t stride = values_.front().stride;
  in_shares(rows, stride * operations_of_a_number, first_sums(0), stride, stride, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t r = first; r < end; ++r) kernels_.add(first_sums(r), network.first_bias.data(), network.first.stride);
    kernels_.activate(curve, first_sums(first), (end - first) * stride);
  });
  clear_padding(values_.front(), rows);
  to_across(values_.front(), rows);
}

void Middle::apply(const DenseLayer& layer, Values& from, Values& to, kernel::Curve curve, std::int64_t rows) const {
  for (std::int64_t p = 0; p < panels(rows); ++p) {
    float* y = panel(to, p);
    in_shares(layer.outputs, layer.inputs * lanes_, y, lanes_, lanes_, [&](std::int64_t first, std::int64_t end) {
      for (std::int64_t o = first; o < end; ++o) std::fill_n(y + o * lanes_, lanes_, layer.bias[floats(o)]);
      kernels_.multiply({end - first, lanes_, layer.inputs, layer.weight.data() + first * layer.stride(), layer.stride(), 1,
                         panel(from, p), lanes_, y + first * lanes_, lanes_, true});
      kernels_.activate(curve, y + first * lanes_, (end - first) * lanes_);
    });
  }
  to_along(to, rows);
  clear_padding(to, rows);
  for (std::int64_t p = 0; p < panels(rows); ++p) {  // the same in the other layout
    const std::int64_t filled = std::min(lanes_, rows - p * lanes_);
    for (std::int64_t line = 0; line < to.lines; ++line) {
      float* lane = panel(to, p) + line * lanes_;
      if (line >= to.width) std::fill_n(lane, filled, 1.0F);
      std::fill(lane + filled, lane + lanes_, 0.0F);
    }
  }
}

void Middle::back_through(kernel::Curve curve, const Values& v, std::int64_t rows) {
  float* g = gradient_.data();
  kernels_.activate_gradient(curve, g, v.along.data(), rows * v.stride);
  for (std::int64_t r = 0; r < rows; ++r) std::fill(g + r * v.stride + v.width, g + (r + 1) * v.stride, 0.0F);
  std::fill(g + rows * v.stride, g + padded_rows_ * v.stride, 0.0F);
}

void Middle::apply_back(const DenseLayer& layer, const Values& from, const Values& to, std::int64_t rows,
                        DenseLayer& g) {
  std::fill(g.bias.begin(), g.bias.end(), 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) kernels_.add(g.bias.data(), gradient_.data() + r * to.stride, std::ssize(g.bias));
  for (std::int64_t p = 0; p < panels(rows); ++p) {
    kernels_.transpose(gradient_.data() + p * lanes_ * to.stride, lanes_, layer.outputs, to.stride,
                       gradient_across_.data(), lanes_);
    // dW[o][k] = Σ_r dY[o][r] · X[r][k], over the rows of the batch
    const bool divided = shared_ != nullptr && SharedRows::divides(layer);
    const SharedRows::Run of_weights = divided ? shared_->own(layer.outputs) : SharedRows::Run{0, layer.outputs};
    if (of_weights.end > of_weights.first)
      kernels_.multiply({of_weights.end - of_weights.first, layer.stride(), std::min(lanes_, rows - p * lanes_),
                         gradient_across_.data() + of_weights.first * lanes_, lanes_, 1, from.along.data() + p * lanes_ * from.stride,
                         from.stride, g.weight.data() + of_weights.first * layer.stride(), layer.stride(), p > 0});
    // dX[k][r] = Σ_o W[o][k] · dY[o][r]
    in_shares(layer.inputs, layer.outputs * lanes_, next_across_.data(), lanes_, lanes_, [&](std::int64_t first, std::int64_t end) {
      kernels_.multiply({end - first, lanes_, layer.outputs, layer.weight.data() + first, 1, layer.stride(), gradient_across_.data(),
                         lanes_, next_across_.data() + first * lanes_, lanes_});
    });
    kernels_.transpose(next_across_.data(), layer.inputs, lanes_, lanes_,
                       next_gradient_.data() + p * lanes_ * from.stride, from.stride);
  }
  gradient_.swap(next_gradient_);
}

void Middle::back_to_first(const Autoencoder& network, kernel::Curve curve, std::int64_t rows,
                           HiddenGradients& gradients) {
  back_through(curve, values_.front(), rows);
  std::fill(gradients.first_bias.begin(), gradients.first_bias.end(), 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) {
    kernels_.add(gradients.first_bias.data(), gradient_.data() + r * values_.front().stride, network.first.stride);
  }
}

}  // namespace encore
