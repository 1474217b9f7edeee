// Initial weights, unit rows, and the optimiser's arithmetic: plain loops that compilers turn into vectors, sums in an order
// that none changes.
#include "linear/elsa_table.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernel/counter_hash.h"
#include "kernel/index.h"
#include "kernel/nadam.h"

namespace encore {

double dot_in_order(const float* a, const float* b, std::int64_t floats) {
  constexpr std::int64_t sums = 8;
  std::array<double, sums> sum{};
  for (std::int64_t c = 0; c < floats; c += sums)
    for (std::int64_t i = 0; i < sums; ++i) sum[at(i)] += static_cast<double>(a[c + i]) * static_cast<double>(b[c + i]);
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

ElsaTable ElsaTable::initial(std::int64_t first_item, std::int64_t items, std::int64_t all_items, std::int64_t width,
                             std::uint64_t seed) {
  ElsaTable table;
  table.first_item = first_item, table.items = items, table.width = width, table.stride = kernel::padded(width);
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
  return items * (3 * kernel::padded(width) + 1) * 4;
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
  const double squares = dot_in_order(w, w, stride);  // zeros behind the width
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

void Nadam::move(float* w, float* mean, float* square, const float* gradient, std::int64_t floats) const {
  kernel::move_by_nadam({of_gradient_, of_mean_, correction_}, w, mean, square, gradient, floats);
}

}  // namespace encore
