// The part of a sampled softmax that a user's own films have in it when they were not drawn (sampled_items.h): one logit for each
// rating, by a product of two rows, where the drawn films have one for every user of the batch. Not the drawn films (softmax_loss.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "exchange/partials.h"
#include "training/output_loss.h"

namespace encore {

class UndrawnFilms {
 public:
  explicit UndrawnFilms(std::int64_t lanes) : lanes_(lanes) {}
  /// The block's logits, joined to its open leaf of softmax statistics; `drawn` says whether drawn films have been there before.
  void join(const StepContext&, std::int64_t block, Partials& statistics, bool drawn);
  /// dL/dz of the block's, from the joined statistics ([panel][statistic][lane]) and each row's weight, as kernel::softmax_factor:
  /// p·weight − target/divisor. Valid until the next call.
  std::span<const UndrawnGradient> gradients(const StepContext&, std::int64_t block, const float* total, const float* weight);

 private:
  void read_logits(const StepContext&, std::int64_t block);
  /// e = exp(logit − shift)/sum · weight of those that were read.
  void exponentials(const kernel::Kernels&);
  std::int64_t lanes_;
  std::vector<UndrawnGradient> found_;
  std::vector<float> targets_;
  kernel::AlignedFloats logits_, shifts_, sums_, weights_, values_, joined_;
};

}  // namespace encore
