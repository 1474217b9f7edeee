// Linear and sigmoid outputs, y = z or y = σ(z); one pass over a block gives loss and gradient.
//   mse:         L = 1/(M·B) Σ (y − t)²,            dL/dz = 2/(M·B) · (y − t) · y′
//   masked mse:  L = 1/R Σ_rated (y − t)²,          dL/dz = 2/R · (y − t) · y′ at rated cells, 0 elsewhere (Sedhain et al. 2015)
//   binary cross-entropy: L = 1/(M·B) Σ softplus(z) − t·z,   dL/dz = 1/(M·B) · (σ(z) − t)
// with y′ = 1 or y·(1 − y). As everywhere, the kernels treat all cells as t = 0 and the ratings are corrected. A loss that the kernels
// do not know is taken cell by cell from its row of the table:  L = 1/(M·B) Σ c(z, t) or 1/R Σ_rated c(z, t),  dL/dz likewise of c′.
#include "training/pointwise_loss.h"

#include <algorithm>
#include <cassert>

namespace encore {

PointwiseLoss::PointwiseLoss(const StepContext& c)
    : OutputLoss(c.max_rows),
      kind_(c.tables.architecture.loss),
      row_(kind_of(kind_)),
      in_kernels_(kind_ == Loss::mse || kind_ == Loss::masked_mse || kind_ == Loss::binary_cross_entropy),
      output_(c.tables.architecture.output),
      logits_(static_cast<std::size_t>(c.run.block_items * c.hidden.panels(c.max_rows) * c.hidden.lanes())) {
  assert(is_allowed(output_, kind_));
}

float* PointwiseLoss::gradient(const StepContext& c, std::int64_t block, float* loss) {
  const std::int64_t items = items_in(c.run, block), first = block * c.run.block_items, lanes = c.hidden.lanes();
  float* z = logits_.data();
  block_logits(c, block, z);
  const auto entries = c.entries.of_block(block);
  cells_.clear();
  at_ratings_.assign(static_cast<std::size_t>(padded(static_cast<std::int64_t>(entries.size()))), 0.0F);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& e = entries[i];
    cells_.push_back(z + (e.row / lanes * items + e.item - first) * lanes + e.row % lanes);
    at_ratings_[i] = *cells_.back();
  }
  add_all_cells(c, items, loss);
  add_ratings(c, entries, cells_, loss);
  return z;
}

void PointwiseLoss::add_all_cells(const StepContext& c, std::int64_t items, float* loss) {
  const std::int64_t lanes = c.hidden.lanes(), panels = c.hidden.panels(c.rows);
  if (row_.rated_only) {
    std::fill_n(logits_.begin(), panels * items * lanes, 0.0F);
    return;
  }
  const double cells = static_cast<double>(c.run.total_items) * c.divisor;
  for (std::int64_t p = 0; p < panels; ++p) {
    float *z = logits_.data() + p * items * lanes, *sum = loss + p * lanes;
    if (!in_kernels_)
      add_untold_cells(z, items * lanes, lanes, 1 / cells, sum);
    else if (kind_ == Loss::binary_cross_entropy)
      c.kernels.sigmoid_cross_entropy(z, items, lanes, static_cast<float>(1 / cells), sum);
    else if (output_ == OutputKind::sigmoid)
      c.kernels.sigmoid_mse(z, items, lanes, static_cast<float>(2 / cells), sum);
    else
      c.kernels.linear_mse(z, items, lanes, static_cast<float>(2 / cells), sum);
  }
}

/// z[cell] of a panel become slopes, as of cells without a rating.
void PointwiseLoss::add_untold_cells(float* z, std::int64_t cells, std::int64_t lanes, double share, float* loss) const {
  for (std::int64_t i = 0; i < cells; ++i) {
    const CellCost one = row_.of_cell(output_, static_cast<double>(z[i]), 0);
    loss[i % lanes] += static_cast<float>(one.value);
    z[i] = static_cast<float>(share * one.slope);
  }
}

void PointwiseLoss::add_told_cells(const StepContext& c, std::span<const Entry> entries, const std::vector<float*>& cells,
                                   float* loss) const {
  const double share = 1 / (row_.rated_only ? c.divisor : static_cast<double>(c.run.total_items) * c.divisor);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto z = static_cast<double>(at_ratings_[i]);
    const CellCost with = row_.of_cell(output_, z, static_cast<double>(entries[i].target)),
                   without = row_.rated_only ? CellCost{} : row_.of_cell(output_, z, 0);
    loss[entries[i].row] += static_cast<float>(with.value - without.value);
    *cells[i] += static_cast<float>(share * (with.slope - without.slope));
  }
}

void PointwiseLoss::add_ratings(const StepContext& c, std::span<const Entry> entries, const std::vector<float*>& cells,
                                float* loss) {
  if (!in_kernels_) return add_told_cells(c, entries, cells, loss);
  const double items = static_cast<double>(c.run.total_items);
  if (kind_ == Loss::binary_cross_entropy) {
    const auto slope = static_cast<float>(1 / (items * c.divisor));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      loss[entries[i].row] -= entries[i].target * at_ratings_[i];
      *cells[i] -= slope * entries[i].target;
    }
    return;
  }
  const bool masked = kind_ == Loss::masked_mse, sigmoid = output_ == OutputKind::sigmoid;
  const auto slope = static_cast<float>(2 / (masked ? c.divisor : items * c.divisor));
  if (sigmoid)
    c.kernels.activate(kernel::Curve::sigmoid, at_ratings_.data(), static_cast<std::int64_t>(at_ratings_.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const float y = at_ratings_[i], t = entries[i].target, derivative = sigmoid ? y * (1 - y) : 1;
    loss[entries[i].row] += masked ? (y - t) * (y - t) : t * t - 2 * y * t;
    *cells[i] -= slope * (masked ? t - y : t) * derivative;
  }
}

}  // namespace encore
