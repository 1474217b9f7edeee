// The rows.
#include "network/loss_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace encore {
namespace {

/// The curve is Gauss-Newton's.
CellCost squared_error(OutputKind output, double z, double target) {
  const bool sigmoid = output == OutputKind::sigmoid;
  const double y = sigmoid ? logistic(z) : z, turn = sigmoid ? y * (1 - y) : 1;
  return {(y - target) * (y - target), 2 * (y - target) * turn, 2 * turn * turn};
}

CellCost cross_entropy(OutputKind, double z, double target) {
  const double y = logistic(z);
  return {softplus(z) - target * z, y - target, y * (1 - y)};
}

std::vector<LossKind>& table() {
  using enum OutputKind;
  static std::vector<LossKind> rows{
      {.value = Loss::mse, .name = "mse", .outputs = {softmax, linear, sigmoid}, .of_cell = squared_error, .beside_prior = 0.5},
      {.value = Loss::masked_mse,
       .name = "masked-mse",
       .outputs = {linear, sigmoid},
       .rated_only = true,
       .of_cell = squared_error,
       .beside_prior = 0.5},
      {.value = Loss::multinomial, .name = "multinomial", .outputs = {softmax}},
      {.value = Loss::binary_cross_entropy, .name = "binary-cross-entropy", .outputs = {sigmoid}, .of_cell = cross_entropy},
  };
  return rows;
}

}  // namespace

double softplus(double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }
double logistic(double z) { return z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

std::span<const LossKind> loss_kinds() { return table(); }

const LossKind& kind_of(Loss loss) {
  const auto found = std::ranges::find(table(), loss, &LossKind::value);
  assert(found != table().end());
  return *found;
}

void add_loss(LossKind row) { table().push_back(std::move(row)); }

}  // namespace encore
