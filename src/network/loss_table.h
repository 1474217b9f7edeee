// The table of losses: what --loss may be, with which outputs each goes, and what a single cell costs. A new loss of single cells is a
// row here and nothing else; those that are used most have a faster form in the kernels (training/pointwise_loss.cpp).
#pragma once
#include <span>
#include <string_view>
#include <vector>
#include "network/architecture.h"

namespace encore {

/// What the logit of one cell costs, and its first two derivatives by the logit, the second not below 0.
struct CellCost {
  double value, slope, curve;
};

/// log(1 + e^z), and its derivative.
double softplus(double);
double logistic(double);

struct LossKind {
  Loss value;
  std::string_view name;            ///< of --loss, and "loss" in config.json
  std::vector<OutputKind> outputs;  ///< those that it goes with
  bool rated_only = false;          ///< cells without a rating cost nothing; the divisor is the batch's rated cells
  /// Of an output that knows nothing of other items; null where the loss goes with none. Without `rated_only` a cell without a rating
  /// has the target 0.
  CellCost (*of_cell)(OutputKind, double logit, double target) = nullptr;
  double beside_prior = 1;  ///< what a cell's cost counts where a row is learned alone, near a guess (output_rows.h)
};

/// In the order of the help.
std::span<const LossKind> loss_kinds();
const LossKind& kind_of(Loss);
/// One more row, before anything has asked for the table. What computes it must be in the row.
void add_loss(LossKind);

}  // namespace encore
