// ELSA's only parameters: one vector for each item, with what NAdam remembers of it. Not the step (elsa_step.h).
#pragma once
#include <cstdint>

#include "kernel/aligned.h"

namespace encore {

/// Rows of a run of items. A[i] = w[i]/‖w[i]‖ is what the model uses; w itself grows as NAdam likes.
struct ElsaTable {
  std::int64_t first_item = 0, items = 0;
  std::int64_t width = 0, stride = 0;  ///< r, and r padded to a multiple of 16
  kernel::AlignedFloats weight, mean, square;  ///< [items × stride]
  kernel::AlignedFloats inverse_norm;          ///< [items]
  float* row(kernel::AlignedFloats& of, std::int64_t item) const {
    return of.data() + (item - first_item) * stride;
  }
  const float* row(const kernel::AlignedFloats& of, std::int64_t item) const {
    return of.data() + (item - first_item) * stride;
  }
  /// Glorot-uniform, ±√(6 / (all_items + width)), by a hash of (seed, item, column); moments zero.
  static ElsaTable initial(std::int64_t first_item, std::int64_t items, std::int64_t all_items, std::int64_t width,
                           std::uint64_t seed);
  /// What `initial` takes, in bytes.
  static std::int64_t bytes(std::int64_t items, std::int64_t width);
  /// A of items [first, first + count) into `to`, rows `apart` floats apart.
  void unit_rows(std::int64_t first, std::int64_t count, float* to, std::int64_t apart) const;
  /// Renews inverse_norm of one item.
  void measure(std::int64_t item);
};

/// Σ a·b in double over a multiple of 16 floats: eight sums that do not wait for one another, added in one order.
double dot_in_order(const float* a, const float* b, std::int64_t floats);

/// NAdam (Dozat 2016, "Incorporating Nesterov momentum into Adam") in PyTorch's form: β₁ = 0.9, β₂ = 0.999, ε = 1e-8, momentum
/// decay 0.004.
class Nadam {
 public:
  explicit Nadam(double rate) : rate_(rate) {}
  /// The coefficients of the next step.
  void begin_step();
  /// One row's step along its gradient.
  void move(float* w, float* mean, float* square, const float* gradient, std::int64_t floats) const;

 private:
  double rate_;
  std::int64_t step_ = 0;
  double product_ = 1;  ///< of all μ so far
  float of_gradient_ = 0, of_mean_ = 0, correction_ = 1;
};

}  // namespace encore
