// Output and loss of one shard, block by block: logits, statistics, gradient of the logits. The table of allowed pairs
// is in network/architecture.cpp; the formulas stand in softmax_loss.cpp and pointwise_loss.cpp.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>
#include "exchange/exchange.h"
#include "network/autoencoder.h"
#include "network/middle.h"
#include "training/batch_entries.h"
#include "training/output_products.h"
#include "training/sampled_items.h"

namespace encore {

struct LossSum;

/// dL/dz of one rating whose film is part of a sampled step for its user alone: where the film's row is, and the row of the batch.
struct UndrawnGradient {
  std::int64_t place;
  std::int32_t row;
  float gradient;
};

/// What the exchange of the first sums brings along, for each row of the batch.
struct RowTotals {
  std::vector<float> target_sum, target_squares, rated_cells;
};

/// Everything that a loss needs to know of the step; filled by ShardStep.
struct StepContext {
  const Autoencoder& tables;
  const BatchEntries& entries;
  const Middle& hidden;
  const kernel::Kernels& kernels;
  BlockRun run;
  std::int64_t max_rows;
  std::int64_t rows = 0;
  double divisor = 1;  ///< rows of the whole batch, or its rated cells for masked losses
  RowTotals totals;
  OutputProducts* products = nullptr;  ///< in the precision of this step
  bool judging = false;                ///< no gradient follows, so nothing of a block need be kept behind it
  const SampledItems* sampled = nullptr;  ///< the films that this step is over; nothing: all of them

  /// Films of a block that this step is over for every user, the row of the products' table that they begin at, and where an
  /// entry's film is among them (behind them, if it is there for the users alone who rated it).
  std::int64_t items_of(std::int64_t block) const;
  std::int64_t first_of(std::int64_t block) const { return sampled != nullptr ? sampled->first_of(block) : block * run.block_items; }
  std::int64_t place_in(std::int64_t block, const Entry& e) const {
    return (sampled != nullptr ? sampled->place_of(e.item) : e.item) - first_of(block);
  }
};

class OutputLoss {
 public:
  explicit OutputLoss(std::int64_t max_rows) : row_loss(static_cast<std::size_t>(max_rows)) {}
  virtual ~OutputLoss() = default;
  /// Everything before the gradients: for softmax the logits of all own blocks and the exchange of their statistics.
  /// While judging it is all: the losses are complete, or come block by block.
  virtual void prepare(const StepContext&, Exchange&) = 0;
  /// The gradient of the block's logits, panel by panel [panel][item][lane], valid until the next call. Adds to `loss`
  /// ([padded rows], zeroed by the caller) what is not known from the exchange.
  virtual float* gradient(const StepContext&, std::int64_t block, float* loss) = 0;
  /// In a sampled step, behind `gradient` of the same block: what it leaves out. Valid until the next call.
  virtual std::span<const UndrawnGradient> undrawn(const StepContext&, std::int64_t /*block*/) { return {}; }
  /// Whether `gradient` adds to `loss`, so that it must be exchanged.
  virtual bool loss_by_block() const = 0;
  /// Loss of each row, complete after `prepare` or after the exchange of the last gradient.
  std::vector<double> row_loss;
};

/// The row of the table for this output and loss. Asserts that the pair is allowed.
std::unique_ptr<OutputLoss> make_output_loss(const StepContext&);

/// Items of block `block` (the last one may be shorter).
inline std::int64_t items_in(const BlockRun& run, std::int64_t block) {
  return std::min(run.block_items, run.total_items - block * run.block_items);
}

inline std::int64_t StepContext::items_of(std::int64_t block) const {
  return sampled != nullptr ? sampled->drawn_in(block) : items_in(run, block);
}

/// z[panel][item][lane] = W·Hᵀ + b of one block.
void block_logits(const StepContext&, std::int64_t block, float* z);

}  // namespace encore
