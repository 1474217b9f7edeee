// Adam where the gradient falls, or a copy of the gradient.
#include "training/update.h"

#include <algorithm>
#include <cmath>

#include "kernel/asking.h"

namespace encore {

Moments Moments::zero(const Autoencoder& network) {
  Moments m;
  const auto empty = [](const ItemTable& t) {
    return ItemTable{t.items, t.width, t.stride, kernel::AlignedFloats(t.values.size(), 0.0F), t.first_item};
  };
  m.first_mean = empty(network.first), m.first_square = empty(network.first);
  m.output_mean = empty(network.output), m.output_square = empty(network.output);
  m.hidden_mean = HiddenGradients::shaped(network), m.hidden_square = HiddenGradients::shaped(network);
  return m;
}

AdamUpdate::AdamUpdate(Autoencoder& tables, Autoencoder& hidden, Moments& tables_moments, Moments& hidden_moments,
                       const AdamSettings& settings, const kernel::Kernels& kernels)
    : tables_(tables),
      hidden_(hidden),
      moments_(tables_moments),
      hidden_moments_(hidden_moments),
      settings_(settings),
      kernels_(kernels),
      done_(static_cast<std::size_t>(tables.first.items), 0) {}

void AdamUpdate::begin_step(std::int64_t t, TrainedPart part) {
  // As Keras does: the powers are those of the β in single precision that the moments decay with.
  const double beta1 = step_.beta1, beta2 = step_.beta2, n = static_cast<double>(t);
  step_.rate =
      static_cast<float>(settings_.learning_rate * std::sqrt(1 - std::pow(beta2, n)) / (1 - std::pow(beta1, n)));
  step_.epsilon = static_cast<float>(settings_.epsilon);
  step_.weight_decay = static_cast<float>(2 * settings_.weight_decay);
  first_moves_ = part != TrainedPart::decoder;
  if (first_moves_) rates_.push_back(step_.rate);
}

void AdamUpdate::output_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) {
  kernels_.adam(step_, tables_.output.row(first_item), moments_.output_mean.row(first_item),
                moments_.output_square.row(first_item), gradient, rows, tables_.output.stride, tables_.output.width);
}

std::array<kernel::Ahead, 2> AdamUpdate::output_ahead(std::int64_t first_item, std::int64_t rows) const {
  const std::int64_t floats = rows * tables_.output.stride;
  return {{{moments_.output_mean.row(first_item), floats}, {moments_.output_square.row(first_item), floats}}};
}

/// The row's first `until` steps since it was settled, as far as it has not done them: none of them had a gradient.
void AdamUpdate::catch_up(std::int64_t item, std::size_t until) {
  std::uint32_t& done = done_[static_cast<std::size_t>(item - tables_.first.first_item)];
  if (done == until || settings_.rests_without_gradient) return;
  kernels_.adam_idle(step_, rates_.data() + done, static_cast<std::int64_t>(until - done), tables_.first.row(item),
                     moments_.first_mean.row(item), moments_.first_square.row(item), tables_.first.stride,
                     tables_.first.width);
  done = static_cast<std::uint32_t>(until);
}

void AdamUpdate::fetch_first(std::int64_t item) const {
  const std::int64_t floats = tables_.first.stride;
  kernel::ask_for({tables_.first.row(item), floats});
  kernel::ask_for({moments_.first_mean.row(item), floats});
  kernel::ask_for({moments_.first_square.row(item), floats});
}

void AdamUpdate::before_reading_first(std::int64_t item) { catch_up(item, steps_before_now()); }

void AdamUpdate::first_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) {
  if (gradient == nullptr) return;  // they catch up
  for (std::int64_t item = first_item; item < first_item + rows; ++item) {
    catch_up(item, steps_before_now());
    done_[static_cast<std::size_t>(item - tables_.first.first_item)] = static_cast<std::uint32_t>(rates_.size());
  }
  kernels_.adam(step_, tables_.first.row(first_item), moments_.first_mean.row(first_item),
                moments_.first_square.row(first_item), gradient, rows, tables_.first.stride, tables_.first.width);
}

void AdamUpdate::settle_first(std::int64_t first_item, std::int64_t rows) {
  for (std::int64_t item = first_item; item < first_item + rows; ++item) catch_up(item, rates_.size());
  rates_.clear();
  std::fill(done_.begin(), done_.end(), 0);
}

void AdamUpdate::hidden(const HiddenGradients& g) {
  HiddenGradients &m = hidden_moments_.hidden_mean, &v = hidden_moments_.hidden_square;
  const auto vector = [&](kernel::AlignedFloats& w, kernel::AlignedFloats& mean, kernel::AlignedFloats& square,
                          const kernel::AlignedFloats& gradient, std::int64_t stride, std::int64_t decayed) {
    kernels_.adam(step_, w.data(), mean.data(), square.data(), gradient.data(),
                  static_cast<std::int64_t>(w.size()) / stride, stride, decayed);
  };
  const bool is_read_going_back = !g.inner.empty() || hidden_.channels() > 0;
  if (shared_ != nullptr && is_read_going_back) shared_->wait();  // others still go back through what this moves
  const bool moves_rest = shared_ == nullptr || shared_->leads();
  if (moves_rest)
    vector(hidden_.first_bias, m.first_bias, v.first_bias, g.first_bias, static_cast<std::int64_t>(g.first_bias.size()), 0);
  for (std::size_t l = 0; l < g.inner.size(); ++l) {
    const DenseLayer& layer = g.inner[l];
    const std::int64_t stride = layer.stride(), bias = static_cast<std::int64_t>(layer.bias.size());
    SharedRows::Run run{0, moves_rest ? layer.weight_rows() : 0};
    if (shared_ != nullptr && SharedRows::divides(layer)) run = shared_->own(layer.outputs);
    const std::int64_t from = run.first * stride;
    if (run.end > run.first)
      kernels_.adam(step_, hidden_.inner[l].weight.data() + from, m.inner[l].weight.data() + from, v.inner[l].weight.data() + from,
                    layer.weight.data() + from, run.end - run.first, stride, layer.inputs);
    if (moves_rest) vector(hidden_.inner[l].bias, m.inner[l].bias, v.inner[l].bias, layer.bias, bias, 0);
  }
}

KeepGradient::KeepGradient(const Autoencoder& shape)
    : gradient(Autoencoder::shaped(shape.architecture, shape.items, shape.range())) {}

void KeepGradient::output_rows(std::int64_t first_item, std::int64_t rows, const float* g) {
  std::copy_n(g, rows * gradient.output.stride, gradient.output.row(first_item));
}

void KeepGradient::first_rows(std::int64_t first_item, std::int64_t rows, const float* g) {
  float* to = gradient.first.row(first_item);
  if (g != nullptr)
    std::copy_n(g, rows * gradient.first.stride, to);
  else
    std::fill_n(to, rows * gradient.first.stride, 0.0F);
}

void KeepGradient::hidden(const HiddenGradients& g) {
  gradient.first_bias = g.first_bias;
  gradient.inner = g.inner;
}

}  // namespace encore
