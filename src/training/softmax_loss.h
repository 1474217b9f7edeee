// Softmax over all items, with mean squared error or multinomial likelihood; formulas in softmax_loss.cpp.
#pragma once
#include "training/output_loss.h"
#include "training/undrawn_films.h"

namespace encore {

class SoftmaxLoss final : public OutputLoss {
 public:
  explicit SoftmaxLoss(const StepContext&);
  void prepare(const StepContext&, Exchange&) override;
  float* gradient(const StepContext&, std::int64_t block, float* loss) override;
  std::span<const UndrawnGradient> undrawn(const StepContext& c, std::int64_t block) override {
    return undrawn_.gradients(c, block, total_, weight_.data());
  }
  bool loss_by_block() const override { return false; }

 private:
  float* logits(const StepContext&, std::int64_t block);
  void read_block(const StepContext&, std::int64_t block, std::int64_t items);
  void finish_rows(const StepContext&);
  void leave_out_unrated(const StepContext&, std::int64_t block, float* z) const;
  void correct_for_sampling(const StepContext&, std::int64_t block, float* z) const;

  bool is_mse_;
  std::int64_t lanes_, padded_rows_;
  Partials statistics_;
  UndrawnFilms undrawn_;
  kernel::AlignedFloats logits_;  ///< e = exp(z − block maximum) of all own blocks, from `prepare` to `gradient`
  kernel::AlignedFloats block_maximum_, factor_, weight_, shift_;
  std::vector<float> correction_;
  const float* total_ = nullptr;
  float slope_ = 0;
};

}  // namespace encore
