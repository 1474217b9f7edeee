// The middle of a variational autoencoder: the middle one of the hidden layers is a normal distribution with independent
// coordinates. Its two heads say μ and log σ²; training draws z = μ + σ·ε and adds β·KL(q ‖ N(0, 1)) to the loss, everybody else
// takes z = μ (Kingma & Welling 2014; Liang et al. 2018, section 2.2).
#pragma once
#include "network/middle.h"

namespace encore {

class VariationalMiddle final : public Middle {
 public:
  VariationalMiddle(const Architecture&, std::int64_t max_rows, const kernel::Kernels&);
  void forward(const Autoencoder&, std::int64_t rows, const Pass&) override;
  const float* backward(const Autoencoder&, const float* last_gradient, std::int64_t rows, double divisor,
                        HiddenGradients&) override;
  /// β·KL = β/2 · Σ (σ² + μ² − 1 − log σ²)
  double own_loss(std::int64_t row) const override { return weight_ * divergence_[static_cast<std::size_t>(row)]; }

 private:
  kernel::Curve curve_after(std::size_t layer) const { return layer == latent_ ? kernel::Curve::linear : curve_; }
  std::int64_t operations_of_a_draw() const { return 2 * heads_.stride * operations_of_a_number; }
  void draw(std::int64_t rows, const Pass&);
  void back_through_draw(std::int64_t rows, double divisor);

  kernel::Curve curve_;
  std::size_t latent_;  ///< its place among the hidden layers
  double weight_ = 0;   ///< β of the last pass
  Values heads_;        ///< [row][2·latent]: μ, then log σ²
  kernel::AlignedFloats deviation_, noise_;  ///< σ and σ·ε, [row][stride of the latent layer]; of the rows that are computed here
  std::vector<double> divergence_;
  std::vector<float> row_;  ///< [L], for a moment
};

}  // namespace encore
