// Initial weights, unit rows, and the optimiser's arithmetic: plain loops that compilers turn into vectors, without a sum that
// could be reordered.
#include "linear/elsa_table.h"

#include <algorithm>
#include <cmath>

#include "kernel/counter_hash.h"
#include "kernel/index.h"

namespace encore {

ElsaTable ElsaTable::initial(std::int64_t first_item, std::int64_t items, std::int64_t all_items, std::int64_t width,
                             std::uint64_t seed) {
  ElsaTable table;
  table.first_item = first_item, table.items = items, table.width = width, table.stride = (width + 15) / 16 * 16;
  table.weight.resize(at(items * table.stride)), table.mean.resize(table.weight.size());
  table.square.resize(table.weight.size()), table.inverse_norm.resize(at(items));
  const kernel::CounterHash random(seed, kernel::Purpose::initial_weights, 0);
  const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(all_items + width)));
  for (std::int64_t i = first_item; i < first_item + items; ++i) {
    float* row = table.row(table.weight, i);
    for (std::int64_t c = 0; c < width; ++c)
      row[c] = (2 * random.uniform(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(c)) - 1) * limit;
    table.measure(i);
  }
  return table;
}

std::int64_t ElsaTable::bytes(std::int64_t items, std::int64_t width) {
  return items * (3 * ((width + 15) / 16 * 16) + 1) * 4;
}

void ElsaTable::unit_rows(std::int64_t first, std::int64_t count, float* to, std::int64_t apart) const {
  for (std::int64_t i = 0; i < count; ++i) {
    const float* from = row(weight, first + i);
    const float scale = inverse_norm[at(first + i - first_item)];
    for (std::int64_t c = 0; c < stride; ++c) to[i * apart + c] = from[c] * scale;
  }
}

void ElsaTable::measure(std::int64_t item) {
  const float* w = row(weight, item);
  double squares = 0;
  for (std::int64_t c = 0; c < width; ++c) squares += static_cast<double>(w[c]) * static_cast<double>(w[c]);
  inverse_norm[at(item - first_item)] = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0;
}

void Nadam::begin_step() {
  constexpr double beta1 = 0.9, beta2 = 0.999, decay = 0.004;
  const auto momentum = [&](std::int64_t step) {
    return beta1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(step) * decay));
  };
  ++step_;
  const double now = momentum(step_), next = momentum(step_ + 1);
  product_ *= now;
  of_gradient_ = static_cast<float>(rate_ * (1 - now) / (1 - product_));
  of_mean_ = static_cast<float>(rate_ * next / (1 - product_ * next));
  correction_ = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, static_cast<double>(step_))));
}

void Nadam::move(float* __restrict w, float* __restrict mean, float* __restrict square,
                 const float* __restrict gradient, std::int64_t floats) const {
  for (std::int64_t c = 0; c < floats; ++c) {
    const float g = gradient[c];
    const float m = 0.9F * mean[c] + 0.1F * g, v = 0.999F * square[c] + 0.001F * g * g;
    mean[c] = m, square[c] = v;
    w[c] -= (of_gradient_ * g + of_mean_ * m) / (std::sqrt(v) * correction_ + 1e-8F);
  }
}

}  // namespace encore
