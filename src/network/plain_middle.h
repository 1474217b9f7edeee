// The middle of a plain autoencoder: dense layers one behind the other, all with the same activation.
#pragma once
#include "network/middle.h"

namespace encore {

class PlainMiddle final : public Middle {
 public:
  PlainMiddle(const Architecture&, std::int64_t max_rows, const kernel::Kernels&);
  void forward(const Autoencoder&, std::int64_t rows, const Pass&) override;
  const float* backward(const Autoencoder&, const float* last_gradient, std::int64_t rows, double divisor,
                        HiddenGradients&) override;

 private:
  kernel::Curve curve_;
};

}  // namespace encore
