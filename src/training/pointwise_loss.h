// Outputs that know nothing of other items: linear or sigmoid, with mean squared error over all cells, over rated
// cells, binary cross-entropy, or whatever a row of the table of losses says of a cell; formulas in pointwise_loss.cpp.
#pragma once
#include "network/loss_table.h"
#include "training/output_loss.h"

namespace encore {

class PointwiseLoss final : public OutputLoss {
 public:
  explicit PointwiseLoss(const StepContext&);
  void prepare(const StepContext&, Exchange&) override {}
  float* gradient(const StepContext&, std::int64_t block, float* loss) override;
  bool loss_by_block() const override { return true; }

 private:
  void add_all_cells(const StepContext&, std::int64_t items, float* loss);
  void add_untold_cells(float* z, std::int64_t cells, std::int64_t lanes, double share, float* loss) const;
  void add_told_cells(const StepContext&, std::span<const Entry>, const std::vector<float*>& cells, float* loss) const;
  void add_ratings(const StepContext&, std::span<const Entry>, const std::vector<float*>& cells, float* loss);

  Loss kind_;
  const LossKind& row_;
  bool in_kernels_;  ///< which have a form of their own for it, and it alone
  OutputKind output_;
  kernel::AlignedFloats logits_;      ///< of one block
  kernel::AlignedFloats at_ratings_;  ///< z, then y, of the block's ratings
  std::vector<float*> cells_;
};

}  // namespace encore
