// Outputs that know nothing of other items: linear or sigmoid, with mean squared error over all cells, over rated
// cells, or binary cross-entropy; formulas in pointwise_loss.cpp.
#pragma once
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
  void add_ratings(const StepContext&, std::span<const Entry>, const std::vector<float*>& cells, float* loss);

  Loss kind_;
  OutputKind output_;
  kernel::AlignedFloats logits_;      ///< of one block
  kernel::AlignedFloats at_ratings_;  ///< z, then y, of the block's ratings
  std::vector<float*> cells_;
};

}  // namespace encore
