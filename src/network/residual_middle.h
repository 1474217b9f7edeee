// The middle of RecVAE (Shenbin et al. 2020, section 3): an encoder of five residual layers with swish and layer norm, a normal
// latent layer, and nothing behind it: the decoder is the output layer. The loss has the divergence from a composite prior, a
// mixture for each coordinate of N(0, 1), of what the encoder said before (the prior's pass), and of N(0, e¹⁰), weighted by γ
// times the sum of the user's likes.
#pragma once
#include <array>

#include "network/middle.h"

namespace encore {

class ResidualMiddle final : public Middle {
 public:
  ResidualMiddle(const Architecture&, std::int64_t max_rows, const kernel::Kernels&);
  void forward(const Autoencoder&, std::int64_t rows, const Pass&) override;
  const float* backward(const Autoencoder&, const float* last_gradient, std::int64_t rows, double divisor,
                        HiddenGradients&) override;
  double own_loss(std::int64_t row) const override { return divergence_[static_cast<std::size_t>(row)]; }

 private:
  /// A layer of the encoder, kept for the way back; all [row][stride].
  struct Residual {
    Values sum;                       ///< a = W·h + the sum of the layers before
    Values out;                       ///< h, swish and norm applied
    kernel::AlignedFloats slope;      ///< swish′(a), of the rows that are computed here
    kernel::AlignedFloats normed;     ///< before scale and shift
    std::vector<float> inverse;       ///< 1 / √(variance + ε) of each row
  };
  std::int64_t operations_of_a_norm() const { return stride_ * operations_of_a_number; }
  std::int64_t operations_of_a_draw() const { return 2 * heads_.stride * operations_of_a_number; }
  void activate(Residual&, const DenseLayer& norm, std::int64_t rows);
  void back_through_activation(const Residual&, const DenseLayer& norm, DenseLayer& gradient, std::int64_t rows);
  void draw(std::int64_t rows, const Pass&);
  void compare_with_prior(std::int64_t first, std::int64_t end, const Pass&);
  void back_through_draw(std::int64_t rows, double divisor);

  std::int64_t width_, stride_;
  std::array<Residual, residual_layers> layers_;  ///< the first one's `sum` is the middle's first layer
  Values heads_;                                  ///< [row][2·latent]: μ, then log σ²
  kernel::AlignedFloats deviation_, noise_;       ///< σ and ε, [row][stride of the latent layer]
  kernel::AlignedFloats slope_;                   ///< d(−log prior)/dz, the same
  kernel::AlignedFloats terms_;                   ///< of a row: the mixture's parts, [3][stride of the latent layer]
  kernel::AlignedFloats residual_;                ///< Σ da of the layers gone through, [row][stride]
  std::vector<double> weight_, divergence_;       ///< γ·Σ likes of each row; and that times its divergence
  std::vector<float> row_;
};

}  // namespace encore
